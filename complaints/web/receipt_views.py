"""A receipt code while it is shown: with its QR, as a picture to keep, sent to who proved where they can be reached."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.asking.slip import address_with, slip_of
from complaints.flow import drafting, receipts
from complaints.models import Complaint
from complaints.models.complaint import masked
from complaints.posting import post_only
from complaints.serving import HEADERS
from complaints.web import drafts
from complaints.web.actors import actor_of
from complaints.web.qr import qr


def receipt_shown(code: str | None) -> dict[str, Any]:
    """What components/receipt_code.html asks for."""
    if not code:
        return {"code": ""}
    return {
        "code": code,
        "groups": code.split("-"),
        "qr": qr(address_with(code), title=_("扫码查进度，回执码已经填好")),
    }


def code_shown_to(request: HttpRequest, complaint: Complaint) -> str | None:
    """The code, if this browser filed the case and it is still shown."""
    at = timezone.now()
    draft = drafts.draft_of(request, at=at)
    is_theirs = draft is not None and draft.filed_as_id == complaint.pk
    return drafting.show_code(draft, at=at) if draft and is_theirs else None


@never_cache
@require_safe
def picture(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt as a picture, while the code is shown on the page it belongs to."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor_of(request)), reference=reference)
    code = code_shown_to(request, complaint) if request.method == "GET" else None
    if not code:
        raise Http404
    return picture_of(complaint, code)


@never_cache
@post_only("complaints:wizard-done", "reference")
def text_it(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the code to the proved telephone or mailbox."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor_of(request)), reference=reference)
    code = code_shown_to(request, complaint)
    if not code:
        raise Http404
    try:
        to = receipts.tell(complaint, code, at=timezone.now())
        messages.success(request, _("回执码发到了{address}。").format(address=masked(to)))
    except receipts.NotTold as why:
        messages.error(request, str(why))
    return redirect("complaints:wizard-done", reference)


def picture_of(complaint: Complaint, code: str) -> HttpResponse:
    """The picture as a download that nobody keeps on the way."""
    made = slip_of(complaint.reference, code)
    response = HttpResponse(made, content_type="image/png")
    for header, value in HEADERS.items():
        response[header] = value
    response["Content-Disposition"] = f'attachment; filename="{complaint.reference}.png"'
    response["Cache-Control"] = "private, no-store"
    return response
