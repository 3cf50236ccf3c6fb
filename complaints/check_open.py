"""What the two-minute check might still ask: the questions that can change a verdict, and the days that can."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from complaints.check_asks import BOUGHT, FACT
from complaints.check_usual import ASKS
from routing import Inquiry, Question, Span, Told, Weighed, rulebook, spans, weigh
from routing.engine.facts import Fact

YEARS_BACK: Final = 3  # within the general time for a claim (民法典第188条) the day of purchase is asked first
# Facts that decide as often as the usual questions, and are asked among them.
AMONG_THE_USUAL: Final = ("claim_mattered", "claim_on_shop_page")

Open = tuple[list[Weighed], list[Weighed], list[Weighed]]
"""The weightiest first: the usual questions; facts that decide by themselves whichever way they are; and facts that
change something only where they are so, which is rare.
"""


def usual_questions(asked: Collection[str]) -> list[Question]:
    """Those not asked yet. ``asked`` are keys of questions."""
    facts = [_single(key) for key in AMONG_THE_USUAL]
    return [each for each in (*(ask.question for ask in ASKS), *facts) if each.key not in asked]


def open_questions(
    inquiry: Inquiry, usual: Sequence[Question], days: Sequence[Span], *, settled: Collection[str]
) -> Open:
    """Everything that can still change a verdict. ``settled`` are the facts nobody need ask for by themselves."""
    bought = Question(BOUGHT, tuple(Told(purchased=span.last) for span in days[1:]))
    others = [_single(key) for key in _askable() if key not in settled and key not in AMONG_THE_USUAL]
    weighed = weigh(rulebook(), inquiry, [*usual, bought, *others], beside=usual)
    by_themselves = {each.key for each in others}
    single = [each for each in weighed if each.question.key in by_themselves and each.decides]
    return (
        [each for each in weighed if each.question.key not in by_themselves],
        [each for each in single if not _is_rare(each)],
        [each for each in single if _is_rare(each)],
    )


def days_that_differ(
    inquiry: Inquiry, told: Span | None, today: date, *, beside: Sequence[Question]
) -> tuple[Span, ...]:
    """The days of purchase that make a difference, within what was told of them, or else in the latest years.

    A span without a first day is gone through as far back as the law was another.
    """
    if told is not None:
        return spans(rulebook(), inquiry, told, since=told.first or date.min, beside=beside)
    since = date(today.year - YEARS_BACK, today.month, 1)
    *later, last = spans(rulebook(), inquiry, Span(None, today), since=since, beside=beside)
    return (*later, Span(since, last.last))


def fact_called(key: str) -> Fact:
    """Raises ValueError where the law knows none by this name."""
    fact = rulebook().facts.get(key)
    if fact is None:
        raise ValueError(key)
    return fact


def fact_of(weighed: Weighed) -> Fact:
    """The fact that a question asks for by itself."""
    return fact_called(weighed.question.key.removeprefix(FACT))


def _single(key: str) -> Question:
    return Question(FACT + key, (Told({key: True}), Told({key: False})))


def _is_rare(weighed: Weighed) -> bool:
    """Whether nothing changes where the fact is not so."""
    key = weighed.question.key.removeprefix(FACT)
    return not any(
        changed for told, changed in zip(weighed.answers, weighed.at_once, strict=True) if told.facts.get(key) is False
    )


def _askable() -> Iterable[str]:
    """The facts a consumer's yes or no can tell: they neither follow from the goods nor are an officer's."""
    known = rulebook().conditions
    return [fact.key for fact in known if fact.consumer_askable and not fact.officer and fact.group != "derived"]
