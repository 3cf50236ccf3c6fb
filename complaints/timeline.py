"""The timeline of a complaint: record an event, and tell where a chain was tampered with."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from complaints import notices
from complaints.evidence import custody
from complaints.evidence.chains import Break, walk
from complaints.models import Complaint, Event

# An officer's own trying out, leads that were looked at, who keeps out for which reason, and who a party is in the
# register: in no copy of a timeline that others take with them. Of notes nobody else is told even that there are any:
# they stand in no page, paper or answer but the desk's.
UNTOLD = frozenset({"note-written", "note-struck"})
# Who keeps out for which reason goes on to nobody either, not to a court: it says something of an officer's life.
PERSONAL = frozenset({"recused", "recusal-lifted"})
OFFICERS_OWN = UNTOLD | PERSONAL | {"whatif-noted", "evidence-verified", "party-registered"}


def record(complaint: Complaint, kind: str, body: Mapping[str, Any], *, actor: str, at: datetime) -> Event:
    """Add an event. The caller holds the complaint's row lock, so the chain cannot fork; ``version`` rises by one, and
    ``head`` is carried by receipts and webhooks, so that the parties are its witnesses. What the consumer is told of is
    promised in the same transaction; what happens to evidence goes into its custody chain as well.

    ``body`` holds ids, codes and digests only: no names, numbers or free text, so that a case can be erased without
    breaking its chain.
    """
    sequence, previous = complaint.version + 1, complaint.head
    event = Event.objects.create(
        complaint=complaint,
        sequence=sequence,
        kind=kind,
        body=dict(body),
        actor=actor,
        at=at,
        previous=previous,
        digest=seal(previous, sequence, kind, dict(body), actor, at),
    )
    complaint.version, complaint.head = event.sequence, event.digest
    complaint.save(update_fields=["version", "head"])
    notices.promise(complaint, event)
    custody.follow(complaint, event)
    return event


def seal(previous: str, sequence: int, kind: str, body: dict[str, Any], actor: str, at: datetime) -> str:
    """SHA-256 over the canonical JSON (RFC 8785 for these values: no floats) of the row and the digest before it."""
    row = [previous, sequence, kind, body, actor, at.astimezone(UTC).isoformat(timespec="microseconds")]
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_break(events: Iterable[Event], *, expected: int | None = None) -> Break | None:
    """Walk a chain in order; None if it holds. ``expected`` is the complaint's version: a cut-off tail shows there."""
    walked = walk(events, _seal_of, what="event")
    if walked.broken is None and expected is not None and walked.sequence != expected:
        return Break(walked.sequence + 1, f"the chain ends at {walked.sequence}, the complaint says {expected}")
    return walked.broken


def _seal_of(event: Event) -> str:
    return seal(event.previous, event.sequence, event.kind, event.body, event.actor, event.at)
