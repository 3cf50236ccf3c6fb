"""``manage.py index_search``: take the cases that were here before the index into it, newest first."""

from __future__ import annotations

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q
from tqdm import tqdm

from complaints import searching
from complaints.models import Complaint


class Command(BaseCommand):
    help = (
        "Make the index of the desk's search complete. It may be broken off and called again, while the site runs; "
        "what is not in yet is found all the same, only slowly."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="every case anew, whatever the index holds")
        parser.add_argument("--batch", type=int, default=searching.BATCH, help="cases in one transaction")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        below = searching.begin_anew() if options["again"] else searching.gap()
        began, done, size = monotonic(), 0, max(1, options["batch"])
        total = Complaint.objects.filter(Q(pk__lt=below)).count()
        with tqdm(total=total, unit="case", disable=options["quiet"] or None, file=self.stderr) as bar:
            while searching.gap():
                count = searching.fill_some(size)
                done += count
                bar.update(count)
        searching.settle()
        took = monotonic() - began
        self.stdout.write(f"{done} cases in {took:.1f} s; the index is complete.")
