"""Read an order export in a process of its own, with bounded memory and time: its first rows, and those searched for.

Run as ``python -m complaints.evidence.tablereader KIND`` (text or xlsx) with the file on standard input; the words to
search for stand in its environment and not among its arguments, which other users of the machine can read. It imports
nothing of ours and nothing of Django. Cells are text and are never evaluated. Prints one JSON object; exit 0 with a
table, 3 with a ``problem``.
"""

import csv
import io
import json
import os
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

MEMORY_BYTES = 768 << 20
CPU_SECONDS = 10
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32 << 10  # characters
MAX_LINE = MAX_COLUMNS * MAX_CELL
MAX_ENTRIES = 1_000
MAX_INFLATED = 100 << 20
MAX_RATIO = 100
FIRST_ROWS = 60  # a title and remarks may stand above the table
FOUND_ROWS = 20
SHOWN = 160  # characters of a cell that are handed out
SAFE_DIGITS = 10**15  # a spreadsheet keeps fifteen digits of a number: what is longer has lost its end
DELIMITERS = ",\t;|"
UNREADABLE = 3
NEEDLE, ROW = "TABLE_NEEDLE", "TABLE_ROW"
NEEDLE_LENGTH = 64

Row = list[str]


class Refused(Exception):
    """The table is beyond a limit, or is none; the message is the code that says why."""


def main(kind: str) -> int:
    """Read standard input and print what was found."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        rows = rows_of_book(sys.stdin.buffer) if kind == "xlsx" else rows_of_text(sys.stdin.buffer)
        found = survey(rows, os.environ.get(NEEDLE, ""), int(os.environ.get(ROW) or 0))
    except Refused as refusal:
        return _say(UNREADABLE, problem=str(refusal))
    except (MemoryError, RecursionError):
        return _say(UNREADABLE, problem="too-large")
    except Exception as error:  # whatever a hostile workbook makes the reader raise, it is no table
        return _say(UNREADABLE, problem="damaged", detail=type(error).__name__)
    return _say(0, **found)


def survey(rows: Iterable[Row], needle: str = "", picked: int = 0) -> dict[str, Any]:
    """``rows``: how many there are; ``first``: the first of them; ``found``: [number, cells] of those in which the
    needle stands within a cell; ``picked``: the row of that number. Rows are numbered from 1, empty ones counted and
    not handed out. Raises Refused."""
    first: list[tuple[int, Row]] = []
    found: list[tuple[int, Row]] = []
    chosen: tuple[int, Row] | None = None
    wanted, count = needle.strip().casefold()[:NEEDLE_LENGTH], 0
    for row in rows:
        count += 1
        if count > MAX_ROWS:
            raise Refused("rows")
        if not any(row):
            continue
        line = (count, [cell[:SHOWN] for cell in row])
        if len(first) < FIRST_ROWS:
            first.append(line)
        if wanted and len(found) < FOUND_ROWS and any(wanted in cell.casefold() for cell in row):
            found.append(line)
        if count == picked:
            chosen = line
    if not first:
        raise Refused("empty")
    return {"rows": count, "first": first, "found": found, "picked": chosen}


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of_text(source: BinaryIO) -> Iterator[Row]:
    """The rows of a table of commas, tabs, semicolons or bars. Raises Refused, a limit at a time as it is reached."""
    raw = source.read()
    text = _decoded(raw)
    del raw
    reader = csv.reader(_lines(text), delimiter=_delimiter(text), strict=True)
    csv.field_size_limit(MAX_CELL)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused("cell" if "field limit" in str(error) else "quotes") from None
        if len(row) > MAX_COLUMNS:
            raise Refused("columns")
        yield [tidy(cell) for cell in row]


def tidy(cell: str) -> str:
    """A cell as people mean it: without the blanks, marks, ``'`` and ``="…"`` that keep a spreadsheet from rounding."""
    plain = cell.strip(" \t\r\n\u00a0\u3000\ufeff\u200b")
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 2:
        plain = plain[2:-1]
    return plain.removeprefix("'").strip()


def _decoded(raw: bytes) -> str:
    """UTF-16 with its mark, UTF-8, or GB18030: the whole file in one of them, or none. Raises Refused."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in raw:
        raise Refused("encoding")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text or (encoding == "gb18030" and _has_lines_in_utf8(raw)):
            break
        return text
    raise Refused("encoding")


def _has_lines_in_utf8(raw: bytes) -> bool:
    """Whether a line of a file that is no UTF-8 as a whole is: two files pasted together. Three Chinese characters in
    a row are hardly ever both."""
    for line in raw.splitlines():
        if line.isascii():
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            continue
        if sum("\u4e00" <= character <= "\u9fff" for character in text) >= 3:
            return True
    return False


def _lines(text: str) -> Iterator[str]:
    source = io.StringIO(text, newline="")
    while line := source.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith("\n"):
            raise Refused("cell")
        yield line


def _delimiter(text: str) -> str:
    """The sign that divides most of the first lines; a comma where none does."""
    lines = [line for line in text[: 64 << 10].splitlines() if line.strip()][:FIRST_ROWS]
    weights = {sign: sum(min(line.count(sign), MAX_COLUMNS) for line in lines) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: weights[sign]) if lines else ","


# ── Workbooks ────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of_book(source: BinaryIO) -> Iterator[Row]:
    """The rows of the first sheet of a workbook that has any, by the values stored in it. Raises Refused."""
    book_bytes = io.BytesIO(source.read())
    _require_bounded(book_bytes)

    from openpyxl import load_workbook  # after the limits, so that they hold for it too

    book = load_workbook(book_bytes, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a sheet says of its own size is not believed
        yielded = False
        for cells in sheet.iter_rows(values_only=True):
            if len(cells) > MAX_COLUMNS and any(cell is not None for cell in cells[MAX_COLUMNS:]):
                raise Refused("columns")
            row = [_written(cell) for cell in cells[:MAX_COLUMNS]]
            while row and not row[-1]:
                row.pop()
            yielded = yielded or bool(row)
            yield row
        if yielded:
            return


def _require_bounded(source: BinaryIO) -> None:
    """Raises Refused for an archive that would swell, or that is none."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise Refused("damaged") from None
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED:
        raise Refused("too-large")
    for entry in entries:
        is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
        outside = entry.filename.startswith(("/", "\\")) or ".." in entry.filename.split("/")
        swollen = entry.file_size > 1 << 20 and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        if is_link or outside or swollen or entry.flag_bits & 0x1:
            raise Refused("too-large" if swollen else "damaged")


def _written(cell: object) -> str:
    """A stored value as text. A number with more digits than a spreadsheet keeps is written so that it shows."""
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case datetime() | date() | time():
            return cell.isoformat(sep=" ", timespec="seconds") if isinstance(cell, datetime) else cell.isoformat()
        case int() | float() if abs(cell) >= SAFE_DIGITS:
            return f"{cell:.8E}"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return repr(round(cell, 6))
    text = str(cell)
    if len(text) > MAX_CELL:
        raise Refused("cell")
    return tidy(text)


def _say(code: int, **found: object) -> int:
    print(json.dumps(found))
    return code


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1]))
