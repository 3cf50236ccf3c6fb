"""What the engine says of a question is what comes of asking it: compared with deciding every answer by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from complaints.check_usual import ASKS
from routing import Inquiry, Question, Span, Told, read_inquiry, rulebook, spans, weigh
from routing.engine.compiled import machine
from routing.engine.questioning import turning_days

BOOK = rulebook()
BOUGHT = "2024-08-01"
STATES: dict[str, dict[str, bool]] = {
    "nothing is told": {},
    "faulty goods": {"below_standard": True, "purchase_proved": True},
    "a false claim in somebody else's room": {"false_claim": True, "operator_is_seller": False},
    "a fake from the shop's own room": {"counterfeit": True, "operator_is_seller": True, "personal_use": True},
}
QUESTIONS = [ask.question for ask in ASKS]


def inquiry(facts: Mapping[str, bool], bought: str = BOUGHT) -> Inquiry:
    given = {"purchase_date": bought, "filed_date": "2026-06-01", "facts": facts}
    return read_inquiry(given, BOOK, today=date.max)


def changed(facts: Mapping[str, bool], told: Told) -> int:
    """How many verdicts differ once this is told, by two decisions."""
    read = machine(BOOK).verdicts
    before, after = read(inquiry(facts)), read(inquiry({**facts, **told.facts}))
    return sum(before[party] is not after[party] for party in before)


@pytest.mark.parametrize("state", STATES)
def test_what_an_answer_changes_at_once_is_what_two_decisions_differ_by(state: str) -> None:
    facts = STATES[state]
    for weighed in weigh(BOOK, inquiry(facts), QUESTIONS, beside=QUESTIONS):
        assert list(weighed.at_once) == [changed(facts, told) for told in weighed.answers]


@pytest.mark.parametrize("state", STATES)
def test_what_an_answer_changes_beside_another_is_the_most_that_any_other_answer_allows(state: str) -> None:
    facts = STATES[state]
    weighed = weigh(BOOK, inquiry(facts), QUESTIONS, beside=QUESTIONS)
    others = {question.key: question.answers for question in QUESTIONS}
    for each in weighed:
        for told, most in zip(each.answers, each.further, strict=True):
            found = [changed(facts, told)]
            for key, answers in others.items():
                for other in answers if key != each.question.key else ():
                    fits = all({**facts, **told.facts}.get(fact, value) is value for fact, value in other.facts.items())
                    if fits:
                        found.append(changed({**facts, **other.facts}, told))
            assert most == max(found)


def test_an_answer_that_contradicts_or_repeats_what_is_known_does_not_count() -> None:
    about_claims = Question("said", (Told({"false_claim": True}), Told({"false_claim": False})))
    assert weigh(BOOK, inquiry({"false_claim": True}), [about_claims]) == ()
    about_likeness = Question("like", (Told({"not_as_described": False}),))
    assert weigh(BOOK, inquiry({"counterfeit": True}), [about_likeness]) == ()  # a counterfeit is not as described


def test_the_weightiest_comes_first() -> None:
    found = weigh(BOOK, inquiry(STATES["faulty goods"]), QUESTIONS, beside=QUESTIONS)
    assert [each.weight for each in found] == sorted((each.weight for each in found), reverse=True)


def test_within_a_span_the_day_makes_no_difference_and_between_two_it_does() -> None:
    facts = {
        **{"below_standard": True, "purchase_proved": True, "personal_use": True, "seller_displayed": False},
        **{"operator_is_seller": False, "live_click_purchase": True, "platform_sells_itself": False},
    }
    whole = Span(None, date(2026, 6, 1))
    found = spans(BOOK, inquiry(facts), whole, since=date(2021, 6, 1))
    read: Any = lambda day: machine(BOOK).verdicts(inquiry(facts, day.isoformat()))  # noqa: E731
    assert len(found) > 1
    for span in found:
        days = [day for day in turning_days(BOOK) if span.first and span.first < day <= span.last]
        assert all(read(day) == read(span.last) == read(day - timedelta(days=1)) for day in days)
    for later, earlier in pairwise(found):
        assert later.first == earlier.last + timedelta(days=1)
        assert read(later.first) != read(earlier.last)
    assert found[-1].first is None


def test_times_long_gone_are_not_told_apart() -> None:
    facts = {"below_standard": True, "purchase_proved": True}
    assert spans(BOOK, inquiry(facts), Span(None, date(2026, 6, 1)), since=date(2026, 6, 1)) == (
        Span(None, date(2026, 6, 1)),
    )
