"""Migrations take the time they take; the pages of the site do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

from complaints.management.commands.migrate import LIMITS

only_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such limits")


def limits_now() -> dict[str, str]:
    with connection.cursor() as cursor:
        found: dict[str, str] = {}
        for limit in LIMITS:
            cursor.execute(f"SHOW {limit}")
            found[limit] = cursor.fetchone()[0]
        return found


@pytest.fixture
def meanwhile() -> Iterator[list[dict[str, str]]]:
    """The limits while migrations run, one entry an app."""
    seen: list[dict[str, str]] = []

    def look(**_named: Any) -> None:
        seen.append(limits_now())

    pre_migrate.connect(look)
    yield seen
    pre_migrate.disconnect(look)


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_may_take_longer_than_a_page(meanwhile: list[dict[str, str]]) -> None:
    of_pages = limits_now()
    assert "0" not in of_pages.values()
    call_command("migrate", verbosity=0)
    assert meanwhile and all(set(each.values()) == {"0"} for each in meanwhile)
    assert limits_now() == of_pages
