"""The letter of a case to one party, and what all papers share."""

from __future__ import annotations

from datetime import date

import segno
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from complaints.deadlines import answer_by
from complaints.formal_letter import Letter, letter_to
from complaints.models import Complaint, Contact, DecisionRecord
from complaints.papers.claims import wanted_of
from complaints.rulings import ruling_on
from routing import Explanation
from routing.engine.rulebook import Language

LOCALES: dict[Language, str] = {"zh": "zh-hans", "en": "en"}


def write_letter(complaint: Complaint, to: str, *, lang: Language, with_phone: bool) -> Letter:
    """The letter to one party in one language, with everything it needs looked up."""
    on = timezone.localdate()
    record, respondent = complaint.decision, complaint.respondents.filter(party=to).first()
    assert record is not None  # a filed complaint is decided
    with translation.override(LOCALES[lang]):
        return letter_to(
            to,
            complaint,
            told_in(record, lang),
            list(complaint.evidence.of_dispute().select_related("blob")),
            addressee=respondent.name if respondent else "",
            contact=contact_of(complaint),
            wanted=[str(option.label) for option in wanted_of(complaint)],
            until=_until(respondent.due_on if respondent else None, on),
            on=on,
            with_phone=with_phone,
            is_preliminary=not is_reviewed(record),
        )


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


def _until(due_on: date | None, on: date) -> date:
    return due_on if due_on and due_on >= on else answer_by(on).day
