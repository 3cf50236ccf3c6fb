"""On a filed case: what was read off its owner's pictures and the case does not have yet; their sheets."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.flow import hints
from complaints.lifecycle import Role
from complaints.models import Complaint, Evidence, HintAnswer
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case
from complaints.web.case_acts import or_why_not
from complaints.web.heard import Heard, heard_of_case

COPY_TYPE = "image/webp"  # what complaints.evidence.checker writes


def heard_in(complaint: Complaint, pieces: Sequence[Evidence]) -> dict[int, Heard]:
    """Piece → hints for what the case is missing; none in a case that is over."""
    if not complaint.is_open:
        return {}
    found = [
        hint
        for hint in hints.hints_of(pieces, on=timezone.localdate())
        if hints.is_missing(complaint, hint) and not hint.by_owner
    ]
    own = [piece for piece in pieces if piece.offered_by == Role.CONSUMER]
    return heard_of_case(own, found, at=timezone.now())


@case_page
@post_only("complaints:case-evidence", "reference")
@or_why_not
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The owner says that a hint is right, which fills what was missing, or wrong."""
    complaint, at = find_case(request, reference), timezone.now()
    complaint.require_open()
    pieces = list(complaint.evidence.of_dispute().select_related("blob"))
    code = request.POST.get("take") or request.POST.get("refuse") or ""
    hint = hints.find(hints.hints_of(pieces, on=timezone.localdate()), code)
    back = reverse("complaints:case-evidence", args=[reference])
    if hint is None:
        return redirect(back)
    if "take" in request.POST and hints.fill(complaint, hint, actor=actor_of(request), at=at):
        messages.success(request, _("补上了，判定也重新算了一次。"))
    elif "refuse" in request.POST:
        hints.answer_in_case(complaint, hint, HintAnswer.Answer.REFUSED, actor=actor_of(request), at=at)
    return redirect(back)
