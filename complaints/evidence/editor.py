"""The rectangles of a piece as a form holds them: shown as rows in percent of a sheet, read back as regions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from complaints.evidence.entitled import standing
from complaints.evidence.suggesting import WHOLE, within
from complaints.models import Blob, Evidence, Mask, Region

MOST_ROWS = 101  # Django reads at most a thousand fields of a form
SHEET = re.compile(r"(sheet|trial)-(\d{1,4})", re.ASCII)
SIDES = ("left", "top", "width", "height")
LEAST = 20  # ten-thousandths: what is smaller covers nothing


class NotRead(Exception):
    """A row that cannot be read, with a sentence that says which and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rectangle in a form. Sides are texts as typed, in percent of the sheet; ``number`` counts from 1."""

    number: int
    is_on: bool
    kind: str
    origin: str
    sheet: str  # counts from 1, as people count
    left: str
    top: str
    width: str
    height: str

    @property
    def box(self) -> dict[str, int] | None:
        """The rectangle in ten-thousandths, for drawing; None where the row holds none."""
        try:
            return {side: round(float(getattr(self, side)) * 100) for side in SIDES}
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to draw on, with the rows that lie on it."""

    number: int
    variant: str  # its name in addresses
    rows: tuple[Row, ...]


def rows_of(regions: Sequence[Region]) -> list[Row]:
    """Regions as rows, with an empty one behind them for browsers without scripts."""
    shown = [
        Row(
            number,
            True,
            each["kind"],
            each["origin"],
            str(each["sheet"] + 1),
            *(f"{each[side] / 100:g}" for side in ("left", "top", "width", "height")),
        )
        for number, each in enumerate(regions, start=1)
    ]
    return [*shown, Row(len(shown) + 1, False, Mask.Kind.OTHER, Mask.Origin.DRAWN, "1", "", "", "", "")]


def rows_sent(sent: Mapping[str, Any]) -> list[Row]:
    """The rows as they came, right or wrong."""
    numbers = sorted(
        int(name[5:]) for name in sent if name.startswith("left-") and name[5:].isascii() and name[5:].isdigit()
    )
    return [
        Row(
            number,
            f"on-{number}" in sent,
            _one_of(sent.get(f"kind-{number}", ""), Mask.Kind.values, Mask.Kind.OTHER),
            _one_of(sent.get(f"origin-{number}", ""), Mask.Origin.values, Mask.Origin.DRAWN),
            *(str(sent.get(f"{name}-{number}", "")).strip()[:12] for name in ("sheet", *SIDES)),
        )
        for number in numbers[:MOST_ROWS]
    ]


def regions_in(rows: Sequence[Row], blob: Blob) -> list[Region]:
    """What the ticked rows cover. Raises NotRead."""
    return [_region(row, blob) for row in rows if row.is_on]


def sheets_of(blob: Blob, rows: Sequence[Row]) -> list[Sheet]:
    """The sheets to draw on."""
    return [
        Sheet(
            number + 1,
            f"sheet-{number}",
            tuple(row for row in rows if row.is_on and row.sheet == str(number + 1) and row.box),
        )
        for number in range(len(blob.sheets))
    ]


def page_of(piece: Evidence, rows: Sequence[Row], trial: Mask | None = None) -> dict[str, Any]:
    """What the editor's template reads; ``trial`` is what is to be looked at."""
    return {
        "piece": piece,
        "rows": rows,
        "sheets": sheets_of(piece.blob, rows),
        "looks": [(number + 1, f"trial-{number}") for number in range(len(trial.sheets))] if trial else [],
        "standing": standing(piece),
        "kinds": Mask.Kind.choices,
    }


def asked_for(piece: Evidence, trial: Mask | None, variant: str) -> str:
    """The digest of ``sheet-0``, as it is, or ``trial-0``, as it was tried out; empty for anything else."""
    found = SHEET.fullmatch(variant)
    if found is None or not piece.blob.may_be_opened:
        return ""
    digests = piece.blob.sheets if found[1] == "sheet" else trial.sheets if trial else []
    return digests[int(found[2])] if int(found[2]) < len(digests) else ""


def _region(row: Row, blob: Blob) -> Region:
    sheet = int(row.sheet) - 1 if row.sheet.isascii() and row.sheet.isdigit() else -1
    if not 0 <= sheet < len(blob.sheets):
        raise NotRead(_("第{n}块：没有这一页。这份文件有{sheets}页。").format(n=row.number, sheets=len(blob.sheets)))
    box = row.box
    if box is None:
        raise NotRead(_("第{n}块：位置和大小要写数字，从0到100。").format(n=row.number))
    is_inside = 0 <= box["left"] < WHOLE and 0 <= box["top"] < WHOLE
    if not is_inside or not all(LEAST <= box[side] <= WHOLE for side in ("width", "height")):
        raise NotRead(_("第{n}块：从0到100，宽和高至少0.2。").format(n=row.number))
    return within(
        Region(
            sheet=sheet,
            left=box["left"],
            top=box["top"],
            width=box["width"],
            height=box["height"],
            kind=row.kind,
            origin=row.origin,
        )
    )


def _one_of(wanted: str, known: Sequence[str], otherwise: str) -> str:
    return wanted if wanted in known else otherwise
