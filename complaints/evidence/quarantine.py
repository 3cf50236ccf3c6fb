"""From quarantined to stored: which bytes were let in, who looks at them now, how often it was begun, what came of it.

A row is quarantined only when its bytes are durable. A start is committed before the look begins: bytes that kill
whoever looks at them are looked at three times, and then a person must.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from complaints.evidence import antivirus, refusals, shelf
from complaints.evidence.looking import Broke, Found, NotNow, Uncheckable, longest, look_into
from complaints.evidence.named import named
from complaints.evidence.refusals import Unacceptable
from complaints.evidence.sniff import KINDS, Kind
from complaints.models import Blob
from complaints.turns import NoTurn, turn

log = logging.getLogger(__name__)

STARTS = 3  # looks that are begun, before a person must look
SLOTS = 2  # files that are looked into at once, on one machine
SLOT_SECONDS = 5  # how long one waits for its turn; then the worker goes on with it
SCAN_SECONDS = 60  # for the virus scanner, where nobody waits
SPARE = timedelta(seconds=60)  # beside the longest a look may take, until somebody else may begin
BYTES_SECONDS = 20  # how long bytes under one digest may be moved by somebody else


def admit(staged: Path, *, kind: Kind, size: int, at: datetime, sha256: str, sm3: str = "") -> Blob:
    """Move finished bytes to their place, then make their row; both are there, or only bytes that the sweep finds."""
    with alone_with(sha256):
        was_there = shelf.has(sha256)
        shelf.put(staged, sha256)
        blob, is_new = Blob.objects.get_or_create(
            sha256=sha256,
            defaults={
                "sm3": sm3,
                "size": size,
                "media_type": kind.media_type,
                "state": Blob.State.QUARANTINED,
                "kept_at": at,
            },
        )
    if not is_new and not was_there:  # its bytes had been lost, and are back: they are looked into anew
        Blob.objects.filter(pk=blob.pk).update(state=Blob.State.QUARANTINED, starts=0, busy_until=None)
        blob.refresh_from_db()
    return blob


def look(blob: Blob, local: Path | None = None, *, patience: float | None = None, at: datetime) -> Blob:
    """Look into a blob that waits, if nobody else does: the row as it is afterwards.

    ``local`` is a file with its bytes, where there is one; ``patience`` how many seconds the caller can wait. Whatever
    goes wrong here leaves it waiting: with a start counted where the look may be to blame, with none where it is not.

    Raises NotNow where it is gone.
    """
    kind = KINDS.get(blob.media_type)
    try:
        with turn("slot", places=SLOTS, seconds=SLOT_SECONDS):
            if kind is None:
                _end(blob, Blob.State.HELD, {"why": refusals.UNCHECKED})
            elif _claim(blob, kind, at):
                _look(blob, kind, local, patience)
    except NoTurn:
        log.info("evidence: no place to look into %s now", blob)
    current = Blob.objects.filter(pk=blob.pk).first()
    if current is None:
        raise NotNow("its last owner took it away meanwhile")
    return current


def hold_hopeless(at: datetime) -> int:
    """Hold what was begun as often as may be and never came to an end; its last look is over. Returns how many."""
    lost = Blob.objects.waiting(at).filter(state=Blob.State.QUARANTINED, starts__gte=STARTS)
    held = [_end(blob, Blob.State.HELD, {"why": refusals.CRASHED}) for blob in lost]
    return len(held)


def settle(blob: Blob, *, stored: bool, report: dict[str, Any]) -> bool:
    """What a person found of a blob that is held. False where it is held no longer."""
    state = Blob.State.STORED if stored else Blob.State.REJECTED
    return _end(blob, state, {**blob.report, **report}, before=Blob.State.HELD)


@contextmanager
def alone_with(sha256: str) -> Iterator[None]:
    """Nobody else on this machine puts bytes under this digest, or takes them away. Raises NotNow."""
    try:
        with turn(f"bytes-{sha256[:2]}", places=1, seconds=BYTES_SECONDS):
            yield
    except NoTurn:
        raise NotNow(sha256) from None


def drop_unnamed(sha256: str) -> None:
    """Take bytes away that no row names. Where somebody is busy with them they stay: a sweep finds them."""
    with suppress(NotNow, shelf.Unavailable), alone_with(sha256), shelf.alone(sha256):
        if not named([sha256]):
            shelf.take_away(sha256)


# ── One look ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _claim(blob: Blob, kind: Kind, at: datetime) -> bool:
    """Take it, if it waits and nobody has it. The start is committed when this returns."""
    free = Blob.objects.waiting(at).filter(pk=blob.pk, state=Blob.State.QUARANTINED, starts__lt=STARTS)
    until = at + timedelta(seconds=longest(kind) + SCAN_SECONDS) + SPARE
    return bool(free.update(starts=F("starts") + 1, busy_until=until))


def _look(blob: Blob, kind: Kind, local: Path | None, patience: float | None) -> None:
    until = time.monotonic() + patience if patience else None
    own = local or settings.FILE_UPLOAD_TEMP_DIR / f"{uuid.uuid4()}.look"
    try:
        if local is None:
            with shelf.open_bytes(blob.sha256) as source, own.open("xb") as target:
                shutil.copyfileobj(source, target)
        scan = antivirus.scan(own, seconds=patience or SCAN_SECONDS)
        if scan.verdict == antivirus.FOUND:
            _end(blob, Blob.State.HELD, {"why": refusals.INFECTED, "found": scan.name})
        elif scan.verdict == antivirus.TOO_LARGE:
            _end(blob, Blob.State.HELD, {"why": refusals.UNSCANNED})
        elif not scan.is_answer and settings.AV_REQUIRED:
            raise NotNow(scan.verdict)
        else:
            _store(blob, look_into(own, kind, seconds=_left(until)), scan.verdict)
    except Unacceptable as refusal:
        _end(blob, Blob.State.REJECTED, refusal.report)
    except Uncheckable as reason:
        _end(blob, Blob.State.HELD, reason.report)
    except (FileNotFoundError, shelf.Tampered):
        _end(blob, Blob.State.HELD, {"why": refusals.MISSING})
    except Broke as reason:
        log.warning("evidence: the look into %s broke off (%s)", blob, reason)
        _give_back(blob, counted=True)
    except (NotNow, OSError) as reason:  # no scanner, no time, no room on the disk: none of it is the file's fault
        log.info("evidence: %s cannot be looked into now (%s)", blob, reason)
        _give_back(blob, counted=False)
    finally:
        for leftover in (*own.parent.glob(f"{own.stem}.copy*"), own):
            leftover.unlink(missing_ok=True)


def _left(until: float | None) -> float | None:
    """Seconds of the caller's patience that are left; at least one, so that a quick look is never given up."""
    return max(1.0, until - time.monotonic()) if until else None


