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
CUT = re.compile(r"[^\d\s\-.·@\w]|(?<=[一-鿿])(?=[一-鿿])")
HEAD_ROWS = 5  # within which the names of columns stand
# Columns of an order export whose every cell is somebody's, whatever stands in it.
PRIVATE = re.compile(
    r"收货人|收件人|姓名|联系人|手机|电话|联系方式|地址|身份证|证件|银行卡|卡号|支付宝账号|买家账号|邮箱|e-?mail|phone|mobile|"
    r"address|consignee|recipient|(?<![a-z])name$",
    re.IGNORECASE,
)
OF_SHOP = re.compile(r"店铺|商家|卖家|商品|产品|主播|平台|快递公司|shop|seller|goods|product|file", re.IGNORECASE)


def cover_text(blob: Blob, *, keep: Iterable[str] = ()) -> tuple[str, int]:
    """Store the covered text, in UTF-8; its digest, and how many places were covered. Raises FileNotFoundError, and
    ValueError for bytes that are no text."""
    with shelf.open_bytes(blob.sha256) as source:
        text = decode(source.read())
    if text is None:
        raise ValueError("not a text")
    covered_text, found = cover(text, keep=tuple(keep))
    return _store(covered_text.encode()), found


def cover(text: str, *, keep: Sequence[str] = ()) -> tuple[str, int]:
    """The text with everything personal covered: in a table whole columns, elsewhere what shows what it is."""
    lines = text.splitlines(keepends=True)
    mark = _separator(lines[:HEAD_ROWS])
    private = _private_columns(lines[:HEAD_ROWS], mark) if mark else None
    parts, total = list[str](), 0
    rows = _rows(text, mark, private) if mark and private else (piece for line in lines for piece in _pieces(line))
    previous = ""
    for each in rows:
        hidden, found = covered(each, keep=keep) if each.strip() else (each, 0)
        if previous and not found:
            # A number or an address that goes on in the next line.
            both, more = covered(previous.rstrip("\r\n") + "\n" + each, keep=keep)
            if more and MASK in both and "\n" not in both.rstrip("\r\n"):
                parts[-1], hidden, found = "", both, more
        parts.append(hidden)
        total += found
        previous = each if not found else ""
    text = "".join(parts)
    return text, text.count(MASK)


def _pieces(line: str) -> Iterator[str]:
    """A long line in pieces, cut where nothing personal can stand; what has no such place is covered whole."""
    while len(line) > LONGEST:
        cuts = [match.end() for match in CUT.finditer(line, LONGEST // 2, LONGEST)]
        if cuts:
            yield line[: cuts[-1]]
            line = line[cuts[-1] :]
        else:
            yield MASK
            line = line[LONGEST:]
    yield line


def _separator(head: Sequence[str]) -> str:
    """What stands between the cells of a table; empty for running text."""
    return next((mark for mark in ("\t", ",", ";") if head and head[0].count(mark) >= 2), "")


def _private_columns(head: Sequence[str], mark: str) -> tuple[int, set[int]] | None:
    """The row that names the columns, and those of them that are somebody's."""
    for number, row in enumerate(csv.reader(head, delimiter=mark)):
        found = {place for place, cell in enumerate(row) if PRIVATE.search(cell) and not OF_SHOP.search(cell)}
        if found:
            return number, found
    return None


def _rows(text: str, mark: str, private: tuple[int, set[int]]) -> Iterator[str]:
    names, columns = private
    csv.field_size_limit(1 << 20)
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
        cells = [
            MASK if number > names and place in columns and cell.strip() else cell for place, cell in enumerate(row)
        ]
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator="\r\n").writerow(cells)
        yield out.getvalue()


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
