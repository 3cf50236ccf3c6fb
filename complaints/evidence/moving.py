"""Carry what is stored from one shelf to the other, or seal and unseal it where it lies, while the site goes on.

Each file is hashed again where it arrived. A small file beside the evidence says how far it has come, so that whoever
is killed goes on there. Nothing is removed at the source before everything is known to have arrived.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings

from complaints.evidence import shelf
from complaints.evidence.shelves import sealed

STATE = "move.json"
NOTE_EVERY = 20  # files; so many are done again after a kill


class NotYet(Exception):
    """The source cannot be removed: something has not arrived. The words name what is to be done."""


@dataclass(slots=True)
class Move:
    """From which shelf to which, by their settings, and in which form; how far it has come."""

    source: str
    target: str
    is_sealed: bool
    after: str = ""
    done: bool = False
    moved: int = 0
    broken: list[str] = field(default_factory=list)  # digests that are not what they were, at the source

    @property
    def in_place(self) -> bool:
        return self.source == self.target


def resumed(source: str, target: str, *, is_sealed: bool) -> Move:
    """The same move as it was left, or a new one. A finished one begins anew: there may be more now."""
    with suppress(FileNotFoundError, ValueError, TypeError):
        left = Move(**json.loads(_state().read_text("utf-8")))
        if (left.source, left.target, left.is_sealed) == (source, target, is_sealed) and not left.done:
            return left
    return Move(source, target, is_sealed)


def carry(move: Move, step: Callable[[int], object]) -> Move:
    """Bring everything behind ``move.after`` to the target. ``step`` is told the bytes of each file that was looked at.
    Raises Unavailable; it goes on where it was."""
    note(move)
    source = shelf.named(move.source)
    again, move.broken = move.broken, []  # perhaps they were put right since
    try:
        for sha256 in again:
            _carry_one(move, sha256)
        for number, item in enumerate(source.items(move.after), 1):
            _carry_one(move, item.sha256)
            move.after = item.sha256
            step(item.size)
            if number % NOTE_EVERY == 0:
                note(move)
        move.done = not move.broken
    finally:
        note(move)
    return move


def remove_source(source: str, target: str, step: Callable[[int], object]) -> int:
    """Take away at the source what has arrived. Raises NotYet, and removes nothing, while anything has not."""
    try:
        done = Move(**json.loads(_state().read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        raise NotYet("nothing was moved yet: run it without --remove-source first") from None
    if (done.source, done.target) != (source, target) or done.in_place or not done.done:
        raise NotYet("the move is not finished: run it without --remove-source until it says that all has arrived")
    here, there = shelf.named(source), shelf.named(target)
    for item in here.items():
        if there.find(item.sha256) is None:
            raise NotYet(f"{item.sha256} came since and has not arrived: run it without --remove-source once more")
    removed = 0
    for item in here.items():
        if there.find(item.sha256) is not None:
            here.take_away(item.sha256)
            removed += 1
        step(item.size)
    _state().unlink(missing_ok=True)
    return removed


def note(move: Move) -> None:
    """Keep how far it has come, durably and whole."""
    path = _state()
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as out:
        json.dump(asdict(move), out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, path)


def _carry_one(move: Move, sha256: str) -> None:
    source, target = shelf.named(move.source), shelf.named(move.target)
    with shelf.alone(sha256, shared=True):
        try:
            if _has_arrived(move, target, sha256):
                return
            staged = _staged(move, source, sha256)
        except FileNotFoundError:
            return  # it was taken away meanwhile
        except shelf.Tampered:
            staged = None
        if staged is None:
            move.broken.append(sha256)
            return
        try:
            target.replace(staged, sha256)  # in place of what may have arrived broken
        finally:
            staged.unlink(missing_ok=True)
        if not _is_whole(target, sha256):
            raise shelf.Unavailable(f"{sha256} did not arrive whole")
        move.moved += 1
    if not move.in_place and source.find(sha256) is None:  # erased while it was on its way: it must not come back
        target.take_away(sha256)


def _has_arrived(move: Move, target: shelf.Shelf, sha256: str) -> bool:
    """Whether it lies at the target, whole and in the form wanted."""
    if target.find(sha256) is None:
        return False
    return shelf.lies_as(target, sha256, is_sealed=move.is_sealed) and (move.in_place or _is_whole(target, sha256))


def _staged(move: Move, source: shelf.Shelf, sha256: str) -> Path | None:
    """The bytes in the form wanted, on this machine; None where they are no longer what their digest says."""
    with shelf.open_on(source, sha256) as plain:
        reading = _Hashing(plain)
        staged = shelf.stage(reading, sha256, is_sealed=move.is_sealed)  # type: ignore[arg-type]  # it only reads
    if reading.hexdigest() == sha256:
        return staged
    staged.unlink(missing_ok=True)
    return None


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int) -> bytes:
        part = self._source.read(size)
        self._digest.update(part)
        return part

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _is_whole(where: shelf.Shelf, sha256: str) -> bool:
    try:
        with shelf.open_on(where, sha256) as source:
            reading = _Hashing(source)
            while reading.read(sealed.CHUNK):
                pass
    except (shelf.Tampered, FileNotFoundError):
        return False
    return reading.hexdigest() == sha256


def _state() -> Path:
    return settings.FILE_UPLOAD_TEMP_DIR.parent / STATE
