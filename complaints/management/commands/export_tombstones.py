"""``manage.py export_tombstones FILE``: write what was erased to a list that is kept outside the backups."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from complaints.flow.erasure import stones


class Command(BaseCommand):
    help = "Write what was erased to a list, one JSON line each, without digests. Keep it outside the backups."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        new = target.with_name(f"{target.name}.new")  # whole or not at all: a list cut short would forget
        count = 0
        with new.open("w", encoding="utf-8") as out:
            for stone in stones():
                out.write(json.dumps({**asdict(stone), "at": stone.at.isoformat()}, sort_keys=True) + "\n")
                count += 1
            out.flush()
            os.fsync(out.fileno())
        os.replace(new, target)
        self.stdout.write(f"{count} tombstones written.")
