"""Which unknown facts can still settle something, most decisive first (decide-contract.md, ``missing``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing.engine.facts import Fact
from routing.engine.reading import Reading, WhatIf
from routing.engine.vocabulary import Party, Verdict


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact worth asking for. ``would_change`` may be empty: then it settles a ground, and no verdict.

    ``value`` is the answer that makes these changes.
    """

    fact: Fact
    value: bool
    would_change: Mapping[Party, Verdict]


def missing_facts(reading: Reading) -> tuple[Missing, ...]:
    """By the number of verdicts changed, then by the possible grounds settled, both falling; then by fact number."""
    ordered = sorted(
        reading.whatifs,
        key=lambda each: (
            -max(len(each[1].verdicts), len(each[2].verdicts)),
            -max(each[1].settles, each[2].settles),
            each[0].index,
        ),
    )
    return tuple(_missing(fact, true, false) for fact, true, false in ordered)


def _missing(fact: Fact, true: WhatIf, false: WhatIf) -> Missing:
    value = len(true.verdicts) >= len(false.verdicts)
    return Missing(fact, value, (true if value else false).verdicts)
