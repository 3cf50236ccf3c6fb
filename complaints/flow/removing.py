"""Take a piece of a filed case back, and put it there again: what only it showed goes and comes with it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints import timeline
from complaints.evidence import vault
from complaints.flow.decisions import decide_again
from complaints.flow.facts import assert_facts
from complaints.flow.intake import require_place_beside, require_share
from complaints.flow.showings import rested_on_evidence_alone, standing
from complaints.models import Actor, Complaint, DecisionRecord, Evidence, Showing, Speaker


@transaction.atomic
def take_back(complaint: Complaint, evidence_id: int, *, actor: Actor, at: datetime) -> DecisionRecord:
    """The consumer's piece is offered no more: what it alone showed stands no longer, and the law is read again.

    Its bytes stay on record, because others have seen them and the decisions before rest on them. Taken back twice,
    it changes nothing. Raises IllegalMove for an ended case, Evidence.DoesNotExist for a piece that is not theirs.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    piece = _own(complaint, evidence_id)
    if piece.removed_at is not None and complaint.decision:
        return complaint.decision
    shown = standing(piece)
    Evidence.objects.filter(pk=piece.pk).update(removed_at=at)
    bare: dict[str, bool | None] = {fact: None for fact in shown if rested_on_evidence_alone(complaint, fact)}
    no_longer = {fact: shown[fact] for fact in bare}
    body = {"evidence": piece.pk, "commitment": piece.blob.commitment, "no_longer": no_longer}
    timeline.record(complaint, "evidence-removed", body, actor=actor.label, at=at)
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=bare, at=at)
    return decide_again(complaint, because=DecisionRecord.Because.EVIDENCE, actor=actor.label, at=at)


@transaction.atomic
def put_back(complaint: Complaint, evidence_id: int, *, actor: Actor, at: datetime) -> DecisionRecord:
    """What was taken back is offered again, for what it showed; what its owner has denied meanwhile it shows no more.

    Raises IllegalMove, Evidence.DoesNotExist, and vault.Unacceptable where there is no place for it any more.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    piece = _own(complaint, evidence_id)
    if piece.removed_at is None and complaint.decision:
        return complaint.decision
    if complaint.evidence.beside(piece.kind).filter(blob=piece.blob, offered_by=Speaker.CONSUMER).exists():
        raise vault.Unacceptable("duplicate", _("这张已经传过了。"))
    require_place_beside(complaint, Speaker.CONSUMER)
    require_share(complaint.evidence.offered().filter(offered_by=Speaker.CONSUMER), piece.blob.size)
    Evidence.objects.filter(pk=piece.pk).update(removed_at=None)
    shown, words = standing(piece), _last_words(complaint)
    denied = [fact for fact, way in shown.items() if words.get(fact) is (not way)]
    Showing.objects.filter(evidence=piece, fact__in=denied, ended_at=None).update(ended_at=at)
    again = {fact: way for fact, way in shown.items() if fact not in denied}
    body = {"evidence": piece.pk, "commitment": piece.blob.commitment, "shows": again}
    timeline.record(complaint, "evidence-restored", body, actor=actor.label, at=at)
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=again, evidence=[piece], at=at)
    return decide_again(complaint, because=DecisionRecord.Because.EVIDENCE, actor=actor.label, at=at)


def shown_alone(complaint: Complaint, piece: Evidence) -> list[tuple[str, bool]]:
    """What would stand no longer without this piece: shown by no other, and never said in the consumer's own words."""
    return [
        (fact, way)
        for fact, way in standing(piece).items()
        if rested_on_evidence_alone(complaint, fact, without=piece) and _last_words(complaint).get(fact) is way
    ]


def removed_of(complaint: Complaint) -> QuerySet[Evidence]:
    """What the consumer took back, the latest first."""
    own = complaint.evidence.filter(offered_by=Speaker.CONSUMER).exclude(kind=Evidence.Kind.AUTHORITY)
    return own.exclude(removed_at=None).select_related("blob").order_by("-removed_at", "-pk")


def _own(complaint: Complaint, evidence_id: int) -> Evidence:
    own = complaint.evidence.filter(offered_by=Speaker.CONSUMER).exclude(kind=Evidence.Kind.AUTHORITY)
    return own.select_related("blob").get(pk=evidence_id)


def _last_words(complaint: Complaint) -> dict[str, bool | None]:
    rows = complaint.assertions.filter(speaker=Speaker.CONSUMER).order_by("pk")
    return dict(rows.values_list("fact", "value"))
