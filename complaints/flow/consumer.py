"""What the consumer may do with a filed complaint."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints import timeline
from complaints.deadlines import acceptance_by, local_day
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts
from complaints.flow.moves import advance
from complaints.lifecycle import State
from complaints.models import Actor, Complaint, DecisionRecord, Pressure, Speaker


@transaction.atomic
def refer_to_association(complaint: Complaint, *, actor: Actor, at: datetime) -> Complaint:
    """Ask the association to take the case, after the one-way door was shown and confirmed."""
    complaint = Complaint.objects.locked(complaint.pk)
    until = acceptance_by(complaint, local_day(at))
    complaint.due_on = until.day
    body: dict[str, Any] = {"accept_by": until.day.isoformat()}
    if until.provisional:
        body["provisional"] = True
    advance(complaint, "refer", actor=actor, at=at, body=body)
    complaint.save(update_fields=["due_on"])
    return complaint


@transaction.atomic
def answer_questions(
    complaint: Complaint, facts: Mapping[str, bool | None], *, replies: bool = False, actor: Actor, at: datetime
) -> DecisionRecord:
    """Answer what the law still asks, or what the association asked; then the law is read again.

    A question of the association counts as answered when one of its facts is among the answers, or when the person
    says that this is the reply (``replies``).
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=facts, at=at)
    timeline.record(complaint, "consumer-answered", {"facts": sorted(facts)}, actor=actor.label, at=at)
    for request in complaint.requests.unanswered().filter(to="consumer"):
        if replies or set(request.facts) & set(facts):
            request.answered_at = at
            request.save(update_fields=["answered_at"])
    waiting = complaint.requests.unanswered().filter(to="consumer").exists()
    if complaint.state == State.NEEDS_INFO and not waiting:
        advance(complaint, "supply", actor=actor, at=at)
    return decide_again(complaint, because=DecisionRecord.Because.ANSWERS, actor=actor.label, at=at)


@transaction.atomic
def withdraw(complaint: Complaint, *, pressed: bool = False, words: str = "", actor: Actor, at: datetime) -> Complaint:
    """Take the complaint back. The other ways stay open. Who was ``pressed`` to do so tells the association, and nobody
    else reads it."""
    complaint = Complaint.objects.locked(complaint.pk)
    body = {"pressed": True} if pressed else None
    announce(complaint, advance(complaint, "withdraw", actor=actor, at=at, body=body), at=at)
    if pressed:
        told = Pressure(complaint=complaint, at=at)
        told.keep_words(words.strip())
        told.save()
    return complaint
