"""What can be claimed, how much, against whom and how surely (law.md 4.9). Sums are cents of CNY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from routing.engine.expressions import NEVER
from routing.engine.grounds import Ground, listed
from routing.engine.inquiry import Inquiry
from routing.engine.reading import Reading
from routing.engine.rulebook import Remedy, Rulebook
from routing.engine.vocabulary import BEHIND, FACING, SELLER, Certainty, Party, Status

SELLERS_CODES: Final = "SELLER"
"""The code of a ground that makes its party answer for everything the seller's own grounds give."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One remedy of an answer. ``amount`` is None where there is no sum, or none can be computed."""

    code: str
    amount: int | None
    against: tuple[Party, ...]
    certainty: Certainty
    alternative_to: tuple[str, ...]
    citations: tuple[str, ...]


def claims(
    reading: Reading,
    inquiry: Inquiry,
    grounds: Sequence[Ground],
    responsible: Sequence[Party],
    in_force: frozenset[str],
) -> tuple[Claim, ...]:
    """The remedies that held grounds give, in the order of the codes; and 3X where intent alone is open."""
    rulebook = reading.rulebook
    held = [ground for ground in grounds if ground.holds]
    order = [*responsible, *(party for party in (*FACING, *BEHIND) if party not in responsible)]
    found: list[Claim] = []
    for remedy in rulebook.remedies.values():
        givers = [ground for ground in held if remedy.code in ground.remedies]
        if remedy.multiple:
            against = _multiplied(reading, remedy, grounds)
            certainty = _multiple_certainty(reading)
        else:
            against = {ground.party for ground in givers}
            if remedy.shared and any(ground.rule.party == SELLER for ground in givers):
                against |= {ground.party for ground in held if SELLERS_CODES in ground.remedies}
            certainty = Certainty.OWED if _is_owed(reading, remedy, givers) else Certainty.MAY_CLAIM
        if against:
            found.append(
                Claim(
                    code=remedy.code,
                    amount=amount(remedy, inquiry),
                    against=tuple(party for party in order if party in against),
                    certainty=certainty,
                    alternative_to=(),
                    citations=_citations(reading, remedy, givers, in_force),
                )
            )
    return _never_stacked(rulebook, found)


def amount(remedy: Remedy, inquiry: Inquiry) -> int | None:
    """The sum, or None where there is none; a multiple of the price is not guessed without a price."""
    price, loss = inquiry.price, inquiry.loss or None
    if remedy.amount is not None:
        return price if remedy.amount == "price" else loss
    if remedy.times_price:
        return None if price is None else max(remedy.times_price * price, remedy.times_loss * (loss or 0), remedy.floor)
    if remedy.times_loss:
        return None if loss is None else max(remedy.times_loss * loss, remedy.floor)
    return None


def _is_owed(reading: Reading, remedy: Remedy, givers: Iterable[Ground]) -> bool:
    """One held ground that owes it outright is enough."""
    return any(
        reading.known_true(offer.owed_when)
        for ground in givers
        for offer in ground.rule.offers
        if offer.code == remedy.code
    )


def _multiplied(reading: Reading, remedy: Remedy, grounds: Iterable[Ground]) -> set[Party]:
    """Multiples reach those who did the wrong themselves; a deemed seller only on its own facts."""
    rulebook = reading.rulebook
    against: set[Party] = set()
    own_rules = rulebook.own_multiples
    for ground in grounds:
        if remedy.code in ground.remedies:
            intent_alone_open = ground.status is Status.POSSIBLE and reading.known_true(ground.rule.multiples_open)
            if (ground.holds or intent_alone_open) and not reading.known_true(ground.rule.multiples_unless):
                against.add(ground.party)
        if ground.holds and ground.rule.id in own_rules:
            own = own_rules[ground.rule.id].get(remedy.code, NEVER)
            excepted = rulebook.own_multiples_unless.get(remedy.code, NEVER)
            if reading.known_true(own) and not reading.known_true(excepted):
                against.add(ground.party)
    return against


def _multiple_certainty(reading: Reading) -> Certainty:
    """A gift has no price to multiply (D33), and a knowing buyer of too much may be cut down (K3)."""
    rulebook = reading.rulebook
    if any(gate.contests_multiples and gate.id in reading.gates for gate in rulebook.gates):
        return Certainty.CONTESTED
    gift = rulebook.facts.get("gift_or_prize_item")
    if gift is not None and reading.truths[gift.index] is True:
        return Certainty.CONTESTED
    return Certainty.MAY_CLAIM


def _citations(reading: Reading, remedy: Remedy, givers: Iterable[Ground], in_force: frozenset[str]) -> tuple[str, ...]:
    """The code's own articles where it has some, else those of the grounds that give it."""
    if remedy.cites:
        return listed(tuple(cite for cite, when in remedy.cites if reading.known_true(when)), in_force)
    return tuple(dict.fromkeys(cite for ground in givers for cite in ground.citations))


def _never_stacked(rulebook: Rulebook, found: Sequence[Claim]) -> tuple[Claim, ...]:
    """Alternatives name each other; the same wrong is never multiplied twice."""
    codes = [claim.code for claim in found]
    return tuple(
        Claim(
            claim.code, claim.amount, claim.against, claim.certainty,
            tuple(code for code in rulebook.remedies[claim.code].instead_of if code in codes), claim.citations,
        )
        for claim in found
    )  # fmt: skip
