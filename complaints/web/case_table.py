"""An order table of a filed case: its owner says which row is the order; officers see it beside what was told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.evidence.exports import NoTable, may_be_table
from complaints.flow import order_tables as verbs
from complaints.lifecycle import Role
from complaints.models import Complaint, Evidence, Party
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not
from complaints.web.order_tables import Known, page_of, read_row, said_by, sent_columns, sent_row


@case_page
@require_http_methods(["GET", "POST"])
@or_why_not
def table(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """Say what the columns are, find the row of this order, and confirm it. What was filed stays as it is."""
    complaint = find_case(request, reference)
    own = complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER).select_related("blob")
    piece = get_object_or_404(own, pk=evidence_id)
    if not may_be_table(piece.blob):
        raise Http404
    try:
        if request.method == "POST":
            complaint.require_open()
            _do(request, complaint, piece)
            return redirect(f"{request.path}#row")
        shown: dict[str, Any] = page_of(piece, known_of(complaint))
    except NoTable as trouble:
        shown = {"trouble": str(trouble)}
    page = {"tab": "evidence", "piece": piece, "is_filed": True}
    return render(request, "case/table.html", {**frame_of(complaint), **shown, **page})


def known_of(complaint: Complaint) -> Known:
    """What was filed of the order."""
    shop = complaint.respondents.filter(party=Party.MERCHANT).values_list("name", flat=True).first()
    return Known(complaint.order_number, complaint.price, complaint.purchased_on, shop or "")


def _do(request: HttpRequest, complaint: Complaint, piece: Evidence) -> None:
    """What was pressed. Raises NoTable and IllegalMove."""
    pressed, row = request.POST.get("do", ""), sent_row(request.POST)
    actor, at = actor_of(request), timezone.now()
    if pressed == "undo":
        verbs.confirm_row(complaint, piece.pk, None, {}, actor=actor, at=at)
        messages.success(request, _("已经收回了。"))
        return
    verbs.note_columns(piece, sent_columns(request.POST), needle=request.POST.get("needle", ""))
    if pressed == "pick" and row:
        verbs.pick(piece, row)
    elif pressed == "take" and row and (order := read_row(piece, row)):
        verbs.confirm_row(complaint, piece.pk, row, said_by(order), actor=actor, at=at)
        messages.success(request, _("记下了：就是这一行。协会会和你填的放在一起看。"))
