"""Papers of a mediation as PDF, for both sides: the agreement, and the notice that it ended without one.

The paper is Chinese, with English beside it where the case is told in English. It states what was agreed or decided, in
the words that were kept then, and names the ways that are left; what the law says of those stands on the pages, with
its articles. The consumer's name stands on the consumer's own copy alone; on the others there is a line to write it on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from complaints.deadlines import local_day
from complaints.formal_letter import written_day
from complaints.letters import order_tail
from complaints.mediation_words import terms_in_words
from complaints.models import Agreement, Complaint
from complaints.narrative import heading_name, language
from complaints.press import print_pdf, require_room_for

log = logging.getLogger(__name__)

LOCALES = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper in one language; empty names are ruled blanks."""

    lang: str
    reference: str
    association: str
    consumer: str
    party_word: str
    party: str
    goods: str
    order: str
    purchased: str
    version: int
    digest: str
    lines: Sequence[str]
    duties: Sequence[str]
    otherwise: Sequence[str]
    confirmed_consumer: str
    confirmed_party: str
    on: str


def agreement_pdf(agreement: Agreement, *, consumer: str = "", reader: str, at: datetime) -> bytes:
    """The agreement as it stands. ``consumer`` is the name for the consumer's own copy; ``reader`` a code for the log.
    Raises NotPrinted."""
    complaint = agreement.complaint
    log.info("agreement %s of %s taken by %s", agreement.number, complaint.reference, reader)
    return _set("papers/agreement.html", complaint, lambda: _agreement(agreement, consumer), at=at)


def termination_pdf(complaint: Complaint, *, ground: Any, words: str, consumer: str = "", at: datetime) -> bytes:
    """The notice that the mediation ended. ``ground`` is lazily translated words. Raises NotPrinted."""
    return _set("papers/termination.html", complaint, lambda: _termination(complaint, ground, words, consumer), at=at)


def _set(template: str, complaint: Complaint, sheet: Callable[[], Sheet], *, at: datetime) -> bytes:
    sheets = []
    for lang in ("zh", "en") if complaint.language == "en" else ("zh",):
        with translation.override(LOCALES[lang]):
            sheets.append(sheet())
    require_room_for(str(complaint.pk), at=at)
    with translation.override(LOCALES["zh"]):
        return print_pdf(render_to_string(template, {"sheets": sheets, "code": _code(complaint.reference)}))


def _agreement(agreement: Agreement, consumer: str) -> Sheet:
    return _sheet(
        agreement.complaint,
        consumer,
        party=agreement.party,
        version=agreement.number,
        digest=agreement.digest,
        lines=terms_in_words(agreement, pay_by=written_day(agreement.pay_by)),
        duties=_paragraphs(agreement.duties),
        otherwise=_paragraphs(agreement.otherwise),
        confirmed_consumer=written_day(local_day(agreement.consumer_at)) if agreement.consumer_at else "",
        confirmed_party=written_day(local_day(agreement.party_at)) if agreement.party_at else "",
        on=written_day(local_day(agreement.made_at)),
    )


def _termination(complaint: Complaint, ground: Any, words: str, consumer: str) -> Sheet:
    ended = complaint.closed_at
    return _sheet(
        complaint,
        consumer,
        lines=[str(ground)],
        duties=_paragraphs(words),
        on=written_day(local_day(ended)) if ended else "",
    )


def _sheet(
    complaint: Complaint,
    consumer: str,
    *,
    lines: Sequence[str],
    duties: Sequence[str],
    on: str,
    party: str = "",
    version: int = 0,
    digest: str = "",
    otherwise: Sequence[str] = (),
    confirmed_consumer: str = "",
    confirmed_party: str = "",
) -> Sheet:
    respondent = complaint.respondent(party) if party else None
    return Sheet(
        lang=language(),
        reference=complaint.reference,
        association=complaint.association.name(language()) if complaint.association else "",
        consumer=consumer,
        party_word=heading_name(party) if party else "",
        party=respondent.name if respondent else "",
        goods=complaint.goods,
        order=order_tail(complaint.order_number),
        purchased=written_day(complaint.purchased_on),
        version=version,
        digest=digest,
        lines=lines,
        duties=duties,
        otherwise=otherwise,
        confirmed_consumer=confirmed_consumer,
        confirmed_party=confirmed_party,
        on=on,
    )


def _paragraphs(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


def _code(reference: str) -> SafeString:
    """The number as a QR code, as inline SVG: drawn by segno from our own characters."""
    return mark_safe(segno.make(reference, error="m").svg_inline(scale=2, border=0, svgclass=None, lineclass=None))
