"""Start the reader of words and ask it, sheet by sheet: bounded in time, killed with all it started."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

from django.conf import settings

AUTO, OFF = "auto", "off"
EDGE = 9_985  # ten-thousandths: a line that reaches so far down may be cut


class Crashed(Exception):
    """The reader ended without an answer: killed, out of memory, or over its time (``timed_out``)."""

    def __init__(self, *, timed_out: bool) -> None:
        super().__init__("time" if timed_out else "crash")
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one sheet: its sides in pixels, how aslant it is, and its lines (models.reading.Line without
    ``sheet``)."""

    width: int = 0
    height: int = 0
    tilt: int = 0  # ten-thousandths it falls from left to right once upright
    lines: list[dict[str, Any]] = field(default_factory=list)
    straddles: bool = False  # its first line began on the sheet before


def is_on() -> bool:
    """Whether words are read here: the setting allows it, and the packages are there (``make ocr``)."""
    return settings.OCR != OFF and importlib.util.find_spec("rapidocr") is not None


class Reader:
    """A reader that has started; ``name`` is its program and version."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process, self._late = process, False
        self.name = str(self._answer(seconds=settings.OCR_SECONDS)["reader"])[:64]

    @property
    def pid(self) -> int:
        return self._process.pid

    def read(self, picture: bytes, *, continues: bool, seconds: float) -> Sheet:
        """The lines of one sheet of PNG or WebP; none where it is no picture. Raises Crashed."""
        assert self._process.stdin
        try:
            self._process.stdin.write(f"{len(picture)} {int(continues)}\n".encode() + picture)
            self._process.stdin.flush()
        except OSError:
            raise Crashed(timed_out=False) from None
        found = self._answer(seconds=seconds)
        return Sheet() if "problem" in found else Sheet(**found)

    def _answer(self, *, seconds: float) -> dict[str, Any]:
        """One line of its output, within the time: after that the whole group of processes is killed."""
        assert self._process.stdout
        timer = Timer(max(seconds, 0.1), self._stop)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            raise Crashed(timed_out=self._late)
        found: dict[str, Any] = json.loads(line)
        return found

    def _stop(self) -> None:
        self._late = True
        _kill(self._process)


@contextmanager
def reader() -> Iterator[Reader]:
    """A reader for several blobs, for starting takes seconds. Raises Crashed where it does not start."""
    process = subprocess.Popen(
        [sys.executable, "-m", "complaints.evidence.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # words of its libraries, which might quote what they read
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", "OMP_NUM_THREADS": "2"},
        start_new_session=True,
    )
    try:
        yield Reader(process)
    finally:
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


def joined(sheets: list[Sheet]) -> list[dict[str, Any]]:
    """The lines of all sheets, each with its ``sheet``; a line cut by an edge only where it was read whole."""
    lines = []
    for number, sheet in enumerate(sheets):
        cut = number + 1 < len(sheets) and sheets[number + 1].straddles
        for line in sheet.lines:
            if not (cut and line["top"] + line["height"] >= EDGE):
                lines.append({"sheet": number, **line})
    return lines


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
