"""What is still open in a case and known to somebody who may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.models import Complaint
from routing import rulebook
from routing.engine.facts import Fact


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact that would change the outcome, who of those asked for can tell it, and whose verdict it would move."""

    fact: Fact
    tellers: tuple[str, ...]
    would_change: tuple[str, ...]


def open_facts_of_parties(complaint: Complaint, parties: Sequence[str]) -> list[OpenFact]:
    """The facts that are still open, would change the outcome, and are known to one of these parties."""
    if complaint.decision is None:
        return []
    known = rulebook().facts
    found = []
    for each in complaint.decision.output["missing"]:
        fact = known.get(each["fact"])
        if fact is None or fact.officer:
            continue
        tellers = tuple(party for party in parties if party in fact.who)
        if tellers:
            found.append(OpenFact(fact, tellers, tuple(each["would_change"])))
    return found
