"""Tables and texts: formulas, encodings, sizes, workbooks."""

from __future__ import annotations

import io
import zipfile

from openpyxl import Workbook

HEAD = "订单号,店铺,商品,实付\n"
ROW = "260520771234567719,澜岸家居旗舰店,桑蚕丝四件套,469.00\n"
FORMULAS = '=1+1,+1,-1,@SUM(A1)\n＝1,"\tx","\rx",=HYPERLINK("http://example.org")\n=cmd|\'/C calc\'!A0,DDE,a,b\n'


def a_workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in (HEAD, ROW):
        book.active.append(row.strip().split(","))
    book.save(out)
    return out.getvalue()


def changed(*, name: str = "", content: bytes = b"", stored: bool = False, entries: int = 1) -> bytes:
    """A workbook with more in it."""
    out = io.BytesIO(a_workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as packed:
        for number in range(entries):
            packed.writestr(name.format(number), content)
    return out.getvalue()


def with_macros() -> bytes:
    return changed(name="xl/vbaProject.bin", content=b"\xd0\xcf\x11\xe0", stored=True)


def packed_bomb() -> bytes:
    return changed(name="xl/worksheets/sheet9.xml", content=bytes(110 << 20))


def of_many_entries() -> bytes:
    return changed(name="xl/media/{}.bin", entries=1_200)


def with_entities() -> bytes:
    return changed(name="xl/worksheets/sheet9.xml", content=b'<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>')


def with_way_out() -> bytes:
    return changed(name="xl/../../../etc/passwd", content=b"x")


def a_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def mixed() -> bytes:
    """The first row in UTF-8, the others in GB18030; taken for the latter, all of it is letters of some kind."""
    return "订单编号,店铺名称\n".encode() + ROW.encode("gb18030") * 3
