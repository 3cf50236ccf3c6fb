"""The words on pictures: asked for when a piece comes in, read one blob after the other, never waited for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from complaints import jobs
from complaints.evidence import ocr, vault
from complaints.flow import masks
from complaints.models import Blob, Evidence, Reading
from complaints.models.reading import Line
from complaints.turns import NoTurn, turn

MOST_STARTS = 3
MOST_SHEETS = 20  # of one blob
LEASE = timedelta(minutes=3)  # so long after a start nobody else begins: its reader may still be at work
REST = timedelta(seconds=20)  # after a crash, before the next try
LOOKED_AT = ("image/", "video/", "application/pdf")

Clock = Callable[[], datetime]


def ask_to_read(piece: Evidence) -> None:
    """Have the words on a piece read, some time soon; nothing where reading is off, or there is nothing to look at.
    A party's piece fills no form, but it is masked by its words. A letter of authority goes to no party and fills no
    form: it is not read. Asked twice, it is read once."""
    is_looked_at = piece.blob.media_type.startswith(LOOKED_AT) and piece.kind != Evidence.Kind.AUTHORITY
    if is_looked_at and ocr.is_on():
        reading, _created = Reading.objects.get_or_create(blob=piece.blob)
        if reading.state == Reading.State.WAITING:
            jobs.ring("read", piece.blob_id)


def read_waiting(clock: Clock, *, until: datetime) -> int:
    """Read what waits, one blob at a time on this machine; returns how many were read. What does not fit in before
    ``until`` is rung for again. Must not run inside a transaction."""
    if not ocr.is_on():
        return 0
    try:
        with turn("read", places=1, seconds=0):
            return _read_all(clock, until)
    except NoTurn:  # who has the turn reads this one too
        return 0


def sweep(*, at: datetime) -> None:
    """Repeat a ring that was lost; give up what crashed too often; where reading is off now, nothing waits."""
    waiting = Reading.objects.filter(state=Reading.State.WAITING)
    if not ocr.is_on():
        waiting.delete()
        return
    spent = waiting.filter(starts__gte=MOST_STARTS, begun_at__lte=at - LEASE)
    spent.update(state=Reading.State.FAILED, read_at=at)
    _ring_next(at)


def _read_all(clock: Clock, until: datetime) -> int:
    done, begun = 0, _begin(clock())
    while begun:
        try:
            with ocr.reader() as reader:  # starting costs seconds: it stays for those that wait behind
                alive = True
                while begun and alive:
                    alive = _read(begun, reader, clock, until)
                    done += 1
                    begun = _begin(clock()) if _has_time(clock, until) else None
        except ocr.Crashed:
            assert begun
            _note_crash(begun, at=clock())
            begun = _begin(clock()) if _has_time(clock, until) else None
    _ring_next(clock())
    return done


def _has_time(clock: Clock, until: datetime) -> bool:
    return clock() + timedelta(seconds=settings.OCR_SECONDS) <= until


def _due(at: datetime) -> list[Reading]:
    ready = Reading.objects.filter(state=Reading.State.WAITING, blob__state=Blob.State.STORED, starts__lt=MOST_STARTS)
    free = Q(begun_at=None) | Q(begun_at__lte=at - LEASE)
    return list(ready.filter(free).select_related("blob").order_by("pk")[:8])


def _begin(at: datetime) -> Reading | None:
    """The next one, its start counted and committed before anything is opened; None where nothing is due."""
    for reading in _due(at):
        if not reading.blob.sheets:  # a kind without copies: there is nothing to look at, and nothing to say about it
            reading.delete()
            continue
        mine = Reading.objects.filter(pk=reading.pk, state=Reading.State.WAITING, starts=reading.starts)
        if mine.update(starts=F("starts") + 1, begun_at=at):
            reading.starts += 1
            return reading
    return None


def _read(reading: Reading, reader: ocr.Reader, clock: Clock, until: datetime) -> bool:
    """Read one blob and keep its lines. Returns whether the reader lives. Raises Crashed where nothing was read."""
    blob, sheets, alive = reading.blob, list[ocr.Sheet](), True
    ends = min(clock() + timedelta(seconds=settings.OCR_SECONDS), max(until, clock() + timedelta(seconds=10)))
    goes_on = blob.media_type.startswith("image/")  # its pages are tiles of one long picture
    for number, sha256 in enumerate(blob.sheets[:MOST_SHEETS]):
        left = (ends - clock()).total_seconds()
        if left <= 0 and sheets:
            break
        try:
            sheets.append(reader.read(_bytes_of(sha256), continues=goes_on and number > 0, seconds=left))
        except ocr.Crashed:
            if not sheets:
                raise
            alive = False  # what was read before is worth keeping
            break
    _keep(reading, sheets, reader.name, at=clock())
    masks.ring_for(blob)
    return alive


def _keep(reading: Reading, sheets: list[ocr.Sheet], name: str, *, at: datetime) -> None:
    lines: list[Line] = [Line(**line) for line in ocr.joined(sheets)]  # type: ignore[typeddict-item]
    reading.lines = lines
    Reading.objects.filter(pk=reading.pk, state=Reading.State.WAITING).update(
        state=Reading.State.READ,
        sealed_lines=reading.sealed_lines,
        sheets=[{"width": each.width, "height": each.height, "tilt": each.tilt} for each in sheets],
        reader=name,
        read_at=at,
    )


def _note_crash(reading: Reading, *, at: datetime) -> None:
    """The third time it is given up: a picture that breaks its reader must not do so for ever."""
    is_over = reading.starts >= MOST_STARTS
    state = Reading.State.FAILED if is_over else Reading.State.WAITING
    Reading.objects.filter(pk=reading.pk).update(
        state=state, begun_at=at - LEASE + REST, read_at=at if is_over else None
    )


def _ring_next(at: datetime) -> None:
    if due := _due(at):
        jobs.ring("read", due[0].blob_id)


def _bytes_of(sha256: str) -> bytes:
    try:
        with vault.open_blob(sha256) as source:
            return source.read()
    except FileNotFoundError:
        return b""
