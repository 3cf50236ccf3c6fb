"""The page of evidence: what helps most, files taken in one by one, each refusal in words with the file's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints.asking.law import points
from complaints.asking.pages import BY_SLUG, EVIDENCE
from complaints.evidence import vault
from complaints.evidence.sniff import XLSX
from complaints.flow import arranging, drafting, showings
from complaints.flow.intake import add_evidence_to_draft
from complaints.models import Draft, Evidence
from complaints.provable import Point, chosen, likely
from complaints.serving import send
from complaints.web import drafts
from complaints.web.heard import heard_of_draft
from complaints.web.hint_buttons import HINT_BUTTONS, answer_hint
from complaints.web.quotas import begin_draft, count_bytes, or_why_not_begun
from complaints.web.showing_fields import marker, points_in, rows_of, ticked
from complaints.web.unreadable import MEBIBYTE, Trouble, readable
from complaints.web.wizard import frame, journey_of, onward
from complaints.web.wizard_checklist import checklist
from complaints.web.wizard_moments import lines_of

PAGE = BY_SLUG[EVIDENCE]
CAPTION = 200  # characters, as in Evidence.caption
DIGITS = 19  # fewer than these fit a key of the database
TABLES = frozenset({"text/csv", XLSX.media_type})
INPUTS = (1, 2, 3)  # file-1 with its kind as-1, and so on: browsers without scripts choose one file at a time


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was not taken, and the name of the file where it was one."""

    name: str
    sentence: str
    is_ours: bool = False  # nothing is wrong with the file: the same may be sent again

    def __str__(self) -> str:
        return _("{name}：{sentence}").format(name=self.name, sentence=self.sentence) if self.name else self.sentence


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not_begun
def evidence(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Take files, kinds and removals; show the page again, or go on. A failure touches nothing taken before."""
    draft = drafts.draft_of(request, at=timezone.now())
    if draft and draft.filed_as:
        return redirect("complaints:wizard-done", draft.filed_as.reference)
    problems = [Problem("", sentence) for sentence in trouble.sentences]
    if trouble.is_unreadable and _is_script(request):
        return fragments(request, draft, trouble.sentences, may_retry=True)
    if request.method != "POST" or trouble.is_unreadable:
        return _page(request, draft, trouble)
    draft = draft or begin_draft(request, at=timezone.now())
    problems += _apply(request, draft)
    return drafts.remember(_answer(request, draft, problems), draft, request)


@require_safe
def thumb(request: HttpRequest, evidence_id: int) -> FileResponse:
    """The small picture of one piece, for the browser that carries its draft."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        raise Http404
    piece = get_object_or_404(
        draft.evidence.offered().stored().exclude(blob__thumb="").select_related("blob"), pk=evidence_id
    )
    return send(piece.blob.thumb, media_type="image/webp", disposition=f'inline; filename="evidence-{piece.pk}.webp"')


def _apply(request: HttpRequest, draft: Draft) -> list[Problem]:
    """Do everything the form asks for; sentences about what could not be done."""
    known = points_of(draft)
    problems: list[Problem | None] = [_take(request, draft, upload, kind, known) for upload, kind in _uploads(request)]
    problems += [_describe(request, draft, piece, known) for piece in draft.evidence.offered()]
    at = timezone.now()
    if pk := _pressed(request, "up"):
        arranging.move_up(draft, pk, at=at)
    if pk := _pressed(request, "down"):
        arranging.move_down(draft, pk, at=at)
    answer_hint(request, draft)
    if pk := _pressed(request, "remove"):
        drafting.remove_evidence(draft, pk)
    return [problem for problem in problems if problem]


def points_of(draft: Draft) -> tuple[Point, ...]:
    """What the files of a draft may be said to show, by its answers."""
    journey = journey_of(draft)
    return points(journey.to_file(), today=journey.today)


def _describe(request: HttpRequest, draft: Draft, piece: Evidence, known: tuple[Point, ...]) -> Problem | None:
    """Keep what is said about one piece; why its words could not be kept."""
    at = timezone.now()
    if marker(piece.pk) in request.POST:
        rows = rows_of(piece, known)
        showings.say_in_draft(draft, piece.pk, chosen(ticked(request.POST, piece.pk), points_in(rows)), at=at)
    kind = request.POST.get(f"kind-{piece.pk}", "")
    if kind in Evidence.Kind.values and kind != piece.kind:
        arranging.change_kind(draft, piece.pk, kind, known, at=at)
    words = " ".join(request.POST.get(f"caption-{piece.pk}", piece.caption).replace("\x00", "").split())
    if len(words) > CAPTION:
        more = len(words) - CAPTION
        return Problem(piece.name, _("说明最多{limit}字，还要删{more}字").format(limit=CAPTION, more=more))
    if words != piece.caption:
        arranging.caption(draft, piece.pk, words)
    return None


def _pressed(request: HttpRequest, button: str) -> int | None:
    """The piece whose button was pressed."""
    pk = request.POST.get(button, "")
    return int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < DIGITS else None


def _uploads(request: HttpRequest) -> Iterator[tuple[UploadedFile, str]]:
    for number in INPUTS:
        kind = request.POST.get(f"as-{number}", "")
        for upload in request.FILES.getlist(f"file-{number}"):
            yield upload, kind if kind in Evidence.Kind.values else likely_kind(upload.content_type or "")


def likely_kind(sent: str) -> str:
    """A first guess by the type a browser sent, changed with one choice: films show the room, tables the order."""
    if sent.startswith("video/"):
        return str(Evidence.Kind.LIVE)
    return str(Evidence.Kind.ORDER if sent in TABLES else Evidence.Kind.OTHER)


def _take(
    request: HttpRequest, draft: Draft, upload: UploadedFile, kind: str, known: tuple[Point, ...]
) -> Problem | None:
    try:
        count_bytes(request, upload.size or 0, at=timezone.now())
        add_evidence_to_draft(draft, upload, kind=kind, at=timezone.now(), shows=likely(kind, known))
    except vault.Unacceptable as refusal:
        return Problem(vault.clean_name(upload.name or ""), str(refusal), refusal.is_ours)
    return None


def _answer(request: HttpRequest, draft: Draft, problems: list[Problem]) -> HttpResponse:
    if _is_script(request):  # it shows a problem in the line of its file
        drafting.forgive(draft, EVIDENCE, at=timezone.now())
        may_retry = any(problem.is_ours for problem in problems)
        return fragments(request, draft, [problem.sentence for problem in problems], may_retry=may_retry)
    if problems:
        drafting.refuse(draft, EVIDENCE, [str(problem) for problem in problems], at=timezone.now())
        return redirect(request.get_full_path())
    drafting.forgive(draft, EVIDENCE, at=timezone.now())
    if "moments" in request.POST:
        return redirect("complaints:wizard-moments")
    if request.POST.keys() & {"upload", "remove", "up", "down", *HINT_BUTTONS}:
        return redirect(request.get_full_path())
    return redirect(onward(request, journey_of(draft), PAGE))


def _page(request: HttpRequest, draft: Draft | None, trouble: Trouble) -> HttpResponse:
    """The page as it stands, with what was not taken when it was last sent."""
    shown = {
        **frame(request, draft, journey_of(draft), PAGE),
        **_shown(draft),
        "more": trouble.sentences or (draft.refused.get(EVIDENCE) if draft else None),
        "inputs": INPUTS,
        "lines": lines_of(draft),
    }
    return render(request, "wizard/evidence.html", shown)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def fragments(
    request: HttpRequest, draft: Draft | None, problems: list[str], *, may_retry: bool = False
) -> HttpResponse:
    """The two lists again, for the script that sent one file; what went wrong, and whether to send it again."""
    shown = _shown(draft)
    return JsonResponse(
        {
            "problems": problems,
            "retry": may_retry,
            "files": render_to_string("wizard/_files.html", shown, request),
            "checklist": render_to_string("wizard/_checklist.html", shown, request),
        }
    )


def _shown(draft: Draft | None) -> dict[str, Any]:
    pieces = list(draft.evidence.offered().select_related("blob").prefetch_related("showings")) if draft else []
    known = points_of(draft) if draft and pieces else ()
    journey, kinds = journey_of(draft), {piece.kind for piece in pieces}
    items = checklist(journey, kinds)
    heard = heard_of_draft(draft, pieces, at=timezone.now(), on=timezone.localdate())
    return {
        "pieces": [(piece, rows_of(piece, known), heard[piece.pk]) for piece in pieces],
        "items": items,
        "items_of": f"/{len(items)}",
        "items_there": sum(item.state == "has" for item in items),
        "kinds": [
            (kind, label)
            for kind, label in Evidence.Kind.choices
            if kind != Evidence.Kind.AUTHORITY or journey.is_for_another or kind in kinds
        ],
        "limits": {family: size // MEBIBYTE for family, size in settings.EVIDENCE_MAX_BYTES.items()},
        "most_files": settings.EVIDENCE_MAX_FILES,
    }
