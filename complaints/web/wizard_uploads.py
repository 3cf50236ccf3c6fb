"""Evidence in parts, for the script: announce a file, send its parts, ask how far it got, finish, cancel.

Every change is a POST with the page's token in a header. A part is the bare body, at most DATA_UPLOAD_MAX_MEMORY_SIZE.
"""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from complaints.asking.pages import EVIDENCE
from complaints.evidence import vault
from complaints.flow import drafting, uploads
from complaints.models import Draft, Evidence, Upload
from complaints.provable import likely
from complaints.web import drafts
from complaints.web.quotas import begin_draft, count_bytes, or_why_not_begun
from complaints.web.wizard_evidence import fragments, likely_kind, points_of

DIGITS = 12


@never_cache
@require_POST
@or_why_not_begun
def begin(request: HttpRequest) -> HttpResponse:
    """Take name, size and kind; the key of the upload, or the sentences why not."""
    at, size, kind = timezone.now(), request.POST.get("size", ""), request.POST.get("kind", "")
    if not _is_number(size):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    draft = drafts.unfinished_draft_of(request, at=at) or begin_draft(request, at=at)
    kind = kind if kind in Evidence.Kind.values else likely_kind(request.POST.get("type", ""))
    try:
        uploads.require_possible(int(size))  # what is only said of a size must not use up the hour of a network
        count_bytes(request, int(size), at=at)
        upload = uploads.begin(draft, name=request.POST.get("name", ""), kind=kind, size=int(size), at=at)
    except vault.Unacceptable as refusal:
        return drafts.remember(_refused(refusal), draft, request)
    told = {"key": str(upload.key), "offset": 0, "part": settings.DATA_UPLOAD_MAX_MEMORY_SIZE, "problems": []}
    return drafts.remember(JsonResponse(told, status=HTTPStatus.CREATED), draft, request)


@never_cache
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take one part; the answer, and that to GET, is how many bytes are kept. 409: not at that place, or damaged."""
    draft, offset = _draft(request), request.GET.get("offset", "")
    try:
        if request.method == "POST" and _is_number(offset):
            sha256 = request.headers.get("X-Part-SHA256", "")
            upload = uploads.receive(draft, key, request.body, offset=int(offset), sha256=sha256, at=timezone.now())
            return JsonResponse({"offset": upload.received})
    except vault.Unacceptable as refusal:
        return _refused(refusal)
    except (UnreadablePostError, RawPostDataException):
        return JsonResponse({"offset": _upload(draft, key).received}, status=HTTPStatus.BAD_REQUEST)
    except uploads.WrongPart:
        return JsonResponse({"offset": _upload(draft, key).received}, status=HTTPStatus.CONFLICT)
    except Upload.DoesNotExist as error:
        raise Http404 from error
    return JsonResponse({"offset": _upload(draft, key).received})


@never_cache
@require_POST
def finish(request: HttpRequest, key: UUID) -> HttpResponse:
    """All parts are here: take the file in, or say why not. Both lists of the page come back, as after a small file."""
    draft = _draft(request)
    try:
        shows = likely(_upload(draft, key).kind, points_of(draft))
        problems = uploads.finish(draft, key, at=timezone.now(), shows=shows)
    except vault.Unacceptable as refusal:
        return _refused(refusal)
    except uploads.WrongPart:
        return JsonResponse({"offset": _upload(draft, key).received}, status=HTTPStatus.CONFLICT)
    except Upload.DoesNotExist as error:
        raise Http404 from error
    drafting.forgive(draft, EVIDENCE, at=timezone.now())
    return fragments(request, draft, problems)


@never_cache
@require_POST
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop and forget."""
    uploads.cancel(_draft(request), key)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _refused(refusal: vault.Unacceptable) -> JsonResponse:
    """The sentence, and whether the same may be sent again: 507 where we have no room."""
    status = HTTPStatus.INSUFFICIENT_STORAGE if refusal.code == vault.NO_SPACE else HTTPStatus.OK
    return JsonResponse({"problems": [str(refusal)], "retry": refusal.is_ours}, status=status)


def _draft(request: HttpRequest) -> Draft:
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        raise Http404
    return draft


def _upload(draft: Draft, key: UUID) -> Upload:
    upload = draft.uploads.filter(pk=key).first()
    if upload is None:
        raise Http404
    return upload


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS
