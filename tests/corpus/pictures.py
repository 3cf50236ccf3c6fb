"""Pictures: too large, too many, cut, two at once, with things in them that nobody may see."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

from PIL import Image, PngImagePlugin

from tests.corpus.packing import chunk, plain_png, png, repeated, zeros

CANARY = b"canary-7f3a"
CANARY_PLACE = (31.2304, 121.4737)  # of the place below, in degrees
LATITUDE, LONGITUDE = (31.0, 13.0, 49.44), (121.0, 28.0, 25.32)


def saved(format: str, picture: Image.Image | None = None, **save: Any) -> bytes:
    out = io.BytesIO()
    (picture or Image.linear_gradient("L").convert("RGB").resize((120, 80))).save(out, format=format, **save)
    return out.getvalue()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.class", b"\xca\xfe\xba\xbe")
    return out.getvalue()


def bomb() -> bytes:
    return plain_png(50_000, 50_000)


def lie() -> bytes:
    return png(20_000, 20_000, zeros(2_501))


def packed_words() -> bytes:
    return png(8, 8, zeros(16), extra=chunk(b"zTXt", b"Comment\0\0" + repeated(b"A", 200 << 20)))


def many_words() -> bytes:
    return png(8, 8, zeros(16), extra=chunk(b"tEXt", b"k\0v") * 100_000)


def moving_gif(frames: int, side: int = 8) -> bytes:
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def moving_png(frames: int) -> bytes:
    frame = chunk(b"fcTL", struct.pack(">5I2H2B", 0, 8, 8, 0, 0, 1, 10, 0, 0))
    return png(8, 8, zeros(16), extra=chunk(b"acTL", struct.pack(">II", frames, 0)) + frame * frames)


def moving_webp(frames: int) -> bytes:
    wide = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\x07\0\0" + b"\x07\0\0"
    frame = b"ANMF" + struct.pack("<I", 16) + bytes(16)
    inside = b"WEBP" + wide + frame * frames
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def two_frames() -> bytes:
    return saved("MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")])


def with_archive() -> bytes:
    return saved("JPEG") + a_zip()


def with_paper() -> bytes:
    return saved("JPEG", comment=b"%PDF-1.4\n1 0 obj << >> endobj")


def trailing() -> bytes:
    return png(8, 8, zeros(16), after=b"<?php echo '" + CANARY + b"'; ?><script>alert(1)</script>")


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()
    exif[0x0131] = "PhoneCamera 4.1"
    exif[0x8769] = {0x9003: "2026:05:20 20:31:00"}
    exif[0x8825] = {1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE}
    return saved("JPEG", exif=exif)


def with_comment() -> bytes:
    return saved("JPEG", comment=CANARY)


def with_description() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{CANARY.decode()}</x:xmpmeta>")
    return saved("PNG", pnginfo=info)


def with_script_in_notes() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = exif[0x0131] = "<script>alert(1)</script>"
    exif[0x0132] = "' OR 1=1"
    exif[0x0112] = 6
    return saved("JPEG", exif=exif)


def deep_grey() -> bytes:
    return saved("PNG", Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16"))


def see_through() -> bytes:
    return saved("PNG", Image.new("LA", (40, 30), (120, 60)))


def bad_profile() -> bytes:
    return saved("JPEG", icc_profile=b"not a profile" * 20)


def four_colours() -> bytes:
    return saved("JPEG", Image.new("CMYK", (60, 40), (10, 200, 30, 0)))


def long_shot() -> bytes:
    return saved("JPEG", Image.new("RGB", (1080, 30_000), "#e8e8e8"), quality=50)
