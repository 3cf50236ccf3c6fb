"""What every kind of shelf can do, and the two ways in which it may fail that are nobody's mistake."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

DIGEST = re.compile(r"[0-9a-f]{64}")


class Unavailable(OSError):
    """The shelf cannot be reached now. It carries the number of a full disk, because the same is to be said and done:
    nothing was taken, nothing is lost, send it again later."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EDQUOT, why)


class Tampered(OSError):
    """The bytes are not those that were sealed: changed, cut off, put under another name, or under a key we lack."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EIO, why)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a shelf: its digest, how many bytes lie there, and when it was put or last confirmed (aware)."""

    sha256: str
    size: int
    at: datetime


class Shelf(Protocol):
    """Bytes under digests. Nothing here knows of encryption, rows or people."""

    def put(self, staged: Path, sha256: str) -> None:
        """Take over a file of this machine under a digest, durably when this returns. What is there already is not
        written anew, but counts as put now. The file is gone afterwards. Raises Unavailable, or OSError when full."""

    def replace(self, staged: Path, sha256: str) -> None:
        """As ``put``, and in place of what is there, in one step: for another form of the same bytes."""

    def open(self, sha256: str) -> IO[bytes]:
        """What lies there, to read from any place. Raises FileNotFoundError or Unavailable."""

    def find(self, sha256: str) -> Item | None:
        """What lies under this digest. Raises Unavailable."""

    def take_away(self, sha256: str) -> None:
        """Nothing there does no harm. Raises Unavailable."""

    def items(self, after: str = "") -> Iterator[Item]:
        """Everything there, in the order of the digests, behind ``after``. Raises Unavailable."""

    def stands(self) -> bool:
        """Whether it can be used just now; answers within a few seconds."""


def place(sha256: str) -> str:
    """Where a digest lies, below the root of any shelf. Raises ValueError for what is no digest."""
    if not DIGEST.fullmatch(sha256):
        raise ValueError("not a SHA-256 in hex")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
