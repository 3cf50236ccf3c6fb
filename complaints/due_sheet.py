"""The time limits of a case, told: each with its last day, how it was counted, what it rests on, and a bar to look at.

One sheet for every door: the consumer's page and the desk show the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from complaints.case_limits import CaseLimit
from complaints.deadlines import Deadline
from complaints.narrative import day, language, parties_listed
from routing import rulebook
from routing.engine.deadline_words import DeadlineWords
from routing.engine.deadlines import Due, Waiting
from routing.engine.limits import EarlyWarning, Limit, Unit
from routing.engine.wording import Cited, Wording

WIDE, EDGE = 320, 5  # of the bar's own units: its width, and what is left free at either end


class Stage(StrEnum):
    """Where a limit stands on a day. Late is a step of this house or of a party that is still awaited."""

    RUNNING = "running"
    STANDING = "standing"
    LATE = "late"
    WAITING = "waiting"
    OVER = "over"
    DONE = "done"


GOING = frozenset({Stage.RUNNING, Stage.STANDING, Stage.LATE})


@dataclass(frozen=True, slots=True)
class Bar:
    """The picture of a running limit, from its start to its last day, in ready coordinates of ``WIDE`` by 26.

    ``today`` is None where today lies outside; ``is_open`` where the end is not known for sure.
    """

    past: str
    pauses: tuple[tuple[str, str], ...]  # x, width
    today: str | None
    today_anchor: str
    warning: str | None
    is_open: bool
    starts: str
    ends: str


@dataclass(frozen=True, slots=True)
class Row:
    """One limit. ``left`` are days to the last one; ``caps`` are the utmost days that hold beside it."""

    id: str
    limit: Limit
    stage: Stage
    title: str
    owner: str
    when: str
    why_not_exact: str
    left: int | None
    says: str
    note: str
    begins_again: str
    warning: str
    steps: tuple[str, ...]
    basis: tuple[Cited, ...]
    bar: Bar | None
    last: date | None
    caps: tuple[Row, ...] = ()

    @property
    def runs_on(self) -> bool:
        """Whether no complaint stops it."""
        return bool(self.limit.runs_on)

    @property
    def length_of_another(self) -> bool:
        """Whether its articles are another body's, which the site keeps to."""
        return self.limit.follows is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The limits of a case, the nearest last day first; ``perhaps`` are those that hang on facts nobody has told."""

    running: tuple[Row, ...]
    waiting: tuple[Row, ...]
    past: tuple[Row, ...]
    perhaps: tuple[Row, ...]


def sheet_of(limits: Iterable[CaseLimit], *, on: date) -> Sheet:
    """Tell every limit as it stands on this day, in the reader's language."""
    words = _words()
    told = list(limits)
    capping: dict[str, list[CaseLimit]] = {}
    for each in told:
        if each.limit.caps is not None and isinstance(each.found, Due):
            capping.setdefault(each.limit.caps, []).append(each)
    rows: list[tuple[CaseLimit, Row]] = []
    for each in sorted(told, key=lambda each: each.done_on is not None):  # where a limit runs, its own name leads there
        if each.limit.caps is None:
            again = any(row.limit is each.limit for _each, row in rows)
            caps = tuple(_row(cap, words, on) for cap in capping.get(each.limit.id, ()))
            row = _row(each, words, on)
            rows.append((each, replace(row, id=f"{row.id}-{each.parties[0]}" if again else row.id, caps=caps)))
    sure = [row for each, row in rows if each.matters is True]
    running = (row for row in sure if row.stage in GOING)
    return Sheet(
        running=tuple(sorted(running, key=lambda row: row.last or on)),
        waiting=tuple(row for row in sure if row.stage is Stage.WAITING),
        past=tuple(row for row in sure if row.stage in {Stage.OVER, Stage.DONE}),
        perhaps=tuple(row for each, row in rows if each.matters is None),
    )


def told_length(count: int, unit: Unit) -> str:
    """``7个工作日``, ``7 working days``."""
    return _words().length(count, unit)


def _words() -> DeadlineWords:
    return DeadlineWords(Wording(rulebook(), language()), day)


def _row(each: CaseLimit, words: DeadlineWords, on: date) -> Row:
    limit, found, lang = each.limit, each.found, language()
    due = found if isinstance(found, Due) else None
    stage = _stage(each, on)
    warn = limit.warn if due and stage is Stage.RUNNING else None
    return Row(
        id=limit.id,
        limit=limit,
        stage=stage,
        title=words.title(limit),
        owner=_("由{parties}办").format(parties=parties_listed(each.parties)) if each.parties else words.owner(limit),
        when=words.when(found, length=each.length),
        why_not_exact=words.why_not_exact(found),
        left=None if due is None or due.last is None else (due.last - on).days,
        says=limit.says.in_(lang),
        note=limit.note.in_(lang) if limit.note else "",
        begins_again=words.begins_again(limit),
        warning=_warning(due, warn, on) if due and warn else "",
        steps=words.steps(due) if due else (),
        basis=words.basis(found),
        bar=_bar(due, on) if due and stage in GOING else None,
        last=None if due is None else due.last,
    )


def _stage(each: CaseLimit, on: date) -> Stage:
    if isinstance(each.found, Waiting):
        return Stage.WAITING
    if each.done_on is not None:
        return Stage.DONE
    if each.found.last is None:
        return Stage.STANDING
    if not Deadline(each.found.last, each.found.provisional, each.found.likely).is_over(on):
        return Stage.RUNNING
    return Stage.LATE if each.limit.policy else Stage.OVER


def _warning(due: Due, warn: EarlyWarning, on: date) -> str:
    """The earlier day: told beforehand where it is law, and from that day on where it only asks for something."""
    if due.warn_on is None or (not warn.basis and on < due.warn_on):
        return ""
    colon = "：" if language() == "zh" else ": "
    return f"{day(due.warn_on)}{colon}{warn.says.in_(language())}"


# ── The bar ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bar(due: Due, on: date) -> Bar:
    """From the day it runs from to the last day; one that stands still is drawn to where it would end from today."""
    start = due.start
    end = due.last or max(on, start) + timedelta(days=due.left)
    span = max(1, (end - start).days)

    def x(day: date) -> float:
        part = min(1.0, max(0.0, (day - start).days / span))
        return EDGE + part * (WIDE - 2 * EDGE)

    pauses = tuple(
        (f"{x(pause.first):.1f}", f"{max(1.5, x(pause.last or on) - x(pause.first)):.1f}") for pause in due.pauses
    )
    now = x(on) if start <= on <= end else None
    anchor = "middle" if now is None or 30 < now < WIDE - 30 else "start" if now <= 30 else "end"
    return Bar(
        past=f"{x(on) - EDGE:.1f}",
        pauses=pauses,
        today=None if now is None else f"{now:.1f}",
        today_anchor=anchor,
        warning=None if due.warn_on is None else f"{x(due.warn_on):.1f}",
        is_open=due.provisional or due.last is None,
        starts=day(start),
        ends="" if due.last is None else day(due.last),
    )
