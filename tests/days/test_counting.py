"""What holds of every count of days, whatever the limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.deadlines import calendar
from routing import rulebook
from routing.engine.counting import Pause, counted
from routing.engine.deadlines import Due, Happened, Kind, compute
from routing.engine.limits import Since, Stop, Term, Unit

DAY = timedelta(days=1)
KNOWN = st.dates(date(2021, 1, 1), date(2026, 6, 30))
ANY = st.dates(date(2021, 1, 1), date(2028, 12, 31))
MEDIATION = rulebook().limits["mediation"]


def last_of(start: date, length: int, unit: Unit, *, rolls: bool = False, pauses: tuple[Pause, ...] = ()) -> date:
    term = replace(MEDIATION.terms[-1], unit=unit)
    found = counted(replace(MEDIATION, rolls=rolls), term, start, length, pauses, calendar).last
    assert found is not None
    return found


def due(limit_id: str, days: dict[Since, date], *pauses: Pause, length: int | None = None) -> Due:
    usual = {Since.PURCHASED: date(2026, 5, 20), Since.FILED: date(2026, 6, 1)}
    found = compute(rulebook().limits[limit_id], Happened({**usual, **days}, pauses), calendar, length=length)
    assert isinstance(found, Due)
    return found


@given(start=KNOWN, length=st.integers(1, 60))
def test_a_count_of_working_days_ends_on_a_working_day_with_that_many_on_the_way(start: date, length: int) -> None:
    last = last_of(start, length, Unit.WORKING_DAYS)
    assert calendar(last) == (True, False)
    days = [start + n * DAY for n in range(1, (last - start).days + 1)]
    assert sum(calendar(day)[0] for day in days) == length


@given(start=ANY, length=st.integers(1, 60), unit=st.sampled_from(Unit), rolls=st.booleans())
def test_a_longer_period_never_ends_sooner_and_none_ends_on_its_first_day(
    start: date, length: int, unit: Unit, rolls: bool
) -> None:
    ends = last_of(start, length, unit, rolls=rolls)
    assert start < ends <= last_of(start, length + 1, unit, rolls=rolls)


@given(start=ANY, later=st.integers(0, 40), length=st.integers(1, 60), unit=st.sampled_from(Unit))
def test_what_starts_later_never_ends_sooner(start: date, later: int, length: int, unit: Unit) -> None:
    assert last_of(start, length, unit) <= last_of(start + later * DAY, length, unit)


@given(start=ANY, wait=st.integers(1, 60), days=st.integers(1, 90))
def test_a_pause_of_n_days_moves_a_limit_of_sixty_days_by_n(start: date, wait: int, days: int) -> None:
    pause = Pause(Stop.TESTING, start + wait * DAY, start + (wait + days - 1) * DAY)
    plain = last_of(start, 60, Unit.DAYS)
    assert last_of(start, 60, Unit.DAYS, pauses=(pause,)) == plain + days * DAY


@given(start=ANY, days=st.integers(1, 90))
def test_a_pause_after_the_last_day_changes_nothing(start: date, days: int) -> None:
    first = start + 61 * DAY
    pause = Pause(Stop.TESTING, first, first + days * DAY)
    assert last_of(start, 60, Unit.DAYS, pauses=(pause,)) == start + 60 * DAY


@given(start=KNOWN, length=st.integers(1, 90))
def test_what_rolls_ends_on_the_first_working_day_from_its_last(start: date, length: int) -> None:
    plain, rolled = last_of(start, length, Unit.DAYS), last_of(start, length, Unit.DAYS, rolls=True)
    if calendar(rolled)[1]:
        return  # beyond the calendar: the next test
    assert calendar(rolled)[0]
    assert not any(calendar(plain + n * DAY)[0] for n in range((rolled - plain).days))


@given(asked=st.dates(date(2026, 12, 1), date(2027, 12, 31)), length=st.integers(1, 30))
def test_beyond_the_calendar_a_day_is_never_put_too_late(asked: date, length: int) -> None:
    found = due("answer", {Since.ASKED: asked}, length=length)
    assert found.last is not None
    assert found.likely is not None
    assert found.provisional is (found.last.year > 2026)
    if found.provisional:
        # Even if every weekend day of the unknown year came to be worked on, it could not end before.
        worked = [asked + n * DAY for n in range(1, (found.last - asked).days + 1)]
        assert sum(calendar(day)[0] or (calendar(day)[1] and day.weekday() >= 5) for day in worked) == length
        assert found.last <= found.likely
        assert found.steps[-1].kind is Kind.NOT_BEFORE
        assert any(step.kind is Kind.HORIZON for step in found.steps)
        assert not any(step.kind is Kind.ENDS for step in found.steps)


@given(known=KNOWN, after=st.integers(0, 1200))
def test_a_complaint_restarts_the_three_years_and_not_the_one_year(known: date, after: int) -> None:
    told = known + after * DAY
    days = {Since.HARM_KNOWN: known, Since.GROUND_KNOWN: known, Since.REFERRED: told, Since.DEMAND_MADE: told}
    claim, plain = due("claim", days), due("claim", {Since.HARM_KNOWN: known})
    assert plain.last is not None
    in_time = known < told <= plain.last
    assert claim.start == (told if in_time else known)
    assert any(step.kind is Kind.INTERRUPTED for step in claim.steps) is in_time
    for limit in ("rescind_fraud", "rescind_breach"):
        assert due(limit, days).last == due(limit, {Since.GROUND_KNOWN: known}).last


@pytest.mark.parametrize(
    ("start", "length", "unit", "last"),
    [
        (date(2024, 2, 29), 1, Unit.YEARS, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, Unit.YEARS, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, Unit.MONTHS, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, Unit.MONTHS, date(2024, 2, 29)),
        (date(2026, 12, 31), 2, Unit.MONTHS, date(2027, 2, 28)),
    ],
)
def test_months_that_are_too_short_end_the_period(start: date, length: int, unit: Unit, last: date) -> None:
    assert last_of(start, length, unit) == last


def test_the_steps_name_every_kind_of_day_that_was_left_out_or_put_in() -> None:
    found = due("acceptance", {Since.REFERRED: date(2026, 9, 18)})
    kinds = [step.kind for step in found.steps]
    assert kinds == [
        *(Kind.STARTED, Kind.NOT_COUNTED, Kind.LENGTH),
        *(Kind.WEEKENDS, Kind.HOLIDAY, Kind.MAKE_UP, Kind.ENDS),
    ]
    weekends, holiday, made_up = found.steps[3:6]
    assert weekends.count == 1  # Saturday, the 19th; Sunday is worked on
    assert (holiday.day, holiday.until, holiday.count) == (date(2026, 9, 25), date(2026, 9, 27), 3)
    assert made_up.day == date(2026, 9, 20)


def test_a_limit_may_count_its_first_day() -> None:
    limit = replace(rulebook().limits["seven_day_return"], counts_first_day=True)
    days = {Since.PURCHASED: date(2026, 6, 1), Since.FILED: date(2026, 6, 1), Since.DELIVERED: date(2026, 6, 1)}
    found = compute(limit, Happened(days), calendar)
    assert isinstance(found, Due)
    assert found.last == date(2026, 6, 7)
    assert Kind.COUNTED in [step.kind for step in found.steps]


def test_a_day_that_stands_in_for_another_says_so() -> None:
    days = {Since.COMPLETED: date(2026, 5, 24), Since.PURCHASED: date(2026, 5, 20)}
    happened = Happened(days, assumed={Since.COMPLETED: Since.DELIVERED})
    found = compute(rulebook().limits["records_transaction"], happened, calendar)
    assert isinstance(found, Due)
    assert (found.steps[1].kind, found.steps[1].other) == (Kind.ASSUMED, Since.DELIVERED)


def test_the_site_sets_the_length_that_the_law_leaves_open() -> None:
    term: Term = rulebook().limits["answer"].terms[0]
    assert term.length is None
    days = {Since.FILED: date(2026, 6, 1), Since.ASKED: date(2026, 6, 1)}
    with pytest.raises(ValueError, match="answer"):
        compute(rulebook().limits["answer"], Happened(days), calendar)
