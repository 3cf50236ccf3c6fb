"""A few places for what takes much memory or disk, shared by all processes of one machine."""

from __future__ import annotations

import errno
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

LOOK = 0.1  # seconds between two looks
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoTurn(Exception):
    """All places stayed taken for as long as one may wait."""


@contextmanager
def turn(name: str, *, places: int, seconds: float) -> Iterator[None]:
    """Hold one of the places of this name; wait at most so long. A process that dies gives its place back.

    Raises NoTurn."""
    until = time.monotonic() + seconds
    while True:
        for number in range(places):
            with (settings.FILE_UPLOAD_TEMP_DIR / f"{name}-{number}.lock").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() > until:
            raise NoTurn(name)
        time.sleep(LOOK)


def is_full(error: OSError) -> bool:
    """Whether the disk, or our share of it, had no room left."""
    return error.errno in FULL
