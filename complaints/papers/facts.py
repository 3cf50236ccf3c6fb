"""The facts of a decision as rows: who said what, how it was settled, on which piece of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.models import DecisionRecord, Evidence
from complaints.models.assertion import Speaker
from complaints.narrative import fact_statement
from routing import rulebook


@dataclass(frozen=True, slots=True)
class Chip:
    """A piece of evidence as the page numbers it."""

    number: int
    kind: str


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
