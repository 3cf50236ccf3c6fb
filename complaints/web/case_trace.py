"""The full reasoning as values: every fact with who said so and how it was settled; every ground of every party."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.models import DecisionRecord
from complaints.narrative import language
from routing import Change, Explanation, rulebook, what_would_change
from routing.engine.cards import PartyCard, Reason
from routing.engine.explanations import MissingFact

TURNS = 3  # told for each party and each other verdict


@dataclass(frozen=True, slots=True)
class GroundRow:
    """A ground of a party: its status word and tone, and the reason in full."""

    status: str
    tone: str
    reason: Reason


def grounds_of(explanation: Explanation) -> list[tuple[PartyCard, list[GroundRow], list[GroundRow]]]:
    """Each party with its grounds: those that hold and its duties; then those that may hold."""
    words, lang = rulebook().words, language()
    holds, may = words["status.held.name"].in_(lang), words["status.possible.name"].in_(lang)
    duty = words["form.duty.name"].in_(lang)
    return [
        (
            card,
            [
                *(GroundRow(holds, card.tone, reason) for reason in card.reasons),
                *(GroundRow(duty, "none", reason) for reason in card.duties),
            ],
            [GroundRow(may, "possible", reason) for reason in card.open],
        )
        for card in (*explanation.parties, *explanation.others)
    ]


def turns_of(explanation: Explanation, record: DecisionRecord) -> list[tuple[PartyCard, tuple[Change, ...]]]:
    """For each party that stands for itself, what would turn its verdict; nothing for a decision by an earlier law."""
    if record.rulebook != rulebook().digest:
        return []
    found = what_would_change(rulebook(), record.input, language(), enough=TURNS)
    return [
        (card, changes) for card in explanation.parties if not card.merged_into and (changes := found.get(card.party))
    ]


def missing_of(explanation: Explanation) -> list[MissingFact]:
    """The facts still missing; several that hang on one question are that one question."""
    return list({missing.question: missing for missing in reversed(explanation.missing)}.values())[::-1]
