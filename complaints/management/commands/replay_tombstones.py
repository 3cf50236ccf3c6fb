"""``manage.py replay_tombstones FILE``: after a restore, and before the site opens, erase again what was erased."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.flow.erasure import Stone, replay


class Command(BaseCommand):
    help = "After a restore, before the site opens: erase again what the list says was erased. Twice does no harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        erased = known = 0
        try:
            for stone in _read(options["file"]):
                if replay(stone, at=timezone.now()):
                    erased += 1
                else:
                    known += 1
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        self.stdout.write(f"{erased} erased again; {known} were erased already, or are not in this backup.")


def _read(path: Path) -> list[Stone]:
    """The whole list, or CommandError: one that is damaged is not begun."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            found.append(Stone(**{**told, "at": datetime.fromisoformat(told["at"])}))
        except (ValueError, TypeError, KeyError):
            raise CommandError(f"line {number} is no tombstone; nothing was erased") from None
    return found
