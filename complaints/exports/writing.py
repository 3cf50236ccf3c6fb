"""Rows as a file: a table of text, a workbook, or an object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import IO, Any

from complaints.exports.columns import COLUMNS, Column, Source, Value
from complaints.exports.disarming import disarmed
from complaints.exports.xlsx import Workbook
from complaints.models import Export

MEDIA_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.JSON: "application/x-ndjson",
}

Write = Callable[[Source], None]


@contextmanager
def writer(out: IO[bytes], format: str, codes: Sequence[str]) -> Iterator[Write]:
    """What takes one case after the other. Sheets are said in the language of now, with names of columns and words for
    codes; lines of JSON keep the codes, days as ISO and amounts as decimal strings."""
    columns = {code: COLUMNS[code] for code in codes}
    make = {Export.Format.CSV: _csv, Export.Format.XLSX: _xlsx, Export.Format.JSON: _jsonl}[Export.Format(format)]
    with make(out, columns) as write:
        yield write


@contextmanager
def _csv(out: IO[bytes], columns: dict[str, Column]) -> Iterator[Write]:
    text = io.TextIOWrapper(out, "utf-8-sig", errors="replace", newline="", write_through=False)
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    table.writerow([disarmed(str(column.label)) for column in columns.values()])
    yield lambda source: table.writerow([_flat(disarmed(_said(column, source))) for column in columns.values()])
    text.flush()
    text.detach()


@contextmanager
def _xlsx(out: IO[bytes], columns: dict[str, Column]) -> Iterator[Write]:
    with Workbook(out) as book:
        book.write([disarmed(str(column.label)) for column in columns.values()])
        yield lambda source: book.write([disarmed(_said(column, source)) for column in columns.values()])


@contextmanager
def _jsonl(out: IO[bytes], columns: dict[str, Column]) -> Iterator[Write]:
    def write(source: Source) -> None:
        row = {code: _plain(column.value(source)) for code, column in columns.items()}
        out.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    yield write


def _said(column: Column, source: Source) -> Value:
    """The value for people: words in place of codes."""
    value = column.value(source)
    if column.words is not None and isinstance(value, str):
        return str(column.words.get(value, value))
    return value


def _flat(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
