"""Exports: asked for at the desk, made in the background, kept for a week; who asked and who took one is on record.

What an officer may see and do is asked when it is asked for, when it is made, and each time it is taken.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints import jobs, permissions
from complaints.evidence.shelf import keys
from complaints.evidence.shelves import sealed
from complaints.exports.columns import COLUMNS, TAKEN, Source, open_at
from complaints.exports.writing import writer
from complaints.flow.viewing import note_export
from complaints.models import Actor, Complaint, Export, ExportLog, Offer, Tally
from complaints.models.complaint import ComplaintQuerySet
from complaints.models.export import ExportQuerySet
from complaints.turns import is_full

log = logging.getLogger(__name__)

Chosen = Callable[[Export, Actor], ComplaintQuerySet]
"""Which cases an export is of, among those the actor sees now: the desk reads its own filters."""

TAKEN_FOR = timedelta(minutes=6)  # longer than a task of the queue may last
MOST_STARTS = 3
MOST_TIME = timedelta(seconds=210)  # of the 240 that the media cluster gives; sealing what was made needs the rest
AT_ONCE = 500  # cases in memory
FIGURES = Export.Level.FIGURES
SPARE_BYTES = 512 << 20
SHORTEST, LONGEST = 8, 500  # characters of a reason
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class NotExported(Exception):
    """No export, with a sentence that says why and what to do."""


@transaction.atomic
def ask(
    *,
    filters: str,
    columns: Sequence[str],
    level: str,
    format: str,
    language: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Export:
    """Have a table made of the cases that these filters of the queue find. Raises NotExported, or NotAllowed."""
    permissions.require(actor, "export")
    if level == Export.Level.FULL:
        permissions.require(actor, "export-names")
    wanted = _columns(columns, level)
    reason = reason.strip()
    if level == Export.Level.FULL and not SHORTEST <= len(reason) <= LONGEST:
        raise NotExported(_("写清为什么要完整的资料，{least}到{most}字。").format(least=SHORTEST, most=LONGEST))
    assert actor.user is not None  # an officer is a person of an association
    assert actor.organisation is not None
    _require_share(actor, at)
    row = Export(
        association=actor.organisation,
        asked_by=actor.user,
        columns=wanted,
        level=level,
        format=format,
        language=language,
        asked_at=at,
    )
    row.keep_filters(filters)
    row.keep_reason(reason)
    row.save()
    _note(row, ExportLog.Act.ASKED, actor, at)
    jobs.ring("export", row.pk)
    return row


@transaction.atomic
def cancel(row: Export, *, actor: Actor, at: datetime) -> bool:
    """Make it no more, and drop what was made. True if there was anything to drop."""
    permissions.require(actor, "export")
    standing = Export.objects.visible_to(actor).filter(pk=row.pk)
    states = [Export.State.WAITING, Export.State.WORKING, Export.State.READY]
    if not standing.filter(state__in=states).update(state=Export.State.CANCELLED, taken_until=None):
        return False
    _note(row, ExportLog.Act.CANCELLED, actor, at)
    path = path_of(Export.objects.get(pk=row.pk))
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return True


def make(pk: int, clock: Callable[[], datetime], chosen: Chosen) -> bool:
    """Make an export that waits. Each try is counted before it is made; the third that does not end is the last. True
    if it is ready now. Must not run inside a transaction."""
    row = _take(pk, clock())
    if row is None:
        return False
    actor = actor_of(row)
    if actor is None:
        return _fail(row, "no-right")
    cases = chosen(row, actor)
    total = cases.count()
    if total > limit_of(row.format, row.level):
        return _fail(row, "too-many")
    _mine(row).update(total=total)
    try:
        _write(row, cases, clock)
    except OSError as error:
        if not is_full(error):
            raise
        return _fail(row, "no-room")
    return Export.objects.filter(pk=pk, state=Export.State.READY).exists()


def take_away(row: Export, *, actor: Actor, at: datetime) -> IO[bytes]:
    """The finished file, for reading; who takes it, and of whom it tells, is on record first. Raises NotExported where
    there is none any more, or a case in it is no longer the actor's to see, and NotAllowed. Must not run inside a
    transaction."""
    permissions.require(actor, "export")
    if row.level == Export.Level.FULL:
        permissions.require(actor, "export-names")
    path = path_of(row)
    if row.as_of(at).state != Export.State.READY or not path.is_file():
        raise NotExported(_("这个文件已经没有了。要的话再导出一次。"))
    with transaction.atomic(durable=True):
        _require_all_seen(row, actor)
        note_export(row.cases, actor=actor, at=at)
        _note(row, ExportLog.Act.TAKEN, actor, at)
    source = path.open("rb")
    return sealed.unsealed(source, keys(), row.sha256) if sealed.is_sealed(source) else source


def sweep(*, at: datetime) -> int:
    """Ring for what waits or was left undone; take away what has expired, and what a killed worker left. Returns how
    many wait."""
    for row in Export.objects.filter(state=Export.State.READY, expires_at__lte=at):
        with transaction.atomic():
            if Export.objects.filter(pk=row.pk, state=Export.State.READY).update(state=Export.State.EXPIRED):
                _note(row, ExportLog.Act.EXPIRED, None, at)
        path_of(row).unlink(missing_ok=True)
    _clear(at)
    waiting = Export.objects.waiting().filter(Q(taken_until=None) | Q(taken_until__lt=at))
    pks = list(waiting.values_list("pk", flat=True)[:20])
    for pk in pks:
        jobs.ring("export", pk)
    return len(pks)


def actor_of(row: Export) -> Actor | None:
    """Who asked, as they stand now; None where they may not have it any more."""
    person = row.asked_by
    actor = Actor.officer(person)
    if not (person.is_active and person.is_staff) or actor.organisation != row.association:
        return None
    wanted = ("export", "export-names") if row.level == Export.Level.FULL else ("export",)
    return actor if all(permissions.may(actor, each) for each in wanted) else None


def limit_of(format: str, level: str) -> int:
    """How many rows there may be."""
    few = format == Export.Format.XLSX or level != Export.Level.FIGURES
    return int(settings.EXPORT_MAX_ROWS_OF_WORDS if few else settings.EXPORT_MAX_ROWS)


def path_of(row: Export) -> Path:
    """Where a finished file lies: under a name that nobody can guess, outside every web root."""
    return Path(settings.EXPORT_DIR / (row.name or "none"))


def _columns(columns: Sequence[str], level: str) -> list[str]:
    given = open_at(Export.Level(level))
    unknown = [code for code in columns if code not in given]
    if unknown or not columns:
        names = _("、").join(str(COLUMNS[code].label) for code in unknown if code in COLUMNS)
        raise NotExported(
            _("这一档没有这些栏：{names}。去掉它们，或者换一档。").format(names=names) if names else _("至少选一栏。")
        )
    return [code for code in COLUMNS if code in columns]


def _require_share(actor: Actor, at: datetime) -> None:
    hour = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    if Tally.objects.count_up(f"exports:{actor.label}", window=hour) > settings.TABLES_PER_OFFICER_AN_HOUR:
        raise NotExported(_("这一小时导出得够多了，过一会儿再来。"))


def _require_all_seen(row: Export, actor: Actor) -> None:
    """Who stands aside from a case, or has handed it over, has it in no file either."""
    seen = Complaint.objects.visible_to(actor)
    for first in range(0, len(row.cases), AT_ONCE):
        part = row.cases[first : first + AT_ONCE]
        if seen.filter(pk__in=part).values("pk").distinct().count() != len(part):
            raise NotExported(_("里面有的案件你现在看不到了，这个文件不能再下载。要的话再导出一次。"))


def _take(pk: int, at: datetime) -> Export | None:
    """Lease it, if nobody else has it; with the last try gone it has failed."""
    free = Export.objects.waiting().filter(Q(taken_until=None) | Q(taken_until__lt=at), pk=pk)
    free.filter(starts__gte=MOST_STARTS).update(state=Export.State.FAILED, failure="starts")
    told = {"state": Export.State.WORKING, "starts": F("starts") + 1, "taken_until": at + TAKEN_FOR, "done": 0}
    if not free.update(**told):
        return None
    return Export.objects.select_related("asked_by", "association").get(pk=pk)


def _write(row: Export, cases: ComplaintQuerySet, clock: Callable[[], datetime]) -> None:
    folder = settings.EXPORT_DIR
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < SPARE_BYTES:
        raise OSError(28, "no room")
    name = f"{secrets.token_hex(16)}.export"
    part = folder / f"{name}.part"
    try:
        # A file without a name: a worker that is killed leaves nothing in plain.
        with tempfile.TemporaryFile(dir=folder) as plain:
            held = _fill(plain, row, cases, clock)
            if held is None:
                return
            plain.seek(0)
            digest = hashlib.file_digest(plain, "sha256").hexdigest()
            size = plain.seek(0, os.SEEK_END)
            plain.seek(0)
            _put(plain, part, digest)
        os.replace(part, folder / name)
    finally:
        part.unlink(missing_ok=True)
    at = clock()
    told = {"name": name, "size": size, "sha256": digest, "made_at": at, "expires_at": at + settings.EXPORT_KEPT}
    told["cases"] = held if row.level != FIGURES else []
    with transaction.atomic():
        is_ours = _mine(row).update(state=Export.State.READY, taken_until=None, **told)
        if is_ours:
            _note(row, ExportLog.Act.MADE, None, at)
    if not is_ours:  # it was dropped meanwhile, or another worker took it over and makes its own
        (folder / name).unlink(missing_ok=True)


def _fill(out: IO[bytes], row: Export, cases: ComplaintQuerySet, clock: Callable[[], datetime]) -> list[int] | None:
    """Write all rows; returns the keys of the cases. None where it is no longer ours to make, or would take too long:
    then it has failed."""
    level, until = Export.Level(row.level), clock() + MOST_TIME
    held: list[int] = []
    with translation.override(LANGUAGES[row.language]), writer(out, row.format, row.columns) as write:
        for chunk in _chunks(cases, level):
            for case in chunk:
                offers = case.offers.all()
                respondents = {each.party: each for each in case.respondents.all()}
                write(Source(case, level, respondents, offers[0] if offers else None))
            held += [case.pk for case in chunk]
            if clock() > until:
                _fail(row, "too-many")
                return None
            if not _mine(row).update(done=len(held)):
                return None
    return held


def _chunks(cases: ComplaintQuerySet, level: Export.Level) -> Iterator[list[Complaint]]:
    """The cases in the order they were filed in, a few in memory at a time, whatever comes and goes meanwhile."""
    taken = Offer.objects.filter(state__in=TAKEN).order_by("-number").defer("sealed_words", "sealed_reply")
    # Only what a column reads: words are not fetched where none are given.
    unread = ["statement", "head", "receipt_hash", *(("story", "contact__sealed") if level == FIGURES else ())]
    beside = ["contact", "association", *(() if level == FIGURES else ("helper", "officer"))]
    known = cases.select_related(*beside).defer(*unread)
    ordered = known.prefetch_related("respondents", Prefetch("offers", taken)).order_by("pk")
    last = 0
    while chunk := list(ordered.filter(pk__gt=last)[:AT_ONCE]):
        yield chunk
        last = chunk[-1].pk


def _put(plain: IO[bytes], part: Path, digest: str) -> None:
    """Onto the private shelf: sealed where evidence is."""
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        if keys():
            sealed.seal(plain, out, keys()[0], digest)
        else:
            shutil.copyfileobj(plain, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def _clear(at: datetime) -> None:
    """Files that no row names: what a killed worker left, and what was dropped while it was made."""
    if not settings.EXPORT_DIR.is_dir():
        return
    old = (at - TAKEN_FOR).timestamp()
    for path in settings.EXPORT_DIR.iterdir():
        if path.stat().st_mtime < old and not Export.objects.filter(state=Export.State.READY, name=path.name).exists():
            path.unlink(missing_ok=True)


def _mine(row: Export) -> ExportQuerySet:
    """The row, while this worker still has it."""
    return Export.objects.filter(pk=row.pk, starts=row.starts, state=Export.State.WORKING)


def _fail(row: Export, code: str) -> bool:
    _mine(row).update(state=Export.State.FAILED, failure=code, taken_until=None)
    return False


def _note(row: Export, act: ExportLog.Act, actor: Actor | None, at: datetime) -> None:
    ExportLog.objects.create(export=row, act=act, by=actor.user if actor else None, at=at)
