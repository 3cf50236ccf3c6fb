"""From what was counted to what may be shown: the body of a sheet. Pure; what is too few is None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from complaints.figures.counting import Answers, Counted
from complaints.figures.hiding import FEW, share, veil
from complaints.figures.words import CATEGORIES, ENDS

HOURS = (2, 3, 4, 6)  # how many hours a cell of the heat table may span, the finest first
WEEKDAYS = tuple((weekday,) for weekday in range(7))  # Monday is 0
HALVES = ((0, 1, 2, 3, 4), (5, 6))


def publish(counted: Counted, *, month: date, names: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """The body of the sheet of a month. ``names`` of the platforms in Chinese and English."""
    if counted.total < FEW:
        return {"month": f"{month:%Y-%m}", "total": None}
    return {
        "month": f"{month:%Y-%m}",
        "total": counted.total,
        "in_time": share(counted.answers.in_time, counted.answers.due),
        "heard": share(counted.heard, counted.hearable),
        "satisfied": share(counted.satisfied, counted.rated),
        "changed": share(counted.changed, counted.total),
        **_categories(counted.flow),
        "platforms": _platforms(counted, names),
        "heat": _heat(counted.hours),
    }


def _categories(flow: Counter[tuple[str, str]]) -> dict[str, Any]:
    """Categories that are many enough, the largest first, each with its parties; the others together as one."""
    totals = {letter: sum(flow[letter, end] for end in ENDS) for letter in CATEGORIES}
    hidden = veil(totals)
    shown = [letter for letter in totals if totals[letter] and letter not in hidden]
    together = sum(totals[letter] for letter in hidden)
    return {
        "categories": [_category(flow, letter) for letter in sorted(shown, key=lambda one: -totals[one])],
        "other_categories": {"codes": [letter for letter in totals if letter in hidden], "total": together},
    }


def _category(flow: Counter[tuple[str, str]], letter: str) -> dict[str, Any]:
    cells = {end: flow[letter, end] for end in ENDS}
    hidden = veil(cells)
    return {
        "code": letter,
        "total": sum(cells.values()),
        "parties": {end: None if end in hidden else cells[end] for end in ENDS},
        "rest": sum(cells[end] for end in hidden),
    }


def _platforms(counted: Counted, names: Mapping[int, tuple[str, str]]) -> list[dict[str, Any]]:
    """Those named, by cases. Platforms that are not connected are never named, but count among the hidden."""
    hidden = veil(counted.platforms, unlisted=[None])
    shown = [pk for pk, _count in counted.platforms.most_common() if pk is not None and pk not in hidden]
    return [_platform(counted, pk, names[pk]) for pk in shown]


def _platform(counted: Counted, pk: int, name: tuple[str, str]) -> dict[str, Any]:
    answers, (taken, answered) = counted.of_platform.get(pk, Answers()), counted.offers.get(pk, (0, 0))
    return {
        "name_zh": name[0],
        "name_en": name[1],
        "cases": counted.platforms[pk],
        "in_time": share(answers.in_time, answers.due),
        "days": answers.median_days if answers.came >= FEW else None,
        "accepted": share(taken, answered),
        "passed_on": share(answers.passed_on, answers.came),
    }


def _heat(hours: Counter[tuple[int, int]]) -> dict[str, Any] | None:
    """The finest table of which at least half may be seen: weekday by weekday, else working days and weekends; None
    where none may.
    """
    for days in (WEEKDAYS, HALVES):
        for span in HOURS:
            every = {(row, hour): 0 for row in range(len(days)) for hour in range(0, 24, span)}
            for (weekday, hour), count in hours.items():
                row = next(row for row, members in enumerate(days) if weekday in members)
                every[row, hour // span * span] += count
            hidden = veil(every)
            if 2 * len(hidden) <= len(every):
                rows = [
                    [None if (row, hour) in hidden else every[row, hour] for hour in range(0, 24, span)]
                    for row in range(len(days))
                ]
                return {"span": span, "rows": rows}
    return None
