"""The full reasoning as values: every fact with who said so and how it was settled; every ground of every party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.models import DecisionRecord, Evidence
from complaints.models.assertion import Speaker
from complaints.narrative import fact_statement, language
from complaints.web.case_cards import Chip
from routing import Change, Explanation, rulebook, what_would_change
from routing.engine.cards import PartyCard, Reason
from routing.engine.explanations import MissingFact

TURNS = 3  # told for each party and each other verdict


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact somebody spoke about. The statement is never turned round: ``value`` is yes or no to it, as the decision
    counts it, and a "no" beside a sentence that already denies would say the opposite."""

    statement: str
    value: str
    said: tuple[tuple[str, str], ...]  # speaker, yes or no
    how: str
    chips: tuple[Chip, ...]
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class GroundRow:
    """A ground of a party: its status word and tone, and the reason in full."""

    status: str
    tone: str
    reason: Reason


def facts_of(record: DecisionRecord, evidence: Sequence[Evidence]) -> list[FactRow]:
    """The facts of a decision in the order of the rulebook, disputed and unproven ones among them."""
    chips = {item.pk: Chip(number, str(item.get_kind_display())) for number, item in enumerate(evidence, 1)}
    order = list(rulebook().facts)
    known = record.input.get("facts", {})
    told = sorted({*record.sources, *known}, key=lambda fact: order.index(fact) if fact in order else len(order))
    return [_fact(fact, known.get(fact), record, chips) for fact in told]


def _fact(fact: str, value: bool | None, record: DecisionRecord, chips: dict[int, Chip]) -> FactRow:
    source = record.sources.get(fact, {})
    return FactRow(
        statement=fact_statement(fact, None if value is None else True),
        value=_yes_or_no(value),
        said=tuple((str(Speaker(speaker).label), _yes_or_no(word)) for speaker, word in source.get("said", {}).items()),
        how=_how(str(source.get("how", ""))),
        chips=tuple(chips[pk] for pk in source.get("evidence", []) if pk in chips),
        is_disputed=fact in record.disputed,
    )


def _yes_or_no(value: bool | None) -> str:
    return {True: _("是"), False: _("否"), None: _("还不确定")}[value]


def _how(code: str) -> str:
    """How a fact was settled (flow.facts.settle)."""
    return {
        "finding": _("协会认定"),
        "admission": _("对方自己承认"),
        "agreed": _("说法一致"),
        "disputed": _("说法冲突，先算不确定"),
        "unproven": _("只有对自己有利的一面之词，先算不确定"),
    }.get(code, "")


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
