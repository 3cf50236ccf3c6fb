"""Numbers people say, codes they type, days they wait for."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.deadlines import Deadline, answer_by, is_settled, seven_day_return_ends
from complaints.references import ALPHABET, new_receipt_code, new_reference, tidy_receipt_code, tidy_reference
from complaints.statement import NoAmount, amount

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
    ("asked_on", "last"),
    [
        (date(2026, 6, 1), date(2026, 6, 8)),
        (date(2026, 9, 30), date(2026, 10, 13)),  # National Day, and a make-up Saturday
        (date(2026, 2, 12), date(2026, 2, 26)),  # a make-up Saturday before Spring Festival
    ],
)
def test_a_party_has_five_working_days_as_the_state_council_counts_them(asked_on: date, last: date) -> None:
    assert answer_by(asked_on) == Deadline(last, False, last)


def test_beyond_the_published_calendar_a_day_is_not_before_another_and_nobody_is_late_on_a_guess() -> None:
    until = answer_by(date(2026, 12, 30))
    assert (until.day, until.provisional) == (date(2027, 1, 5), True)  # each weekend day might be worked on
    assert not until.is_over(date(2027, 1, 17))  # five days of an ordinary week, and the longest holiday there may be
    assert until.is_over(date(2027, 1, 18))
    assert not is_settled(until.day)
    assert not answer_by(date(2026, 11, 20)).provisional


def test_the_no_reason_return_ends_seven_days_after_the_day_of_delivery_holiday_or_not() -> None:
    assert seven_day_return_ends(date(2026, 9, 24), date(2026, 9, 20)) == date(2026, 10, 1)
    assert seven_day_return_ends(date(2017, 3, 14), date(2017, 3, 10)) is None  # before the rules that are encoded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("469", "469.00"), ("¥1,469.5", "1469.50"), (" ４６９元 ", "469.00"), ("0", "0.00"), ("", None), (None, None)],
)
def test_amounts_are_read_as_people_write_them(typed: str | None, meant: str | None) -> None:
    assert amount(typed) == (Decimal(meant) if meant else None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "金额写数字，例如469或469.00；现在写的是“abc”"),
        ("NaN", "金额写数字"),
        ("Infinity", "金额写数字"),
        ("四百六十九", "现在写的是“四百六十九”"),
        ("-5", "金额不能是负数，最小写0；现在写的是“-5”"),
        ("¥4.999", "小数点后两位），例如469.50；现在写的是“¥4.999”"),
        ("1e400", "金额写数字"),
        ("9" * 400, "金额要小于100亿元"),
        ("10,000,000,000", "金额要小于100亿元；现在写的是“10,000,000,000”"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_was_found_and_what_is_allowed(typed: str, sentence: str) -> None:
    with pytest.raises(NoAmount, match=re.escape(sentence)):
        amount(typed)
