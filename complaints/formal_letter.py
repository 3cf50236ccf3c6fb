"""The letter of complaint to one party: what a formal letter holds, in its order, ready to set on a sheet.

The letter that is sent is Chinese; the same in English is its translation for the reader. No law is stated here that
the explanation does not cite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.letters import demand, what_happened
from complaints.models import Blob, Complaint, Evidence
from complaints.models.helper import helper_of
from complaints.narrative import inner, language
from routing import Explanation
from routing.engine.cards import PartyCard
from routing.engine.wording import Cited

LAWS = 10  # articles in one letter: more are not read


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of the evidence list: its number in the case, what it is, and the digest of its bytes."""

    number: int
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to print. An empty ``addressee``, ``name`` or ``phone`` is a ruled blank to fill in by hand."""

    party: str
    addressee: str
    opening: str
    facts: tuple[str, ...]
    requests: tuple[str, ...]
    basis: tuple[Cited, ...]
    evidence: tuple[Piece, ...]
    closing: str
    name: str
    phone: str | None  # None: the person does not want it in the letter
    on: str
    reference: str
    is_preliminary: bool
    is_through_another: bool = False  # somebody files it for the person; who, is not said to the other side


def letter_to(
    party: str,
    complaint: Complaint,
    explanation: Explanation,
    evidence: Sequence[Evidence],
    *,
    addressee: str,
    contact: Mapping[str, str],
    wanted: Sequence[str],
    until: date,
    on: date,
    with_phone: bool,
    is_preliminary: bool,
) -> Letter:
    """The letter to one party of the explanation, in the active language, which is the explanation's too.

    ``until`` is the last day to answer in writing, ``on`` the day on the letter.
    """
    card = next(card for card in explanation.parties if card.party == party)
    return Letter(
        party=party,
        addressee=addressee,
        opening=_opening(complaint),
        facts=tuple(filter(None, (what_happened(complaint, explanation), *_told(complaint)))),
        requests=tuple(demand(card, explanation, list(wanted), until)),
        basis=_basis(card),
        evidence=pieces_of(evidence),
        closing=_(
            "请于{date}前书面答复。逾期没有答复，本人将依法申请消费者协会调解，或者向12315投诉，并保留起诉的权利。"
        ).format(date=written_day(until)),
        name=contact.get("name", ""),
        phone=contact.get("phone", "") if with_phone else None,
        on=written_day(on),
        reference=complaint.reference,
        is_preliminary=is_preliminary,
        is_through_another=helper_of(complaint) is not None,
    )


def _digest_of(blob: Blob) -> str:
    """What a party may be told of a file: of a text its commitment (see Blob.is_text), of what was erased nothing."""
    if blob.erased_at:
        return _("已按规定删除")
    return blob.commitment if blob.is_text else blob.sha256


def pieces_of(evidence: Sequence[Evidence]) -> tuple[Piece, ...]:
    """The evidence list, numbered as every page of the case numbers it; without what is not known to be sound."""
    return tuple(
        Piece(n, str(item.get_kind_display()), _digest_of(item.blob))
        for n, item in enumerate(evidence, 1)
        if item.blob.may_be_opened or item.blob.erased_at
    )


def written_day(value: date) -> str:
    """A day as a formal paper writes it, always with its year: ``2026年11月21日``, ``21 November 2026``."""
    return date_format(value, "j F Y" if language() == "en" else "Y年n月j日")


def _basis(card: PartyCard) -> tuple[Cited, ...]:
    """The articles the requests rest on, each once: those that make it pay; where none does, those it has to heed."""
    match card.verdict:
        case "responsible":
            cited = [each for reason in card.reasons for each in reason.binding]
        case "possible":
            cited = [each for reason in card.open for each in reason.binding]
        case _:
            cited = [each for reason in card.duties for each in (*reason.binding, *reason.supervisory)]
    return tuple({each.code: each for each in cited}.values())[:LAWS]


def _opening(complaint: Complaint) -> str:
    """The purchase in one sentence; what was not given is left out."""
    room = _("在“{room}”直播间").format(room=inner(complaint.room)) if complaint.room else _("看直播")
    bits = [_("本人于{date}{room}购买{goods}")]
    if complaint.order_number:
        bits.append(_("订单号{order}"))
    if complaint.price is not None:
        bits.append(_("实付{price}元"))
    if complaint.delivered_on:
        bits.append(_("{received}收货"))
    text = _("，").join(bits) + _("。")
    return text.format(
        date=written_day(complaint.purchased_on),
        room=room,
        goods=complaint.goods,
        order=complaint.order_number,
        price=f"{complaint.price:,.2f}" if complaint.price is not None else "",
        received=written_day(complaint.delivered_on) if complaint.delivered_on else "",
    )


def _told(complaint: Complaint) -> list[str]:
    """The consumer's own account, paragraph by paragraph."""
    return [line.strip() for line in complaint.story.splitlines() if line.strip()]
