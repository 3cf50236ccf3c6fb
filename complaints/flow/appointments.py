"""What is told of sessions and agreements, and how they end when the case does not wait for them any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from complaints import timeline
from complaints.flow.dispatch import announce, speaker_for
from complaints.models import Agreement, Complaint, Event, Party, Session


class Because(StrEnum):
    """Why nobody waits for them any more."""

    ENDED = "ended"
    AGREED = "agreed"
    TRANSFERRED = "transferred"


REASONS = {
    Because.ENDED: gettext_lazy("投诉结束了，调解会不开了。"),
    Because.TRANSFERRED: gettext_lazy("投诉转给了另一家协会，要开由它另约。"),
}


def cancel_planned(complaint: Complaint, because: Because, *, at: datetime) -> None:
    """Cancel the sessions that were to come; everybody who was asked is told. The caller holds the row lock."""
    with translation.override("en" if complaint.language == "en" else "zh-hans"):
        reason = str(REASONS[because])
    for session in complaint.sessions.planned().filter(starts_at__gt=at).order_by("number"):
        cancel(complaint, session, reason, {"because": because.value}, actor="system", at=at)


def cancel(
    complaint: Complaint, session: Session, reason: str, more: dict[str, Any] | None = None, *, actor: str, at: datetime
) -> None:
    """This one does not take place."""
    session.state = Session.State.CANCELLED
    session.keep_reason(reason)
    session.save(update_fields=["state", "sealed_reason"])
    tell_session(complaint, "session-cancelled", session, more, actor=actor, at=at)


def end_agreements(complaint: Complaint, because: Because, *, at: datetime, but: int | None = None) -> None:
    """End the agreement that waits for a yes, but the one of that number; its party is told. The caller holds the row
    lock."""
    for agreement in complaint.agreements.waiting().exclude(number=but or 0):
        agreement.state = Agreement.State.ENDED
        agreement.save(update_fields=["state"])
        body = {"agreement": agreement.number, "party": str(agreement.party), "because": because.value}
        event = timeline.record(complaint, "agreement-ended", body, actor="system", at=at)
        announce(complaint, event, to=Party(agreement.party), at=at)


def tell_session(
    complaint: Complaint, kind: str, session: Session, more: dict[str, Any] | None = None, *, actor: str, at: datetime
) -> Event:
    """Record what happened to a session, and announce it once to each organisation that speaks for one of its
    parties."""
    body = {
        "session": session.number,
        "starts_at": session.starts_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="minutes"),
        "how": session.how,
        "parties": session.parties,
        **(more or {}),
    }
    event = timeline.record(complaint, kind, body, actor=actor, at=at)
    _tell_parties(complaint, event, session.parties, at=at)
    return event


def _tell_parties(complaint: Complaint, event: Event, parties: Iterable[str], *, at: datetime) -> None:
    told: set[int] = set()
    for party in parties:
        speaker = speaker_for(complaint, Party(party))
        if speaker is not None and speaker.pk not in told:
            told.add(speaker.pk)
            announce(complaint, event, to=Party(party), at=at)
