"""The two-minute check: how far one person has come, what the answers assert, and what the law still asks.

Nothing is stored. A walk is the answers so far, read on one day; the door carries it from page to page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import ceil
from typing import Any, Final

from complaints.check_asks import (
    ASKS,
    BOUGHT,
    FACT,
    KIND,
    PROBLEM,
    REST,
    UNSURE,
    Ask,
    bought_ask,
    fact_ask,
    kind_ask,
    problem_ask,
    rest_ask,
    span_of,
)
from complaints.statement import PROBLEMS
from routing import Inquiry, Language, Question, Span, Told, Weighed, read_inquiry, rulebook, spans, weigh
from routing.engine.facts import Fact

MOST: Final = 12  # questions, whatever is still open: it is called the two-minute check
REST_MOST: Final = 8  # statements on one page
REST_PAGES: Final = 2  # such pages
YEARS_BACK: Final = 3  # within the general time for a claim (民法典第188条) the day of purchase is asked; not beyond
FIRST_TO_FIND: Final = 3
# Facts that decide as often as the usual questions, and are asked among them.
AMONG_THE_USUAL: Final = ("claim_mattered", "claim_on_shop_page")
DANGERS: Final = frozenset({"unsafe_defect", "body_harm", "severe_harm", "food_unsafe"})
RAISING: Final = frozenset({"goods", "said", "merchant"})  # of the usual questions, those that say what is wrong
USUAL: Final = {ask.key: ask for ask in ASKS}
LETTERS: Final = frozenset(problem.letter for problem in PROBLEMS if problem.kinds)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered. ``codes`` are the choices taken: one, but for REST; ``about`` as the question had it."""

    key: str
    codes: tuple[str, ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk:
    """The answers so far, in order, read on one day in one language. Raises ValueError for answers nobody can give."""

    told: tuple[Answer, ...]
    today: date
    lang: Language

    def __post_init__(self) -> None:
        for place, answer in enumerate(self.told):
            codes = {option.code for option in self._asked[place].options}
            if not answer.codes or not set(answer.codes) <= codes:
                raise ValueError(answer.key)

    # ── What the answers say ─────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def facts(self) -> dict[str, bool]:
        """Every fact the answers assert. What was said of a fact first stands: a later page never asks it again."""
        found: dict[str, bool] = {}
        for ask, answer in zip(self._asked, self.told, strict=True):
            found = ask.facts(answer.codes) | found
        return found

    @property
    def bought(self) -> Span | None:
        """When it was bought, where that was told."""
        code = self._code(BOUGHT)
        return span_of(code) if code not in ("", UNSURE) else None

    @property
    def input(self) -> dict[str, Any]:
        """The input of the decide contract: as if bought today where nothing else was told."""
        return {
            "purchase_date": (self.bought.last if self.bought else self.today).isoformat(),
            "filed_date": self.today.isoformat(),
            "facts": self.facts,
        }

    @property
    def is_dangerous(self) -> bool:
        """Whether somebody is, or may come, to harm."""
        return any(self.facts.get(fact) for fact in DANGERS)

    # ── What comes next ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def ask(self) -> Ask | None:
        """The next question; None where no answer would change a verdict any more, or enough was asked."""
        if not self.told:
            return problem_ask()
        if len(self.told) >= MOST:
            return None
        kind = self._kind_ask
        if kind is not None:
            return kind
        usual, alone, rare = self._open
        if usual:
            return self._ask_of(usual[0])
        if alone or len(rare) == 1:
            return self._ask_of((alone or rare)[0])
        if sum(answer.key == REST for answer in self.told) == REST_PAGES:
            return None
        facts = [_fact(each.question.key.removeprefix(FACT)) for each in rare[:REST_MOST]]
        return rest_ask(facts, self.lang) if facts else None

    @property
    def left(self) -> int:
        """About how many questions are still to come, the next one among them."""
        usual, alone, rare = self._open
        open_ = len(usual) + len(alone) + ceil(len(rare) / REST_MOST) + (self._kind_ask is not None)
        return min(MOST - len(self.told), open_)

    @property
    def first_to_find(self) -> tuple[Ask, ...]:
        """Where next to nothing is known: the questions it is best to find an answer to."""
        kinds = Question(KIND, tuple(Told(kind.facts) for problem in PROBLEMS for kind in problem.kinds))
        usual = [ask.question for ask in ASKS if ask.key not in RAISING]
        found = weigh(rulebook(), self.inquiry, usual, beside=[kinds, *usual])
        return (problem_ask(), *(USUAL[each.question.key] for each in found))[:FIRST_TO_FIND]

    @property
    def is_clueless(self) -> bool:
        """Whether nobody said what is wrong: then nothing can be said of anybody."""
        raising = {PROBLEM, KIND, REST, *RAISING}
        return all(answer.codes == (UNSURE,) for answer in self.told if answer.key in raising)

    @property
    def recap(self) -> tuple[tuple[Any, tuple[Any, ...]], ...]:
        """Every question with the choices taken, as they were worded."""
        return tuple(
            (ask.heading, tuple(option.label for option in ask.options if option.code in answer.codes))
            for ask, answer in zip(self._asked, self.told, strict=True)
        )

    @cached_property
    def inquiry(self) -> Inquiry:
        return read_inquiry(self.input, rulebook(), today=self.today)

    def with_answer(self, ask: Ask, codes: Iterable[str]) -> Walk:
        """One answer further. Raises ValueError for a choice that was not offered."""
        return replace(self, told=(*self.told, Answer(ask.key, tuple(codes), ask.about)))

    def back(self) -> Walk:
        """Without the last answer."""
        return replace(self, told=self.told[:-1])

    # ── How it is found ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _asked(self) -> tuple[Ask, ...]:
        """The questions that were answered."""
        return tuple(self._again(answer) for answer in self.told)

    @cached_property
    def _usual(self) -> list[Question]:
        asked = {answer.key for answer in self.told}
        facts = [_single(key) for key in AMONG_THE_USUAL]
        return [each for each in (*(ask.question for ask in ASKS), *facts) if each.key not in asked]

    @cached_property
    def _spans(self) -> tuple[Span, ...]:
        """The days of purchase that make a difference. Where a span was told, later answers may part it once more."""
        if self._code(BOUGHT) == UNSURE:
            return ()
        within = self.bought or Span(None, self.today)
        since = date(self.today.year - YEARS_BACK, self.today.month, 1)
        return spans(rulebook(), self.inquiry, within, since=since, beside=self._usual)

    @cached_property
    def _open(self) -> tuple[list[Weighed], list[Weighed], list[Weighed]]:
        """What can still change a verdict, the weightiest first: the usual questions; facts that decide by themselves
        whichever way they are; and facts that change something only where they are so, which is rare.
        """
        settled = {key for ask in self._asked for key in ask.settles}
        days = [Question(BOUGHT, tuple(Told(purchased=span.last) for span in self._spans[1:]))]
        others = [_single(key) for key in _askable() if key not in settled and key not in AMONG_THE_USUAL]
        weighed = weigh(rulebook(), self.inquiry, [*self._usual, *days, *others], beside=self._usual)
        by_themselves = {each.key for each in others}
        usual = [each for each in weighed if each.question.key not in by_themselves]
        single = [each for each in weighed if each.question.key in by_themselves and each.decides]
        return usual, [each for each in single if not _is_rare(each)], [each for each in single if _is_rare(each)]

    @property
    def _kind_ask(self) -> Ask | None:
        """Which kind of the problem it is, while it is the next to ask."""
        letter = self._code(PROBLEM)
        if letter not in LETTERS or self._code(KIND):
            return None
        ask = kind_ask(letter)
        return ask if any(not option.facts.items() <= self.facts.items() for option in ask.options) else None

    def _code(self, key: str) -> str:
        """The choice taken last at this question; nothing where it was not asked."""
        return next((answer.codes[0] for answer in reversed(self.told) if answer.key == key), "")

    def _ask_of(self, weighed: Weighed) -> Ask:
        key = weighed.question.key
        return bought_ask(self._spans) if key == BOUGHT else self._named(key)

    def _again(self, answer: Answer) -> Ask:
        """The question that this was an answer to. Raises ValueError where there is none."""
        if answer.key == PROBLEM:
            return problem_ask()
        if answer.key == KIND and self._code(PROBLEM) in LETTERS:
            return kind_ask(self._code(PROBLEM))
        if answer.key == BOUGHT:
            return bought_ask([span_of(code) for code in answer.about])
        if answer.key == REST:
            return rest_ask([_fact(key) for key in answer.about], self.lang)
        return self._named(answer.key)

    def _named(self, key: str) -> Ask:
        if key.startswith(FACT):
            return fact_ask(_fact(key.removeprefix(FACT)), self.lang)
        if key not in USUAL:
            raise ValueError(key)
        return USUAL[key]


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


def _fact(key: str) -> Fact:
    fact = rulebook().facts.get(key)
    if fact is None:
        raise ValueError(key)
    return fact
