"""``manage.py flush``: Django's own, for the demonstration and for tests; a site in production is never emptied."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections

from complaints import append_only


class Command(flush.Command):
    """Takes the guards of append-only tables off, and puts them on again."""

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This site is in production: its timelines are never deleted.")
        with append_only.lifted(connections[options["database"]]):
            super().handle(**options)
