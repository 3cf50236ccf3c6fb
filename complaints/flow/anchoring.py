"""Anchors: every hour the ends of all chains that moved go under one signed root, which leaves the building."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import translation

from complaints import jobs, mail
from complaints.evidence import merkle, signing
from complaints.evidence.chains import FIRST
from complaints.models import Anchor, AnchorLeaf, CustodyEntry, Event, Stamp
from routing.engine.canonical import canonical_json

log = logging.getLogger(__name__)

FORMAT = "whoanswers-anchor/1"
WINDOW = 20_000  # rows of a table that one anchor looks at: what there is more waits for the next
LATE = timedelta(minutes=10)  # no transaction lasts so long: settings.DATABASES ends them before
LATE_ROWS = 20_000
Chain = AnchorLeaf.Chain


def make_anchors(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Anchor what moved until nothing is left or the time is up; write each file that is missing. Returns how many."""
    made = 0
    while clock() < until and make_anchor(at=clock()):
        made += 1
    publish_files(at=clock())
    return made


@transaction.atomic
def make_anchor(*, at: datetime) -> Anchor | None:
    """One anchor over the ends of the chains that moved since the last; None where none did. Two at once: one waits,
    or fails on the number and finds nothing left the next time."""
    last = Anchor.objects.select_for_update().order_by("-number").first()
    rows, until = _moved(last)
    if not rows:
        return None
    number = last.number + 1 if last else 1
    leaves = [_leaf(position, chain, row) for position, (chain, row) in enumerate(rows)]
    root = merkle.root([merkle.leaf(leaf_bytes(leaf)) for leaf in leaves]).hex()
    statement = canonical_json(statement_of(number, root, len(leaves), before=digest_of(last), at=at))
    anchor = Anchor.objects.create(
        number=number,
        at=at,
        root=root,
        size=len(leaves),
        statement=statement.decode(),
        signature=signing.sign(statement),
        public_key=signing.public_key(),
        events_until=until[0],
        entries_until=until[1],
    )
    for leaf in leaves:
        leaf.anchor = anchor
    AnchorLeaf.objects.bulk_create(leaves, batch_size=1000)
    if settings.TIMESTAMP_URL:
        Stamp.objects.create(anchor=anchor, next_attempt_at=at)
        jobs.ring("stamp")
    return anchor


def statement_of(number: int, root: str, size: int, *, before: str, at: datetime) -> dict[str, Any]:
    """What is signed: the root, over how many ends, after which anchor, when."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": moment, "before": before, "format": FORMAT, "number": number, "root": root, "size": size}


def digest_of(anchor: Anchor | None) -> str:
    """The SHA-256 of an anchor's statement, which the next one names."""
    return hashlib.sha256(anchor.statement.encode()).hexdigest() if anchor else FIRST


def leaf_bytes(leaf: AnchorLeaf) -> bytes:
    """What a leaf says: up to where a chain had come, and its digest there."""
    return canonical_json(
        {"case": leaf.complaint.reference, "chain": leaf.chain, "head": leaf.head, "sequence": leaf.sequence}
    )


def publish_files(*, at: datetime) -> int:
    """Write each anchor into a file of its own, once and for all; returns how many were written now."""
    settings.ANCHOR_DIR.mkdir(parents=True, exist_ok=True)
    written = 0
    for anchor in Anchor.objects.filter(published_at=None).order_by("number"):
        if all(_write_once(name, body) for name, body in files_of(anchor).items()):
            Anchor.objects.filter(pk=anchor.pk).update(published_at=at)
            written += 1
    return written


def files_of(anchor: Anchor) -> dict[str, bytes]:
    """An anchor as files: the statement byte for byte as it was signed; public key and signature."""
    name = f"{anchor.number:06d}"
    return {
        f"{name}.json": anchor.statement.encode(),
        f"{name}.sig": f"{anchor.public_key} {anchor.signature}\n".encode(),
    }


def mail_anchors(*, at: datetime) -> int:
    """Send what was anchored since the last letter to each association's mailbox; returns how many anchors. A mailbox
    that cannot be reached is tried again with the next letter."""
    fresh = list(Anchor.objects.filter(mailed_at=None).order_by("number")[:500])
    if not fresh or not settings.ANCHORS_MAILED_TO:
        return 0
    told = {"anchors": fresh, "public_key": signing.public_key(), "page": f"{settings.SITE_URL}/anchors/"}
    with translation.override("zh-hans"):
        subject = f"WhoAnswers anchors {fresh[0].number}-{fresh[-1].number}"
        try:
            for address in settings.ANCHORS_MAILED_TO:
                mail.send(address, subject, "anchors", told)
        except OSError:
            log.error("anchors: the letter to the associations could not be sent")
            return 0
    Anchor.objects.filter(pk__in=[anchor.pk for anchor in fresh]).update(mailed_at=at)
    return len(fresh)


def _moved(last: Anchor | None) -> tuple[list[tuple[str, Any]], tuple[int, int]]:
    """The newest row of each chain that moved, and how far that looked in either table.

    A key that the last anchor passed may have been committed after it. One that was passed long before the last anchor
    had been committed by then: looking begins there.
    """
    safe = Anchor.objects.filter(at__lte=last.at - LATE).order_by("-number").first() if last else None
    rows: list[tuple[str, Any]] = []
    until = []
    for chain, table, column in (
        (Chain.TIMELINE, Event, "events_until"),
        (Chain.CUSTODY, CustodyEntry, "entries_until"),
    ):
        seen = getattr(last, column) if last else 0
        since = max(getattr(safe, column) if safe else 0, seen - LATE_ROWS)
        upto = _window_end(table, seen)
        rows += [(chain, row) for row in _newest(table, chain, since, upto)]
        until.append(upto)
    return rows, (until[0], until[1])


def _window_end(table: Any, seen: int) -> int:
    """The key of the last row that this anchor looks at: keys have gaps, rows are counted."""
    fresh = table.objects.filter(pk__gt=seen).order_by("pk").values_list("pk", flat=True)
    more = list(fresh[WINDOW - 1 : WINDOW])
    newest: int | None = more[0] if more else table.objects.aggregate(last=Max("pk"))["last"]
    return max(seen, newest or 0)


def _newest(table: type[models.Model], chain: str, since: int, upto: int) -> list[Any]:
    """Within a case keys rise with the sequence, because its row is locked: the greatest key is the end."""
    rows: Any = table._default_manager
    span = rows.filter(pk__gt=since, pk__lte=upto, complaint__sandbox=None)  # what was invented is deleted one day
    ends = span.order_by().values("complaint").annotate(end=Max("pk")).values("end")
    known = AnchorLeaf.objects.filter(complaint=OuterRef("complaint"), chain=chain, sequence=OuterRef("sequence"))
    return list(rows.filter(pk__in=ends).exclude(Exists(known)).select_related("complaint").order_by("pk"))


def _leaf(position: int, chain: str, row: Any) -> AnchorLeaf:
    return AnchorLeaf(position=position, complaint=row.complaint, chain=chain, sequence=row.sequence, head=row.digest)


def _write_once(name: str, body: bytes) -> bool:
    """Whether these bytes lie under the name, durably. What lies there already is never overwritten."""
    path = settings.ANCHOR_DIR / name
    part = path.with_suffix(path.suffix + ".part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(part, 0o400)
        os.link(part, path)  # fails where the name is taken: O_EXCL, and never half a file
    except FileExistsError:
        if path.read_bytes() != body:
            log.error("anchors: %s is there already, and says something else", name)
            return False
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(settings.ANCHOR_DIR, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
