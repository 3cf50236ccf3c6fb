"""What comes of reading the rulebook against one inquiry: the value that both evaluators return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing.engine.expressions import ALWAYS, NEVER, Expression
from routing.engine.facts import Fact
from routing.engine.logic import Truth
from routing.engine.rulebook import Rulebook
from routing.engine.vocabulary import Party, Status, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """Who plays the seller, and who is merged into whom (law.md 4.6)."""

    seller: Party
    merged: Mapping[Party, Party]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One unknown fact set alone to one value: how many possible grounds it settles, and whose verdict it changes."""

    settles: int
    verdicts: Mapping[Party, Verdict]


@dataclass(frozen=True, slots=True)
class Reading:
    """Statuses and all that decides them. Tuples run along ``rulebook.rules``; ``truths`` along its conditions.

    ``capped`` are the rules in the time of D12; ``whatifs`` the unknown facts that settle a ground that is possible
    and no duty, each with what true and what false would do.
    """

    rulebook: Rulebook
    truths: tuple[Truth, ...]
    statuses: tuple[Status, ...]
    parties: tuple[Party, ...]
    by_burden: frozenset[int]
    capped: frozenset[int]
    standing: Standing
    gates: tuple[str, ...]
    asides: tuple[Truth, ...]
    verdicts: Mapping[Party, Verdict]
    whatifs: tuple[tuple[Fact, WhatIf, WhatIf], ...]

    def truth(self, aside: Expression) -> Truth:
        """The truth of a condition outside the rules' own status (``Rulebook.asides``)."""
        if aside is ALWAYS or aside is NEVER:
            return aside is ALWAYS
        return self.asides[self.rulebook.asides[aside]]

    def known_true(self, aside: Expression) -> bool:
        return self.truth(aside) is True


def standing_of(*, private_sale: bool, room_is_seller: bool, platform_sells: bool) -> Standing:
    """R1 to R3 of law.md 4.6: platform before private sale before merchant."""
    seller: Party = Party.PLATFORM if platform_sells else Party.ANCHOR if private_sale else Party.MERCHANT
    merged: dict[Party, Party] = {}
    if seller is not Party.MERCHANT:
        merged[Party.MERCHANT] = seller
    if room_is_seller and seller is not Party.ANCHOR:
        merged[Party.ANCHOR] = seller
    return Standing(seller, merged)
