"""Last days as China counts them: the calendar, and the day each verb of a case gives or is held to.

How long a limit is, and from what it runs, stands in routing/law/deadlines.toml; how it is counted, in
routing/engine/deadlines.py. Stored days (``due_on``) are ``Deadline.day``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
from django.conf import settings
from django.utils import timezone

from complaints.models import Complaint, RecordRequest, Respondent
from routing import rulebook
from routing.engine.counting import Pause
from routing.engine.deadlines import Due, Happened, compute
from routing.engine.limits import Since, Stop

# Beyond the published calendar only what the statute fixes in the solar year is sure (全国年节及纪念日放假办法, Art 2):
# New Year, Labour Day (two days) and National Day (three). The lunar holidays and make-up days are not yet known.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

# What the timeline holds of a case's clocks.
TIMED = (
    *("moved.refer", "moved.reopen", "moved.reopen-negotiation", "moved.reopen-referral"),
    *("testing-began", "testing-ended"),
)

Timed = tuple[str, datetime]
"""An event as a clock sees it: its kind, and when."""


LONGEST_HOLIDAY = timedelta(days=10)  # Spring Festival with its weekends has been nine days at most


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, still inside the period.

    ``provisional`` where the State Council's calendar is not out yet: the day is then not before ``day``, and
    ``likely`` the day by an ordinary week. It is shown to nobody; a clock goes on once it and the longest holiday
    there may be are over, so that nobody is silent before their time.
    """

    day: date
    provisional: bool = False
    likely: date | None = None

    def is_over(self, on: date) -> bool:
        """Whether the period has run out, as far as can be told."""
        return on > ((self.likely or self.day) + LONGEST_HOLIDAY if self.provisional else self.day)


# ── The calendar ─────────────────────────────────────────────────────────────────────────────────────────────────────


def calendar(day: date) -> tuple[bool, bool]:
    """Whether it is a working day, and whether that is a guess."""
    try:
        return chinese_calendar.is_workday(day), False
    except NotImplementedError:  # what the package raises outside the years it knows
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS, True


def is_settled(day: date) -> bool:
    """Whether the calendar of that year is out: a last day beyond it is only the earliest there can be."""
    return not calendar(day)[1]


# ── One day for one verb ─────────────────────────────────────────────────────────────────────────────────────────────


def answer_by(asked_on: date) -> Deadline:
    """The last day for a party that word of the case reaches today: policy of the site (``RESPONSE_WORKING_DAYS``)."""
    days = {Since.FILED: asked_on, Since.ASKED: asked_on}
    return _deadline("answer", Happened(days), length=settings.RESPONSE_WORKING_DAYS)


def answer_of(respondent: Respondent) -> Deadline | None:
    """The last day of a party that was reached: the day it was told, or a later one that the calendar now gives. None
    while no word of the case has come to it."""
    since = reached_at(respondent)
    if since is None or respondent.due_on is None:
        return None
    return _as_it_stands(since, respondent.due_on)


def reached_at(respondent: Respondent) -> datetime | None:
    """From when the time of a party runs: when it was notified, never before it was asked; None until then."""
    if respondent.asked_at is None or respondent.notified_at is None:
        return None
    return max(respondent.asked_at, respondent.notified_at)


def records_of(request: RecordRequest) -> Deadline | None:
    """The last day to answer a request for records, counted as an answer is; None while it was not served."""
    if request.served_at is None or request.due_on is None:
        return None
    return _as_it_stands(request.served_at, request.due_on)


def standing_of(respondent: Respondent, on: date) -> dict[str, Any]:
    """Where this party's clock stands. Nobody is late while the calendar may still put the day later."""
    standing = respondent.standing(on)
    if standing["code"] == "overdue" and (until := answer_of(respondent)) and not until.is_over(on):
        return {"code": "waiting", "days": 0}
    return standing


def acceptance_by(complaint: Complaint, referred_on: date) -> Deadline:
    """The last day to accept or decline a case that is handed to the association on this day."""
    return acceptance_from(local_day(complaint.filed_at), referred_on)


def acceptance_from(filed_on: date, referred_on: date) -> Deadline:
    """The same by the two days alone."""
    return _deadline("acceptance", Happened({Since.FILED: filed_on, Since.REFERRED: referred_on}))


def mediation_by(complaint: Complaint, accepted_on: date) -> Deadline | None:
    """The last day of a mediation that begins, or began, on this day; None while testing holds it up."""
    pauses = pauses_of(timed_of(complaint))
    return mediation_from(local_day(complaint.filed_at), accepted_on, pauses=pauses)


def mediation_from(filed_on: date, accepted_on: date, *, pauses: tuple[Pause, ...] = ()) -> Deadline | None:
    """The same by the days alone."""
    return _until("mediation", Happened({Since.FILED: filed_on, Since.ACCEPTED: accepted_on}, pauses=pauses))


def review_by(asked_on: date) -> Deadline:
    """The last day for a person to look at a finding: policy of the site (``REVIEW_WORKING_DAYS``)."""
    return _deadline("answer", _reviewed(asked_on), length=settings.REVIEW_WORKING_DAYS)


