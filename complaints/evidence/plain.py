"""Covered copies of texts: chat records and order exports, with everything personal replaced by ``****``."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.conf import settings

from complaints.evidence import shelf
from complaints.evidence.personal import covered
from complaints.evidence.sniff import decode
from complaints.masking import MASK
from complaints.models import Blob

LONGEST = 20_000  # signs looked at in one go; what is longer is cut where no number stands
CUT = re.compile(r"[。！？!?；;]\s?|(?<=[一-鿿])\n(?=[一-鿿])")
HEAD_ROWS = 5  # within which the names of columns stand
# Columns of an order export whose every cell is somebody's, whatever stands in it.
PRIVATE = re.compile(
    r"收货人|收件人|姓名|联系人|手机|电话|联系方式|地址|身份证|证件|银行卡|卡号|支付宝账号|买家账号|邮箱|e-?mail|phone|mobile|"
    r"address|consignee|recipient|(?<![a-z])name$",
    re.IGNORECASE,
)
OF_SHOP = re.compile(r"店铺|商家|卖家|商品|产品|主播|平台|快递公司|shop|seller|goods|product|file", re.IGNORECASE)


class Unreadable(Exception):
    """Bytes that are no text, or a table nobody could read."""


def cover_text(blob: Blob, *, keep: Iterable[str] = ()) -> tuple[str, int]:
    """Store the covered text, in UTF-8; its digest, and how many places were covered. Raises FileNotFoundError and
    Unreadable."""
    with shelf.open_bytes(blob.sha256) as source:
        text = decode(source.read())
    if text is None:
        raise Unreadable
    try:
        hidden, found = cover(text, keep=tuple(keep))
    except csv.Error as error:
        raise Unreadable from error
    return _store(hidden.encode()), found


def cover(text: str, *, keep: Sequence[str] = ()) -> tuple[str, int]:
    """The text with everything personal covered: in a table whole columns and row by row, elsewhere what shows what it
    is, also across the end of a line."""
    lines = text.splitlines(keepends=True)
    mark = _separator(lines[:HEAD_ROWS])
    if mark:
        hidden = "".join(_rows(text, mark, _names(lines[:HEAD_ROWS], mark), keep))
    else:
        hidden = "".join(covered(piece, keep=keep)[0] for piece in _pieces(text))
    return hidden, hidden.count(MASK)


def _pieces(text: str) -> Iterator[str]:
    """A long text in pieces, cut where nothing personal can stand; what has no such place is covered whole."""
    while len(text) > LONGEST:
        cuts = [match.end() for match in CUT.finditer(text, LONGEST // 2, LONGEST)]
        yield text[: cuts[-1]] if cuts else MASK
        text = text[cuts[-1] if cuts else LONGEST :]
    yield text


def _separator(head: Sequence[str]) -> str:
    """What stands between the cells of a table; empty for running text."""
    two = head[:2] if len(head) > 1 else []
    return next((mark for mark in ("\t", ",", ";") if two and all(line.count(mark) >= 2 for line in two)), "")


def _names(head: Sequence[str], mark: str) -> tuple[int, list[str]]:
    """The row that names the columns, and the names: the first of a private kind, else the first without a figure."""
    rows = list(csv.reader(head, delimiter=mark))
    for number, row in enumerate(rows):
        if any(_is_private(cell) for cell in row):
            return number, row
    is_head = bool(rows) and not any(sign.isdigit() for cell in rows[0] for sign in cell)
    return (0, rows[0]) if is_head else (-1, [])


def _is_private(name: str) -> bool:
    return bool(PRIVATE.search(name)) and not OF_SHOP.search(name)


def _rows(text: str, mark: str, names: tuple[int, list[str]], keep: Sequence[str]) -> Iterator[str]:
    """Row by row; the name of its column tells what a number is."""
    head, columns = names
    csv.field_size_limit(1 << 20)
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
        if number != head:
            row = [
                _cell(columns[place] if number > head and place < len(columns) else "", cell, keep)
                for place, cell in enumerate(row)
            ]
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator="\r\n").writerow(row)
        yield out.getvalue()


def _cell(column: str, cell: str, keep: Sequence[str]) -> str:
    if not cell.strip():
        return cell
    if _is_private(column):
        return MASK
    pieces = [covered(f"{column} {piece}", keep=keep)[0] for piece in _pieces(cell)]
    return "".join(piece[len(column) + 1 :] if piece.startswith(f"{column} ") else MASK for piece in pieces)


def _store(body: bytes) -> str:
    sha256 = hashlib.sha256(body).hexdigest()
    handle, name = tempfile.mkstemp(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        shelf.put(Path(name), sha256)
    finally:
        Path(name).unlink(missing_ok=True)
    return sha256
