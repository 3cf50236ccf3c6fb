"""Numbers people say, codes they type, days they wait for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.deadlines import calendar_days_after, working_days_after
from complaints.references import ALPHABET, new_receipt_code, new_reference, tidy_receipt_code, tidy_reference
from complaints.statement import amount

DAYS = st.dates(date(2020, 1, 1), date(2027, 6, 30))


@given(day=DAYS, position=st.integers(0, 9), other=st.sampled_from(ALPHABET), crowded=st.booleans())
def test_one_wrong_character_in_a_number_is_noticed(day: date, position: int, other: str, crowded: bool) -> None:
    reference = new_reference(day, crowded=crowded)
    assert tidy_reference(reference.lower().replace("-", " ")) == reference
    plain = reference.removeprefix("ZZ-").replace("-", "")
    wrong = plain[:position] + other + plain[position + 1 :]
    if wrong != plain and abs(ALPHABET.index(other) - ALPHABET.index(plain[position])) % 31:
        assert tidy_reference(wrong) != reference


@given(position=st.integers(0, 27), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_in_a_receipt_code_is_noticed(position: int, other: str) -> None:
    code = new_receipt_code()
    assert len(code.split("-")) == 7
    plain = code.replace("-", "")
    assert tidy_receipt_code(f" {code.lower()} ") == plain
    wrong = plain[:position] + other + plain[position + 1 :]
    if wrong != plain and abs(ALPHABET.index(other) - ALPHABET.index(plain[position])) % 31:
        assert tidy_receipt_code(wrong) is None


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 6, 1), 5, date(2026, 6, 8)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # National Day
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a make-up Saturday before Spring Festival
    ],
)
def test_working_days_are_those_of_the_state_council(day: date, count: int, last: date) -> None:
    assert working_days_after(day, count).day == last


def test_a_last_day_on_a_holiday_rolls_on() -> None:
    assert calendar_days_after(date(2026, 8, 2), 60).day == date(2026, 10, 8)


def test_beyond_the_published_calendar_a_day_is_provisional() -> None:
    found = working_days_after(date(2026, 12, 30), 5)
    assert found.provisional
    assert not working_days_after(date(2026, 11, 20), 5).provisional


@given(day=DAYS, count=st.integers(1, 60))
def test_waiting_longer_never_ends_sooner(day: date, count: int) -> None:
    assert day < working_days_after(day, count).day < working_days_after(day, count + 1).day
    assert calendar_days_after(day, count).day >= day + timedelta(days=count)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("469", "469.00"), ("¥1,469.5", "1469.50"), (" ４６９元 ", "469.00"), ("0", "0.00"), ("", None), (None, None)],
)
def test_amounts_are_read_as_people_write_them(typed: str | None, meant: str | None) -> None:
    assert amount(typed) == (Decimal(meant) if meant else None)


@pytest.mark.parametrize("typed", ["abc", "-5", "4.999", "1e400", "NaN", "Infinity", "99999999999999"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        amount(typed)
