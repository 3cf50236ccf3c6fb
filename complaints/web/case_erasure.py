"""Asking for the evidence of an ended case to be erased: one button, and what the association answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.flow.erasure import CannotErase, ask
from complaints.models import Complaint
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case


@case_page
@post_only("complaints:case-evidence", "reference")
def erasure(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask. Asked twice, it is asked once."""
    complaint = find_case(request, reference)
    try:
        ask(complaint, actor=actor_of(request), at=timezone.now())
    except CannotErase:
        messages.info(request, _("投诉还没有结束，或者证据已经删除了，没有什么要删的。"))
    else:
        messages.success(request, _("已请协会删除证据。结果会写在办理记录里。"))
    return redirect("complaints:case-evidence", reference)


def erasure_of(complaint: Complaint) -> dict[str, Any]:
    """What the evidence page says of it: whether it may be asked, was asked, or was refused."""
    last = complaint.erasure_requests.order_by("-asked_at").first()
    is_there = not complaint.is_open and complaint.evidence.filter(blob__erased_at=None).exists()
    return {"erasure": last, "may_ask_erasure": is_there and (last is None or last.answered_at is not None)}
