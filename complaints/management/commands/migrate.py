"""``manage.py migrate``: Django's own, without the time limits of the site's pages and tasks; then the guards of
append-only tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from complaints import append_only

# What settings.DATABASES gives every connection to PostgreSQL.
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class Command(migrate.Command):
    """An index on a table that has grown, or rows to be filled in, may take longer than any page may."""

    def handle(self, *args: Any, **options: Any) -> None:
        with unhurried(connections[options["database"]]):
            super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            append_only.put(connections[options["database"]])


@contextmanager
def unhurried(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """No time limits on this connection; afterwards those it was opened with. Other databases have none."""
    if connection.vendor != "postgresql":
        yield
        return
    _each(connection, "SET {} = 0")
    try:
        yield
    finally:
        _each(connection, "RESET {}")


def _each(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        for limit in LIMITS:
            cursor.execute(statement.format(limit))
