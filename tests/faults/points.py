"""Where a process may die. The product knows nothing of it: its functions are wrapped as the process starts.

A point is the dotted path of a function, and ``before`` or ``after``. It is armed by a file that names it and says at
which call it goes off; the process that gets there takes the file away and kills itself. In the same way the process
may be given another clock (CLOCK_FILE), a receiver of the test's own as the host of a name (RECEIVER), and no limit on
how often one key may call (NO_LIMITS).
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from complaints import outbound

COMMIT = "django.db.backends.base.base.BaseDatabaseWrapper._commit"
STATEMENT = "django.db.backends.utils.CursorWrapper.execute"
ANSWER = "django.core.handlers.wsgi.WSGIHandler.__call__"  # after: the answer is made, and no byte of it has left
CLAIM, SEND, FINISH = (f"complaints.flow.delivery.{verb}" for verb in ("claim", "send", "finish_all"))
POST = "complaints.outbound.post"
FILE = "complaints.web.wizard_check.file_complaint"
LOOK = "complaints.evidence.quarantine.look_into"
REPLAY = "complaints.models.ReplayJob.save"  # before: a hundred are in line, and its place does not know it yet
WRAPPED = (COMMIT, STATEMENT, ANSWER, CLAIM, SEND, FINISH, POST, FILE, LOOK, REPLAY)

BEFORE, AFTER, ALWAYS = "before", "after", "always"


def install() -> None:
    """Wrap what can be killed at, where KILL_AT says that a test may want it."""
    if path := os.environ.get("KILL_AT"):
        for point in WRAPPED:
            _wrap(point, Path(path))
    if path := os.environ.get("CLOCK_FILE"):
        _shift_clock(Path(path))
    if name := os.environ.get("RECEIVER"):
        _find_receiver(name)
    if "NO_LIMITS" in os.environ:
        limits = _owner("complaints.api.limits")  # which asks for models: not before they are there
        limits.READS = limits.WRITES = 1_000_000


def _wrap(name: str, armed: Path) -> None:
    owner_name, _dot, attribute = name.rpartition(".")
    owner = _owner(owner_name)
    real: Callable[..., Any] = getattr(owner, attribute)

    @wraps(real)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        _pass(armed, f"{name} {BEFORE}")
        found = real(*args, **kwargs)
        _pass(armed, f"{name} {AFTER}")
        return found

    setattr(owner, attribute, wrapped)


def _owner(name: str) -> Any:
    """A module, or a class of one."""
    try:
        return __import__(name, fromlist=["_"])
    except ModuleNotFoundError:
        return import_string(name)


def _pass(armed: Path, here: str) -> None:
    """Go past a point: die there, if it is armed and this is the call; ``always`` kills at every call."""
    try:
        point, _space, left = armed.read_text("ascii").rpartition(" ")
    except FileNotFoundError:
        return
    if point != here:
        return
    if left == ALWAYS:
        with armed.with_suffix(".deaths").open("a") as deaths:
            deaths.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    if int(left) > 1:
        armed.write_text(f"{point} {int(left) - 1}", "ascii")
        return
    armed.unlink()
    os.kill(os.getpid(), signal.SIGKILL)


def _shift_clock(offset: Path) -> None:
    """This process's clock is wrong by the seconds in a file, read anew at each look."""
    real = timezone.now

    def now() -> datetime:
        try:
            return real() + timedelta(seconds=float(offset.read_text("ascii") or 0))
        except FileNotFoundError:
            return real()

    timezone.now = now


def _find_receiver(name: str) -> None:
    """The name of the test's receiver leads to this machine, which is otherwise refused; certificates are checked."""
    real = socket.getaddrinfo

    def find(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if host == name else host, *args, **kwargs)

    socket.getaddrinfo = find
    outbound.vet = lambda ip: None
