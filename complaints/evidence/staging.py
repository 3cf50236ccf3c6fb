"""Files that come in parts: written in our own folder, durable part by part, until they are whole."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

ENDING = ".upload"
LOCKS = ".lock"  # places and turns: never taken away


def append(key: UUID, part: bytes, *, at_offset: int) -> None:
    """Write a part behind the bytes that count, and make it durable. What a broken try left behind them is cut off."""
    flags = os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path_of(key), flags, 0o600), "wb") as out:
        out.truncate(at_offset)
        out.seek(at_offset)
        out.write(part)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def alone(key: UUID) -> Iterator[None]:
    """Nobody else is in here with this file, in whatever process. Raises FileNotFoundError where there is none."""
    with path_of(key).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def hold(staged: Path, name: Path) -> None:
    """Keep hold of a file under a second name while the first is moved away; a copy where names cannot be linked."""
    try:
        os.link(staged, name)
    except OSError:
        shutil.copyfile(staged, name)


def path_of(key: UUID) -> Path:
    """Where the bytes lie, whether or not they do."""
    return Path(settings.FILE_UPLOAD_TEMP_DIR) / f"{key}{ENDING}"


def drop(key: UUID) -> None:
    """Take the bytes away; doing it twice does no harm."""
    path_of(key).unlink(missing_ok=True)


def drop_older(before: datetime) -> int:
    """Take away what nobody has added to since then: parts, and what a killed process left. Returns how many files."""
    old = [
        path
        for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()
        if path.suffix != LOCKS and path.is_file() and path.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
