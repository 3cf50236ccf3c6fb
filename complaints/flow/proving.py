"""What ``manage.py verify`` recomputes: the chains of a case, and anchors with everything they cover. It changes
nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from accounts.sealing import CannotUnseal
from complaints import timeline
from complaints.evidence import custody, merkle, signing, stamping
from complaints.evidence.chains import FIRST
from complaints.flow.anchoring import digest_of, files_of, leaf_bytes, statement_of
from complaints.models import (
    Anchor,
    AnchorLeaf,
    Complaint,
    CustodyEntry,
    CustodyHead,
    CustodyReason,
    Event,
    Message,
    Stamp,
)
from routing.engine.canonical import canonical_json


class Broken(Exception):
    """The first thing that does not hold, by name."""


def check_case(complaint: Complaint) -> None:
    """Timeline with its messages, and custody chain with its commitments. Raises Broken."""
    events = list(complaint.events.all())
    if broken := timeline.first_break(events, expected=complaint.version):
        raise Broken(f"{complaint.reference} #{broken.sequence}: {broken.reason}")
    _compare_messages(complaint, events)
    entries = list(complaint.custody_entries.select_related("evidence__blob").order_by("sequence"))
    head = CustodyHead.objects.filter(pk=complaint.pk).first()
    if found := custody.first_break(entries, complaint.reference, head=head):
        raise Broken(f"{complaint.reference} custody #{found.sequence}: {found.reason}")
    for entry in custody.uncommitted(entries):
        raise Broken(f"{complaint.reference} custody #{entry.sequence}: it speaks of other bytes than the piece has")
    _compare_reasons(complaint, entries)


def check_anchor(anchor: Anchor) -> None:
    """Its root over its leaves, each leaf in its chain, the anchor before it, its signature and its stamp. Raises
    Broken."""
    leaves = list(anchor.leaves.select_related("complaint").order_by("position"))
    if [leaf.position for leaf in leaves] != list(range(anchor.size)) or not leaves:
        raise Broken(f"anchor {anchor.number}: {len(leaves)} leaves are there, it covers {anchor.size}")
    if merkle.root([merkle.leaf(leaf_bytes(leaf)) for leaf in leaves]).hex() != anchor.root:
        raise Broken(f"anchor {anchor.number}: its leaves do not give its root")
    before = Anchor.objects.filter(number=anchor.number - 1).first()
    if before is None and anchor.number != 1:
        raise Broken(f"anchor {anchor.number - 1} is missing")
    last = digest_of(before) if before else FIRST
    told = statement_of(anchor.number, anchor.root, anchor.size, before=last, at=anchor.at)
    if canonical_json(told).decode() != anchor.statement:
        raise Broken(f"anchor {anchor.number}: its statement was changed, or the anchor before it")
    if anchor.public_key not in signing.known_keys():
        raise Broken(f"anchor {anchor.number}: signed with a key that is not ours (SIGNING_KEYS_BEFORE)")
    if not signing.is_signed(anchor.statement.encode(), anchor.signature, public_key=anchor.public_key):
        raise Broken(f"anchor {anchor.number}: its signature does not hold")
    _compare_leaves(anchor, leaves)
    stamp = getattr(anchor, "stamp", None)
    if stamp and (stamp.stamped_at or stamp.token):
        _check_stamp(anchor, stamp)


def check_files(anchor: Anchor, folder: Path) -> None:
    """The anchor's files in a folder say the same. Raises Broken."""
    for name, body in files_of(anchor).items():
        path = folder / name
        if not path.is_file():
            raise Broken(f"{path} is missing")
        if path.read_bytes() != body:
            raise Broken(f"{path}: the file and the database say different things")


def check_strangers(folder: Path) -> None:
    """No file stands for an anchor that the database does not know: a history that was set back. Raises Broken."""
    known = {f"{number:06d}" for number in Anchor.objects.values_list("number", flat=True)}
    for path in sorted(folder.glob("*.json")):
        if path.stem not in known:
            raise Broken(f"{path}: the database knows no such anchor")


def _compare_leaves(anchor: Anchor, leaves: list[AnchorLeaf]) -> None:
    """Each leaf is the digest that its chain still has at that place."""
    for chain, table in ((AnchorLeaf.Chain.TIMELINE, Event), (AnchorLeaf.Chain.CUSTODY, CustodyEntry)):
        mine = [leaf for leaf in leaves if leaf.chain == chain]
        for start in range(0, len(mine), 500):
            part = mine[start : start + 500]
            rows = table._default_manager.filter(complaint__in={leaf.complaint_id for leaf in part})
            rows = rows.filter(sequence__in={leaf.sequence for leaf in part})
            there = {(one, at): head for one, at, head in rows.values_list("complaint", "sequence", "digest")}
            for leaf in part:
                if there.get((leaf.complaint_id, leaf.sequence)) != leaf.head:
                    where = f"{leaf.complaint.reference} {leaf.chain} #{leaf.sequence}"
                    raise Broken(f"anchor {anchor.number}: {where} is not what was anchored")


def _check_stamp(anchor: Anchor, stamp: Stamp) -> None:
    """It may have come late, after an authority that was away; before what it stamps it cannot have come."""
    try:
        found = stamping.check(bytes(stamp.token), anchor.statement.encode(), nonce=int(stamp.nonce))
    except stamping.NotStamped as why:
        raise Broken(f"anchor {anchor.number}: its time-stamp does not hold ({why.code})") from None
    except ValueError:
        raise Broken(f"anchor {anchor.number}: its time-stamp has no nonce") from None
    if found.at != stamp.stamped_at or found.at < anchor.at - stamping.CLOCKS_APART:
        raise Broken(f"anchor {anchor.number}: its time-stamp says another time")


def _compare_reasons(complaint: Complaint, entries: list[CustodyEntry]) -> None:
    """A reason that is still there is the one that was given."""
    given = {entry.pk: entry for entry in entries if entry.reason_digest}
    for reason in CustodyReason.objects.filter(entry__in=given).select_related("entry") if given else []:
        entry = given[reason.entry_id]
        try:
            same = custody.reason_digest(reason.salt, reason.words) == entry.reason_digest
        except CannotUnseal:
            same = False
        if not same:
            raise Broken(f"{complaint.reference} custody #{entry.sequence}: its reason was changed")


def _compare_messages(complaint: Complaint, events: list[Event]) -> None:
    """What was written lies under the digest its event holds; what was erased lies nowhere."""
    told = {
        (event.body["with"], event.body["message"]): (event.sequence, event.body["digest"])
        for event in events
        if event.kind == "message-posted"
    }
    if not told:
        return
    rows = Message.objects.filter(thread__complaint=complaint).values_list("thread__other", "number", "sealed_words")
    found = {(other, number): sealed for other, number, sealed in rows}
    for place, (sequence, digest) in told.items():
        sealed = found.get(place)
        if sealed is None:
            raise Broken(f"{complaint.reference} #{sequence}: its message is missing")
        if sealed and hashlib.sha256(sealed.encode()).hexdigest() != digest:
            raise Broken(f"{complaint.reference} #{sequence}: its message was changed")
