"""Which piece shows which fact: said by its owner, noted, ended, and carried into what is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from complaints import timeline
from complaints.flow.decisions import decide_again, read_law
from complaints.flow.facts import assert_facts, gather
from complaints.models import Actor, Assertion, Complaint, DecisionRecord, Draft, Evidence, Showing, Speaker
from complaints.provable import BY_ITSELF, Shown


def note(piece: Evidence, shows: Mapping[str, bool], *, at: datetime) -> None:
    """Write down what a new piece shows. The caller is in a transaction."""
    Showing.objects.bulk_create(Showing(evidence=piece, fact=fact, value=way, at=at) for fact, way in shows.items())


@transaction.atomic
def say_in_draft(draft: Draft, evidence_id: int, shows: Iterable[Shown], *, at: datetime) -> None:
    """A piece of a draft shows this and nothing else. Unknown ids, and those of a filed draft, change nothing."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    piece = draft.evidence.of_dispute().filter(pk=evidence_id, complaint=None).first()
    if piece is None or draft.filed_as_id:
        return
    wanted, there = dict(shows), standing(piece)
    if wanted == there:
        return
    piece.showings.exclude(fact__in=[fact for fact, way in wanted.items() if there.get(fact) == way]).delete()
    note(piece, {fact: way for fact, way in wanted.items() if there.get(fact) != way}, at=at)
    Draft.objects.filter(pk=draft.pk).update(touched_at=at)


@transaction.atomic
def say(complaint: Complaint, evidence_id: int, shows: Iterable[Shown], *, actor: Actor, at: datetime) -> bool:
    """The consumer's piece of a filed complaint shows this and nothing else; decide again. Returns whether anything was
    said anew. What is shown no more stands no longer for what only it proved. Raises IllegalMove for an ended case,
    Evidence.DoesNotExist for a piece that is not the consumer's.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    piece = complaint.evidence.of_dispute().get(pk=evidence_id, offered_by=Speaker.CONSUMER)
    wanted, there = dict(shows), standing(piece)
    new = {fact: way for fact, way in wanted.items() if there.get(fact) != way}
    over = {fact: way for fact, way in there.items() if wanted.get(fact) != way}
    if not new and not over:
        return False
    piece.showings.standing().filter(fact__in=over).update(ended_at=at)
    note(piece, new, at=at)
    body = {"evidence": piece.pk, "shows": new, "no_longer": over}
    timeline.record(complaint, "evidence-shows", body, actor=actor.label, at=at)
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=new, evidence=[piece], at=at)
    _take_back(complaint, [fact for fact in over if fact not in new], at=at)
    decide_again(complaint, because=DecisionRecord.Because.EVIDENCE, actor=actor.label, at=at)
    return True


def end(complaint: Complaint, piece: Evidence, *, at: datetime) -> None:
    """A piece shows nothing any more; what only it proved is taken back. The caller holds the row lock, and decides
    again."""
    over = list(standing(piece))
    piece.showings.standing().update(ended_at=at)
    _take_back(complaint, over, at=at)


def settle_draft(complaint: Complaint, pieces: Sequence[Evidence], told: Mapping[str, bool], *, at: datetime) -> None:
    """On filing, with the answers asserted: a piece shows no more what they deny, nor what is in play no longer."""
    rows = list(Showing.objects.standing().filter(evidence__in=pieces).select_related("evidence"))
    outdated = [row.pk for row in rows if told.get(row.fact, row.value) != row.value]
    untold = [row for row in rows if row.fact not in told and row.fact not in BY_ITSELF.get(row.evidence.kind, {})]
    if untold:
        asked = _still_open(complaint)
        outdated += [row.pk for row in untold if row.fact not in asked]
    Showing.objects.filter(pk__in=outdated).update(ended_at=at)


def rest_on_evidence(complaint: Complaint, pieces: Sequence[Evidence], *, at: datetime) -> None:
    """Say with these pieces what they show: each word of the consumer on all the pieces that show it."""
    behind: dict[Shown, list[Evidence]] = {}
    for row in Showing.objects.standing().filter(evidence__in=pieces).select_related("evidence"):
        behind.setdefault((row.fact, row.value), []).append(row.evidence)
    for (fact, way), showing in behind.items():
        assert_facts(complaint, speaker=Speaker.CONSUMER, facts={fact: way}, evidence=showing, at=at)


def standing(piece: Evidence) -> dict[str, bool]:
    """What a piece shows now."""
    return dict(piece.showings.standing().values_list("fact", "value"))


def _take_back(complaint: Complaint, over: Iterable[str], *, at: datetime) -> None:
    """What was said with pieces only, none of which shows it now, is said no longer."""
    bare = {fact: None for fact in over if rested_on_evidence_alone(complaint, fact)}
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=bare, at=at)


def _still_open(complaint: Complaint) -> set[str]:
    """The facts the law would still ask for, on what is said now."""
    return {each["fact"] for each in read_law(complaint, gather(complaint)).as_dict()["missing"]}


def rested_on_evidence_alone(complaint: Complaint, fact: str, *, without: Evidence | None = None) -> bool:
    """Whether the consumer's standing word on a fact was only ever said with pieces, and none of them shows it now;
    ``without``: as it would be if that piece were not there."""
    rows: list[Assertion] = []
    for row in complaint.assertions.filter(speaker=Speaker.CONSUMER, fact=fact).order_by("-pk"):
        if rows and row.value != rows[0].value:
            break
        rows.append(row)
    links = Assertion.evidence.through.objects.filter(assertion__in=rows)
    pieces = dict.fromkeys(links.values_list("evidence_id", flat=True))
    with_pieces = set(links.values_list("assertion_id", flat=True))
    shown = Showing.objects.standing().filter(evidence__in=pieces, fact=fact).exclude(evidence=without).exists()
    return bool(rows) and len(with_pieces) == len(rows) and not shown
