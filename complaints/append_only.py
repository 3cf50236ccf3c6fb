"""Rows that are only ever added: the database itself refuses to change or delete them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection as default
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = (
    *("complaints_event", "complaints_custodyentry"),
    *("complaints_access", "complaints_registerchange", "complaints_exportlog", "accounts_dutychange"),
)
ACTS = ("update", "delete")
FUNCTION = """
CREATE OR REPLACE FUNCTION complaints_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: rows are only added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def put(connection: BaseDatabaseWrapper = default) -> None:
    """Set the guards that are not there yet: an UPDATE, DELETE or TRUNCATE fails with IntegrityError. A table that was
    rebuilt by a migration has lost its own, so this runs after every ``migrate``."""
    for table in sorted(unguarded(connection)):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(FUNCTION)
            for statement in _making(connection, table):
                cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper = default) -> None:
    """Take the guards off: for flush, and for the erasure of whole chains whose time is over. The caller puts them on
    again."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in _existing(connection):
            for name in _names(connection, table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper = default) -> Iterator[None]:
    """The guards off for a while, whatever happens meanwhile."""
    lift(connection)
    try:
        yield
    finally:
        put(connection)


def unguarded(connection: BaseDatabaseWrapper = default) -> set[str]:
    """The tables whose guards are not all there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
    return {table for table in _existing(connection) if not there.issuperset(_names(connection, table))}


def _existing(connection: BaseDatabaseWrapper) -> list[str]:
    there = set(connection.introspection.table_names())
    return [table for table in TABLES if table in there]


def _names(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    acts = (*ACTS, "truncate") if connection.vendor == "postgresql" else ACTS
    return [f"{table}_no_{act}" for act in acts]


def _making(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    made = []
    for name in _names(connection, table):
        act = name.rpartition("_")[2].upper()
        if connection.vendor == "postgresql":
            each = "STATEMENT" if act == "TRUNCATE" else "ROW"
            made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            made.append(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} "
                "EXECUTE FUNCTION complaints_only_added()"
            )
        else:
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: rows are only added'); END"
            )
    return made
