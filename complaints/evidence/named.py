"""Who names a digest: the one list of places. What none of them names may go from the shelf."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Q

from complaints.models import Blob, Evidence, MaskedCopy


class Column(NamedTuple):
    """A column that holds digests, and the way from its row to the blob the bytes were made of; and, where they were
    made for one piece of evidence alone, the way to that."""

    model: type[models.Model]
    field: str
    blob: str
    evidence: str = ""


# Whoever keeps bytes of their own on the shelf adds a line.
COLUMNS = (
    Column(Blob, "sha256", "pk"),
    Column(Blob, "preview", "pk"),
    Column(Blob, "thumb", "pk"),
    Column(MaskedCopy, "sha256", "mask__evidence__blob", "mask__evidence"),
)


def named(digests: Collection[str]) -> set[str]:
    """Those of these digests that some row names."""
    wanted, found = set(digests) - {""}, set[str]()
    for column in COLUMNS:
        if rest := wanted - found:
            rows = column.model._default_manager.filter(**{f"{column.field}__in": rest})
            found |= set(rows.values_list(column.field, flat=True))
    return found | _on_pages(wanted - found)


def belonging_to(blob: Blob) -> list[str]:
    """The digests of everything that was kept of a blob: its original, and all that was made of it."""
    found = []
    for column in COLUMNS:
        if column.model is Blob:
            found.append(getattr(blob, column.field))
        else:
            rows = column.model._default_manager.filter(**{column.blob: blob.pk})
            found += rows.order_by("pk").values_list(column.field, flat=True)
    return [digest for digest in (*found, *(page["sha256"] for page in blob.pages)) if digest]


def made_for(piece: Evidence) -> list[str]:
    """The digests of what was made of a blob for this piece alone, whoever else has the same file."""
    found: list[str] = []
    for column in COLUMNS:
        if column.evidence:
            rows = column.model._default_manager.filter(**{column.evidence: piece.pk})
            found += rows.order_by("pk").values_list(column.field, flat=True)
    return [digest for digest in found if digest]


def _on_pages(digests: set[str]) -> set[str]:
    """Those that are a leaf of a PDF or a tile. PostgreSQL has an index for it; elsewhere the list is read through."""
    if not digests:
        return set()
    with_pages = Blob.objects.exclude(pages=[])
    if connection.features.supports_json_field_contains:
        places: list[Any] = [Q(pages__contains=[{"sha256": digest}]) for digest in digests]
        with_pages = with_pages.filter(reduce(or_, places))
    rows = with_pages.values_list("pages", flat=True).iterator(500)
    return digests & {page["sha256"] for pages in rows for page in pages}
