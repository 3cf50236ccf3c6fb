"""Run the checker within limits: little memory and time, no new rights, and no network where that can be had.

Run as ``python -m complaints.evidence.confined [pictures]``: it gets ready (with the word it has Pillow loaded), then
waits for one line on standard input, a JSON object with the ``file`` to look into, ``seconds`` of the processor and of
the ``clock`` it may have, the ``module`` to run as a program (the checker, as a rule) and its ``words``. The file takes
the place of standard input. One process, one file: nothing that a file has done to it can meet another. It goes if no
line comes.

It imports nothing of ours and nothing of Django. What the machine does not offer is left out: each limit holds by
itself, and whoever starts this process ends it by the clock as well.
"""

import contextlib
import ctypes
import importlib
import json
import os
import resource
import runpy
import signal
import sys
from typing import Any

MEMORY_BYTES = 1 << 30
FILE_BYTES = 256 << 20  # the largest file it may write
OPEN_FILES = 32
LINE_BYTES = 1 << 16
IDLE_SECONDS = 120  # without a line
PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
READY = ("PIL.Image", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.WebPImagePlugin", "PIL.ImageCms")


def main() -> None:
    """Get ready, wait, and become the program that is asked for."""
    _give_up_rights()
    for name in READY if "pictures" in sys.argv[1:] else ():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    signal.alarm(IDLE_SECONDS)
    line = _line()
    if not line:
        return
    job: dict[str, Any] = json.loads(line)
    signal.alarm(job["clock"])  # it ends by itself where whoever wanted to know is gone
    _limit(job["seconds"])
    given = os.open(job["file"], os.O_RDONLY | os.O_NOFOLLOW)
    os.dup2(given, 0)
    os.close(given)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 the old one remembers that it could not seek
    sys.argv[:] = [job["module"], *job["words"]]
    runpy.run_module(job["module"], run_name="__main__", alter_sys=True)


def _give_up_rights() -> None:
    """None that cannot be had later, and no network: for this process and whatever it starts."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):  # not Linux
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(
            CLONE_NEWUSER | CLONE_NEWNET
        )  # a network of its own, with nothing in it; refused in most containers


def _limit(seconds: int) -> None:
    """Limits of the process and of whatever it starts; they cannot be raised again."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def _line() -> bytes:
    """One line, not a byte more: what comes behind it is a file's. Nothing where whoever would write it is gone."""
    line = b""
    while not line.endswith(b"\n") and len(line) < LINE_BYTES:
        part = os.read(0, LINE_BYTES)
        if not part:
            return b""
        line += part
    return line


if __name__ == "__main__":
    main()