def contest_by(asked_on: date) -> Deadline:
    """The last day for an officer to say who answers, where parties pass a case to and fro: policy of the site
    (``CONTEST_WORKING_DAYS``)."""
    return _deadline("answer", _reviewed(asked_on), length=settings.CONTEST_WORKING_DAYS)


def serve_by(on: date) -> Deadline:
    """The last day for an officer to tell a party that took no notice, from today: policy of the site
    (``SERVICE_WORKING_DAYS``)."""
    return _deadline("answer", _reviewed(on), length=settings.SERVICE_WORKING_DAYS)


def extended_by(due_on: date, days: int) -> Deadline:
    """The last day of a party that has so many working days more than until this one."""
    return _deadline("answer", _reviewed(due_on), length=days)


def review_count(asked_on: date) -> Due:
    """The same with every step of the count: what the site promises itself is counted as what it asks of others."""
    found = compute(rulebook().limits["answer"], _reviewed(asked_on), calendar, length=settings.REVIEW_WORKING_DAYS)
    assert isinstance(found, Due)  # as above: a limit that has begun
    return found


def reopen_by(complaint: Complaint) -> date | None:
    """The last day on which an ended case may be opened again: policy of the site (``REOPEN_DAYS``)."""
    return local_day(complaint.closed_at) + timedelta(days=settings.REOPEN_DAYS) if complaint.closed_at else None


def seven_day_return_ends(delivered_on: date, purchased_on: date) -> date | None:
    """The last day of the no-reason return; None for a purchase before the rules that are encoded."""
    days = {Since.PURCHASED: purchased_on, Since.DELIVERED: delivered_on}
    found = compute(rulebook().limits["seven_day_return"], Happened(days), calendar)
    return found.last if isinstance(found, Due) else None


def usual_length(id: str) -> int:
    """How long a limit of the law files is today, in its own unit."""
    length = rulebook().limits[id].terms[-1].length
    assert length is not None, id  # only what the site sets has none
    return length


def days_to_answer(asked_on: date, until: Deadline) -> int:
    """How many working days a party was given that has until this day; the setting may have changed since."""
    if until.provisional:
        return int(settings.RESPONSE_WORKING_DAYS)
    days = range(asked_on.toordinal() + 1, until.day.toordinal() + 1)
    return max(1, sum(calendar(date.fromordinal(day))[0] for day in days))


def timed_of(complaint: Complaint) -> list[Timed]:
    """The events of a case that start, stop or end a clock, in their order."""
    return list(complaint.events.filter(kind__in=TIMED).values_list("kind", "at"))


def referred_on(timed: Iterable[Timed]) -> date | None:
    """The day from which the association decides whether to take the case: the consumer asked it, or it looks again at
    what it had declined; none once the case was opened again after that, to be negotiated."""
    day = None
    for kind, at in timed:
        if kind in {"moved.refer", "moved.reopen-referral"}:
            day = local_day(at)
        elif kind in {"moved.reopen", "moved.reopen-negotiation"}:
            day = None
    return day


def pauses_of(timed: Iterable[Timed]) -> tuple[Pause, ...]:
    """The times of testing: from the day it began to the day it ended, both inside."""
    pauses: list[Pause] = []
    for kind, at in timed:
        if kind == "testing-began":
            pauses.append(Pause(Stop.TESTING, local_day(at)))
        elif kind == "testing-ended" and pauses:
            pauses[-1] = Pause(Stop.TESTING, pauses[-1].first, local_day(at))
    return tuple(pauses)


def local_day(at: datetime) -> date:
    """The day in China, where all of this is counted."""
    return timezone.localtime(at).date()


def _as_it_stands(asked_at: datetime, due_on: date) -> Deadline:
    """The day that was told, or a later one that the calendar gives meanwhile."""
    counted = answer_by(local_day(asked_at))
    if not counted.provisional:
        beyond = due_on > counted.day and not is_settled(due_on)  # more time was given, into a year that is not out yet
        return Deadline(due_on, True, due_on) if beyond else Deadline(max(counted.day, due_on))
    return Deadline(max(counted.day, due_on), True, max(counted.likely or counted.day, due_on))


def _reviewed(asked_on: date) -> Happened:
    return Happened({Since.FILED: asked_on, Since.ASKED: asked_on})


def _deadline(id: str, happened: Happened, *, length: int | None = None) -> Deadline:
    found = _until(id, happened, length=length)
    if found is None:
        raise LookupError(f"{id} stands still")
    return found


def _until(id: str, happened: Happened, *, length: int | None = None) -> Deadline | None:
    """The day of a limit that has begun; None while it stands still. LookupError where none is encoded for the day."""
    found = compute(rulebook().limits[id], happened, calendar, length=length)
    if not isinstance(found, Due):
        raise LookupError(f"no {id} is encoded for {happened.days}")
    return None if found.last is None else Deadline(found.last, found.provisional, found.likely)
