"""Sessions and agreements as every door shows them: in words, as one side may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.ics import calendar_file
from complaints.models import Agreement, Attendance, Complaint, Session
from complaints.narrative import day, moment, offer_words, party_name, sum_words

CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class SessionTold:
    """A session: what is known of it to all who were asked. ``said`` is who comes, in words."""

    session: Session
    when: str
    how: str
    parties: str
    standing: str
    result: str
    came: str
    may_answer: bool
    mine: Attendance | None
    said: Sequence[str]

    @property
    def is_planned(self) -> bool:
        return self.session.state == Session.State.PLANNED


@dataclass(frozen=True, slots=True)
class AgreementTold:
    """An agreement: its terms in sentences, who has confirmed it, and whether this side may."""

    agreement: Agreement
    party: str
    terms: Sequence[str]
    standing: str
    confirmed: Sequence[str]
    may_answer: bool
    is_mine_done: bool


def side_word(side: str, *, start: bool = False) -> str:
    """``消费者`` or ``商家``."""
    return _("消费者") if side == CONSUMER else party_name(side, start=start)


def sides_listed(sides: Iterable[str]) -> str:
    return _("、").join(side_word(side, start=not n) for n, side in enumerate(sides))


def sessions_told(complaint: Complaint, *, sides: Iterable[str], at: datetime) -> list[SessionTold]:
    """The sessions these sides were asked to, newest first; the consumer is asked to all."""
    wanted = list(sides)
    rows = complaint.sessions.prefetch_related("attendances").order_by("-number")
    return [
        session_told(each, sides=wanted, at=at)
        for each in rows
        if CONSUMER in wanted or set(wanted) & set(each.parties)
    ]


def session_told(session: Session, *, sides: Sequence[str], at: datetime) -> SessionTold:
    said = {each.side: each for each in session.attendances.all()}
    return SessionTold(
        session=session,
        when=moment(session.starts_at),
        how=str(session.get_how_display()),
        parties=sides_listed([CONSUMER, *session.parties]),
        standing=str(session.get_state_display()),
        result=str(session.get_result_display()) if session.result else "",
        came=sides_listed(session.came) if session.came else "",
        may_answer=session.state == Session.State.PLANNED and at < session.starts_at and session.complaint.is_open,
        mine=next((said[side] for side in sides if side in said), None),
        said=[
            (_("{side}会来") if said[side].comes else _("{side}来不了")).format(side=side_word(side, start=True))
            for side in [CONSUMER, *session.parties]
            if side in said
        ],
    )


def agreements_told(complaint: Complaint, *, sides: Iterable[str]) -> list[AgreementTold]:
    """The agreements these sides are part of, newest first."""
    wanted = set(sides)
    rows = complaint.agreements.select_related("offer").order_by("-number")
    return [agreement_told(each, is_consumer=CONSUMER in wanted) for each in rows if {CONSUMER, each.party} & wanted]


def agreement_told(agreement: Agreement, *, is_consumer: bool) -> AgreementTold:
    party = party_name(agreement.party)
    confirmed = []
    if agreement.consumer_at:
        confirmed.append(_("消费者{date}确认").format(date=day(agreement.consumer_at)))
    if agreement.party_at:
        confirmed.append(
            _("{party}{date}确认").format(party=party_name(agreement.party, start=True), date=day(agreement.party_at))
        )
    is_done = (agreement.consumer_at if is_consumer else agreement.party_at) is not None
    return AgreementTold(
        agreement=agreement,
        party=party,
        terms=terms_in_words(agreement),
        standing=str(agreement.get_state_display()),
        confirmed=confirmed,
        may_answer=agreement.is_waiting and not is_done and agreement.complaint.is_open,
        is_mine_done=is_done,
    )


def terms_in_words(agreement: Agreement, *, pay_by: str = "") -> list[str]:
    """What was agreed, sentence by sentence: how, who pays whom by which day. ``pay_by`` is that day as a paper writes
    it."""
    told: dict[str, Any] = {
        "party": party_name(agreement.party, start=True),
        "date": pay_by or day(agreement.pay_by),
        "sum": sum_words(agreement.amount),
    }
    lines = [_("怎么解决：{kind}。").format(kind=offer_words(agreement.kind, None))]
    if agreement.payer == Agreement.Payer.PARTY:
        lines.append(_("{party}付给消费者{sum}，最晚{date}。").format(**told))
    elif agreement.payer == Agreement.Payer.CONSUMER:
        told["party"] = party_name(agreement.party)
        lines.append(_("消费者付给{party}{sum}，最晚{date}。").format(**told))
    else:
        lines.append(_("不涉及付款。最晚{date}做到。").format(**told))
    return lines


def ics_of(session: Session) -> bytes:
    """The appointment as a calendar file: case number and place, no name and no goods."""
    reference, host = session.complaint.reference, settings.SITE_URL.partition("://")[2].partition("/")[0]
    return calendar_file(
        uid=f"session-{reference}-{session.number}@{host}",
        summary=_("调解会{reference}").format(reference=reference),
        location=session.where,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        made_at=session.called_at,
        is_cancelled=session.state in {Session.State.CANCELLED, Session.State.MOVED},
    )
