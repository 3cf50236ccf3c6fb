"""Run the checker within limits: little memory and time, no new rights, and no network where that can be had.

Run as ``python -m complaints.evidence.confined CPU_SECONDS MODULE ARGUMENTS…``; the module, as a rule the checker, runs
as a program with these arguments. It imports nothing of ours and nothing of Django. What the machine does not offer is
left out: each limit holds by itself, and whoever starts this process ends it by the clock as well.
"""

import contextlib
import ctypes
import os
import resource
import runpy
import signal
import sys

MEMORY_BYTES = 1 << 30
FILE_BYTES = 256 << 20  # the largest file it may write
OPEN_FILES = 32
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


def confine(cpu_seconds: int) -> None:
    """Limits of the process and of whatever it starts; they cannot be raised again."""
    os.umask(0o077)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))
    with contextlib.suppress(OSError, AttributeError):  # not Linux
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # it does not outlive who wants to know
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(
            CLONE_NEWUSER | CLONE_NEWNET
        )  # a network of its own, with nothing in it; refused in most containers


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    module = sys.argv[2]
    sys.argv[:] = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
