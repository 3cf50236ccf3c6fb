"""Packed streams of any length, made without unpacking them first."""

from __future__ import annotations

import struct
import zlib

ADLER = 65521
BLOCK = 1 << 20


def zeros(length: int) -> bytes:
    """A zlib stream of so many zero bytes: one block packed once, then repeated."""
    return repeated(b"\0", length, check=((length % ADLER) << 16) | 1)


def repeated(byte: bytes, length: int, *, check: int = 0) -> bytes:
    """A zlib stream of one byte repeated. Without ``check`` its last four bytes are wrong, which nobody gets to see."""
    whole, rest = divmod(length, BLOCK)
    return b"\x78\x01" + _block(byte * BLOCK) * whole + _block(byte * rest) + b"\x03\x00" + check.to_bytes(4)


def _block(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def png(width: int, height: int, data: bytes, *, bits: int = 1, extra: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG in grey with these packed rows; ``extra`` are chunks before them, ``after`` bytes behind its end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"") + after


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def plain_png(width: int, height: int) -> bytes:
    """An honest black PNG of one bit a pixel."""
    return png(width, height, zeros((width // 8 + bool(width % 8) + 1) * height))
