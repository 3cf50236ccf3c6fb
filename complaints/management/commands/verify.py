"""``manage.py verify``: re-hash every timeline, message and stored file; exit 1 at the first break, naming it."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints import timeline
from complaints.evidence import shelf, vault
from complaints.evidence.named import belonging_to
from complaints.models import Blob, Complaint, Message

CHUNK = 200
EVERY = 500  # how many are looked at between two lines of progress


class Command(BaseCommand):
    help = "Re-hash every timeline, message and stored file; exit 1 at the first break, naming it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing but what is broken")

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet = bool(options["quiet"])
        complaints = Complaint.objects.order_by("pk").prefetch_related("events")
        count = 0
        for complaint in self._shown("timelines", complaints.iterator(CHUNK), complaints.count()):
            count += 1
            broken = timeline.first_break(complaint.events.all(), expected=complaint.version)
            if broken:
                raise CommandError(f"{complaint.reference} #{broken.sequence}: {broken.reason}")
            _compare_messages(complaint)
        blobs = Blob.objects.exclude(state=Blob.State.REJECTED).order_by("pk")  # of those only the row stays
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
        if not self.quiet:
            told = f" {erased} were erased, each with its tombstone." if erased else ""
            self.stdout.write(f"{count} timelines and {files} files are whole.{told}")

    def _shown(self, what: str, rows: Iterable[Any], total: int) -> Iterator[Any]:
        """The rows, with a line of progress now and then."""
        for number, row in enumerate(rows, 1):
            yield row
            if not self.quiet and (number % EVERY == 0 or number == total):
                self.stderr.write(f"{what}: {number} of {total}")


def _compare_messages(complaint: Complaint) -> None:
    """What was written lies under the digest its event holds; what was erased lies nowhere."""
    told = {
        (event.body["with"], event.body["message"]): (event.sequence, event.body["digest"])
        for event in complaint.events.all()
        if event.kind == "message-posted"
    }
    if not told:
        return
    rows = Message.objects.filter(thread__complaint=complaint).values_list("thread__other", "number", "sealed_words")
    found = {(other, number): sealed for other, number, sealed in rows}
    for place, (sequence, digest) in told.items():
        sealed = found.get(place)
        if sealed is None:
            raise CommandError(f"{complaint.reference} #{sequence}: its message is missing")
        if sealed and hashlib.sha256(sealed.encode()).hexdigest() != digest:
            raise CommandError(f"{complaint.reference} #{sequence}: its message was changed")


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
