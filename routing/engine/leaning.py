"""Which way a fact leans for a party: read off the conditions themselves, not written down beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from routing.engine.expressions import And, Expression, Name, Not, Or
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.vocabulary import SELLER, Party


@lru_cache(maxsize=4096)
def leaning(rulebook: Rulebook, fact: str, party: str) -> int:
    """1 where the fact, being true, can only make the party answer; -1 where it can only free it; 0 otherwise.

    Read over every ground of the party that is no duty: its condition makes it answer, its defence frees it.
    A seller's wrong is left out, since what the seller did is not the others' to admit. Where the party carries the
    burden of a fact (law.md 4.3), the burden says which way: it leans to what silence would be read as.
    """
    role = SELLER if party == Party.MERCHANT else party
    for burden in rulebook.burdens.values():
        if role in burden.carried_by and fact in burden.reads:
            return 1 if burden.reads[fact] else -1
    rules = (rule for rule in rulebook.rules if rule.party == role and not rule.is_duty)
    signs = {sign for rule in rules for sign in _signs(rulebook, rule, fact)}
    return signs.pop() if len(signs) == 1 else 0


def _signs(rulebook: Rulebook, rule: Rule, fact: str) -> Iterator[int]:
    yield from _occurrences(rulebook, rule.condition, fact, 1)
    yield from _occurrences(rulebook, rule.unless, fact, -1)


def _occurrences(rulebook: Rulebook, expression: Expression, fact: str, sign: int) -> Iterator[int]:
    match expression:
        case Name(name) if name == fact:
            yield sign
        case Name(name) if name in rulebook.predicates:
            for _, _, inner in rulebook.predicates[name].by_date:
                yield from _occurrences(rulebook, inner, fact, sign)
        case Not(part):
            yield from _occurrences(rulebook, part, fact, -sign)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _occurrences(rulebook, part, fact, sign)
