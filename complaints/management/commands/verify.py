"""``manage.py verify``: recompute chains, anchors and stored files; exit 1 at the first break, naming it."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from complaints import append_only
from complaints.evidence import shelf, vault
from complaints.evidence.named import belonging_to
from complaints.flow import proving
from complaints.models import Anchor, Blob, Complaint

CHUNK = 200
EVERY = 500  # how many are looked at between two lines of progress


class Command(BaseCommand):
    help = "Recompute timelines, messages, custody, anchors and stored files; exit 1 at the first break, naming it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing but what is broken")
        parser.add_argument("--since", help="only cases, anchors and files that moved since this day or moment (ISO)")
        parser.add_argument("--anchors", type=Path, metavar="DIR", help="a copy of the anchors' files to compare with")

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = bool(options["quiet"])
        since = _moment(options["since"]) if options["since"] else None
        if bare := append_only.unguarded():
            raise CommandError(f"{', '.join(sorted(bare))}: the guard is gone; `manage.py migrate` sets it again")
        try:
            cases, anchors = self._cases(since), self._anchors(since, options["anchors"])
        except proving.Broken as broken:
            raise CommandError(str(broken)) from None
        files, erased = self._files(since)
        if not self.quiet:
            told = f" {erased} were erased, each with its tombstone." if erased else ""
            self.stdout.write(f"{cases} timelines and {files} files are whole.{told}")
            self.stdout.write(f"{cases} custody chains and {anchors} anchors are whole.")

    def _cases(self, since: datetime | None) -> int:
        rows = Complaint.objects.order_by("pk").prefetch_related("events")
        if since:
            rows = rows.filter(Q(events__at__gte=since) | Q(custody_entries__at__gte=since)).distinct()
        count = 0
        for complaint in self._shown("timelines", rows.iterator(CHUNK), rows.count()):
            count += 1
            proving.check_case(complaint)
        return count

    def _anchors(self, since: datetime | None, folder: Path | None) -> int:
        rows = Anchor.objects.filter(at__gte=since) if since else Anchor.objects.all()
        count = 0
        for anchor in self._shown("anchors", rows.select_related("stamp").order_by("number").iterator(), rows.count()):
            count += 1
            proving.check_anchor(anchor)
            if folder:
                proving.check_files(anchor, folder)
        if folder:
            proving.check_strangers(folder)
        return count

    def _files(self, since: datetime | None) -> tuple[int, int]:
        """How many files are whole, and how many were erased."""
        blobs = Blob.objects.exclude(state=Blob.State.REJECTED).order_by("pk")  # of those only the row stays
        if since:
            blobs = blobs.filter(kept_at__gte=since)
        files = 0
        erased = 0
        for blob in self._shown("files", blobs.iterator(CHUNK), blobs.count()):
            if blob.erased_at:
                erased += 1
                _look_for_stone(blob)
                continue
            for sha256 in belonging_to(blob):
                files += 1
                _look(sha256, blob)
        return files, erased

    def _shown(self, what: str, rows: Iterable[Any], total: int) -> Iterator[Any]:
        """The rows, with a line of progress now and then."""
        for number, row in enumerate(rows, 1):
            yield row
            if not self.quiet and (number % EVERY == 0 or number == total):
                self.stderr.write(f"{what}: {number} of {total}")


def _moment(text: str) -> datetime:
    try:
        at, day = parse_datetime(text), parse_date(text)
    except ValueError:
        at, day = None, None
    if at is None and day is not None:
        at = datetime(day.year, day.month, day.day)
    if at is None:
        raise CommandError(f"--since {text!r}: write 2026-11-21, or 2026-11-21T08:00:00+08:00")
    return at if at.tzinfo else timezone.make_aware(at)


def _look_for_stone(blob: Blob) -> None:
    """What was erased says so, and nothing of it is left."""
    if not blob.tombstones.exists():
        raise CommandError(f"file {blob.sha256[:12]}… is marked as erased and has no tombstone")


def _look(sha256: str, blob: Blob) -> None:
    name = {blob.preview: "preview", blob.thumb: "thumb", blob.sha256: "original"}.get(sha256, "copy")
    if not shelf.has(sha256):
        raise CommandError(f"file {sha256} ({name} of {blob.sha256[:12]}…) is missing")
    if not vault.is_intact(sha256):
        raise CommandError(f"file {sha256} ({name} of {blob.sha256[:12]}…) was changed")
