"""``manage.py seed --complaints N``: fill a database with invented, valid cases, for trying it out at its real size."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.dateparse import parse_date
from tqdm import tqdm

from complaints.deadlines import local_day
from complaints.synthetic.history import fill
from complaints.synthetic.stage import set_stage

SURE = "--invent-cases-in-production"
MONTHS = 24
MONTH_DAYS = 30.44


class Command(BaseCommand):
    help = "Fill a database with invented, valid cases over many months. The same --seed makes the same cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--complaints", type=int, required=True, metavar="N", help="how many cases")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other cases")
        parser.add_argument("--months", type=int, default=MONTHS, help="how far back the cases reach")
        parser.add_argument("--until", metavar="DAY", help="the present of the cases, YYYY-MM-DD; else now")
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes; else one a core")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")
        parser.add_argument(SURE, action="store_true", help="do it although this is production")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not options["invent_cases_in_production"]:
            raise CommandError(
                "DEMO=0：这是正式环境，虚构的投诉会和真的混在一起，也会算进公开数据。"
                f" This is production: invented cases would stand among real ones. If you mean it: {SURE}"
            )
        count, began = _count(options), monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        try:
            with tqdm(total=count, unit="case", disable=options["quiet"] or None, file=self.stderr) as bar:
                stage = set_stage(
                    seed=options["seed"], until=_until(options["until"]), days=round(options["months"] * MONTH_DAYS)
                )
                for written in fill(stage, count, workers=options["workers"], at=timezone.now()):
                    bar.update(written)
        except BrokenProcessPool:
            raise CommandError("a worker process ended before its work was done; what was written is whole") from None
        except DatabaseError as problem:
            raise CommandError(f"the database: {problem}; what was written before is whole") from None
        took = monotonic() - began
        self.stdout.write(f"{count} cases in {took:.1f} s: {count / took:.0f} a second, on {connection.vendor}.")


def _count(options: dict[str, Any]) -> int:
    for name in ("complaints", "months", "workers"):
        if options[name] < 1:
            raise CommandError(f"--{name}: found {options[name]}; allowed: 1 or more")
    return int(options["complaints"])


def _until(text: str | None) -> Any:
    """Midnight after that day, or now."""
    if text is None:
        return timezone.now()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day > local_day(timezone.now()):
        raise CommandError(f"--until: found {text}; allowed: a day up to today, as 2026-11-21")
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return timezone.make_aware(midnight.replace(tzinfo=None, year=day.year, month=day.month, day=day.day)) + timedelta(
        1
    )
