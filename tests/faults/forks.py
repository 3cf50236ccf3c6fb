"""A process that has started Django once and forks workers, one for each line it reads: the seconds they may work.

It answers each line with the worker's number. A test that killed one, and waited for Django to start in the next,
would mostly wait.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import django


def main() -> None:
    django.setup()
    # What follows needs Django's applications, so it is imported now.
    from django.db import connections

    from tests.faults.worker import work

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead: they are gone at once
    connections.close_all()
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os._exit(0 if work(time.monotonic() + float(line)) else 1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
