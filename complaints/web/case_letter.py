"""The letter of complaint: a page to print, and the same as PDF. Only whoever may see the case writes it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from complaints.models import Complaint
from complaints.narrative import heading_name, language
from complaints.papers.letter import LOCALES, code_of, told_in, write_letter
from complaints.press import NotPrinted, print_pdf, require_room_for
from complaints.rulings import ruling_on
from complaints.web.case import case_page, decided, find_case, frame_of


@case_page
@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as it prints, to whom it is addressed, and whether it names the telephone."""
    complaint = find_case(request, reference)
    to, phone = addressee_of(request, complaint), _wants_phone(request)
    page = {
        "tab": "decision",
        "letter": write_letter(complaint, to, lang="zh", with_phone=phone),
        "translation": write_letter(complaint, to, lang="en", with_phone=phone) if language() == "en" else None,
        "to": to,
        "tabs": [(each, heading_name(each)) for each in _parties(complaint)],
        "with_phone": phone,
        "code": code_of(complaint.reference),
    }
    return render(request, "case/letter.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def letter_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as PDF; where the press is busy, a word on the page of the letter."""
    complaint = find_case(request, reference)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")  # nothing is made for a look
    to = addressee_of(request, complaint)
    sheet = write_letter(complaint, to, lang="zh", with_phone=_wants_phone(request))
    with translation.override(LOCALES["zh"]):
        html = render_to_string("papers/letter.html", {"letter": sheet, "code": code_of(complaint.reference)})
    try:
        require_room(complaint, at=timezone.now())
        made = print_pdf(html)
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect(f"{reverse('complaints:letter', args=[reference])}?to={to}")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{complaint.reference}-letter-{to}.pdf"'
    return response


def require_room(complaint: Complaint, *, at: datetime) -> None:
    """Count one paper of this case. Raises NotPrinted where there were too many within the hour."""
    require_room_for(str(complaint.pk), at=at)


def addressee_of(request: HttpRequest, complaint: Complaint) -> str:
    """Whom the letter is to: as asked, else the party that answers first, else the first there is."""
    parties, first = _parties(complaint), ruling_on(decided(complaint)).output["first_contact"]
    asked = request.GET.get("to", "")
    return asked if asked in parties else first if first in parties else parties[0]


def _parties(complaint: Complaint) -> list[str]:
    """Who can be written to: those that stand for themselves."""
    told = told_in(decided(complaint), language())
    return [card.party for card in told.parties if not card.merged_into]


def _wants_phone(request: HttpRequest) -> bool:
    return request.GET.get("phone") == "1"
