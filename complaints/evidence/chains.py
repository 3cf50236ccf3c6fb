"""Hash chains: the one walk over rows that are each sealed to the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64  # what the first row of a chain is sealed to


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold, and in which way."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Walked:
    """How far a chain holds, the digest there, and what broke it, if anything did."""

    sequence: int
    head: str
    broken: Break | None = None


def walk(rows: Iterable[Any], seal_of: Callable[[Any], str], *, what: str) -> Walked:
    """Walk rows in order: each has ``sequence``, ``previous`` and ``digest``. ``what`` is a row in words."""
    previous, sequence = FIRST, 0
    for row in rows:
        sequence += 1
        if row.sequence != sequence:
            reason = f"{what} {sequence} is missing; found {row.sequence}"
        elif row.previous != previous:
            reason = f"{what} {sequence} is not sealed to the one before"
        elif row.digest != seal_of(row):
            reason = f"{what} {sequence} was changed"
        else:
            previous = row.digest
            continue
        return Walked(sequence, previous, Break(sequence, reason))
    return Walked(sequence, previous)
