"""What one more piece of evidence would change, before it is added; and what it did change, after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.models import Complaint, DecisionRecord
from complaints.models.assertion import Speaker
from complaints.narrative import heading_name, inner, language
from complaints.provable import NAMED, Point, points_of
from complaints.rulings import ruling_on
from complaints.web.case_changes import change_of
from complaints.web.case_decision import Step
from routing import BadInput, Explanation, decide, read_inquiry, rulebook
from routing.engine.inquiry import Inquiry

EFFECTS = 3  # the most decisive; more would not be read


@dataclass(frozen=True, slots=True)
class Effect:
    """What would follow if a piece showed one point: whose word moves, what to look for, and of which kind it is."""

    point: Point
    hint: str
    kind: str
    steps: tuple[Step, ...]


def said_in(record: DecisionRecord | None) -> dict[str, bool]:
    """What the consumer says in a case so far."""
    sources = record.sources if record else {}
    words = {fact: source.get("said", {}).get(Speaker.CONSUMER.value) for fact, source in sources.items()}
    return {fact: word for fact, word in words.items() if word is not None}


def points_in_play(complaint: Complaint) -> tuple[Point, ...]:
    """What a piece may be said to show in a filed case."""
    record = complaint.decision
    return points_of(told_of(record), said_in(record)) if record else ()


def told_of(record: DecisionRecord) -> Explanation:
    return ruling_on(record).told(language())


def effects_of(record: DecisionRecord, points: Sequence[Point]) -> list[Effect]:
    """For each point that is not settled yet, what would move if it were; those that move nothing are left out.

    The decision is made again on one fact more, so that the words are those the page would then show; what an officer
    decided stands, or is suspended, as it would be then.
    """
    ruling = ruling_on(record)
    told = ruling.told(language())
    found = []
    for point in points:
        if point.fact in record.input.get("facts", {}) or (inquiry := _with(record, point)) is None:
            continue
        made = decide(rulebook(), inquiry)
        then = ruling.upon(made.input_dict(), made.as_dict()).told(language())
        if steps := _steps(told, then):
            found.append(Effect(point, rulebook().facts[point.fact].evidence.in_(language()), _kind(point), steps))
    return found[:EFFECTS]


def told_after(before: DecisionRecord | None, now: DecisionRecord, statements: Sequence[str]) -> str:
    """What adding did, in a sentence or two: from which word to which, or that nothing moved and why it still helps."""
    moved = change_of(before, ruling_on(now), told_of(now)).shifts if before and before.number != now.number else ()
    if moved:
        said = [
            _("{party}从“{old}”变成“{new}”").format(party=shift.party, old=shift.before, new=shift.after)
            for shift in moved
        ]
        return _("判定更新为第{n}版：{shifts}。").format(n=now.number, shifts=_("；").join(said))
    if statements:
        return _("判定没有变。现在“{fact}”有了证据，对方不认的时候用得上。").format(fact=inner(statements[0]))
    return _("判定没有变，但这件证据已存档，调解时用得上。")


def _with(record: DecisionRecord, point: Point) -> Inquiry | None:
    """The stored input with one fact more; None where it cannot be read any more."""
    more = {**record.input, "facts": {**record.input.get("facts", {}), point.fact: point.value}}
    try:
        return read_inquiry(more, rulebook(), today=record.at.date())
    except BadInput:
        return None


def _steps(told: Explanation, then: Explanation) -> tuple[Step, ...]:
    now = {card.party: card for card in told.parties}
    return tuple(
        Step(heading_name(card.party), now[card.party].word, now[card.party].tone, card.word, card.tone)
        for card in then.parties
        if card.party in now and now[card.party].word != card.word
    )


def _kind(point: Point) -> str:
    """The kind of evidence the law's hint names, for its page of help; empty where it names none."""
    hint = rulebook().facts[point.fact].evidence.zh
    return next((str(kind) for kind, words in NAMED.items() if any(word in hint for word in words)), "")
