"""``manage.py move_evidence --to s3|disk``: carry stored files to the other shelf, or seal them where they lie."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from complaints.evidence import moving, shelf
from complaints.turns import NoTurn, turn


class Command(BaseCommand):
    help = "Carry stored files to the other shelf, and seal or unseal them. Kill it and run it again: it goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", choices=("s3", "disk"), required=True)
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--encrypt", action="store_true", help="under the first of EVIDENCE_KEYS")
        form.add_argument("--decrypt", action="store_true", help="as they are (default: as new files are written)")
        parser.add_argument("--remove-source", action="store_true", help="afterwards: take away what has arrived")
        parser.add_argument("--quiet", action="store_true", help="show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = _ends(options["to"])
        if options["encrypt"] and not settings.EVIDENCE_KEYS:
            raise CommandError("EVIDENCE_KEYS is empty: there is no key to encrypt with.")
        is_sealed = bool(options["encrypt"] or (settings.EVIDENCE_KEYS and not options["decrypt"]))
        try:
            with turn("move", places=1, seconds=0):
                if options["remove_source"]:
                    self._remove(source, target, quiet=options["quiet"])
                else:
                    self._carry(moving.resumed(source, target, is_sealed=is_sealed), quiet=options["quiet"])
        except NoTurn:
            raise CommandError("It is running already.") from None
        except shelf.Unavailable as error:
            raise CommandError(f"{error.strerror}. Nothing is lost; run it again, it goes on.") from None
        except moving.NotYet as error:
            raise CommandError(str(error)) from None

    def _carry(self, move: moving.Move, *, quiet: bool) -> None:
        if move.after:
            self.stdout.write(f"Going on behind {move.after[:12]}…")
        with _bar(move.source, move.after, quiet=quiet) as step:
            moving.carry(move, step.update)
        for sha256 in move.broken:
            self.stderr.write(f"file {sha256} is not what it was; it was left where it lies")
        if move.broken:
            raise CommandError(f"{move.moved} files moved, {len(move.broken)} broken ones not. Put them right first.")
        self.stdout.write(f"{move.moved} files moved; all have arrived, and were hashed again there.")

    def _remove(self, source: str, target: str, *, quiet: bool) -> None:
        with _bar(source, "", quiet=quiet) as step:
            removed = moving.remove_source(source, target, step.update)
        self.stdout.write(f"{removed} files removed at the source.")


def _ends(to: str) -> tuple[str, str]:
    """Source and target as settings name them; the same one where only the form changes."""
    names = [settings.STORAGE_URL or shelf.DISK, settings.STORAGE_ALSO_READ]
    buckets = [name for name in names if name.startswith("s3://")]
    if to == "s3" and not buckets:
        raise CommandError("Neither STORAGE_URL nor STORAGE_ALSO_READ names an S3 storage.")
    both = bool(buckets) and shelf.DISK in names
    if not both and (to == "s3") != bool(buckets):
        raise CommandError("Set STORAGE_ALSO_READ to the other storage first, so that the site reads both meanwhile.")
    bucket = buckets[0] if buckets else shelf.DISK
    target = bucket if to == "s3" else shelf.DISK
    if not both:
        return target, target
    return (shelf.DISK if to == "s3" else bucket), target


def _bar(source: str, after: str, *, quiet: bool) -> tqdm[Any]:
    total = 0 if quiet else sum(item.size for item in shelf.named(source).items(after))
    return tqdm(total=total, unit="B", unit_scale=True, disable=quiet or None, desc="evidence")  # None: off a terminal
