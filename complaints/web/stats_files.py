"""The public figures as files: rows for a spreadsheet, and the sheets as they are stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from complaints.exports.disarming import disarmed
from complaints.figures.hiding import FEW
from complaints.models import FigureSheet

BOM = "\ufeff"  # Excel takes a file without it for another encoding
HEAD = ("month", "table", "row", "column", "value", "unit")
NUMBERS = (("total", "cases"), ("in_time", "%"), ("heard", "%"), ("satisfied", "%"), ("changed", "%"))
PLATFORM = (("cases", "cases"), ("in_time", "%"), ("days", "days"), ("accepted", "%"), ("passed_on", "%"))


def as_csv(sheets: Sequence[FigureSheet]) -> str:
    """One row for each figure; an empty value is too few to be shown. UTF-8 with a mark, lines as RFC 4180."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for sheet in sheets:
        writer.writerows([disarmed(value) for value in row] for row in _rows(sheet.body))
    return BOM + out.getvalue()


def as_json(sheets: Sequence[FigureSheet]) -> dict[str, Any]:
    """The sheets of one day. What is null is too few to be shown."""
    return {
        "fewer_than_is_hidden": FEW,
        "counted_on": sheets[0].counted_on.isoformat() if sheets else None,
        "months": [sheet.body for sheet in sheets],
    }


def _rows(body: Mapping[str, Any]) -> Iterator[Iterable[Any]]:
    month = body["month"]
    for key, unit in NUMBERS:
        yield month, "numbers", "all", key, body.get(key), unit
    for row in body.get("categories", []):
        yield month, "categories", row["code"], "total", row["total"], "cases"
        for end, count in row["parties"].items():
            yield month, "categories", row["code"], end, count, "cases"
        yield month, "categories", row["code"], "rest", row["rest"], "cases"
    other = body.get("other_categories")
    if other and other["total"]:
        yield month, "categories", "+".join(other["codes"]), "total", other["total"], "cases"
    for row in body.get("platforms", []):
        for key, unit in PLATFORM:
            yield month, "platforms", row["name_zh"], key, row[key], unit
    heat = body.get("heat")
    if heat:
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if len(heat["rows"]) == 7 else ("mon-fri", "sat-sun")
        for day, counts in zip(days, heat["rows"], strict=True):
            for place, count in enumerate(counts):
                start = place * heat["span"]
                yield month, "hours", day, f"{start}-{start + heat['span']}", count, "cases"
