"""PDFs written by hand, twenty lines each."""

from __future__ import annotations

import zlib

from tests.corpus.packing import zeros

LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"5a" * 32 + b"> /U <" + b"a5" * 32 + b"> >>"


def pdf(*, catalog: str = "", page: str = "", count: int = 1, more: tuple[bytes, ...] = (), trailer: str = "") -> bytes:
    """One page that shows words; ``catalog`` and ``page`` are more entries of those objects, ``more`` further ones
    (the first is object 5)."""
    words = b"BT /F1 24 Tf 20 100 Td (evidence) Tj ET"
    font = "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = (
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [3 0 R] /Count {count} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] {font} /Contents 4 0 R {page} >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        *more,
    )
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    ending = f"<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>".encode().replace(b"HERE", str(start).encode())
    return out + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (ending, start)


def with_script() -> bytes:
    return pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")


def with_hidden_script() -> bytes:
    """The name is written in hexadecimal, in a packed object that only a reader unpacks."""
    packed = zlib.compress(b"6 0 << /S /#4aavaScript /JS (app.alert) >>")
    return pdf(more=(_packed_objects(packed),))


def with_launch() -> bytes:
    return pdf(page="/AA << /O << /S /Launch /F (calc.exe) >> >>")


def that_opens() -> bytes:
    return pdf(catalog="/OpenAction << /S /GoToR /F (file:///etc/passwd) /D [0 /Fit] >>")


def with_attachment() -> bytes:
    file = b"<< /Type /EmbeddedFile /Length 4 >>\nstream\nMZ\x90\x00\nendstream"
    spec = b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>"
    return pdf(catalog="/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >>", more=(file, spec))


def with_form() -> bytes:
    return pdf(catalog="/AcroForm << /XFA 5 0 R /Fields [] >>", more=(b"<< /Length 6 >>\nstream\n<xdp/>\nendstream",))


def locked() -> bytes:
    return pdf(more=(LOCK,), trailer="/Encrypt 5 0 R /ID [<00> <00>]")


def bomb() -> bytes:
    """An object stream of 1 GiB in 1 MiB."""
    packed = zeros(1 << 30)
    return pdf(more=(_packed_objects(packed),))


def of_a_million_pages() -> bytes:
    return pdf(count=1_000_000)


def with_looping_table() -> bytes:
    """Its list of objects names itself as the one before it."""
    return pdf(trailer="/Prev HERE")


def _packed_objects(packed: bytes) -> bytes:
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    return b"%s\nstream\n%s\nendstream" % (head, packed)
