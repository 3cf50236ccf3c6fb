"""``manage.py decide``: who answers for a complaint, by the decide contract."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from routing.console import DESCRIPTION, arguments, run


class Command(BaseCommand):
    help = DESCRIPTION
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.exit(run(options, stdin=sys.stdin.buffer, stdout=sys.stdout, stderr=sys.stderr, today=date.today()))
