"""Nothing under thirty is shown, and nothing under thirty can be had by subtracting what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.figures.counting import Answers, Counted
from complaints.figures.hiding import FEW, veil
from complaints.figures.months import moments_of, published_months
from complaints.figures.sheet import publish
from complaints.figures.words import CATEGORIES, ENDS

COUNTS = st.one_of(st.integers(0, 40), st.integers(0, 400))
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
MONTH = date(2026, 10, 1)


@CALM
@given(st.dictionaries(st.integers(0, 40), COUNTS, max_size=30))
def test_what_is_left_of_a_whole_is_nothing_or_many(cells: dict[int, int]) -> None:
    whole = sum(cells.values())
    hidden = veil(cells)
    shown = {key: count for key, count in cells.items() if key not in hidden}
    assert all(count == 0 or count >= FEW for count in shown.values())
    if whole >= FEW:  # a smaller whole is not shown itself
        assert whole - sum(shown.values()) == 0 or whole - sum(shown.values()) >= FEW


@CALM
@given(st.dictionaries(st.integers(0, 20), st.integers(FEW, 500), max_size=12))
def test_what_is_many_everywhere_is_shown_everywhere(cells: dict[int, int]) -> None:
    assert veil(cells) == frozenset()


def test_one_small_group_takes_the_next_smallest_along_and_no_more() -> None:
    assert veil({"a": 500, "b": 40, "c": 90, "d": 3, "e": 0}) == {"b", "d"}
    assert veil({"a": 500, "b": 20, "c": 15}) == {"b", "c"}  # together they are enough


def test_the_unlisted_hide_a_small_one_among_them() -> None:
    assert veil({"a": 500, "b": 3, None: 100}, unlisted=[None]) == {"b", None}
    assert veil({"a": 500, "c": 90, None: 2}, unlisted=[None]) == {"c", None}


@st.composite
def months_of_cases(draw: st.DrawFn) -> Counted:
    """A month in which everything adds up, as counted ones do."""
    flow = Counter({(c, e): draw(COUNTS) for c in draw(st.sets(st.sampled_from([*CATEGORIES]))) for e in ENDS})
    total = flow.total()
    hours: Counter[tuple[int, int]] = Counter()
    platforms: Counter[int | None] = Counter()
    for left, table, keys in (
        (total, hours, [(day, hour) for day in range(7) for hour in range(24)]),
        (total, platforms, [None, 1, 2, 3, 4, 5]),
    ):
        while left:
            part = draw(st.integers(1, left)) if left < 60 else draw(st.integers(left // 6, left))
            table[draw(st.sampled_from(keys))] += part  # type: ignore[index]
            left -= part
    of_platform = {pk: Answers(due=count, in_time=count // 2, came=count // 2) for pk, count in platforms.items() if pk}
    return Counted(
        total=total,
        changed=draw(st.integers(0, total)),
        rated=draw(COUNTS),
        flow=flow,
        hours=hours,
        platforms=platforms,
        of_platform=of_platform,
        answers=Answers(due=total),
    )


def is_fit(counts: Iterable[int | None], whole: int) -> bool:
    """Each figure of a table is of many or of nobody, and so is what the whole leaves."""
    shown = [count for count in counts if count is not None]
    rest = whole - sum(shown)
    return all(count == 0 or count >= FEW for count in (*shown, rest))


@CALM
@given(months_of_cases())
def test_a_published_month_gives_no_small_group_away(counted: Counted) -> None:
    names = {pk: (f"平台{pk}", "") for pk in range(1, 6)}
    body = publish(counted, month=MONTH, names=names)
    if counted.total < FEW:
        assert body == {"month": "2026-10", "total": None}
        return
    rows: list[dict[str, Any]] = body["categories"]
    assert is_fit([row["total"] for row in rows], body["total"])
    assert body["total"] - sum(row["total"] for row in rows) == body["other_categories"]["total"]
    for row in rows:
        assert is_fit(row["parties"].values(), row["total"])
        assert sum(count or 0 for count in row["parties"].values()) + row["rest"] == row["total"]
    assert is_fit([row["cases"] for row in body["platforms"]], body["total"])
    if body["heat"]:
        assert is_fit([count for row in body["heat"]["rows"] for count in row], body["total"])
    if counted.rated < FEW:
        assert body["satisfied"] is None


def test_every_moment_is_in_one_month_only_and_the_present_in_none() -> None:
    at = timezone.make_aware(datetime(2026, 11, 21, 9))
    months = published_months(date(2026, 11, 21))
    assert (months[0], months[-1], len(months)) == (date(2025, 11, 1), date(2026, 10, 1), 12)
    for days in range(1, 500):
        moment = at - timedelta(days=days, hours=days % 24)
        inside = [month for month in months if moments_of(month)[0] <= moment < moments_of(month)[1]]
        local = timezone.localtime(moment).date()
        assert inside == ([local.replace(day=1)] if months[0] <= local < date(2026, 11, 1) else [])
