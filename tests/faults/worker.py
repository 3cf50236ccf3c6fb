"""A worker without a queue: ``python -m tests.faults.worker SECONDS`` sends what is due until nothing waits."""

from __future__ import annotations

import os
import sys
import time

import django


def work(ends: float) -> bool:
    """Round after round, as the rings of the queue come. False where something still waits at the end."""
    # What follows needs Django's applications, so it is imported now.
    from django.db import DatabaseError, close_old_connections

    from complaints import tasks
    from complaints.models import Delivery

    while time.monotonic() < ends:
        try:
            close_old_connections()
            if "SWEEPS" in os.environ:
                tasks.sweep()
            tasks.deliver()
            if not Delivery.objects.filter(state__in=["pending", "leased"]).exists():
                return True
        except DatabaseError as error:  # as the queue does with a task that fails: the next ring comes
            print(type(error).__name__, error, file=sys.stderr)
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    django.setup()
    sys.exit(0 if work(time.monotonic() + float(sys.argv[1])) else "something still waits")
