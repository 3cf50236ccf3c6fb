"""What is still open in a case and known to somebody who may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.models import Complaint
from complaints.rulings import ruling_on
from routing import rulebook
from routing.engine.facts import Fact


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact that would change the outcome, who of those asked for can tell it, and whose verdict it would move."""

    fact: Fact
    tellers: tuple[str, ...]
    would_change: tuple[str, ...]


def open_facts_of_parties(complaint: Complaint, parties: Sequence[str]) -> list[OpenFact]:
    """The facts that are still open, would change the outcome as it stands, and are known to one of these parties.

    What moves nothing but the verdict on a party that an officer decided on is asked of nobody.
    """
    if complaint.decision is None:
        return []
    known = rulebook().facts
    found = []
    ruling = ruling_on(complaint.decision)
    for machine, each in zip(ruling.record.output["missing"], ruling.output["missing"], strict=True):
        fact = known.get(each["fact"])
        is_idle = machine["would_change"] and not each["would_change"]
        if fact is None or fact.officer or is_idle:
            continue
        tellers = tuple(party for party in parties if party in fact.who)
        if tellers:
            found.append(OpenFact(fact, tellers, tuple(each["would_change"])))
    return found
