"""Last days with their reasons: from a limit and what happened, step by step. The calendar is handed in.

The first day is not counted unless the limit says so; the last day is still inside. Where the count runs beyond the
published calendar, the answer is the earliest day that is still possible, marked provisional: "not before".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from routing.engine.counting import DAY, SATURDAY, Calendar, Count, Pause, counted, same_day
from routing.engine.expressions import Expression, evaluate
from routing.engine.inquiry import Inquiry
from routing.engine.limits import Limit, Since, Stop, Term, Unit
from routing.engine.logic import Truth, conjunction
from routing.engine.rulebook import Rulebook
from routing.engine.setting import filled
from routing.engine.vocabulary import When

GOVERNING: Final = {When.PURCHASE: Since.PURCHASED, When.FILING: Since.FILED, When.PENDING: Since.FILED}


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened in one case, as days. Where nobody told a day, ``assumed`` names the event whose day stands in."""

    days: Mapping[Since, date]
    pauses: tuple[Pause, ...] = ()
    assumed: Mapping[Since, Since] = field(default_factory=dict)


class Kind(StrEnum):
    """The steps that explain a day."""

    STARTED = "started"  # since, day
    ASSUMED = "assumed"  # since, other
    LATER = "later"  # since, day
    UNTOLD = "untold"  # since
    INTERRUPTED = "interrupted"  # since, day, until: where it would have ended
    NOT_COUNTED = "not_counted"  # day: the first that is counted
    COUNTED = "counted"
    LENGTH = "length"  # count, unit
    PAUSED = "paused"  # stop, day, until, count
    STANDING = "standing"  # stop, day, count, unit: what is left
    WEEKENDS = "weekends"  # count
    HOLIDAY = "holiday"  # day, until, count
    MAKE_UP = "make_up"  # day
    CLIPPED = "clipped"  # count: the day of the month that there is none of
    ROLLED = "rolled"  # day, until
    HORIZON = "horizon"  # day: the first that is not known
    ENDS = "ends"  # day
    NOT_BEFORE = "not_before"  # day
    EXTENDED = "extended"  # count, unit, day
    EXTENDED_NOT_BEFORE = "extended_not_before"  # count, unit, day


@dataclass(frozen=True, slots=True)
class Step:
    """One reason; which fields it has depends on its kind."""

    kind: Kind
    day: date | None = None
    until: date | None = None
    count: int = 0
    unit: Unit | None = None
    since: Since | None = None
    other: Since | None = None
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A limit that runs or has run out. ``last`` None: it stands still, with ``left`` of it to come.

    ``provisional``: the day is not before ``last``; more is not known until the calendar is out. ``likely`` is then the
    day by an ordinary week: for queues and clocks that must go on, never to be shown as the day.
    """

    limit: Limit
    term: Term
    start: date
    last: date | None
    likely: date | None
    provisional: bool
    left: int
    warn_on: date | None
    pauses: tuple[Pause, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A limit that does not run yet: the event it runs from has not happened, or nobody has told its day."""

    limit: Limit
    term: Term


def compute(limit: Limit, happened: Happened, calendar: Calendar, *, length: int | None = None) -> Due | Waiting | None:
    """The last day of a limit, with its reasons; None where no term is encoded for its governing day.

    ``length`` is what the site has set, for a limit that leaves it to the site. The governing day must have happened.
    """
    term = _term(limit, happened.days[GOVERNING[limit.gate]])
    if term is None:
        return None
    if limit.since not in happened.days:
        return Waiting(limit, term)
    lasting = term.length if length is None else length
    if lasting is None:
        raise ValueError(f"{limit.id}: the site sets its length, and none was handed in")

    start, why = _start(limit, happened)
    found = counted(limit, term, start, lasting, happened.pauses, calendar)
    for since, day in sorted(_interruptions(limit, happened), key=lambda each: each[1]):
        if found.last is not None and start < day <= found.last:
            why.append(Step(Kind.INTERRUPTED, day, found.last, since=since))
            start, found = day, counted(limit, term, day, lasting, happened.pauses, calendar)
    longer = lasting + term.extension
    extended = counted(limit, term, start, longer, happened.pauses, calendar) if term.extension else None
    return Due(
        limit=limit,
        term=term,
        start=start,
        last=found.last,
        likely=found.likely or found.last,
        provisional=found.horizon is not None and found.last is not None,
        left=found.left,
        warn_on=_warning(limit, start),
        pauses=tuple(pause for pause in happened.pauses if pause.stop in limit.pauses_for),
        steps=(*why, *_told(limit, term, lasting, start, found), *_told_extension(term, extended)),
    )


