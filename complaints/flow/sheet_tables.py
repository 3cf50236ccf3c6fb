"""A table of answers as a file: its lines and headings, the one to fill in, and what became of each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from difflib import get_close_matches

from django.utils.translation import gettext as _

from complaints.evidence.tablereader import Refused, rows_of_text
from complaints.exports.disarming import disarmed
from complaints.flow.sheet_rows import COLUMNS, HEADINGS, NEEDED, REFUSALS, NotASheet, Sheet, SheetRow
from complaints.narrative import fact_statement, language, sentences
from routing import rulebook

WORKBOOK = b"PK\x03\x04"  # how a zip begins, and so every workbook

Line = tuple[int, list[str]]  # its number in the file; the heading is 1


def lines_of(raw: bytes) -> list[Line]:
    """The lines that hold anything, each with its number. Raises NotASheet."""
    if raw.startswith(WORKBOOK):
        raise NotASheet(str(REFUSALS["workbook"]))
    try:
        rows = [(number, row) for number, row in enumerate(rows_of_text(io.BytesIO(raw)), start=1) if any(row)]
    except Refused as refusal:
        raise NotASheet(str(REFUSALS.get(str(refusal), _("这个文件读不出表格。用下载的模板。")))) from None
    return rows


def headings_of(cells: Sequence[str]) -> list[str]:
    """The columns by their codes. Raises NotASheet for one that nobody knows, that is there twice, or is missing."""
    book = rulebook()
    facts = {fact.key: fact.key for fact in book.conditions if not fact.officer}
    facts |= {fact.label.zh: fact.key for fact in book.conditions if not fact.officer and fact.label}
    known = {**facts, **HEADINGS}
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        code = known.get(cell) or known.get(cell.lower())
        if code is None and cell:
            near = get_close_matches(cell, known, 1)
            hint = _("是不是“{near}”？").format(near=near[0]) if near else _allowed()
            told = _("第{n}列“{name}”不认识。").format(n=place, name=cell[:40])
            raise NotASheet(sentences(told, hint))
        if code in found and code:
            raise NotASheet(_("“{name}”有两列，留一列。").format(name=cell))
        found.append(code or "")
    for code in NEEDED:
        if code not in found:
            raise NotASheet(_("缺少“{name}”这一列。用下载的模板。").format(name=COLUMNS[code]))
    return found


def _allowed() -> str:
    """Which columns there are, as the table to fill in calls them."""
    names = (str(heading) for heading in COLUMNS.values()) if language() == "zh" else COLUMNS
    return _("能写的列：{known}，还有要说明的事实，写它的名称。").format(known=_("、").join(names))


def packed(lines: Sequence[Line]) -> str:
    """The lines as they are kept."""
    text = io.StringIO()
    csv.writer(text).writerows([[number, *cells] for number, cells in lines])
    return text.getvalue()


def unpacked(text: str) -> list[Line]:
    return [(int(row[0]), row[1:]) for row in csv.reader(io.StringIO(text, newline="")) if row]


def columns_of(rows: Sequence[SheetRow]) -> tuple[tuple[str, str], ...]:
    codes = next((list(row.cells) for row in rows if row.cells), [])
    return tuple((code, str(COLUMNS[code]) if code in COLUMNS else fact_statement(code, None)) for code in codes)


def results_csv(sheet: Sheet) -> str:
    """What became of each row, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("行"), _("投诉编号"), _("哪一方"), _("结果"), _("说明")])
    for row in sheet.rows:
        writer.writerow([disarmed(cell) for cell in (row.number, row.case, row.party, row.code, why(row))])
    return out.getvalue()


def why(row: SheetRow) -> str:
    """What became of it, or all that is wrong with it, in one line."""
    wrong = (_("{name}：{sentence}").format(name=each.heading, sentence=each.message) for each in row.errors)
    return row.why or _("；").join(wrong)
