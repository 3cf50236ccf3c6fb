"""Processes that look into files: each for one file, and one started ahead, because to start is half of the work."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import IO, Any

from django.conf import settings

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}  # nothing of ours: no secrets, no addresses
COMMAND = (sys.executable, "-s", "-B", "-m", "complaints.evidence.confined")
SAID_BYTES = 1 << 20  # more it may say, but nobody listens

_ahead: list[Looker] = []  # at most one, of this process


class Looker:
    """A process that waits for its one job, in a session and group of its own. What it says goes to a file, which has
    a limit as its memory has: nothing that it writes can fill ours."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.out: IO[bytes] = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 closed by end()
        self.process = subprocess.Popen(
            COMMAND,
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
        return self.process.wait(seconds), self._said()

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


def take() -> Looker:
    """The one that was started ahead, else a new one."""
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
