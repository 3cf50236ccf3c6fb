"""Add to a case's custody chain, and tell where one was tampered with.

An entry's digest is SHA-256(0x00 ‖ digest before ‖ canonical JSON of the entry): the leaf hash of RFC 6962, over
RFC 8785 for these values (no floats).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from complaints.evidence.chains import FIRST, Break, walk
from complaints.models import Blob, Complaint, CustodyEntry, CustodyHead, CustodyReason, Event, Evidence
from complaints.models.evidence import new_salt
from routing.engine.canonical import canonical_json

Act = CustodyEntry.Act

# Events of the timeline that are acts on evidence. Others are named evidence-<act>, with the piece in their body.
FOLLOWED = {"filed": Act.RECEIVED, "evidence-added": Act.RECEIVED}
ENDS_OF_LOOK = {Blob.State.HELD.value: Act.HELD, Blob.State.REJECTED.value: Act.REJECTED}


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be entered: an act, on a piece or on the whole case."""

    act: CustodyEntry.Act
    evidence: Evidence | None
    at: datetime
    actor: str
    variant: str = ""
    reason: str = ""
    event: int | None = None
    digest: str = ""  # of the bytes that left, where they are no piece's own


def enter(complaint_id: int, happenings: Sequence[Happening]) -> list[CustodyEntry]:
    """Add to the chain, in a transaction of the caller; the head's row is locked until it ends, so that the chain
    cannot fork. The pieces come with their blobs. Neither ``version`` nor ``head`` of the complaint moves."""
    head = _locked(complaint_id)
    reference = head.complaint.reference
    entries, reasons = [], []
    for each in happenings:
        entry = _made(head, reference, each)
        if each.reason:
            reason = CustodyReason.of(entry, salt=new_salt(), words=each.reason)
            entry.reason_digest = reason_digest(reason.salt, each.reason)
            reasons.append(reason)
        entry.digest = seal(entry.previous, told(entry, reference))
        head.sequence, head.digest = entry.sequence, entry.digest
        entries.append(entry)
    CustodyEntry.objects.bulk_create(entries)
    CustodyReason.objects.bulk_create(reasons)
    CustodyHead.objects.filter(pk=complaint_id).update(sequence=head.sequence, digest=head.digest)
    return entries


def follow(complaint: Complaint, event: Event) -> None:
    """Enter what an event of the timeline says of evidence, in the transaction that records it. Files of a draft are
    received when they came, which was before there was a case."""
    act = act_of(event.kind, event.body)
    if act is None:
        return
    pieces = complaint.evidence.select_related("blob").order_by("position", "pk")
    if event.kind != "filed":
        pieces = pieces.filter(pk__in=_pieces_of(event.body))
    variant = str(event.body.get("variant", ""))[:16]
    found = [
        Happening(
            act,
            piece,
            piece.received_at if act == Act.RECEIVED else event.at,
            event.actor,
            variant=variant or ("original" if act == Act.RECEIVED else ""),
            event=event.sequence,
        )
        for piece in pieces
    ]
    if found:
        enter(complaint.pk, found)


def act_of(kind: str, body: Mapping[str, Any]) -> CustodyEntry.Act | None:
    """Which act on evidence an event is, if any. A look that ended in something else than sound says so."""
    if kind == "evidence-checked":
        return ENDS_OF_LOOK.get(str(body.get("state", "")), Act.CHECKED)
    act = kind.removeprefix("evidence-") if kind.startswith("evidence-") else ""
    return FOLLOWED.get(kind) or (Act(act) if act in Act.values else None)


def forget(pieces: Iterable[int]) -> None:
    """Let nothing be tested against what the chain holds of these pieces: k and the reasons go, the entries stay and
    verify. The caller has recorded the erasure first."""
    pks = list(pieces)
    CustodyReason.objects.filter(entry__evidence__in=pks).delete()
    Evidence.objects.filter(pk__in=pks).update(custody_salt="")


def commitment(salt: str, sha256: str) -> str:
    """SHA-256(k ‖ digest) in hex; empty where k was erased."""
    return hashlib.sha256(bytes.fromhex(salt) + bytes.fromhex(sha256)).hexdigest() if salt else ""


def reason_digest(salt: str, words: str) -> str:
    """SHA-256(salt ‖ words), in hex."""
    return hashlib.sha256(bytes.fromhex(salt) + words.encode()).hexdigest()


def told(entry: CustodyEntry, reference: str) -> dict[str, Any]:
    """The entry as it is sealed, and as a bundle shows it. Empty values are left out."""
    row = {
        "act": str(entry.act),
        "actor": entry.actor,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "case": reference,
        "commitment": entry.commitment,
        "event": entry.event,
        "evidence": entry.evidence_id,
        "reason": entry.reason_digest,
        "sequence": entry.sequence,
        "variant": entry.variant,
    }
    return {name: value for name, value in row.items() if value not in ("", None)}


def seal(previous: str, row: Mapping[str, Any]) -> str:
    """The digest of an entry that follows ``previous``, in hex."""
    return hashlib.sha256(b"\0" + bytes.fromhex(previous) + canonical_json(row)).hexdigest()


def first_break(entries: Iterable[CustodyEntry], reference: str, *, head: CustodyHead | None) -> Break | None:
    """Walk a chain in order; None if it holds up to its head. A cut-off tail shows there."""
    walked = walk(entries, lambda entry: seal(entry.previous, told(entry, reference)), what="custody entry")
    ends = (head.sequence, head.digest) if head else (0, FIRST)
    if walked.broken is None and ends != (walked.sequence, walked.head):
        return Break(walked.sequence + 1, f"the custody chain ends at {walked.sequence}, its head says {ends[0]}")
    return walked.broken


def uncommitted(entries: Iterable[CustodyEntry]) -> Iterator[CustodyEntry]:
    """Entries whose commitment does not fit the file they speak of. Where k was erased nothing can be said."""
    for entry in entries:
        piece = entry.evidence
        known = piece and piece.custody_salt and entry.commitment
        if piece and known and entry.commitment != commitment(piece.custody_salt, piece.blob.sha256):
            yield entry


def _locked(complaint_id: int) -> CustodyHead:
    named = CustodyHead.objects.select_related("complaint").only("sequence", "digest", "complaint__reference")
    held = named.select_for_update(of=("self",)).filter(pk=complaint_id)
    if found := held.first():
        return found
    CustodyHead.objects.bulk_create([CustodyHead(complaint_id=complaint_id)], ignore_conflicts=True)
    return held.get()


def _made(head: CustodyHead, reference: str, each: Happening) -> CustodyEntry:
    piece = each.evidence
    return CustodyEntry(
        complaint_id=head.pk,
        evidence=piece,
        sequence=head.sequence + 1,
        act=each.act,
        variant=each.variant,
        actor=each.actor,
        commitment=commitment(piece.custody_salt, piece.blob.sha256) if piece else each.digest,
        event=each.event,
        at=each.at,
        previous=head.digest,
    )


def _pieces_of(body: Mapping[str, Any]) -> list[int]:
    named = body.get("evidence", [])
    return [pk for pk in (named if isinstance(named, list) else [named]) if isinstance(pk, int)]
