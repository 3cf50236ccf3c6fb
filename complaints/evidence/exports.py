"""A table that was handed in, opened: its columns with a guess for each, its first rows, and the row of one order.

Everything found here is a suggestion. The bytes are read in a process of their own each time; nothing of them is kept.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.evidence import columns, vault
from complaints.evidence.columns import Column
from complaints.evidence.tablereader import MAX_COLUMNS, MAX_ROWS, NEEDLE, NEEDLE_LENGTH, ROW
from complaints.models import Blob
from complaints.models.evidence import WORKBOOK
from complaints.turns import NoTurn, turn

TABLES = {"text/plain": "text", "text/csv": "text", WORKBOOK: "xlsx"}  # what may hold a table, and how it is read
READ_SECONDS = 15
PLACES, PLACE_SECONDS = 2, 10  # tables read at once on one machine, and how long one waits
SHOWN_ROWS = 8


class NoTable(Exception):
    """A file that cannot be read as a table, with a sentence that says why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: its number in the file, from 1, and its cells."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        return self.cells[place] if 0 <= place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a row says of one order, each as far as it can be read. ``spoilt``: its number was rounded away."""

    row: int
    number: str = ""
    shop: str = ""
    goods: str = ""
    paid: Decimal | None = None
    quantity: str = ""
    ordered: datetime | None = None
    paid_at: datetime | None = None
    status: str = ""
    parcel: str = ""
    spoilt: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The columns as guessed, the rows on top, those that were searched for, and how many rows there are."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    found: tuple[Line, ...]
    picked: Line | None
    count: int

    @property
    def guess(self) -> list[str]:
        """What each column is taken for; "" where nobody can tell, and for those about people."""
        return ["" if column.is_personal else column.meaning for column in self.columns]

    def orders(self, meanings: Sequence[str]) -> list[Order]:
        """The rows by what a person says the columns are: the one picked before, those searched for, the first ones."""
        lines = {line.number: line for line in (*self.found, *self.lines)}
        if self.picked:
            lines = {self.picked.number: self.picked, **lines}
        return [self.order(line, meanings) for line in lines.values()]

    def order(self, line: Line, meanings: Sequence[str]) -> Order:
        """One row. A column about somebody is never read, whatever it is said to be."""
        cells: dict[str, str] = {}
        for column, meaning in zip(self.columns, meanings, strict=False):
            cell = line.cell(column.place)
            if meaning in columns.MEANINGS and not column.is_personal and not columns.is_about_somebody(cell):
                cells.setdefault(meaning, cell)
        written = cells.get(columns.NUMBER, "")
        return Order(
            row=line.number,
            number=columns.plain_number(written),
            shop=cells.get(columns.SHOP, ""),
            goods=cells.get(columns.GOODS, ""),
            paid=columns.money(cells.get(columns.PAID, "")),
            quantity=cells.get(columns.QUANTITY, ""),
            ordered=columns.moment(cells.get(columns.ORDERED, "")) or columns.moment(cells.get(columns.PAID_AT, "")),
            paid_at=columns.moment(cells.get(columns.PAID_AT, "")),
            status=cells.get(columns.STATUS, ""),
            parcel=cells.get(columns.PARCEL, ""),
            spoilt=bool(columns.SHORTENED.fullmatch(written)),
        )


def may_be_table(blob: Blob) -> bool:
    """Whether it is of a kind that can hold one, and may be opened."""
    return blob.media_type in TABLES and blob.may_be_opened


def open_table(blob: Blob, *, needle: str = "", row: int = 0) -> Table:
    """Read a stored file as a table; look for the rows with the needle, and for the row of that number.

    Raises NoTable."""
    if not may_be_table(blob):
        raise NoTable("kind", _("这个文件不是表格。订单导出存成CSV或XLSX再传。"))
    return table_from(_read(blob, needle, row))


def table_from(found: Mapping[str, Any]) -> Table:
    """The table out of what the reader printed. Raises NoTable where it has one column only: that is a text."""
    first = [Line(number, tuple(cells)) for number, cells in found["first"]]
    head = columns.head_of([line.cells for line in first])
    body = first[head + 1 :]
    known = columns.columns_of(first[head].cells, [line.cells for line in body])
    if len(known) < 2 or not body:
        raise NoTable(
            "none", _("里面没有读出表格：至少要有一行标题、一行订单和两列。它仍然是证据，订单号和金额自己填。")
        )
    number = first[head].number
    matched = [Line(row, tuple(cells)) for row, cells in found["found"] if row > number]
    picked = Line(found["picked"][0], tuple(found["picked"][1])) if found["picked"] else None
    if picked and picked.number <= number:
        picked = None
    return Table(tuple(known), tuple(body[:SHOWN_ROWS]), tuple(matched), picked, int(found["rows"]) - number)


def _read(blob: Blob, needle: str, row: int) -> Mapping[str, Any]:
    command = [sys.executable, "-m", "complaints.evidence.tablereader", TABLES[blob.media_type]]
    environment = {**os.environ, NEEDLE: needle.replace("\x00", "")[:NEEDLE_LENGTH], ROW: str(row)}
    try:
        with (
            turn("table", places=PLACES, seconds=PLACE_SECONDS),
            tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as copy,
        ):
            with vault.open_blob(blob.sha256) as source:
                shutil.copyfileobj(source, copy, vault.CHUNK)
            copy.seek(0)
            done = subprocess.run(
                command,
                stdin=copy,
                capture_output=True,
                timeout=READ_SECONDS,
                cwd=settings.BASE_DIR,
                env=environment,
                check=False,
            )
    except NoTurn:
        raise NoTable("busy", _("现在读表格的人多。过一分钟再打开这一页，别的都在。")) from None
    except FileNotFoundError:
        raise NoTable("gone", _("这个文件不在了。")) from None
    except subprocess.TimeoutExpired:
        raise NoTable("too-large", _sentence("too-large")) from None
    found: Mapping[str, Any] = json.loads(done.stdout) if done.stdout else {"problem": "too-large"}
    if done.returncode != 0:
        problem = str(found.get("problem", "damaged"))
        raise NoTable(problem, _sentence(problem))
    return found


def _sentence(problem: str) -> str:
    """Why a table could not be read. It stays as evidence either way."""
    stays = _("文件照样是证据，订单号和金额自己填就行。")
    said = {
        "rows": _("表格超过{rows}行，太长了。只导出这一单或这个月的再传。").format(rows=f"{MAX_ROWS:,}"),
        "columns": _("表格超过{columns}列，太宽了。只留订单那几列再传。").format(columns=MAX_COLUMNS),
        "cell": _("表格里有一格太长（超过32KB），读不了。"),
        "quotes": _("表格里的引号没有成对，分不清哪一格到哪里。重新导出一次再传。"),
        "encoding": _("表格里的文字编码是混着的，读不了。重新导出一次，选UTF-8再传。"),
        "empty": _("表格里没有内容。"),
        "too-large": _("表格太大，读不了。只导出这一单或这个月的再传。"),
    }.get(problem, _("表格打不开，可能没有传完整或已损坏。重新导出一次再传。"))
    return said + stays
