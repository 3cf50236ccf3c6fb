"""Ask a virus scanner: a small client of clamd's INSTREAM, with one deadline for all of it.

Two traps. Clamd reports what exceeds its own limits as clean unless ``AlertExceedsMax yes`` is set (docs/operators.md);
then it finds ``Heuristics.Limits.Exceeded``, which is no virus but "too large". And a stream beyond its
``StreamMaxLength`` is cut off with an error in the middle.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

CLEAN, FOUND, TOO_LARGE, ERROR, ABSENT = "clean", "infected", "too_large", "error", "absent"
CHUNK = 1 << 16
REPLY_BYTES = 4096
LIMITS = "Heuristics.Limits.Exceeded"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the scanner said: one of the five words above, and the name of what it found."""

    verdict: str
    name: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether the file was scanned, or will never be: asking again brings nothing new."""
        return self.verdict in {CLEAN, FOUND, TOO_LARGE}


def scan(path: Path, *, seconds: float) -> Scan:
    """Send a file to the scanner that CLAMD_URL names; ``absent`` where none is set or none answers the door."""
    if not settings.CLAMD_URL:
        return Scan(ABSENT)
    until = time.monotonic() + seconds
    try:
        line = _connect(until)
    except OSError:
        return Scan(ABSENT)
    with line:
        try:
            _send(line, path, until)
        except TimeoutError:
            return Scan(ERROR)
        except OSError:
            pass  # it hung up: what it had to say may still be there to read
        with contextlib.suppress(OSError):
            return _meaning(_reply(line, until))
        return Scan(ERROR)


def _connect(until: float) -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname or "", address.port or 3310), timeout=_left(until))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_left(until))
        line.connect(address.path)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, path: Path, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(b"zINSTREAM\0")
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            line.settimeout(_left(until))
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
    line.sendall(struct.pack("!I", 0))


def _reply(line: socket.socket, until: float) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < REPLY_BYTES:
        line.settimeout(_left(until))
        part = line.recv(REPLY_BYTES)
        if not part:
            break
        heard += part
    return heard.split(b"\0")[0].decode("utf-8", errors="replace").strip()


def _meaning(reply: str) -> Scan:
    """``stream: OK``, ``stream: Eicar-Signature FOUND``, ``INSTREAM size limit exceeded. ERROR``."""
    if reply.endswith(" FOUND"):
        name = reply.removeprefix("stream: ").removesuffix(" FOUND")
        return Scan(TOO_LARGE) if name.startswith(LIMITS) else Scan(FOUND, name[:120])
    if reply == "stream: OK":
        return Scan(CLEAN)
    return Scan(TOO_LARGE) if "size limit exceeded" in reply else Scan(ERROR)


def _left(until: float) -> float:
    """Seconds that are left of the one deadline. Raises TimeoutError where none are."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
