"""The laws this site has decided by: today's, and every earlier one that a stored decision rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from complaints.models import LawText
from routing import Rulebook, rulebook
from routing.book import LAW
from routing.engine.loading import load, read_folder

_kept: set[str] = set()
"""Digests known to be committed: in a steady state keeping the law costs no query."""


@dataclass(frozen=True, slots=True)
class LawVersion:
    """One state of the law files. ``kept_at`` is the moment it was kept, None where there is none yet."""

    version: str
    ruleset: str
    kept_at: datetime | None
    is_current: bool


def keep_current(*, at: datetime) -> None:
    """Make sure that the law of today is kept word for word: with the first decision by it, and by the clock before
    that, so that a link to one of its rules never dies.
    """
    book = rulebook()
    if book.digest in _kept:
        return
    LawText.objects.get_or_create(
        digest=book.digest,
        defaults={"version": book.version, "ruleset": book.id, "files": read_folder(LAW), "at": at},
    )
    transaction.on_commit(lambda: _kept.add(book.digest))


def versions() -> list[LawVersion]:
    """Today's law first, then the kept ones, the newest first."""
    book = rulebook()
    kept = list(LawText.objects.order_by("-at").values_list("digest", "version", "ruleset", "at"))
    first = next((at for digest, _, _, at in kept if digest == book.digest), None)
    return [
        LawVersion(book.version, book.id, first, is_current=True),
        *(
            LawVersion(version, ruleset, at, is_current=False)
            for digest, version, ruleset, at in kept
            if digest != book.digest
        ),
    ]


def version_named(version: str) -> Rulebook | None:
    """The rulebook of this version, today's or a kept one; None where there is none.

    Raises RulebookError where the engine of today cannot read a law of an earlier one.
    """
    if version == rulebook().version:
        return rulebook()
    digest = LawText.objects.filter(version=version).values_list("digest", flat=True).first()
    return None if digest is None else _read(digest)


def law_of(digest: str) -> Rulebook | None:
    """The rulebook with this digest, as decisions name it; None where it was not kept. Raises as above."""
    if digest == rulebook().digest:
        return rulebook()
    return _read(digest) if LawText.objects.filter(digest=digest).exists() else None


@lru_cache(maxsize=8)
def _read(digest: str) -> Rulebook:
    """Laws never change under a digest, so a few are remembered. Phrases grow with the engine: what an earlier law had
    no words for is said in those of today.
    """
    book = load(LawText.objects.values_list("files", flat=True).get(digest=digest))
    return replace(book, words={**rulebook().words, **book.words})
