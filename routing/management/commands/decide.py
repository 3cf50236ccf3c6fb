"""``manage.py decide``: who answers for a complaint, by the decide contract."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from routing.console import DESCRIPTION, arguments, at_terminal


class Command(BaseCommand):
    help = DESCRIPTION
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(at_terminal(options))