def concerned(rulebook: Rulebook, inquiry: Inquiry) -> Mapping[str, Truth]:
    """Which limits matter to this complaint, by its facts and its kind of goods; unknown where these are not known."""
    truths = filled(rulebook, inquiry)
    marks = {} if inquiry.category is None else rulebook.categories[inquiry.category].marks

    def truth(expression: Expression) -> Truth:
        return evaluate(expression, lambda name: truths[rulebook.facts[name].index])

    def matters(limit: Limit) -> Truth:
        if truth(limit.unless) is True and truth(limit.keeps_if) is not True:
            return False
        found = conjunction((truth(limit.concerns), True if limit.mark is None else marks.get(limit.mark)))
        return found is True if limit.only_known else found

    return {id: matters(limit) for id, limit in rulebook.limits.items()}


# ── Where it starts ──────────────────────────────────────────────────────────────────────────────────────────────────


def _term(limit: Limit, governing: date) -> Term | None:
    return next((term for term in limit.terms if term.period.covers(governing)), None)


def _start(limit: Limit, happened: Happened) -> tuple[date, list[Step]]:
    """The day it runs from, and why that day: of several events the later one counts."""
    start = happened.days[limit.since]
    why = [Step(Kind.STARTED, start, since=limit.since)]
    if limit.since in happened.assumed:
        why.append(Step(Kind.ASSUMED, since=limit.since, other=happened.assumed[limit.since]))
    for since in limit.or_later:
        day = happened.days.get(since)
        if day is None:
            why.append(Step(Kind.UNTOLD, since=since))
        elif day > start:
            start = day
            why.append(Step(Kind.LATER, day, since=since))
    return start, why


def _interruptions(limit: Limit, happened: Happened) -> Iterable[tuple[Since, date]]:
    return ((since, happened.days[since]) for since in limit.interrupted_by if since in happened.days)


def _warning(limit: Limit, start: date) -> date | None:
    if limit.warn is None:
        return None
    return same_day(start, limit.warn.length, limit.warn.unit)


# ── The reasons ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _told(limit: Limit, term: Term, length: int, start: date, found: Count) -> Iterable[Step]:
    yield Step(Kind.COUNTED) if limit.counts_first_day else Step(Kind.NOT_COUNTED, start + DAY)
    yield Step(Kind.LENGTH, count=length, unit=term.unit)
    for pause, days in found.paused.items():
        yield Step(Kind.PAUSED, pause.first, pause.last, days, stop=pause.stop)
    yield from _told_days_off(found.skipped)
    for day in found.made_up:
        yield Step(Kind.MAKE_UP, day)
    if found.standing is not None:
        yield Step(Kind.STANDING, found.standing.first, count=found.left, unit=term.unit, stop=found.standing.stop)
        return
    assert found.last is not None  # it does not stand still
    if not term.unit.is_walked and (found.unrolled or found.last).day != start.day:
        yield Step(Kind.CLIPPED, count=start.day)
    if found.unrolled is not None and found.unrolled != found.last:
        yield Step(Kind.ROLLED, found.unrolled, found.last)
    if found.horizon is not None:
        yield Step(Kind.HORIZON, found.horizon)
    yield Step(Kind.ENDS if found.horizon is None else Kind.NOT_BEFORE, found.last)


def _told_extension(term: Term, extended: Count | None) -> Iterable[Step]:
    if extended is not None and extended.last is not None:
        kind = Kind.EXTENDED if extended.horizon is None else Kind.EXTENDED_NOT_BEFORE
        yield Step(kind, extended.last, count=term.extension, unit=term.unit)


def _told_days_off(skipped: Sequence[date]) -> Iterable[Step]:
    """Weekends as one number; each run of days off with a weekday in it as a holiday of its own."""
    runs: list[list[date]] = []
    for day in skipped:
        if runs and day - runs[-1][-1] == DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    holidays = [run for run in runs if any(day.weekday() < SATURDAY for day in run)]
    weekends = sum(len(run) for run in runs if run not in holidays)
    if weekends:
        yield Step(Kind.WEEKENDS, count=weekends)
    for run in holidays:
        yield Step(Kind.HOLIDAY, run[0], run[-1], len(run))
