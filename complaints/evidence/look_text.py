"""Look into a text: one encoding throughout, and no larger than a table or a talk is. Standard library only."""

from __future__ import annotations

import re

from complaints.evidence.finding import Found, Unsound, Work
from complaints.evidence.sniff import decode

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL_BYTES = 32 << 10
MARKS = (b"\xff\xfe", b"\xfe\xff")
BETWEEN = re.compile(r"[,;\t|，]")
HAN = re.compile(r"[一-鿿]")


def look(work: Work) -> Found:
    """Rows and columns, and that it is text in one encoding from end to end. Nothing of it is evaluated."""
    raw = work.file.read()
    if b"\x00" in raw and not raw.startswith(MARKS):
        raise Unsound("not-text")
    if _is_mixed(raw):
        raise Unsound("mixed-encodings")
    text = decode(raw)
    if text is None:
        raise Unsound("not-text")
    rows = columns = 0
    for rows, line in enumerate(text.splitlines(), start=1):
        if rows > MAX_ROWS:
            raise Unsound("too-many-rows", most=MAX_ROWS)
        cells = BETWEEN.split(line)
        if len(line) > MAX_CELL_BYTES // 4 and max(len(cell.encode()) for cell in cells) > MAX_CELL_BYTES:
            raise Unsound("cell-too-long", row=rows, most=MAX_CELL_BYTES >> 10)
        if rows == 1:  # a talk may have a sentence with many commas; what has 200 columns has them in its first row
            columns = len(cells)
        if columns > MAX_COLUMNS:
            raise Unsound("too-many-columns", columns=columns, most=MAX_COLUMNS)
    return Found(report={"rows": rows, "columns": columns, "encoding": _encoding(raw)})


def _is_mixed(raw: bytes) -> bool:
    """Whether some lines can only be UTF-8 and others cannot be: two files glued together."""
    if raw.startswith(MARKS):
        return False
    surely = never = False
    for line in raw.splitlines():
        if line.isascii():
            continue
        try:
            words = line.decode()
        except UnicodeDecodeError:
            never = True
        else:
            surely = surely or len(HAN.findall(words)) > 1
        if surely and never:
            return True
    return False


def _encoding(raw: bytes) -> str:
    if raw.startswith(MARKS):
        return "utf-16"
    try:
        raw.decode()
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
