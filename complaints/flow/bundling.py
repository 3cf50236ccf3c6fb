"""Bundles of evidence: asked for at a door, made in the background, kept for a day, every step in the custody chain."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import jobs, notices, permissions
from complaints.deadlines import local_day
from complaints.evidence import bundle as bytes_of
from complaints.evidence import custody
from complaints.evidence.custody import Act, Happening
from complaints.evidence.zipping import NotWhole
from complaints.flow.bundle_papers import about, exhibits_of, papers_of
from complaints.lifecycle import Role
from complaints.models import Actor, Bundle, Complaint, CustodyEntry, Tally
from complaints.models.bundle import BundleQuerySet
from complaints.press import NotPrinted
from complaints.turns import NoTurn, is_full, turn

log = logging.getLogger(__name__)

VARIANT = "bundle"
TAKEN_FOR = timedelta(minutes=6)  # longer than a task of the queue may last
MOST_STARTS = 3
PLACES, WAIT_SECONDS = 1, 1
EVERY = 16 << 20  # bytes between two notes of progress
SPARE_BYTES = 512 << 20
CHUNK = 1 << 20


class NotBundled(Exception):
    """No bundle is made, with a sentence that says why and what to do."""


class TooManyBundles(NotBundled):
    """Enough were made for this side within the hour."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


class NotReady(NotBundled):
    """It is still being made, or could not be."""


class Expired(NotBundled):
    """Its day is over."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the chains of a case end for a bundle."""

    timeline: int
    custody: int


@transaction.atomic
def ask(complaint: Complaint, *, actor: Actor, at: datetime, reason: str = "") -> Bundle:
    """Have a bundle made of the case as it stands; one that is under way or ready, of the same case up to the same
    ends, is given instead. An officer says why. Raises NotBundled."""
    permissions.require(actor, "bundle")
    if actor.role == Role.OFFICER and not reason.strip():
        raise NotBundled(_("写一句为什么要拿证据包。"))
    complaint = Complaint.objects.locked(complaint.pk)
    ends = Ends(complaint.version, _last_of_others(complaint))
    mine = Bundle.objects.visible_to(actor).filter(complaint=complaint, asked_by=actor.label).standing(at)
    same = mine.filter(timeline_until=ends.timeline, custody_until=ends.custody).order_by("-pk").first()
    if same is None:
        _require_share(complaint, actor, at)
        same = _new(complaint, ends, actor, at)
    custody.enter(
        complaint.pk, [Happening(Act.EXPORTED, None, at, actor.label, variant=VARIANT, reason=reason.strip())]
    )
    jobs.ring("bundle", same.pk)
    return same


def make(pk: int, clock: Callable[[], datetime]) -> bool:
    """Make a bundle that waits. Each try is counted before it is made; the third that does not end is the last. True
    if it is ready now. Must not run inside a transaction."""
    row = _take(pk, clock())
    if row is None:
        return False
    complaint = Complaint.objects.visible_to(row.actor).filter(pk=row.complaint_id).select_related("decision").first()
    if complaint is None:
        return _fail(row, "out-of-sight")
    try:
        with turn("bundle", places=PLACES, seconds=WAIT_SECONDS):
            _write(row, complaint, clock)
    except (NoTurn, NotPrinted):
        return _later(row)
    except NotWhole:
        log.error("bundle %s: a stored file of case %s is not what it was", row.pk, row.complaint_id)
        return _fail(row, "not-whole")
    except OSError as error:
        if not is_full(error):
            raise
        return _fail(row, "no-room")
    return True


def take_away(row: Bundle, *, actor: Actor, at: datetime) -> IO[bytes]:
    """The finished bundle, for reading; who takes it is in the custody chain first. Raises NotReady, or Expired where
    its day is over. Must not run inside a transaction."""
    permissions.require(actor, "bundle")
    path = path_of(row)
    if row.state in {Bundle.State.WAITING, Bundle.State.MAKING}:
        raise NotReady(_("还没做好，一般一两分钟。过一会儿再来拿。"))
    if row.state == Bundle.State.FAILED:
        raise NotReady(_("这个没做成。再做一个；证据都在。"))
    if row.as_of(at).state == Bundle.State.EXPIRED or not path.is_file():
        raise Expired(_("这个证据包过期了。再做一个，一两分钟就好。"))
    with transaction.atomic(durable=True):
        told = Happening(Act.DOWNLOADED, None, at, actor.label, variant=VARIANT, digest=row.sha256)
        custody.enter(row.complaint_id, [told])
    return path.open("rb")


def sweep(*, at: datetime) -> int:
    """Ring for what waits or was left undone; take away what has expired. Returns how many wait."""
    over = Bundle.objects.filter(state=Bundle.State.READY, expires_at__lte=at)
    for row in over:
        path_of(row).unlink(missing_ok=True)
        Bundle.objects.filter(pk=row.pk).update(state=Bundle.State.EXPIRED)
    waiting = Bundle.objects.waiting().filter(Q(taken_until=None) | Q(taken_until__lt=at))
    pks = list(waiting.values_list("pk", flat=True)[:20])
    for pk in pks:
        jobs.ring("bundle", pk)
    return len(pks)


