"""Read the boxes of an MP4, MOV or M4A as far as needed to tell length, tracks and sides. Standard library only.

Source: ISO/IEC 14496-12 (mvhd, tkhd, mdhd, hdlr, dref, stsd, mehd, tfhd, tfdt) and the QuickTime file format (rmra,
cmov).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from complaints.evidence.finding import Unsound

MAX_MOOV = 16 << 20  # ten minutes have about 1 MiB
MAX_BOXES = 20_000
MAX_DEPTH = 8
HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"mvex", b"edts", b"udta"})
ELSEWHERE = frozenset({b"rmra", b"rmda", b"cmov"})  # a film that lies in other files, or whose list is packed
HERE = 1  # of a data reference: the media lie in this very file


@dataclass(slots=True)
class Track:
    """One track: ``vide``, ``soun`` or other; sides in pixels, length in seconds."""

    handler: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    timescale: int = 0
    duration: int = 0  # in units of timescale
    number: int = 0

    @property
    def seconds(self) -> float:
        return self.duration / self.timescale if self.timescale else 0.0


@dataclass(slots=True)
class Film:
    """What a film says of itself; ``seconds`` is 0 where it does not say how long it is."""

    seconds: float = 0.0
    tracks: list[Track] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    film: Film = field(default_factory=Film)
    boxes: int = 0
    timescale: int = 0
    has_moov: bool = False
    has_media: bool = False
    fragments: dict[int, int] = field(default_factory=dict)  # track number: the last fragment's beginning


def read_film(file: IO[bytes], size: int) -> Film:
    """What the outer boxes and the list of the film (moov) say. Raises Unsound: damaged, or a film we do not take."""
    reader = _Reader()
    at = 0
    while at < size:
        name, head, length = _box(file, at, size, reader)
        if name in ELSEWHERE:
            raise Unsound("outside-reference")
        if name == b"moov":
            if length > MAX_MOOV:
                raise Unsound("header-too-large")
            file.seek(at + head)
            _inside(file.read(length - head), reader, depth=0)
            reader.has_moov = True
        elif name == b"moof" and length <= MAX_MOOV:
            file.seek(at + head)
            _fragment(file.read(length - head), reader)
        reader.has_media = reader.has_media or name == b"mdat"
        at += length
    if not reader.has_moov or not reader.has_media or not reader.film.tracks:
        raise Unsound("damaged", at="moov" if not reader.has_moov else "tracks")
    _measure(reader)
    return reader.film


def _box(file: IO[bytes], at: int, size: int, reader: _Reader) -> tuple[bytes, int, int]:
    """Name, length of its head and of the whole box at this place. Raises Unsound where it does not fit."""
    reader.boxes += 1
    if reader.boxes > MAX_BOXES:
        raise Unsound("header-too-large")
    file.seek(at)
    start = file.read(16)
    if len(start) < 8:
        raise Unsound("damaged", at="box")
    length, name = struct.unpack(">I4s", start[:8])
    head = 8
    if length == 1 and len(start) == 16:
        length, head = struct.unpack(">Q", start[8:])[0], 16
    length = length or size - at
    if length < head:
        raise Unsound("damaged", at="box")
    if at + length > size:
        # What is cut off in the middle of its pictures still has all that was promised before; a huge list does not.
        raise Unsound("header-too-large" if name == b"moov" and length > MAX_MOOV else "damaged", at="end")
    return name, head, length


def _children(data: bytes, reader: _Reader) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        reader.boxes += 1
        if reader.boxes > MAX_BOXES:
            raise Unsound("header-too-large")
        length, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1 and at + 16 <= len(data):
            length, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        length = length or len(data) - at
        if name == b"\x00\x00\x00\x00" and length <= 8:
            return  # QuickTime ends some lists with four zeros
        if length < head or at + length > len(data):
            raise Unsound("damaged", at="box")
        yield name, data[at + head : at + length]
        at += length


def _inside(data: bytes, reader: _Reader, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Unsound("damaged", at="depth")
    for name, content in _children(data, reader):
        if name in ELSEWHERE:
            raise Unsound("outside-reference")
        if name == b"trak":
            reader.film.tracks.append(Track())
        if name in HOLDERS:
            if name != b"udta":
                _inside(content, reader, depth=depth + 1)
        elif name in READERS and (reader.film.tracks or name in {b"mvhd", b"mehd"}):
            try:
                READERS[name](content, reader)
            except (struct.error, IndexError):
                raise Unsound("damaged", at=name.decode("latin-1")) from None


def _mvhd(content: bytes, reader: _Reader) -> None:
    form = ">IQ" if content[0] == 1 else ">II"
    reader.timescale, length = struct.unpack_from(form, content, 20 if content[0] == 1 else 12)
    unknown = (1 << 64) - 1 if content[0] == 1 else (1 << 32) - 1
    if reader.timescale and length != unknown:
        reader.film.seconds = length / reader.timescale


def _mehd(content: bytes, reader: _Reader) -> None:
    length = struct.unpack_from(">Q" if content[0] == 1 else ">I", content, 4)[0]
    if reader.timescale:
        reader.film.seconds = max(reader.film.seconds, length / reader.timescale)


def _tkhd(content: bytes, reader: _Reader) -> None:
    track = reader.film.tracks[-1]
    track.number = struct.unpack_from(">I", content, 20 if content[0] == 1 else 12)[0]
    width, height = struct.unpack_from(">II", content, 88 if content[0] == 1 else 76)
    track.width, track.height = width >> 16, height >> 16


def _mdhd(content: bytes, reader: _Reader) -> None:
    track = reader.film.tracks[-1]
    form, at = (">IQ", 20) if content[0] == 1 else (">II", 12)
    track.timescale, track.duration = struct.unpack_from(form, content, at)


def _hdlr(content: bytes, reader: _Reader) -> None:
    track = reader.film.tracks[-1]
    if not track.handler:  # QuickTime has a second one, of the data, after that of the media
        track.handler = content[8:12].decode("latin-1")


def _dref(content: bytes, reader: _Reader) -> None:
    for name, reference in _children(content[8:], reader):
        if name not in (b"url ", b"urn ", b"alis") or not reference[3] & HERE:
            raise Unsound("outside-reference")


def _stsd(content: bytes, reader: _Reader) -> None:
    track = reader.film.tracks[-1]
    track.codec = content[12:16].decode("latin-1")
    if track.handler == "vide":
        width, height = struct.unpack_from(">HH", content, 8 + 8 + 24)
        track.width, track.height = max(track.width, width), max(track.height, height)


READERS = {
    b"mvhd": _mvhd,
    b"mehd": _mehd,
    b"tkhd": _tkhd,
    b"mdhd": _mdhd,
    b"hdlr": _hdlr,
    b"dref": _dref,
    b"stsd": _stsd,
}


def _fragment(data: bytes, reader: _Reader) -> None:
    """Where a piece of a film in pieces ends: the last one tells how long it is, where nothing else does."""
    for name, content in _children(data, reader):
        if name == b"traf":
            number, begins, lasts = _piece(content, reader)
            reader.fragments[number] = max(begins + lasts, reader.fragments.get(number, 0))


def _piece(content: bytes, reader: _Reader) -> tuple[int, int, int]:
    """The track's number; when the piece begins and how long it lasts, in units of the track's timescale."""
    number = begins = lasts = usual = 0
    try:
        for name, what in _children(content, reader):
            if name == b"tfhd":
                flags, number = struct.unpack_from(">II", what)
                at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
                usual = struct.unpack_from(">I", what, at)[0] if flags & 0x8 else 0
            elif name == b"tfdt":
                begins = struct.unpack_from(">Q" if what[0] == 1 else ">I", what, 4)[0]
            elif name == b"trun":
                flags, samples = struct.unpack_from(">II", what)
                lasts += _run_length(what, flags & 0xFFFFFF, samples, usual)
    except (struct.error, IndexError):
        raise Unsound("damaged", at="moof") from None
    return number, begins, lasts


def _run_length(what: bytes, flags: int, samples: int, usual: int) -> int:
    if not flags & 0x100:
        return samples * usual
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    step = 4 * (flags & 0xF00).bit_count()
    return sum(struct.unpack_from(">I", what, at + step * sample)[0] for sample in range(min(samples, len(what))))


def _measure(reader: _Reader) -> None:
    """The longest of what the film, its tracks and its pieces say."""
    unknown = {(1 << 32) - 1, (1 << 64) - 1}
    said = [track.seconds for track in reader.film.tracks if track.duration not in unknown]
    for track in reader.film.tracks:
        if track.timescale and track.number in reader.fragments:
            said.append(reader.fragments[track.number] / track.timescale)
    reader.film.seconds = max(reader.film.seconds, *said, 0.0)
