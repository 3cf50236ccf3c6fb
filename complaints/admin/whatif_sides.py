"""One reading of the law on a supposition, and what of it that law cannot take in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.narrative import language
from routing import Explanation, Rulebook, decide, explain, read_inquiry, rulebook
from routing.engine.cards import PartyCard
from routing.engine.facts import Fact
from routing.engine.grounds import Ground
from routing.engine.setting import instruments_in_force


@dataclass(frozen=True, slots=True)
class Side:
    """One reading: by which law, of what, and what it says. ``grounds``: every one by its party and id."""

    book: Rulebook
    input: Mapping[str, Any]
    output: Mapping[str, Any]
    told: Explanation
    grounds: Mapping[tuple[str, str], Ground]
    in_force: frozenset[str]

    @property
    def cards(self) -> Mapping[str, PartyCard]:
        return {card.party: card for card in (*self.told.parties, *self.told.others)}


def read(book: Rulebook, given: Mapping[str, Any], *, output: Mapping[str, Any] | None = None) -> Side:
    """Read a law on an input of the decide contract that has its day of filing. Raises BadInput.

    ``output`` is what a stored decision says; it stands, and the law is read again for the grounds it leaves unsaid.
    """
    inquiry = read_inquiry(given, book, today=date.min)
    made = decide(book, inquiry, every_ground=True)
    said = output or made.as_dict()
    return Side(
        book=book,
        input=given,
        output=said,
        told=explain(book, given, said, language()),
        grounds=_by_party((*made.unlisted, *made.grounds)),
        in_force=instruments_in_force(book, inquiry),
    )


def fitted(book: Rulebook, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The input without what this law does not know, and what that is in words."""
    facts = rulebook().facts
    found = {**given, "facts": {key: value for key, value in given["facts"].items() if key in book.facts}}
    left_out = [_label(facts[key]) if key in facts else key for key in given["facts"] if key not in book.facts]
    category = given.get("category")
    if category and category not in book.categories:
        del found["category"]
        known = rulebook().categories.get(category)
        left_out.append(known.name.in_(language()) if known else category)
    return found, left_out


def _by_party(grounds: Iterable[Ground]) -> dict[tuple[str, str], Ground]:
    return {(ground.party.value, ground.rule.name): ground for ground in grounds}


def _label(fact: Fact) -> str:
    return fact.label.in_(language()) if fact.label else fact.key


def clashes_of(then: Side) -> Iterable[tuple[str, str]]:
    """Facts that are supposed and cannot both be so (law.md 4.2): both are read as given."""
    facts, known, lang = then.input["facts"], then.book.facts, language()
    for rule in then.book.implications:
        if facts.get(rule.premise) is not True or (rule.and_not_true and facts.get(rule.and_not_true) is not False):
            continue
        for key in rule.then:
            yes, no = known[rule.premise].yes, known[key].no
            if facts.get(key) is False and yes and no:
                yield yes.in_(lang), no.in_(lang)
