"""The entrance's editor: a party covers what is personal in its own piece, its other customers' data above all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.flow.viewing import note_viewing
from complaints.models import Actor, Complaint, Evidence, Respondent
from complaints.web import mask_pages
from complaints.web.portal import frame_of_party
from complaints.web.portal_session import own_case, portal_page


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """Draw what is covered; see what the consumer will see; save."""
    complaint, respondent, actor, piece = _own(request, reference, evidence_id)
    back = reverse("complaints:portal-case", args=[reference])
    address = reverse("complaints:portal-mask", args=[reference, piece.pk])
    page = {**frame_of_party(complaint, respondent), "address": address, "back": back}
    answer = mask_pages.editor(request, piece, actor=actor, template="portal/mask.html", frame=page, back=back)
    if answer.get("Location") == back:
        messages.success(request, _("好了，消费者从现在起只看得到遮好的副本。"))
    return answer


@portal_page
@require_safe
def picture(request: HttpRequest, reference: str, evidence_id: int, variant: str) -> HttpResponseBase:
    """A sheet to draw on, or one that was tried out."""
    _complaint, _respondent, actor, piece = _own(request, reference, evidence_id)
    note_viewing(piece, variant=variant, actor=actor, at=timezone.now())
    return mask_pages.picture(piece, variant, actor=actor)


def _own(request: HttpRequest, reference: str, evidence_id: int) -> tuple[Complaint, Respondent, Actor, Evidence]:
    complaint, respondent, actor = own_case(request, reference)
    pieces = complaint.evidence.of_dispute().filter(offered_by=respondent.party).select_related("blob", "complaint")
    return complaint, respondent, actor, get_object_or_404(pieces, pk=evidence_id)
