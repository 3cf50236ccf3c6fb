"""Kleene's three values: true, false, and not known yet.

A truth is ``True``, ``False`` or ``None``. ``None`` is an answer like the others: nobody rounds it down
(law.md 4.1: ∧ ∨ ¬ are strong Kleene).
"""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def negation(a: Truth) -> Truth:
    """Not: unknown stays unknown."""
    return None if a is None else not a


def conjunction(parts: Iterable[Truth]) -> Truth:
    """And: one false part makes the whole false, whatever the others are."""
    whole: Truth = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            whole = None
    return whole


def disjunction(parts: Iterable[Truth]) -> Truth:
    """Or: one true part makes the whole true, whatever the others are."""
    whole: Truth = False
    for part in parts:
        if part is True:
            return True
        if part is None:
            whole = None
    return whole
