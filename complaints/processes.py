"""Processes beside the site that only read, or only think: set up before anything of ours is imported in them."""

from collections.abc import Mapping
from typing import Any

import django
from django.db import connection, connections


def begin_reading(database: Mapping[str, Any]) -> None:
    """Set up this process: the site, and the caller's database, which itself refuses every write from here on."""
    django.setup()
    connections["default"].settings_dict.update(database)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET default_transaction_read_only = on")
            cursor.execute("SET statement_timeout = 0")
        else:
            cursor.execute("PRAGMA query_only = ON")


def begin_thinking() -> None:
    """Set up this process: the site without its database, which it never opens."""
    django.setup()
