"""The two-minute check: how far one person has come, what the answers assert, and what the law still asks.

Nothing is stored. A walk is the answers so far, read on one day; the door carries it from page to page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.check_asks import (
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
from complaints.check_facts import Clash, is_complaint, together
from complaints.check_open import Open, days_that_differ, fact_called, fact_of, open_questions, usual_questions
from complaints.check_usual import ASKS, USUAL
from complaints.statement import PROBLEMS
from routing import Inquiry, Language, Question, Span, Told, Weighed, read_inquiry, rulebook, weigh

MOST: Final = 12  # questions, whatever is still open: it is called the two-minute check
REST_MOST: Final = 8  # statements on one page
REST_PAGES: Final = 2  # such pages
FIRST_TO_FIND: Final = 3
DANGERS: Final = frozenset({"unsafe_defect", "body_harm", "severe_harm", "food_unsafe"})
RAISING: Final = frozenset({"goods", "said", "merchant"})  # of the usual questions, those that say what is wrong
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

    @property
    def facts(self) -> dict[str, bool]:
        """Every fact that the answers assert and none that outranks them denies."""
        return self._together[0]

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The answers that cannot both be so, by their places."""
        return self._together[1]

    @cached_property
    def bought(self) -> Span | None:
        """When it was bought, as narrowly as that was told."""
        codes = [answer.codes[0] for answer in self.told if answer.key == BOUGHT and answer.codes != (UNSURE,)]
        return span_of(codes[-1]) if codes else None

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
        return rest_ask([fact_of(each) for each in rare[:REST_MOST]], self.lang) if rare else None

    @property
    def left(self) -> int:
        """About how many questions are still to come, the next one among them."""
        usual, alone, rare = self._open
        open_ = len(usual) + len(alone) + ceil(len(rare) / REST_MOST) + (self._kind_ask is not None)
        return min(MOST - len(self.told), open_)

    @property
    def first_to_find(self) -> tuple[Ask, ...]:
        """Where nobody can be named yet: the questions it is best to find an answer to."""
        kinds = Question(KIND, tuple(Told(kind.facts) for problem in PROBLEMS for kind in problem.kinds))
        usual = [ask.question for ask in ASKS if ask.key not in RAISING]
        found = weigh(rulebook(), self.inquiry, usual, beside=[kinds, *usual])
        return (self._wrong_ask, *(USUAL[each.question.key] for each in found))[:FIRST_TO_FIND]

    @property
    def is_complaint(self) -> bool:
        """Whether anything that was told is a wrong by which somebody may have to answer."""
        return is_complaint(self.facts)

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

    def until(self, place: int) -> Walk:
        """As it was when the answer at this place had just been given."""
        return replace(self, told=self.told[: place + 1])

    # ── How it is found ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _together(self) -> tuple[dict[str, bool], tuple[Clash, ...]]:
        answers = zip(self._asked, self.told, strict=True)
        return together([(ask, ask.facts(answer.codes)) for ask, answer in answers])

    @cached_property
    def _asked(self) -> tuple[Ask, ...]:
        """The questions that were answered."""
        return tuple(self._again(answer) for answer in self.told)

    @cached_property
    def _usual(self) -> list[Question]:
        return usual_questions({answer.key for answer in self.told})

    @cached_property
    def _spans(self) -> tuple[Span, ...]:
        """The days of purchase that make a difference: where a span was told, later answers may part it once more."""
        if self._code(BOUGHT) == UNSURE:
            return ()
        return days_that_differ(self.inquiry, self.bought, self.today, beside=self._usual)

    @cached_property
    def _open(self) -> Open:
        """What can still change a verdict."""
        settled = {key for ask in self._asked for key in ask.settles}
        return open_questions(self.inquiry, self._usual, self._spans, settled=settled)

    @property
    def _kind_ask(self) -> Ask | None:
        """Which kind of the problem it is, while it is the next to ask."""
        letter = self._code(PROBLEM)
        if letter not in LETTERS or self.told[-1].key != PROBLEM:
            return None
        ask = kind_ask(letter)
        return ask if any(not option.facts.items() <= self.facts.items() for option in ask.options) else None

    def _code(self, key: str) -> str:
        """The choice taken last at this question; nothing where it was not asked."""
        return next((answer.codes[0] for answer in reversed(self.told) if answer.key == key), "")

    def _ask_of(self, weighed: Weighed) -> Ask:
        key = weighed.question.key
        return self._bought_ask if key == BOUGHT else self._named(key)

    @property
    def _bought_ask(self) -> Ask:
        """With a choice for whatever was earlier still, which is never read into a span that ends."""
        oldest = self._spans[-1].first
        earlier = () if oldest is None or self.bought else (Span(None, oldest - timedelta(days=1)),)
        return bought_ask([*self._spans, *earlier], self.today)

    @property
    def _wrong_ask(self) -> Ask:
        """What is wrong, as far as it was not told: the problem, its kind, or what else there is beside it."""
        letter = self._code(PROBLEM)
        if letter not in LETTERS or self.clashes:
            return problem_ask()
        if self._code(KIND) not in ("", UNSURE):
            return USUAL["goods"]
        label = next(problem.label for problem in PROBLEMS if problem.letter == letter)
        return replace(kind_ask(letter), heading=format_lazy(_("“{problem}”，具体是哪一种？"), problem=label), hint="")

    def _again(self, answer: Answer) -> Ask:
        """The question that this was an answer to. Raises ValueError where there is none."""
        if answer.key == PROBLEM:
            return problem_ask()
        if answer.key == KIND and self._code(PROBLEM) in LETTERS:
            return kind_ask(self._code(PROBLEM))
        if answer.key == BOUGHT:
            return bought_ask([span_of(code) for code in answer.about], self.today)
        if answer.key == REST:
            return rest_ask([fact_called(key) for key in answer.about], self.lang)
        return self._named(answer.key)

    def _named(self, key: str) -> Ask:
        if key.startswith(FACT):
            return fact_ask(fact_called(key.removeprefix(FACT)), self.lang)
        if key not in USUAL:
            raise ValueError(key)
        return USUAL[key]
