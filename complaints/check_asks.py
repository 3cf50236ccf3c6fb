"""A question of the two-minute check, and those questions that are made when they are needed.

The usual ones are in check_usual.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.statement import PROBLEMS, Option
from routing import Language, Question, Span, Told
from routing.engine.facts import Fact

PROBLEM, KIND, BOUGHT, REST, NONE, UNSURE = "problem", "kind", "bought", "rest", "none", "unsure"
FACT = "fact-"  # a fact asked for by itself


@dataclass(frozen=True)
class Ask:
    """One question of the check. ``settles`` are the facts nobody need ask for by themselves once it was asked;
    ``outranks`` those on which its answer counts where another one says otherwise; ``about`` is what its choices were
    made from, where that is not always the same.
    """

    key: str
    heading: Any
    options: tuple[Option, ...]
    hint: Any = ""
    settles: frozenset[str] = frozenset()
    about: tuple[str, ...] = ()
    outranks: frozenset[str] = frozenset()

    @cached_property
    def question(self) -> Question:
        """As the engine weighs it."""
        return Question(self.key, tuple(Told(option.facts) for option in self.options if option.facts))

    @property
    def takes_several(self) -> bool:
        return self.key == REST

    def facts(self, codes: Sequence[str]) -> dict[str, bool]:
        """What the choices assert together."""
        return {key: value for option in self.options if option.code in codes for key, value in option.facts.items()}


NOT_SURE: Final = Option(UNSURE, _("我不清楚"))


def problem_ask() -> Ask:
    """What went wrong: always first, since nobody answers for anything before it is told."""
    letters = tuple(
        Option(problem.letter, problem.label, problem.examples, _in_common(problem.kinds))
        for problem in PROBLEMS
        if problem.kinds
    )
    return Ask(PROBLEM, _("出了什么问题？"), (*letters, Option(UNSURE, _("都不是，或者我说不清"))), _("选最像的一项"))


def kind_ask(letter: str) -> Ask:
    """Which of the kinds of a problem it is."""
    kinds = next(problem.kinds for problem in PROBLEMS if problem.letter == letter)
    return Ask(KIND, _("具体是哪一种？"), (*kinds, NOT_SURE), _("选最要紧的一项"))


def fact_ask(fact: Fact, lang: Language) -> Ask:
    """A fact by itself, in the words of the rulebook."""
    yes = Option("yes", pgettext_lazy("answer", "是"), "", {fact.key: True})
    no = Option("no", pgettext_lazy("answer", "不是"), "", {fact.key: False})
    return Ask(f"{FACT}{fact.key}", fact.ask.in_(lang), (yes, no, NOT_SURE), settles=frozenset({fact.key}))


def rest_ask(facts: Sequence[Fact], lang: Language) -> Ask:
    """What is rarely so, on one page: each as a statement to tick, or none of them."""
    keys = tuple(fact.key for fact in facts)
    said = tuple(Option(fact.key, fact.yes.in_(lang), "", {fact.key: True}) for fact in facts if fact.yes)
    none = Option(NONE, _("都没有"), "", dict.fromkeys(keys, False))
    hint = _("有哪样就勾哪样")
    return Ask(REST, _("还有下面的情况吗？"), (*said, none, NOT_SURE), hint, frozenset(keys), keys)


def bought_ask(spans: Sequence[Span], today: date) -> Ask:
    """When it was bought, in the spans that the law tells apart, the latest first."""
    options = tuple(Option(code_of(span), _told(span, today)) for span in spans)
    unsure = Option(UNSURE, _("我不清楚"), _("按最近的一段算"))
    about = tuple(code_of(span) for span in spans)
    return Ask(BOUGHT, _("什么时候买的？"), (*options, unsure), _("不同时候买的，适用的法律不一样"), about=about)


def code_of(span: Span) -> str:
    """``2022-03-15/2026-01-31``; nothing before the stroke where there is no first day."""
    return f"{span.first or ''}/{span.last}"


def span_of(code: str) -> Span:
    """The span a code stands for. Raises ValueError."""
    first, _stroke, last = code.partition("/")
    return Span(date.fromisoformat(first) if first else None, date.fromisoformat(last))


def _told(span: Span, today: date) -> Any:
    if span.first is None:
        return format_lazy(_("更早（{last}以前）"), last=whole_day(span.last))
    if span.last >= today:
        return format_lazy(_("{first}以后"), first=whole_day(span.first))
    return format_lazy(_("{first}到{last}"), first=whole_day(span.first), last=whole_day(span.last))


def whole_day(value: date) -> str:
    """A day with its year, in the language of the page."""
    return date_format(value, "j F Y" if get_language() == "en" else "Y年n月j日")


def _in_common(kinds: Sequence[Option]) -> dict[str, bool]:
    """What is so whichever kind it turns out to be."""
    first, *others = kinds
    return {key: value for key, value in first.facts.items() if all(each.facts.get(key) is value for each in others)}
