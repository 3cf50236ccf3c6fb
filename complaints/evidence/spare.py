"""Processes that look into files: each for one file, and one started ahead, because to start is half of the work."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from typing import IO, Any

from django.conf import settings

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}  # nothing of ours: no secrets, no addresses
PICTURES = "pictures"  # the word that has Pillow loaded before the job comes
COMMAND = (sys.executable, "-s", "-B", "-m", "complaints.evidence.confined")
SAID_BYTES = 1 << 20  # more it may say, but nobody listens

_ahead: list[Looker] = []  # at most one, of this process


class Looker:
    """A process that waits for its one job, in a session and group of its own. What it says goes to a file, which has
    a limit as its memory has: nothing that it writes can fill ours."""

    def __init__(self, *, with_pictures: bool = True) -> None:
        self.owner = os.getpid()
        self.out: IO[bytes] = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 closed by end()
        self.process = subprocess.Popen(
            (*COMMAND, PICTURES) if with_pictures else COMMAND,
            stdin=subprocess.PIPE,
            stdout=self.out,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=ENVIRONMENT,
            close_fds=True,
            start_new_session=True,
        )

    def run(self, job: dict[str, Any], seconds: float) -> tuple[int, dict[str, Any]]:
        """Its code (negative: a signal) and what it said. Raises subprocess.TimeoutExpired."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it is gone: its code says so
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.close()
        return _ended(self.process, seconds), self._said()

    def end(self) -> None:
        """Kill the group: what it may have started is gone, too."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin:
                self.process.stdin.close()
        self.out.close()

    @property
    def is_ready(self) -> bool:
        """Whether it is ours, and still there."""
        return self.owner == os.getpid() and self.process.poll() is None

    def _said(self) -> dict[str, Any]:
        self.out.seek(0)
        try:
            said = json.loads(self.out.read(SAID_BYTES))
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


def take(*, with_pictures: bool) -> Looker:
    """One for pictures: that which was started ahead, else a new one. For anything else a bare one, which starts in a
    fifth of the time."""
    if not with_pictures:
        return Looker(with_pictures=False)
    with contextlib.suppress(IndexError):
        looker = _ahead.pop()
        if looker.is_ready:
            return looker
        if looker.owner == os.getpid():
            looker.end()
    return Looker()


def start_ahead() -> None:
    """Have the next one ready; it goes by itself where nobody comes for two minutes."""
    if not _ahead:
        with contextlib.suppress(OSError):  # no room for one more: the next file waits for its own
            _ahead.append(Looker())


def _ended(process: subprocess.Popen[bytes], seconds: float) -> int:
    """Wait for its end and hear of it at once: with a time-out ``Popen.wait`` looks only every 50 ms. Raises
    subprocess.TimeoutExpired."""
    try:
        handle = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux, or an old one
        return process.wait(seconds)
    try:
        line = select.poll()
        line.register(handle, select.POLLIN)
        if not line.poll(seconds * 1000):
            raise subprocess.TimeoutExpired(process.args, seconds)
    finally:
        os.close(handle)
    return process.wait()
