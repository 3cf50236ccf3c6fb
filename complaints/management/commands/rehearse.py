"""``manage.py rehearse --law DIR``: which verdicts of the stored cases a draft law would move, and why."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from complaints.rehearsal import Findings, Move, rehearse
from routing import RulebookError

GROUNDS = 6  # named for each move; the JSON has all
EXAMPLES = 3


class Command(BaseCommand):
    help = "Decide every stored case again under a draft law, change nothing, and say which verdicts move and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--law", type=Path, required=True, metavar="DIR", help="the folder of the draft")
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes; else one a core")
        parser.add_argument("--json", action="store_true", help="the findings as one JSON object")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        law: Path = options["law"]
        if not law.is_dir():
            raise CommandError(f"{law}: no such folder; copy routing/law to begin a draft")
        if options["workers"] < 1:
            raise CommandError(f"--workers: found {options['workers']}; allowed: 1 or more")
        found = Findings()
        try:
            with tqdm(unit="case", disable=options["quiet"] or None, file=self.stderr) as bar:  # None: off a terminal
                for done, of, found in rehearse(law, workers=options["workers"]):
                    bar.total = round(found.cases * of / done)
                    bar.update(found.cases - bar.n)
        except RulebookError as broken:
            raise CommandError(str(broken)) from None
        except BrokenProcessPool:
            raise CommandError("a worker process ended before its work was done; nothing was changed") from None
        except DatabaseError as problem:
            raise CommandError(f"the database: {problem}; nothing was changed") from None
        lines = [_json(found)] if options["json"] else _lines(found)
        for line in lines:
            self.stdout.write(line)


def _lines(found: Findings) -> Iterator[str]:
    yield f"{found.cases} cases decided again; verdicts move in {found.moved}."
    for move, count in found.moves.most_common():
        party, before, after = move
        yield f"\n{party}: {before} → {after}  in {count}"
        yield "  because  " + ", ".join(f"{ground} ({n})" for ground, n in found.grounds[move].most_common(GROUNDS))
        yield "  such as  " + ", ".join(found.examples[move][:EXAMPLES])
    if found.unreadable:
        yield f"\n{sum(found.unreadable.values())} cases cannot be read under the draft:"
        for problem, count in found.unreadable.most_common():
            yield f"  {count}  {problem}"


def _json(found: Findings) -> str:
    def of(move: Move) -> dict[str, Any]:
        party, before, after = move
        return {
            "party": party,
            "before": before,
            "after": after,
            "cases": found.moves[move],
            "grounds": dict(found.grounds[move].most_common()),
            "examples": found.examples[move],
        }

    return json.dumps(
        {
            "cases": found.cases,
            "moved": found.moved,
            "moves": [of(move) for move, _ in found.moves.most_common()],
            "unreadable": dict(found.unreadable.most_common()),
        },
        ensure_ascii=False,
        indent=2,
    )
