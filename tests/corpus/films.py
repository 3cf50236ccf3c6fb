"""Films made box by box: a small sound one of any size, and those that lie."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), name) + content


def full(name: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box with version 0 and flags."""
    return box(name, struct.pack(">I", flags), *parts)


def a_film(
    *,
    seconds: int = 42,
    size: int = 0,
    tracks: int = 1,
    brand: bytes = b"isom",
    reference: bytes = b"",
    sides: tuple[int, int] = (320, 568),
    media: bytes = b"",
) -> bytes:
    """An MP4 whose list is sound; its media are zeros or ``media``, filled up to ``size`` bytes of the whole file."""
    head = box(b"ftyp", brand, struct.pack(">I", 512), brand)
    moov = box(b"moov", _mvhd(seconds), *(_trak(number, seconds, sides, reference) for number in range(1, tracks + 1)))
    inside = media or bytes(64)
    return head + moov + box(b"mdat", inside.ljust(max(len(inside), size - len(head) - len(moov) - 8), b"\0"))


def _mvhd(seconds: int) -> bytes:
    return full(b"mvhd", struct.pack(">4I", 0, 0, 1, seconds), bytes(80))


def _trak(number: int, seconds: int, sides: tuple[int, int], reference: bytes) -> bytes:
    width, height = sides
    tkhd = full(
        b"tkhd", struct.pack(">5I", 0, 0, number, 0, seconds), bytes(52), struct.pack(">II", width << 16, height << 16)
    )
    mdhd = full(b"mdhd", struct.pack(">4I", 0, 0, 1, seconds), bytes(4))
    hdlr = full(b"hdlr", bytes(4), b"vide", bytes(13))
    entry = box(b"avc1", bytes(24), struct.pack(">HH", width, height), bytes(50))
    here = full(b"url ", reference, flags=0 if reference else 1)
    dinf = box(b"dinf", full(b"dref", struct.pack(">I", 1), here))
    stbl = box(b"stbl", full(b"stsd", struct.pack(">I", 1), entry), *_no_samples())
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", dinf, stbl)))


def _no_samples() -> Sequence[bytes]:
    return (*(full(name, bytes(4)) for name in (b"stts", b"stsc", b"stco")), full(b"stsz", bytes(8)))


def huge_list() -> bytes:
    """Its moov says that it is 2⁶³ bytes long."""
    return box(b"ftyp", b"isom", bytes(4), b"isom") + struct.pack(">I4sQ", 1, b"moov", 1 << 63) + bytes(200)


def avi_with_playlist(playlist: bytes) -> bytes:
    """An AVI whose subtitle (GAB2) is a playlist: what the family of CVE-2016-1897 reads files with."""
    gab2 = b"GAB2\0\x02\0" + playlist
    inside = b"AVI LIST" + struct.pack("<I", len(gab2)) + gab2
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def heif(*, whole: bool) -> bytes:
    """The frame of a HEIC without a picture anybody could decode; not whole: junk after its first box."""
    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    meta = full(b"meta", full(b"hdlr", bytes(4), b"pict", bytes(13)))
    return head + (meta + box(b"mdat", bytes(64)) if whole else b"\x07junk" * 200)
