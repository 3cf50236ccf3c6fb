"""Read the words back out of a PDF of ours: enough of the format to check what was set, by code that did not set it."""

import re
import zlib

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
CHARACTER = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")
SHOWN = re.compile(rb"<((?:[0-9a-fA-F]{4})+)>")  # whole glyphs only: bytes of a font may look like half a one


def texts_of(pdf: bytes) -> list[str]:
    """All text of the document, once by the character map of each embedded font."""
    streams = [_plain(body) for body in STREAM.findall(pdf)]
    maps = [_map(body) for body in streams if b"beginbfchar" in body]
    shown = b"".join(b"".join(SHOWN.findall(body)) for body in streams if b"BT" in body and b"beginbfchar" not in body)
    glyphs = [shown[place : place + 4].lower() for place in range(0, len(shown), 4)]
    return ["".join(known.get(glyph, "") for glyph in glyphs) for known in maps]


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the fonts whose outlines are inside the document."""
    described = [_plain(body) for body in STREAM.findall(pdf)]
    return {
        name.decode()
        for body in described
        if b"/FontFile" in body
        for name in re.findall(rb"/FontName ?/[A-Z]{6}\+([^ /]+)", body)
    }


def _plain(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return body


def _map(body: bytes) -> dict[bytes, str]:
    return {glyph.lower(): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in CHARACTER.findall(body)}