def withdraw(complaint_ids: Iterable[int]) -> list[Path]:
    """No bundle of these cases is given out any more, and none under way is finished: their evidence is erased. The
    caller is in that transaction, and takes the files away once it has committed."""
    rows = Bundle.objects.filter(complaint__in=complaint_ids).exclude(state=Bundle.State.EXPIRED)
    paths = [path_of(row) for row in rows]
    rows.update(state=Bundle.State.EXPIRED)
    return paths


def path_of(row: Bundle) -> Path:
    """Where a finished bundle lies: under a name that nobody can guess, outside every web root."""
    return Path(settings.BUNDLE_DIR / (row.name or "none"))


def _last_of_others(complaint: Complaint) -> int:
    """The end of the custody chain without what bundles left at it: else asking would change what one gets."""
    others = CustodyEntry.objects.filter(complaint=complaint).exclude(variant=VARIANT)
    return others.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def _require_share(complaint: Complaint, actor: Actor, at: datetime) -> None:
    hour = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    what = f"bundles:{complaint.pk}:{actor.label}"
    if Tally.objects.count_up(what, window=hour) > settings.BUNDLES_PER_CASE_AN_HOUR:
        wait = hour + timedelta(hours=1) - at
        raise TooManyBundles(_("这一小时做的证据包够多了，过一会儿再来。"), wait)


def _new(complaint: Complaint, ends: Ends, actor: Actor, at: datetime) -> Bundle:
    row = Bundle(
        complaint=complaint,
        role=str(actor.role),
        asked_by=actor.label,
        user=actor.user,
        organisation=actor.organisation,
        respondent_id=actor.respondent_id,
        timeline_until=ends.timeline,
        custody_until=ends.custody,
        asked_at=at,
    )
    row.total = sum(copy.size for each in exhibits_of(complaint, row) for copy in each.copies)
    if row.total > settings.BUNDLE_MAX_BYTES:
        sentence = _("证据加起来有{size}MB，一个包最多{limit}MB。原件请一件一件下载。")
        limit = settings.BUNDLE_MAX_BYTES >> 20
        raise NotBundled(sentence.format(size=row.total >> 20, limit=limit))
    row.save()
    return row


def _take(pk: int, at: datetime) -> Bundle | None:
    """Lease it, if nobody else has it; with the last try gone it has failed."""
    free = Bundle.objects.waiting().filter(Q(taken_until=None) | Q(taken_until__lt=at), pk=pk)
    free.filter(starts__gte=MOST_STARTS).update(state=Bundle.State.FAILED, failure="starts")
    told = {"state": Bundle.State.MAKING, "starts": F("starts") + 1, "taken_until": at + TAKEN_FOR, "done": 0}
    return Bundle.objects.get(pk=pk) if free.update(**told) else None


def _write(row: Bundle, complaint: Complaint, clock: Callable[[], datetime]) -> None:
    settings.BUNDLE_DIR.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.BUNDLE_DIR).free < row.total + SPARE_BYTES:
        raise OSError(28, "no room")
    exhibits = exhibits_of(complaint, row)
    papers = papers_of(complaint, row, exhibits)
    name = f"{secrets.token_hex(16)}.zip"
    part = settings.BUNDLE_DIR / f"{name}.part"
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as out:
            bytes_of.write(out, about(complaint, row, exhibits), papers, exhibits, tick=_ticker(row))
            out.flush()
            os.fsync(out.fileno())
            out.seek(0)
            digest = hashlib.file_digest(out, "sha256").hexdigest()
            size = out.seek(0, os.SEEK_END)
        os.replace(part, settings.BUNDLE_DIR / name)
    finally:
        part.unlink(missing_ok=True)
    at = clock()
    told = {"name": name, "size": size, "sha256": digest, "made_at": at, "expires_at": at + settings.BUNDLE_KEPT}
    with transaction.atomic():
        is_ours = _mine(row).update(state=Bundle.State.READY, done=row.total, taken_until=None, **told)
        if is_ours and row.role == Role.CONSUMER:
            notices.promise_bundle(complaint, until=local_day(at + settings.BUNDLE_KEPT), at=at)
    if not is_ours:  # another worker took it over meanwhile, and makes its own
        (settings.BUNDLE_DIR / name).unlink(missing_ok=True)


def _ticker(row: Bundle) -> Callable[[int], None]:
    done = noted = 0

    def tick(count: int) -> None:
        nonlocal done, noted
        done += count
        if done - noted >= EVERY:
            noted = done
            _mine(row).update(done=done)

    return tick


def _mine(row: Bundle) -> BundleQuerySet:
    """The row, while this worker still has it."""
    return Bundle.objects.filter(pk=row.pk, starts=row.starts, state=Bundle.State.MAKING)


def _later(row: Bundle) -> bool:
    """The press is busy: no try is lost, the sweep rings again."""
    _mine(row).update(state=Bundle.State.WAITING, taken_until=None, starts=F("starts") - 1)
    return False


def _fail(row: Bundle, code: str) -> bool:
    _mine(row).update(state=Bundle.State.FAILED, failure=code, taken_until=None)
    return False
