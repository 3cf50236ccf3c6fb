"""Letting the untouched original of the consumer's piece go to a party: an officer asks, the consumer answers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints import permissions, timeline
from complaints.flow.messages import write
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Evidence, Party, Release, Side
from complaints.narrative import party_name


class CannotRelease(Exception):
    """A request that cannot be made, with a sentence that says why."""


def can_be_asked(complaint: Complaint) -> bool:
    """Whether the case goes on, and the consumer has something that could be asked for."""
    return complaint.is_open and complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER).exists()


@transaction.atomic
def ask(complaint: Complaint, evidence_id: int, *, party: Party, reason: str, actor: Actor, at: datetime) -> Release:
    """An officer asks the consumer to let a party have an original; the consumer is told by message. Raises
    CannotRelease, IllegalMove for an ended case."""
    permissions.require(actor, "release")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    pieces = list(complaint.evidence.of_dispute())
    piece = next((each for each in pieces if each.pk == evidence_id and each.offered_by == Role.CONSUMER), None)
    if piece is None:
        raise CannotRelease(_("只能请消费者交出自己的证据。"))
    if piece.releases.filter(party=party, ended_at=None).exclude(agreed=False).exists():
        raise CannotRelease(_("已经问过了，或者消费者已经同意。"))
    release = Release.objects.create(
        complaint=complaint, evidence=piece, party=party, reason=reason, asked_by=actor.label, asked_at=at
    )
    body = {"evidence": piece.pk, "party": party, "release": release.pk}
    timeline.record(complaint, "release-asked", body, actor=actor.label, at=at)
    with override("en" if complaint.language == "en" else "zh-hans"):
        words = _(
            "能不能让{party}看证据{n}的原件？原件没有遮盖。为什么需要：{reason} "
            "请到这件投诉的“证据”页回答，不同意也不影响办理。"
        ).format(party=party_name(party), n=pieces.index(piece) + 1, reason=reason)
    write(complaint, other=Side.ASSOCIATION, words=words, press=f"release-{release.pk}", actor=actor, at=at)
    return release


@transaction.atomic
def answer(complaint: Complaint, release_id: int, *, agrees: bool, actor: Actor, at: datetime) -> bool:
    """The consumer agrees or not, once; only then may the party download. Returns whether this was the answer: one that
    is answered already stays as it is. Raises Release.DoesNotExist."""
    complaint = Complaint.objects.locked(complaint.pk)
    release = Release.objects.get(pk=release_id, complaint=complaint)
    if release.answered_at is not None:
        return False
    release.agreed, release.answered_at = agrees, at
    release.save(update_fields=["agreed", "answered_at"])
    body = {"evidence": release.evidence_id, "party": release.party, "release": release.pk, "agreed": agrees}
    timeline.record(complaint, "release-answered", body, actor=actor.label, at=at)
    return True


@transaction.atomic
def take_back(complaint: Complaint, release_id: int, *, actor: Actor, at: datetime) -> bool:
    """The consumer takes a consent back: nothing is downloaded from now on. Returns whether there was one to take back.
    Raises Release.DoesNotExist."""
    complaint = Complaint.objects.locked(complaint.pk)
    release = Release.objects.get(pk=release_id, complaint=complaint)
    if not release.agreed or release.ended_at is not None:
        return False
    release.ended_at = at
    release.save(update_fields=["ended_at"])
    body = {"evidence": release.evidence_id, "party": release.party, "release": release.pk}
    timeline.record(complaint, "release-ended", body, actor=actor.label, at=at)
    return True


def releases_of(evidence: Evidence) -> list[Release]:
    """What was asked about a piece, newest first."""
    return sorted(evidence.releases.all(), key=lambda each: -each.pk)