def _store(blob: Blob, found: Found, scanned: str) -> None:
    """The copies first, then the row that names them."""
    names = {name: _shelve(path) for name, path in found.copies.items()}
    pages = [{"sha256": _shelve(page.path), "width": page.width, "height": page.height} for page in found.pages]
    columns: dict[str, Any] = {"width": found.width, "height": found.height, "pages": pages, **names}
    if not _end(blob, Blob.State.STORED, {**found.report, "scan": scanned}, **columns):
        for sha256 in (*names.values(), *(str(page["sha256"]) for page in pages)):  # it was taken away meanwhile
            drop_unnamed(sha256)


def _shelve(copy: Path) -> str:
    with copy.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    with alone_with(sha256):
        shelf.put(copy, sha256)
    return sha256


def _give_back(blob: Blob, *, counted: bool) -> None:
    """Somebody else may look. After the third start without an end nobody does."""
    row = Blob.objects.filter(pk=blob.pk, state=Blob.State.QUARANTINED)
    if not counted:
        row.filter(starts__gt=0).update(starts=F("starts") - 1, busy_until=None)
    elif row.filter(starts__gte=STARTS).exists():
        _end(blob, Blob.State.HELD, {"why": refusals.CRASHED})
    else:
        row.update(busy_until=None)


def _end(
    blob: Blob, state: str, report: dict[str, Any], *, before: str = Blob.State.QUARANTINED, **columns: Any
) -> bool:
    """Write down what came of it, once; the cases it lies in are still to be told. What nobody has handed in any more,
    and was refused, leaves only its digest."""
    with transaction.atomic():
        if not Blob.objects.select_for_update().filter(pk=blob.pk, state=before).first():
            return False
        is_offered = blob.offered_as.exists()
        Blob.objects.filter(pk=blob.pk).update(
            state=state, report=report, busy_until=None, is_news=is_offered, **columns
        )
    if state == Blob.State.REJECTED and not is_offered:
        drop_refused(blob)
    return True


def drop_refused(blob: Blob) -> None:
    """Take the bytes of a refused blob away; its row stays, and says why, for as long as somebody may ask."""
    with suppress(NotNow, shelf.Unavailable), alone_with(blob.sha256), shelf.alone(blob.sha256):
        refused = Blob.objects.filter(pk=blob.pk, state=Blob.State.REJECTED)
        if refused.exists():
            shelf.take_away(blob.sha256)
            refused.update(report={**blob.report, **refused.get().report, "gone": True})
