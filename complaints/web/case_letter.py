"""The letter of complaint: a page to print, and the same as PDF. Only whoever may see the case writes it."""

from __future__ import annotations

from datetime import date, datetime

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from complaints.deadlines import answer_by
from complaints.formal_letter import Letter, letter_to
from complaints.models import Complaint, Contact, DecisionRecord
from complaints.narrative import heading_name, language
from complaints.press import NotPrinted, print_pdf, require_room_for
from complaints.rulings import ruling_on
from complaints.web.case import case_page, decided, find_case, frame_of, proofs_of, respondents_of
from complaints.web.case_decision import wanted_of
from routing import Explanation
from routing.engine.rulebook import Language

LOCALES: dict[Language, str] = {"zh": "zh-hans", "en": "en"}


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


# ── What the papers share ────────────────────────────────────────────────────────────────────────────────────────────


def write_letter(complaint: Complaint, to: str, *, lang: Language, with_phone: bool) -> Letter:
    """The letter to one party in one language, with everything it needs looked up."""
    on = timezone.localdate()
    record, respondents = decided(complaint), {each.party: each for each in respondents_of(complaint)}
    respondent = respondents.get(to)
    with translation.override(LOCALES[lang]):
        return letter_to(
            to,
            complaint,
            told_in(record, lang),
            [proof.item for proof in proofs_of(complaint)],
            addressee=respondent.name if respondent else "",
            contact=contact_of(complaint),
            wanted=[str(option.label) for option in wanted_of(complaint)],
            until=_until(respondent.due_on if respondent else None, on),
            on=on,
            with_phone=with_phone,
            is_preliminary=not is_reviewed(record),
        )


def require_room(complaint: Complaint, *, at: datetime) -> None:
    """Count one paper of this case. Raises NotPrinted where there were too many within the hour."""
    require_room_for(str(complaint.pk), at=at)


def contact_of(complaint: Complaint) -> dict[str, str]:
    """Name, telephone and e-mail for the person's own papers; nothing where they were erased."""
    kept = Contact.objects.filter(complaint=complaint).first()
    return kept.reveal() if kept else {}


def told_in(record: DecisionRecord, lang: Language) -> Explanation:
    """The finding as it stands, in words of that language."""
    return ruling_on(record).told(lang)


def is_reviewed(record: DecisionRecord) -> bool:
    """Whether an officer has found a fact of it, or changed it."""
    return ruling_on(record).seal != "preliminary"


def code_of(reference: str) -> SafeString:
    """The number as a QR code, as inline SVG: drawn by segno from our own characters."""
    drawn = segno.make(reference, error="m").svg_inline(scale=2, border=0, svgclass=None, lineclass=None)
    return mark_safe(drawn)


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


def _until(due_on: date | None, on: date) -> date:
    return due_on if due_on and due_on >= on else answer_by(on).day
