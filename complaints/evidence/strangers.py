"""What is not taken, told by its bytes, so that each gets a sentence of its own; and files that are two at once."""

from __future__ import annotations

import struct
from enum import StrEnum

PDF_ROOM = 1024  # readers look for a PDF's mark in so many first bytes
ZIP_LIST, ZIP_END, ZIP_END_BYTES = b"PK\x01\x02", b"PK\x05\x06", 22


class Stranger(StrEnum):
    """What a file is that we do not take."""

    ARCHIVE = "archive"
    MACROS = "macros"
    OFFICE = "office"
    PAGE = "page"
    DRAWING = "drawing"
    PRINT = "print"
    PLAYLIST = "playlist"
    FILM = "film"
    PROGRAM = "program"
    SCRIPT = "script"
    TWO_AT_ONCE = "two-at-once"
    CUT_PDF = "cut-pdf"
    UNKNOWN = "unknown"


SIGNATURES: tuple[tuple[bytes, Stranger], ...] = (
    (b"PK\x05\x06", Stranger.ARCHIVE),  # an empty ZIP
    (b"PK\x07\x08", Stranger.ARCHIVE),
    (b"Rar!\x1a\x07", Stranger.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Stranger.ARCHIVE),
    (b"\x1f\x8b", Stranger.ARCHIVE),
    (b"BZh", Stranger.ARCHIVE),
    (b"\xfd7zXZ\x00", Stranger.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Stranger.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Stranger.OFFICE),
    (b"{\\rtf", Stranger.OFFICE),
    (b"%!PS", Stranger.PRINT),
    (b"\xc5\xd0\xd3\xc6", Stranger.PRINT),
    (b"II*\x00", Stranger.DRAWING),
    (b"MM\x00*", Stranger.DRAWING),
    (b"8BPS", Stranger.DRAWING),
    (b"SIMPLE  =", Stranger.DRAWING),
    (b"\x00\x00\x01\x00", Stranger.DRAWING),  # icons
    (b"BM", Stranger.DRAWING),
    (b"\x00\x00\x00\x0cjP  ", Stranger.DRAWING),  # JPEG 2000
    (b"MZ", Stranger.PROGRAM),
    (b"\x7fELF", Stranger.PROGRAM),
    (b"\xca\xfe\xba\xbe", Stranger.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Stranger.PROGRAM),
    (b"\xce\xfa\xed\xfe", Stranger.PROGRAM),
    (b"dex\n", Stranger.PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Stranger.PROGRAM),  # .lnk
    (b"#!", Stranger.SCRIPT),
    (b"#EXTM3U", Stranger.PLAYLIST),
    (b"ffconcat version", Stranger.PLAYLIST),
    (b"[playlist]", Stranger.PLAYLIST),
    (b"\x1a\x45\xdf\xa3", Stranger.FILM),  # Matroska that is no WebM
    (b"FLV\x01", Stranger.FILM),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Stranger.FILM),  # WMV, WMA
    (b"\x00\x00\x01\xba", Stranger.FILM),
    (b"%PDF-", Stranger.CUT_PDF),
)
TEXT_MAY_BEGIN_SO = frozenset({b"BM", b"MZ", b"BZh"})  # two letters are no proof: these need a NUL soon after
OFFICE_NAMES = (b"word/", b"ppt/", b"xl/", b"mimetypeapplication/vnd.oasis.opendocument")
PROGRAM_NAMES = (b"AndroidManifest.xml", b"META-INF/MANIFEST.MF", b"Payload/")
BLANKS = b"\xef\xbb\xbf \t\r\n\x0c"


def by_signature(sample: bytes, tail: bytes) -> Stranger | None:
    """What it is instead of something we take; None where nothing speaks (text, perhaps)."""
    if sample.startswith(b"PK\x03\x04"):
        return _of_zip(sample + tail)
    if sample[:4] == b"RIFF" and b"\x00" in sample[4:12]:
        return Stranger.FILM if sample[8:11] == b"AVI" else Stranger.UNKNOWN
    if sample[4:8] == b"ftyp":
        return Stranger.FILM
    for mark, stranger in SIGNATURES:
        if sample.startswith(mark) and (mark not in TEXT_MAY_BEGIN_SO or b"\x00" in sample[:128]):
            return stranger
    return _of_words(sample)


def hides_another(sample: bytes, tail: bytes, *, is_pdf: bool, is_zip: bool) -> Stranger | None:
    """Whether a file that begins as one kind may be opened as another too: a PDF further in, a ZIP at its end."""
    if not is_pdf and b"%PDF-" in sample[:PDF_ROOM]:
        return Stranger.TWO_AT_ONCE
    if not is_zip and ends_as_zip(tail):
        return Stranger.TWO_AT_ONCE
    return None


def ends_as_zip(tail: bytes) -> bool:
    """Whether programs that open ZIP files would find one here: its end with the list of files before it."""
    at = len(tail)
    while (at := tail.rfind(ZIP_END, 0, at)) >= 0:
        if len(tail) - at >= ZIP_END_BYTES:
            disk, _start, here, total, length, _offset, _comment = struct.unpack("<4H2IH", tail[at + 4 : at + 22])
            listed = length > at or tail[at - length : at - length + 4] == ZIP_LIST
            if disk == 0 and here == total > 0 and length >= 46 * total and listed:
                return True
    return False


def _of_zip(names: bytes) -> Stranger:
    if b"vbaProject.bin" in names:
        return Stranger.MACROS
    if any(name in names for name in OFFICE_NAMES):
        return Stranger.OFFICE
    return Stranger.PROGRAM if any(name in names for name in PROGRAM_NAMES) else Stranger.ARCHIVE


def _of_words(sample: bytes) -> Stranger | None:
    """Markup, playlists and PDFs that begin late, in what else would be text."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        sample = sample.decode("utf-16", errors="ignore").encode(errors="ignore")
    words = sample.lstrip(BLANKS)[:PDF_ROOM]
    if words.startswith(b"<"):
        return Stranger.PAGE
    if words.startswith((b"#EXTM3U", b"ffconcat version", b"[playlist]", b"#!")):
        return Stranger.SCRIPT if words.startswith(b"#!") else Stranger.PLAYLIST
    if words.startswith((b"file '", b"file /", b"file:/")):
        return Stranger.PLAYLIST
    return Stranger.TWO_AT_ONCE if b"%PDF-" in sample[:PDF_ROOM] else None
