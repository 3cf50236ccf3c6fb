"""Read a WebM as far as needed to tell length, tracks and sides. Standard library only.

Source: RFC 8794 (EBML) and RFC 9559 (Matroska).
"""

from __future__ import annotations

import struct
from typing import IO

from complaints.evidence.boxes import Film, Track
from complaints.evidence.finding import Unsound

MAX_ELEMENTS = 200_000  # ten minutes at 60 frames have 70,000
MAX_HEAD = 4 << 20  # of Info and Tracks
HEADER, DOC_TYPE, SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
INFO, SCALE, DURATION = 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, ENTRY, KIND, CODEC = 0x1654AE6B, 0xAE, 0x83, 0x86
PICTURE, WIDTH, HEIGHT = 0xE0, 0xB0, 0xBA
CLUSTER, CLUSTER_TIME = 0x1F43B675, 0xE7
ATTACHMENTS = 0x1941A469
HANDLERS = {1: "vide", 2: "soun"}
NANOSECONDS = 1_000_000_000
MILLISECOND = 1_000_000  # the scale where none is said
Elements = list[tuple[int, bytes]]


def read_film(file: IO[bytes], size: int) -> Film:
    """What the header, the list of tracks and the times of the clusters say. Raises Unsound."""
    identity, at, end = _element(file, 0, size)
    if identity != HEADER or _number_or_text(_inside(file, at, end), DOC_TYPE) != b"webm":
        raise Unsound("damaged", at="header")
    identity, at, end = _element(file, end, size)
    if identity != SEGMENT:
        raise Unsound("damaged", at="segment")
    film, scale, last, clusters = Film(), MILLISECOND, 0, 0
    for _count in range(MAX_ELEMENTS):
        if at >= end:
            break
        identity, start, stop = _element(file, at, end)
        at = stop
        if identity == INFO:
            info = _inside(file, start, stop)
            scale = int.from_bytes(_number_or_text(info, SCALE)) or MILLISECOND
            film.seconds = _float(_number_or_text(info, DURATION)) * scale / NANOSECONDS
        elif identity == TRACKS:
            film.tracks += [_track(entry) for name, entry in _inside(file, start, stop) if name == ENTRY]
        elif identity == ATTACHMENTS:
            raise Unsound("outside-reference")
        elif identity == CLUSTER:
            clusters += 1
            at = start if stop == end else at  # of unknown length, or the last: go on inside it
            last = max(last, _cluster_time(file, start, stop))
    else:
        raise Unsound("header-too-large")
    if not film.tracks or not clusters:
        raise Unsound("damaged", at="tracks")
    film.seconds = max(film.seconds, last * scale / NANOSECONDS)
    return film


def _cluster_time(file: IO[bytes], start: int, stop: int) -> int:
    identity, begin, end = _element(file, start, stop)
    if identity != CLUSTER_TIME or end - begin > 8:
        return 0
    file.seek(begin)
    return int.from_bytes(file.read(end - begin))


def _track(entry: bytes) -> Track:
    parts = _parse(entry)
    track = Track(HANDLERS.get(int.from_bytes(_number_or_text(parts, KIND)), ""))
    track.codec = _number_or_text(parts, CODEC).decode("latin-1")[:20]
    picture = _parse(_number_or_text(parts, PICTURE))
    track.width = int.from_bytes(_number_or_text(picture, WIDTH))
    track.height = int.from_bytes(_number_or_text(picture, HEIGHT))
    return track


def _element(file: IO[bytes], at: int, end: int) -> tuple[int, int, int]:
    """Name, begin and end of the content of the element here; one of unknown length ends with what holds it."""
    file.seek(at)
    head = file.read(12)
    try:
        identity, used = _vint(head, 0, keep_mark=True)
        length, after = _vint(head, used, keep_mark=False)
    except IndexError:
        raise Unsound("damaged", at="element") from None
    start = at + after
    stop = end if length == (1 << (7 * (after - used))) - 1 else start + length
    if stop > end or identity == 0:
        raise Unsound("damaged", at="end")
    return identity, start, stop


def _vint(data: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    first = data[at]
    width = 9 - first.bit_length()
    if width > 8 or (keep_mark and width > 4):
        raise Unsound("damaged", at="number")
    if at + width > len(data):
        raise IndexError
    value = int.from_bytes(data[at : at + width])
    return (value if keep_mark else value & ((1 << (7 * width)) - 1)), at + width


def _inside(file: IO[bytes], start: int, stop: int) -> Elements:
    if stop - start > MAX_HEAD:
        raise Unsound("header-too-large")
    file.seek(start)
    return _parse(file.read(stop - start))


def _parse(data: bytes) -> Elements:
    found: Elements = []
    at = 0
    while at < len(data):
        if len(found) > MAX_ELEMENTS:
            raise Unsound("header-too-large")
        try:
            identity, at = _vint(data, at, keep_mark=True)
            length, at = _vint(data, at, keep_mark=False)
        except IndexError:
            raise Unsound("damaged", at="element") from None
        if at + length > len(data):
            raise Unsound("damaged", at="element")
        found.append((identity, data[at : at + length]))
        at += length
    return found


def _number_or_text(elements: Elements, name: int) -> bytes:
    return next((content for identity, content in elements if identity == name), b"")


def _float(data: bytes) -> float:
    value = struct.unpack(">f" if len(data) == 4 else ">d", data)[0] if len(data) in (4, 8) else 0.0
    return float(value) if 0 <= value < 1e18 else 0.0
