"""A clock for work on leases: the database's where there is one server for all, and never set back while it runs."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone


def steady_clock() -> Callable[[], datetime]:
    """Begins at the time of the database, so that machines whose clocks differ agree on when a lease ends; goes on by
    this machine's monotonic clock, so that nobody who sets the time moves it. Ask for a new one for each run of work.

    SQLite has no clock of its own: there it begins at this machine's time.
    """
    begun, start = time.monotonic(), _now()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


def _now() -> datetime:
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
