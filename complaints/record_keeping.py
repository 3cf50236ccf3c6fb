"""What the law says of a platform's records: how long each is kept, and by which articles it has to be shown.

Which article speaks of which record follows law.md 3.9 and 7; days are counted by the limits of the law folder. What
no article of the folder names (the account of a room) has neither a day nor a basis here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from complaints.case_limits import happened_in
from complaints.deadlines import calendar, local_day, timed_of
from complaints.models import Complaint, RecordItem
from routing import rulebook
from routing.engine.deadlines import Due, Waiting, compute
from routing.engine.limits import Since
from routing.engine.loading_rules import instrument_of
from routing.engine.vocabulary import When

Kind = RecordItem.Kind
DEAL, LIVE = "records_transaction", "records_live"  # limits of routing/law/deadlines.toml
VIDEO, LISTED = "OTM 20", "O117 16"  # the video; the list that names replay and interaction

OWED: dict[str, tuple[str, ...]] = {
    Kind.REPLAY: ("ECL 62",),
    Kind.INTERACTION: ("ECL 62",),
    Kind.PAGE: ("ECL 62", "O117 18"),
    Kind.CHAT: ("ECL 62", "O117 18"),
    Kind.PAYMENT: ("ECL 62", "O117 18"),
    Kind.LOGISTICS: ("ECL 62", "O117 18"),
    Kind.RETURNS: ("ECL 62", "O117 18"),
    Kind.ACCOUNT: (),
    Kind.SELLER: ("CPL 44(1)",),
    Kind.OPERATOR: ("SPC-OC 14", "O117 18"),
}


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a record is kept by law. ``basis`` empty: no law of the folder says so; ``until`` None: the count has
    not begun, nobody knows the day it runs from."""

    basis: tuple[str, ...] = ()
    until: date | None = None
    warn_on: date | None = None

    def is_over(self, on: date) -> bool:
        return self.until is not None and self.until < on

    def is_near(self, on: date) -> bool:
        """Whether it is time to hurry: thirty months have passed, and the period has not."""
        return self.warn_on is not None and self.warn_on <= on and not self.is_over(on)


def keeping_of(complaint: Complaint, kind: str, live_on: date | None) -> Keeping:
    """How long the law makes the platform keep this record of this case; ``live_on`` is the day of the livestream."""
    deal = _due(complaint, DEAL, live_on)
    listed = deal is not None and LISTED in deal.term.basis
    match kind:
        case Kind.REPLAY:
            live = _due(complaint, LIVE, live_on)
            video = _keeping(live, (VIDEO,)) if live is not None and VIDEO in live.term.basis else Keeping()
            return _later(video, _keeping(deal, (LISTED,)) if listed else Keeping())
        case Kind.INTERACTION:
            return _keeping(deal, (LISTED,)) if listed else Keeping()
        case Kind.PAGE | Kind.CHAT | Kind.PAYMENT | Kind.LOGISTICS | Kind.RETURNS:
            return _keeping(deal, deal.term.basis if deal else ())
    return Keeping()


def owed_by(complaint: Complaint, kind: str) -> tuple[str, ...]:
    """The articles by which it has to be shown, of those in force for this purchase."""
    days, filed = {When.PURCHASE: complaint.purchased_on}, local_day(complaint.filed_at)
    known = rulebook().instruments
    return tuple(
        code
        for code in OWED[kind]
        if (law := known.get(instrument_of(code))) and law.in_force.covers(days.get(law.governed_by, filed))
    )


def is_owed(complaint: Complaint, kind: str, live_on: date | None, *, on: date) -> bool:
    """Whether the law makes the platform have it on this day: then silence about it is silence about a duty."""
    if kind in {Kind.SELLER, Kind.OPERATOR}:
        return bool(owed_by(complaint, kind))
    keeping = keeping_of(complaint, kind, live_on)
    return bool(keeping.basis) and not keeping.is_over(on)


def _due(complaint: Complaint, limit: str, live_on: date | None) -> Due | Waiting | None:
    happened = happened_in(complaint, timed_of(complaint))
    if live_on is not None:
        assumed: dict[Since, Since] = {
            since: other for since, other in happened.assumed.items() if since is not Since.LIVE_ENDED
        }
        happened = replace(happened, days={**happened.days, Since.LIVE_ENDED: live_on}, assumed=assumed)
    return compute(rulebook().limits[limit], happened, calendar)


def _keeping(due: Due | Waiting | None, basis: tuple[str, ...]) -> Keeping:
    return Keeping(basis, due.last, due.warn_on) if isinstance(due, Due) else Keeping(basis)


def _later(one: Keeping, other: Keeping) -> Keeping:
    """Two articles for one record: the longer holds, both are named."""
    if not one.basis or not other.basis:
        return one if one.basis else other
    far = one if (one.until or date.min) >= (other.until or date.min) else other
    return replace(far, basis=(*one.basis, *other.basis))
