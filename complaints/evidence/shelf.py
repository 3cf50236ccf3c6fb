"""Where stored bytes lie, each under its SHA-256: put, open, tell whether they are there, take away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from django.conf import settings


def put(source: Path, sha256: str) -> None:
    """Move a finished file under its digest, durably; the same bytes already there are left alone."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        os.replace(source, target)
        target.chmod(0o400)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def open_bytes(sha256: str) -> IO[bytes]:
    """The stored bytes, for reading. Raises FileNotFoundError."""
    return path_of(sha256).open("rb")


def has(sha256: str) -> bool:
    """Whether something lies under this digest; whether it still has it, only a re-hash tells."""
    return path_of(sha256).exists()


def take_away(sha256: str) -> None:
    """Remove what lies under this digest; nothing there does no harm. The caller knows that no row names it."""
    path_of(sha256).unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie on this machine, whether or not they do."""
    return settings.EVIDENCE_DIR / sha256[:2] / sha256[2:4] / sha256
