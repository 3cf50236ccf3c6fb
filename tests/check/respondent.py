"""Somebody honest at the check: says what is known of one dispute, and "I'm not sure" of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from complaints.check import LETTERS, Walk
from complaints.check_asks import BOUGHT, NONE, PROBLEM, UNSURE, Ask, span_of
from complaints.statement import PROBLEMS, Option
from routing import Party, Verdict, read_inquiry, rulebook
from routing.engine.compiled import machine

Verdicts = Mapping[Party, Verdict]

# What Lin says: a shop's faulty goods, sold in somebody else's live room that named no seller.
SAID = {
    **{"problem": "D", "kind": "broken", "seller": "shop", "room": "others", "use": "own", "payment": "inside"},
    **{"shown": "no", "disclaimed": "no", "how": "live-link", "merchant": "to-anchor", "platform": "nothing"},
    "rest": "none",
}


def verdicts(given: Mapping[str, Any]) -> Verdicts:
    book = rulebook()
    return machine(book).verdicts(read_inquiry(given, book, today=date.max))


@dataclass(frozen=True)
class Respondent:
    """One dispute as its consumer knows it: the days, the kind of goods, and the facts a consumer can tell."""

    case: Mapping[str, Any]

    @cached_property
    def can_tell(self) -> dict[str, Any]:
        """The input with everything the consumer could tell."""
        known = rulebook().facts
        facts = {
            key: value
            for key, value in self.case.get("facts", {}).items()
            if known[key].consumer_askable and not known[key].officer and known[key].group != "derived"
        }
        given = {key: self.case["given"].get(key) for key in ("purchase_date", "filed_date", "category")}
        return {**given, "facts": facts}

    @cached_property
    def knows(self) -> dict[str, bool]:
        """The same facts, with what follows from them."""
        book = rulebook()
        truths = machine(book).read(read_inquiry(self.can_tell, book, today=date.max)).truths
        return {fact.key: truth for fact, truth in zip(book.conditions, truths, strict=True) if truth is not None}

    def walk(self) -> list[Walk]:
        """From the first question to the last: the walk after each answer."""
        walk = Walk((), date.fromisoformat(self.case["given"]["filed_date"]), "zh")
        found = []
        while (ask := walk.ask) is not None:
            walk = walk.with_answer(ask, self.answer(ask))
            found.append(walk)
        return found

    def answer(self, ask: Ask) -> list[str]:
        """The choices that are known to be so: of several the one that says most; else not sure."""
        if ask.key == PROBLEM:
            return [self._problem()]
        if ask.key == BOUGHT:
            return [code for code in ask.about if self._was_bought_in(code)]
        so = [option for option in ask.options if option.facts and self._is_so(option)]
        if ask.takes_several:
            ticked = [option.code for option in so if option.code != NONE]
            return ticked or [option.code for option in so] or [UNSURE]
        return [max(so, key=lambda option: len(option.facts)).code] if so else [UNSURE]

    def _problem(self) -> str:
        kinds = [(kind, problem.letter) for problem in PROBLEMS if problem.letter in LETTERS for kind in problem.kinds]
        so = [(len(kind.facts), letter) for kind, letter in kinds if kind.facts and self._is_so(kind)]
        return max(so, key=lambda each: each[0])[1] if so else UNSURE

    def _is_so(self, option: Option) -> bool:
        return all(self.knows.get(key) is value for key, value in option.facts.items())

    def _was_bought_in(self, code: str) -> bool:
        span, day = span_of(code), date.fromisoformat(self.case["given"]["purchase_date"])
        return (span.first is None or span.first <= day) and day <= span.last
