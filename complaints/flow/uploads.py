"""Evidence in parts, for a line that breaks: each part counts once it is durable, and the next begins where it ends."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Sum

from complaints.evidence import staging, vault
from complaints.flow.intake import add_evidence_to_draft, require_share, too_many
from complaints.models import Draft, Upload
from complaints.provable import Shown
from complaints.turns import is_full

KEPT = timedelta(days=1)  # an upload that nobody goes on with
MOVING = timedelta(minutes=10)  # so long after its last part room is kept for the rest of an upload


class WrongPart(Exception):
    """A part that does not begin where the last one ended, is too long, or arrived damaged. Nothing of it is kept."""


def require_possible(size: int) -> None:
    """Raises vault.Unacceptable for more bytes than any file may have."""
    largest = max(settings.EVIDENCE_MAX_BYTES.values())
    if size > largest:
        raise vault.Unacceptable("too-big", vault.larger_than_anything(size, largest))


def begin(draft: Draft, *, name: str, kind: str, size: int, at: datetime) -> Upload:
    """Announce a file. Raises vault.Unacceptable where there is no room for it; what it is, is judged at the end."""
    vault.require_space(beside=size + _promised(at))
    require_possible(size)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        waiting = draft.uploads.filter(problems__isnull=True, touched_at__gt=at - KEPT)
        if draft.evidence.offered().count() + waiting.count() >= settings.EVIDENCE_MAX_FILES:
            raise vault.Unacceptable("too-many", too_many())
        require_share(draft.evidence.offered(), size + (waiting.aggregate(sum=Sum("size"))["sum"] or 0))
        return draft.uploads.create(name=vault.clean_name(name), kind=kind, size=size, touched_at=at)


@transaction.atomic
def receive(draft: Draft, key: UUID, part: bytes, *, offset: int, sha256: str, at: datetime) -> Upload:
    """Keep one part; it is durable when this returns. ``sha256`` (hex) may be empty where the browser cannot count it.

    Raises WrongPart, and Upload.DoesNotExist for what is not under way in this draft."""
    upload = draft.uploads.select_for_update().get(pk=key, problems__isnull=True)
    damaged = bool(sha256) and hashlib.sha256(part).hexdigest() != sha256
    if damaged or offset != upload.received or upload.received + len(part) > upload.size:
        raise WrongPart(str(upload))
    vault.require_space()
    try:
        staging.append(key, part, at_offset=offset)
    except OSError as error:
        if is_full(error):
            raise vault.no_room() from None
        raise
    upload.received, upload.touched_at = offset + len(part), at
    upload.save(update_fields=["received", "touched_at"])
    return upload


def finish(draft: Draft, key: UUID, *, at: datetime, shows: Iterable[Shown] = ()) -> list[str]:
    """Look into the whole file and take it in; sentences about why not. Asked twice, it answers alike.

    Raises WrongPart where bytes are missing, Upload.DoesNotExist, and vault.Unacceptable where we have no room just
    now: the bytes stay then."""
    upload = draft.uploads.get(pk=key)
    if upload.problems is None and upload.received == upload.size:
        try:
            with staging.alone(key):  # of two that finish at once the second waits, and repeats the first one's answer
                _finish(draft, upload, shows, at=at)
        except FileNotFoundError:  # taken in meanwhile, or stopped
            upload.refresh_from_db()
    if upload.problems is None:
        raise WrongPart(str(upload))
    return list(upload.problems)


def cancel(draft: Draft, key: UUID) -> None:
    """Stop: row and bytes are gone. Unknown keys change nothing."""
    if draft.uploads.filter(pk=key).delete()[0]:
        staging.drop(key)


def discard_stale(*, at: datetime) -> int:
    """Take away what nobody has gone on with for a day. Returns how many uploads that was."""
    staging.drop_older(at - KEPT)
    return Upload.objects.filter(touched_at__lt=at - KEPT).delete()[0]


def _promised(at: datetime) -> int:
    """Bytes that were announced, and have not come yet."""
    waiting = Upload.objects.filter(problems__isnull=True, touched_at__gt=at - MOVING)
    return waiting.aggregate(left=Sum(F("size") - F("received")))["left"] or 0


def _finish(draft: Draft, upload: Upload, shows: Iterable[Shown], *, at: datetime) -> None:
    upload.refresh_from_db()
    if upload.problems is not None:
        return
    upload.problems = _take(draft, upload, shows, at=at)
    upload.touched_at = at
    draft.uploads.filter(pk=upload.pk).update(problems=upload.problems, touched_at=at)
    staging.drop(upload.key)


def _take(draft: Draft, upload: Upload, shows: Iterable[Shown], *, at: datetime) -> list[str]:
    with staging.path_of(upload.key).open("rb") as source:
        whole = UploadedFile(source, name=upload.name, size=upload.size)
        try:
            add_evidence_to_draft(draft, whole, kind=upload.kind, at=at, shows=shows)
        except vault.Unacceptable as refusal:
            if refusal.is_ours:
                raise  # its bytes stay, and it can be finished later
            return [str(refusal)]
    return []
