"""Look after the shelf: take away what nobody names, and read everything again within a month.

Both go through all digests in their order. By now a round should have come as far through them as its time has gone: a
site that stood still catches up. How far it has come is a row, so that whoever is killed goes on where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path

from django.conf import settings

from complaints.evidence import shelf, vault
from complaints.evidence.named import named
from complaints.models import Blob, Fault, Round

log = logging.getLogger(__name__)

STAGING_KEPT = timedelta(hours=24)
ORPHANS_KEPT = timedelta(hours=48)  # bytes come before their row: so long a row may take
SWEEP_IN, SCRUB_IN = timedelta(days=1), timedelta(days=30)
BATCH = 200
LAST = "f" * 64
LATE = 1.5  # times the time a round has; then there is more than one worker can read
LEADING = 12  # digits of a digest that say how far along it is

Clock = Callable[[], datetime]


def clear_staging(*, at: datetime) -> int:
    """Take away what was left in the staging folder by whoever was killed. Returns how many files."""
    old = (at - STAGING_KEPT).timestamp()
    left = [path for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir() if _is_left(path, old)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def sweep(now: Clock, *, until: datetime) -> int:
    """Take bytes away that no row names and that have lain there for two days. Returns how many. Raises Unavailable."""
    gone = 0
    for items, _after, _upto in _go("sweep", SWEEP_IN, now, until):
        old = [item.sha256 for item in items if item.at < now() - ORPHANS_KEPT]
        for sha256 in sorted(set(old) - named(old)):
            gone += _take_orphan(sha256, now())
    if gone:
        log.warning("evidence: %s stored files that nothing names were taken away", gone)
    return gone


def scrub(now: Clock, *, until: datetime) -> int:
    """Hash what is stored, and miss what is not. Returns how many files are not what they were: each is a Fault, and an
    alarm in the log. Raises Unavailable."""
    broken = 0
    for items, after, upto in _go("scrub", SCRUB_IN, now, until, batch=1):
        broken += sum(_settle(item.sha256, now()) for item in items)
        broken += sum(_settle(sha256, now()) for sha256 in _missing(after, upto, {item.sha256 for item in items}))
    return broken


def settle_faults(*, at: datetime) -> int:
    """Look again at every file that was not what it was. Returns how many still are not. Raises Unavailable."""
    return sum(_settle(sha256, at) for sha256 in Fault.objects.filter(ended_at=None).values_list("sha256", flat=True))


def _go(
    name: str, within: timedelta, now: Clock, until: datetime, *, batch: int = BATCH
) -> Iterator[tuple[list[shelf.Item], str, str]]:
    """Parts of the shelf, each with the digests it lies between (the second included), until the round has come as far
    as it should by now, or the time is up. A part is noted as done when the next one is asked for."""
    round_ = _round(name, within, now())
    goal = _goal(now() - round_.began_at, within)
    if now() - round_.began_at > within * LATE:
        log.warning("evidence: the %s is late, it has been under way since %s", name, round_.began_at.date())
    found = iter(takewhile(lambda item: item.sha256 <= goal, shelf.digests(round_.after)))
    try:
        while round_.after < goal and now() < until:
            items = list(islice(found, batch))
            upto = items[-1].sha256 if items else goal
            yield items, round_.after, upto
            round_.after = upto
    finally:
        Round.objects.filter(pk=name).update(after=round_.after)


def _round(name: str, within: timedelta, at: datetime) -> Round:
    """The round under way; a new one where the last was finished and its time is over."""
    found, _created = Round.objects.get_or_create(name=name, defaults={"began_at": at})
    if found.after >= LAST and at - found.began_at >= within:
        found.after, found.began_at = "", at
        found.save()
    return found


def _goal(gone: timedelta, within: timedelta) -> str:
    """The digest that should be done by now."""
    if gone >= within:
        return LAST
    share = int(gone / within * 16**LEADING)
    return f"{share:0{LEADING}x}".ljust(64, "0")


def _take_orphan(sha256: str, at: datetime) -> bool:
    """Once more, while nobody on this machine puts it: still old, still unnamed, then away."""
    with shelf.alone(sha256):
        put = shelf.newest(sha256)
        if put is None or put >= at - ORPHANS_KEPT or named([sha256]):
            return False
        shelf.take_away(sha256)
    return True


def _missing(after: str, upto: str, there: set[str]) -> set[str]:
    """Originals between two digests that rows name and the shelf does not have."""
    kept = Blob.objects.filter(erased_at=None).exclude(state=Blob.State.REJECTED)
    rows = kept.filter(sha256__gt=after, sha256__lte=upto).values_list("sha256", flat=True)
    return set(rows.iterator(BATCH)) - there


def _settle(sha256: str, at: datetime) -> bool:
    """Whether a named file is not what it was. What is wrong stands as a Fault until it is right or nobody names it."""
    is_wrong = not vault.is_intact(sha256) and sha256 in named([sha256])
    standing = Fault.objects.filter(sha256=sha256, ended_at=None)
    if not is_wrong:
        standing.update(ended_at=at)
        return False
    what = Fault.What.CHANGED if shelf.has(sha256) else Fault.What.MISSING
    Fault.objects.get_or_create(sha256=sha256, ended_at=None, defaults={"what": what, "found_at": at})
    log.error("evidence: stored file %s is %s", sha256, what.value)
    return True


def _is_left(path: Path, old: float) -> bool:
    try:
        return path.is_file() and path.suffix != ".lock" and path.stat().st_mtime < old
    except FileNotFoundError:
        return False
