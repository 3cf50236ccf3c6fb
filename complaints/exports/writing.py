"""Rows as a file: a table of text, a workbook, or an object a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
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


class _Words(dict[str, str]):
    """The words for the codes of a column in the language of now, each looked up once."""

    def __init__(self, words: Mapping[str, Any] | None) -> None:
        super().__init__()
        self._words = words or {}

    def __missing__(self, code: str) -> str:
        self[code] = str(self._words.get(code, code))
        return self[code]


Columns = Sequence[tuple[str, Column, _Words]]


@contextmanager
def writer(out: IO[bytes], format: str, codes: Sequence[str]) -> Iterator[Write]:
    """What takes one case after the other. Sheets are said in the language of now, with names of columns and words for
    codes; lines of JSON keep the codes, days as ISO and amounts as decimal strings."""
    columns = [(code, COLUMNS[code], _Words(COLUMNS[code].words)) for code in codes]
    make = {Export.Format.CSV: _csv, Export.Format.XLSX: _xlsx, Export.Format.JSON: _jsonl}[Export.Format(format)]
    with make(out, columns) as write:
        yield write


@contextmanager
def _csv(out: IO[bytes], columns: Columns) -> Iterator[Write]:
    text = io.TextIOWrapper(out, "utf-8-sig", errors="replace", newline="", write_through=False)
    table = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    table.writerow([disarmed(str(column.label)) for _code, column, _words in columns])
    yield lambda source: table.writerow([_flat(_said(column, words, source)) for _code, column, words in columns])
    text.flush()
    text.detach()


@contextmanager
def _xlsx(out: IO[bytes], columns: Columns) -> Iterator[Write]:
    with Workbook(out) as book:
        book.write([disarmed(str(column.label)) for _code, column, _words in columns])
        yield lambda source: book.write([_said(column, words, source) for _code, column, words in columns])


@contextmanager
def _jsonl(out: IO[bytes], columns: Columns) -> Iterator[Write]:
    def write(source: Source) -> None:
        row = {code: _plain(column.value(source)) for code, column, _words in columns}
        out.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    yield write


def _said(column: Column, words: _Words, source: Source) -> Any:
    """The value for people: words in place of codes, and nothing a spreadsheet would run."""
    value = column.value(source)
    if column.words is not None and isinstance(value, str):
        value = words[value]
    return disarmed(value)


def _flat(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
