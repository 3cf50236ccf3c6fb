"""Rows into tables, many at once: COPY on PostgreSQL, one prepared statement on SQLite. And primary keys beforehand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from complaints.models import Complaint, DecisionRecord, Request

KEYED: tuple[type[models.Model], ...] = (Complaint, DecisionRecord, Request)
"""Tables whose primary keys are reserved before their rows are made: other rows name them."""

Row = list[Any]
"""The values of a row in the order of ``columns_of``, as the database takes them."""


def reserve(table: type[models.Model], count: int) -> list[int]:
    """Primary keys that nobody else will be given. The caller is in a transaction; what is not used leaves a gap."""
    name = table._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [name, count]
            )
            return sorted(key for (key,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
        found = cursor.fetchone()
        last = found[0] if found else 0
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, name])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, count])
        return list(range(last + 1, last + count + 1))


def pour(table: type[models.Model], rows: Sequence[Row]) -> None:
    """Write rows made by ``row_of``. The constraints of the table hold as ever; IntegrityError where one is broken."""
    if not rows:
        return
    fields = columns_of(table)
    names = ", ".join(connection.ops.quote_name(str(column.column)) for column in fields)
    into = f"{connection.ops.quote_name(table._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)


def row_of(made: models.Model) -> Row:
    """A model's values as this database takes them. Needs no connection."""
    return [
        _json(getattr(made, column.attname))
        if isinstance(column, models.JSONField)
        else column.get_db_prep_save(getattr(made, column.attname), connection=connection)
        for column in columns_of(type(made))
    ]


@cache
def columns_of(table: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """The columns that are written: without those the database makes, and the primary key where it counts that."""
    counted = () if table in KEYED else (models.AutoField,)
    fields = (column for column in table._meta.concrete_fields if not column.generated)
    return tuple(column for column in fields if not isinstance(column, counted))


def place_of(table: type[models.Model], column: str) -> int:
    """Where a column stands in the rows of its table."""
    return [each.attname for each in columns_of(table)].index(column)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
