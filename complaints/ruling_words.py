"""Overrides in words, for every door: whose verdict a person changed, from what to what, why, and by which article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from complaints.models import Override
from complaints.narrative import heading_name, language, moment
from complaints.rulings import Ruling
from routing import Explanation, rulebook
from routing.engine.wording import Cited, Wording


@dataclass(frozen=True, slots=True)
class ByPerson:
    """One verdict that a person set: the machine's word stays beside it. ``carried`` where the facts moved since."""

    number: int
    party: str
    name: str
    before: str
    before_tone: str
    after: str
    after_tone: str
    reason: str
    words: str
    cited: Cited | None
    version: int
    when: str
    on: date
    carried: bool


@dataclass(frozen=True, slots=True)
class Suspended:
    """An override that waits for an officer's word, since parties count as one now, or no longer do. ``ask`` is the
    party an officer decides on to answer it."""

    name: str
    outcome: str
    words: str
    version: int
    when: str
    ask: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentence of the finding as it stands, and as the machine had it."""

    stands: str
    by_machine: str


def by_person(ruling: Ruling, told: Explanation) -> list[ByPerson]:
    """The overrides that stand, in the order they were made; ``told`` is the ruling in the reader's language."""
    if not ruling.overrides:
        return []
    machine = {card.party: card for card in ruling.told_by_machine(language()).parties}
    now, carried = {card.party: card for card in told.parties}, ruling.carried
    wording = Wording(rulebook(), language())
    return [
        ByPerson(
            number=each.number,
            party=each.party,
            name=heading_name(each.party),
            before=machine[each.party].word,
            before_tone=machine[each.party].tone,
            after=now[each.party].word,
            after_tone=now[each.party].tone,
            reason=str(Override.Reason(each.reason).label),
            words=each.words,
            cited=next(iter(wording.cites([each.citation])), None),
            version=each.decision.number,
            when=moment(each.at),
            on=timezone.localtime(each.at).date(),
            carried=each in carried,
        )
        for each in sorted(ruling.overrides.values(), key=lambda each: each.number)
    ]


def suspended_in(ruling: Ruling) -> list[Suspended]:
    """Those that are suspended, in the order they were made."""
    return [
        Suspended(
            name=heading_name(each.party),
            outcome=str(Override.Outcome(each.outcome).label),
            words=each.words,
            version=each.decision.number,
            when=moment(each.at),
            ask=ruling.record.output["parties"][each.party]["merged_into"] or each.party,
        )
        for each in sorted(ruling.suspended, key=lambda each: each.number)
    ]


def sentences_of(ruling: Ruling, told: Explanation) -> Sentences:
    """Both sentences in the reader's language."""
    return Sentences(told.verdict, ruling.told_by_machine(language()).verdict)
