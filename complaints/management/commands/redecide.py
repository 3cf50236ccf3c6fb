"""``manage.py redecide``: what the law of today says of open cases an earlier one decided; ``--write`` decides them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from complaints.flow.lawchange import redecide
from complaints.models import Complaint
from routing import rulebook

EXAMPLES = 3


class Command(BaseCommand):
    help = "Decide open cases again under the present law. Without --write nothing is changed: it says what would move."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="decide them, and tell the parties and the consumers")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        write: bool = options["write"]
        stale = Complaint.objects.open().exclude(decision__rulebook=rulebook().digest).order_by("pk")
        moves: Counter[tuple[str, str, str]] = Counter()
        examples: dict[tuple[str, str, str], list[str]] = {}
        problems: list[str] = []
        read = differ = 0
        pks = list(stale.values_list("pk", flat=True))
        for pk in tqdm(pks, unit="case", disable=options["quiet"] or None, file=self.stderr):  # None: off a terminal
            found = redecide(pk, write=write, at=timezone.now())
            if found is None:
                continue  # ended or decided meanwhile
            read += 1
            differ += found.differs
            if found.problem:
                problems.append(f"{found.reference}: {found.problem}")
            for party, (before, after) in found.moves.items():
                moves[party, before, after] += 1
                examples.setdefault((party, before, after), []).append(found.reference)
        done = "were decided again" if write else "would be decided again; --write does it"
        self.stdout.write(f"{read} open cases were last decided by an earlier law; {differ} {done}.")
        for (party, before, after), count in moves.most_common():
            such = ", ".join(examples[party, before, after][:EXAMPLES])
            self.stdout.write(f"{party}: {before} → {after}  in {count}, such as {such}")
        for line in problems:
            self.stdout.write(f"cannot be read: {line}")
