"""A contest in words: who points at whom by which rule, and both versions of the decision side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.models import Complaint, Contest, DecisionRecord
from complaints.narrative import (
    day,
    fact_statement,
    heading_name,
    inner,
    language,
    moment,
    party_name,
    rule_title,
    until_words,
)
from complaints.rulings import ruling_on
from routing import rulebook
from routing.engine.cards import PartyCard


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One party before and after: the words of both verdicts, with the tone each is shown in."""

    name: str
    before: str
    before_tone: str
    after: str
    after_tone: str

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ContestLine:
    """One contest as every reader of the case sees it. ``instead`` is empty for who may not read it."""

    contest: Contest
    party: str
    points_to: str
    rule: str
    facts: tuple[str, ...]
    instead: str
    when: str
    before: int
    after: int
    old_sentence: str
    new_sentence: str
    sides: tuple[SideBySide, ...]
    learned: tuple[str, ...]
    until: str
    outcome: str
    reason: str
    closed: str
    closed_with: int

    @property
    def is_waiting(self) -> bool:
        return self.contest.state == Contest.State.WAITING

    @property
    def has_moved(self) -> bool:
        return any(side.moved for side in self.sides)


def contests_told(complaint: Complaint, *, parties: frozenset[str] | None = None) -> list[ContestLine]:
    """The contests of a case, newest first. ``parties`` are those the reader speaks for, who read their own "who
    instead"; None for the consumer and the association, who read all."""
    rows = complaint.contests.select_related("before", "after", "closed_with").order_by("-number")
    return [_line(each, shows_whom=parties is None or each.party in parties) for each in rows]


def rules_listed(kinds: Mapping[str, str], party: str) -> list[tuple[str, str]]:
    """What a contest of this party may rest on, as a form lists it: the sayings that the law has an answer to first,
    then what the others answer for, then what it would answer for itself. The gates are for machines."""
    others = {each.name for each in rulebook().rules if each.party != party}
    order = sorted(kinds, key=lambda rule: (kinds[rule] != "excuse", rule not in others, rule))
    return [(rule, f"{rule} {rule_title(rule)}") for rule in order if kinds[rule] != "gate"]


def learned_between(before: DecisionRecord, after: DecisionRecord) -> dict[str, bool | None]:
    """The facts that the law reads otherwise in the later version; None for one that is open again."""
    was, known = before.input.get("facts", {}), after.input.get("facts", {})
    found = {fact: value for fact, value in known.items() if was.get(fact) != value}
    return found | dict.fromkeys(fact for fact in was if fact not in known)


def grounds_between(before: DecisionRecord, after: DecisionRecord) -> dict[str, list[str]]:
    """The grounds whose status moved: ``{"P03": ["held", "not_held"]}``."""
    was, now = ({f"{each['id']}": each["status"] for each in record.output["grounds"]} for record in (before, after))
    both = sorted(was.keys() | now.keys())
    return {id: [was.get(id, "none"), now.get(id, "none")] for id in both if was.get(id) != now.get(id)}


def _line(contest: Contest, *, shows_whom: bool) -> ContestLine:
    before, after = contest.before, contest.after
    old, new = _told(before), _told(after)
    cards = {card.party: card for card in old[1]}
    sides = tuple(
        SideBySide(heading_name(card.party), cards[card.party].word, cards[card.party].tone, card.word, card.tone)
        for card in new[1]
        if card.party in cards
    )
    learned = learned_between(before, after) if before and after else {}
    rule = ""
    if contest.rule:
        rule = _("{id}“{title}”").format(id=contest.rule, title=inner(rule_title(contest.rule)))
    return ContestLine(
        contest=contest,
        party=party_name(contest.party, start=True),
        points_to=party_name(contest.points_to),
        rule=rule,
        facts=tuple(fact_statement(fact, value) for fact, value in contest.facts.items() if value is not None),
        instead=contest.instead if shows_whom else "",
        when=moment(contest.at),
        before=before.number if before else 0,
        after=after.number if after else 0,
        old_sentence=old[0],
        new_sentence=new[0],
        sides=sides,
        learned=tuple(_learned(fact, value) for fact, value in learned.items()),
        until=until_words(contest.due_on) if contest.state == Contest.State.WAITING else "",
        outcome=str(contest.get_outcome_display()) if contest.outcome else "",
        reason=contest.reason,
        closed=day(contest.closed_at) if contest.closed_at else "",
        closed_with=contest.closed_with.number if contest.closed_with else 0,
    )


def _told(record: DecisionRecord | None) -> tuple[str, tuple[PartyCard, ...]]:
    if record is None:
        return "", ()
    told = ruling_on(record).told(language())
    return told.verdict, tuple(told.parties)


def _learned(fact: str, value: bool | None) -> str:
    if value is None:
        return _("“{fact}”现在又不确定了").format(fact=inner(fact_statement(fact, None)))
    return fact_statement(fact, value)
