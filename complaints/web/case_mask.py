"""What the other side sees of a piece in a filed case: the editor, its pictures, and the answer about an original."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.flow import releases
from complaints.flow.viewing import note_viewing
from complaints.lifecycle import Role
from complaints.models import Evidence, Release
from complaints.posting import post_only
from complaints.web import mask_pages
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """Draw what is covered; see what the other side will see; save."""
    complaint, piece = find_case(request, reference), _own(request, reference, evidence_id)
    back = f"{reverse('complaints:case-evidence', args=[reference])}?covered={piece.pk}"
    address = reverse("complaints:case-mask", args=[reference, piece.pk])
    page = {**frame_of(complaint), "tab": "evidence", "address": address, "back": back}
    answer = mask_pages.editor(
        request, piece, actor=actor_of(request), template="case/mask.html", frame=page, back=back
    )
    if answer.get("Location") == back:
        messages.success(request, _("好了，对方从现在起只看得到遮好的副本。"))
    return answer


@case_page
@require_safe
def picture(request: HttpRequest, reference: str, evidence_id: int, variant: str) -> HttpResponseBase:
    """A sheet to draw on, or one that was tried out."""
    piece, actor = _own(request, reference, evidence_id), actor_of(request)
    answer = mask_pages.picture(piece, variant, actor=actor)
    note_viewing(piece, variant=variant, actor=actor, at=timezone.now())
    return answer


@case_page
@post_only("complaints:case-evidence", "reference")
def release(request: HttpRequest, reference: str, release_id: int) -> HttpResponse:
    """Say whether a party may have the original; or take back that it may."""
    complaint, said = find_case(request, reference), request.POST.get("answer", "")
    acts = {
        "yes": lambda: releases.answer(complaint, release_id, agrees=True, actor=actor_of(request), at=timezone.now()),
        "no": lambda: releases.answer(complaint, release_id, agrees=False, actor=actor_of(request), at=timezone.now()),
        "end": lambda: releases.take_back(complaint, release_id, actor=actor_of(request), at=timezone.now()),
    }
    try:
        is_done = acts[said]()
    except (KeyError, Release.DoesNotExist):
        raise Http404 from None
    if is_done:
        words = {
            "yes": _("已同意。对方现在能下载这份原件，你随时可以收回。"),
            "no": _("没有同意。对方看不到原件，不影响办理。"),
            "end": _("已收回。对方不能再下载。"),
        }
        messages.success(request, words[said])
    else:
        messages.info(request, _("这件事已经回答过了，没有再改。"))
    return redirect("complaints:case-evidence", reference)


def _own(request: HttpRequest, reference: str, evidence_id: int) -> Evidence:
    complaint = find_case(request, reference)
    pieces = complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER).select_related("blob", "complaint")
    return get_object_or_404(pieces, pk=evidence_id)
