"""Count what a picture is made of before any decoder sees it: chunks, words, frames. Standard library only."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import IO

from complaints.evidence.finding import Found, Unsound

MAX_PIXELS = 50_000_000
MAX_SIDE = 40_000  # long screenshots of a phone
MAX_FRAMES = 500
MAX_FILM_PIXELS = 500_000_000  # canvas × frames
MAX_EXTRA_CHUNKS = 256  # a phone writes fewer than ten
MAX_CHUNKS = 200_000
MAX_WORDS_BYTES = 4 << 20  # of comments and descriptions, unpacked
WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
OF_FRAMES = frozenset({b"fcTL", b"fdAT", b"acTL"})


def require_size(width: int, height: int) -> None:
    """Raises Unsound where a header promises more pixels than we take."""
    if not width or not height:
        raise Unsound("damaged")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Unsound("too-large", width=width, height=height)


def require_film(width: int, height: int, frames: int) -> None:
    """Raises Unsound where a moving picture has too many frames, or too many for its size."""
    if frames > MAX_FRAMES or width * height * frames > MAX_FILM_PIXELS:
        raise Unsound("too-many-frames", frames=frames)


def count(file: IO[bytes], size: int, found: Found) -> None:
    """Go through the file as its kind is built. Raises Unsound; notes frames, and bytes that follow the end."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"\x89PNG"):
        _png(file, size, found)
    elif head.startswith(b"GIF8"):
        _gif(file, size, found)
    elif head[:4] == b"RIFF":
        _webp(file, size, found)
    elif head[4:8] == b"ftyp":
        _heif(file, size)
    file.seek(0)


def _png(file: IO[bytes], size: int, found: Found) -> None:
    file.seek(8)
    width = height = frames = extra = words = 0
    for number in range(MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            raise Unsound("damaged", at="chunk")
        length, name = struct.unpack(">I4s", head)
        if file.tell() + length + 4 > size:
            raise Unsound("damaged", at="chunk")
        if number == 0:
            if name != b"IHDR" or length != 13:
                raise Unsound("damaged", at="header")
            width, height = struct.unpack(">II", file.read(8))
            require_size(width, height)
            file.seek(length - 8 + 4, 1)
            continue
        frames += name == b"fcTL"
        extra += bool(name[0] & 0x20) and name not in OF_FRAMES
        if extra > MAX_EXTRA_CHUNKS:
            raise Unsound("too-many-parts", most=MAX_EXTRA_CHUNKS)
        if name in WORDS:
            words += _unpacked(name, file.read(min(length, MAX_WORDS_BYTES + 1)))
            if words > MAX_WORDS_BYTES:
                raise Unsound("too-many-words")
            file.seek(max(0, length - MAX_WORDS_BYTES - 1) + 4, 1)
        else:
            file.seek(length + 4, 1)
        if name == b"IEND":
            _end(file, size, found)
            break
    else:
        raise Unsound("too-many-parts", most=MAX_CHUNKS)
    require_film(width, height, frames)
    _frames(found, frames)


def _unpacked(name: bytes, data: bytes) -> int:
    """How many bytes of words a chunk holds; packed ones are unpacked no further than the limit."""
    keyword, _nul, rest = data.partition(b"\x00")
    is_packed = name == b"zTXt" or (name == b"iTXt" and rest[:1] == b"\x01")
    if not is_packed:
        return len(data)
    packed = rest[1:] if name == b"zTXt" else rest[2:].partition(b"\x00")[2].partition(b"\x00")[2]
    try:
        return len(keyword) + len(zlib.decompressobj().decompress(packed, MAX_WORDS_BYTES + 1))
    except zlib.error:
        return len(data)


def _gif(file: IO[bytes], size: int, found: Found) -> None:
    file.seek(6)
    width, height, packed = struct.unpack("<HHB", _exactly(file, 5))
    require_size(width, height)
    file.seek(13 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0))
    frames = parts = 0
    while True:
        parts += 1
        if parts > MAX_CHUNKS:
            raise Unsound("too-many-parts", most=MAX_CHUNKS)
        mark = file.read(1)
        if mark == b"\x3b":
            break
        if mark == b"\x21":
            _exactly(file, 1)
        elif mark == b"\x2c":
            frames += 1
            require_film(width, height, frames)
            left, top, wide, high, packed = struct.unpack("<HHHHB", _exactly(file, 9))
            require_size(max(width, left + wide), max(height, top + high))
            file.seek((3 << ((packed & 7) + 1) if packed & 0x80 else 0) + 1, 1)
        else:
            raise Unsound("damaged", at="block")
        _skip_blocks(file)
    if not frames:
        raise Unsound("damaged", at="frames")
    _end(file, size, found)
    _frames(found, frames)


def _skip_blocks(file: IO[bytes]) -> None:
    while length := _exactly(file, 1)[0]:
        file.seek(length, 1)


def _webp(file: IO[bytes], size: int, found: Found) -> None:
    file.seek(4)
    end = struct.unpack("<I", _exactly(file, 4))[0] + 8
    if end > size + 1:
        raise Unsound("damaged", at="end")
    width = height = frames = 0
    file.seek(12)
    for name, length in _riff(file, min(end, size)):
        if name == b"VP8X" and length >= 10:
            data = _exactly(file, 10)
            width = 1 + int.from_bytes(data[4:7], "little")
            height = 1 + int.from_bytes(data[7:10], "little")
            require_size(width, height)
        frames += name == b"ANMF"
        require_film(width, height, frames)
    file.seek(min(end, size))
    _end(file, size, found)
    _frames(found, frames)


def _riff(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int]]:
    """The chunks up to ``end``: name and length, the file standing at the content of each."""
    at = file.tell()
    for _number in range(MAX_CHUNKS):
        if at + 8 > end:
            return
        file.seek(at)
        name, length = struct.unpack("<4sI", _exactly(file, 8))
        if at + 8 + length > end:
            raise Unsound("damaged", at="chunk")
        yield name, length
        at += 8 + length + (length & 1)
    raise Unsound("too-many-parts", most=MAX_CHUNKS)


def _heif(file: IO[bytes], size: int) -> None:
    """The outer boxes fit into the file and one describes the picture; what is in them is the decoder's business."""
    at, names, boxes = 0, set[bytes](), 0
    while at + 8 <= size:
        boxes += 1
        if boxes > MAX_CHUNKS:
            raise Unsound("too-many-parts", most=MAX_CHUNKS)
        file.seek(at)
        length, name = struct.unpack(">I4s", _exactly(file, 8))
        if length == 1:
            length = struct.unpack(">Q", _exactly(file, 8))[0]
        length = length or size - at
        if length < 8 or at + length > size:
            raise Unsound("damaged", at="box")
        names.add(name)
        at += length
    if b"meta" not in names and b"moov" not in names:
        raise Unsound("damaged", at="meta")


def _exactly(file: IO[bytes], count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise Unsound("damaged", at="end")
    return data


def _end(file: IO[bytes], size: int, found: Found) -> None:
    if file.tell() < size:
        found.flag("bytes-after-end")


def _frames(found: Found, frames: int) -> None:
    if frames > 1:
        found.report["frames"] = frames
        found.flag("moving")
