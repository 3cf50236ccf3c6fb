"""What a file really is, from its bytes: the client's name and Content-Type are recorded, never believed.

A name can only speak against a file: what calls itself a program or a page is refused, whatever it holds.
"""

import re
from dataclasses import dataclass

HEAD_BYTES = 64
TAIL_BYTES = 2048
TEXT_SAMPLE = 64 * 1024

FTYP_VIDEO = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ", b"MSNV", b"dash"}
)
FTYP_AVIF = frozenset({b"avif", b"avis"})
FTYP_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type we take; ``family`` picks the size limit; ``pillow`` names the decoders that may open it."""

    media_type: str
    family: str  # image, pdf, video, text
    extension: str
    pillow: tuple[str, ...] = ()


JPEG = Kind("image/jpeg", "image", "jpg", ("JPEG", "MPO"))  # phones write MPO inside a JPEG
PNG = Kind("image/png", "image", "png", ("PNG",))
WEBP = Kind("image/webp", "image", "webp", ("WEBP",))
GIF = Kind("image/gif", "image", "gif", ("GIF",))
AVIF = Kind("image/avif", "image", "avif", ("AVIF",))
HEIC = Kind("image/heic", "image", "heic")  # kept as it is; no decoder here, so no preview
PDF = Kind("application/pdf", "pdf", "pdf")
VIDEO = Kind("video/mp4", "video", "mp4")
WEBM = Kind("video/webm", "video", "webm")
TEXT = Kind("text/plain", "text", "txt")

# Text may be anything that is written: only what calls itself a record of words or figures is one.
TEXT_ENDINGS = frozenset({"txt", "text", "csv", "tsv", "log", "md"})
# Endings a computer opens by running what is inside, or as a page that may run something.
RUN_OR_SHOWN = frozenset(
    {
        *(
            "exe",
            "com",
            "scr",
            "pif",
            "bat",
            "cmd",
            "msi",
            "msp",
            "dll",
            "cpl",
            "jar",
            "apk",
            "ipa",
            "app",
            "dmg",
            "pkg",
        ),
        *(
            "deb",
            "rpm",
            "iso",
            "lnk",
            "url",
            "reg",
            "inf",
            "hta",
            "chm",
            "js",
            "mjs",
            "cjs",
            "jse",
            "vbs",
            "vbe",
            "wsf",
        ),
        *("wsh", "ps1", "psm1", "sh", "bash", "zsh", "csh", "command", "py", "pyw", "rb", "pl", "php", "phar", "cgi"),
        *("asp", "aspx", "jsp", "html", "htm", "xhtml", "shtml", "mht", "mhtml", "xml", "xsl", "xslt", "svg", "svgz"),
        *("css", "swf"),
    }
)
ENDING = re.compile(r"\.([a-z][a-z0-9]{0,9})[\s.]*\Z", re.IGNORECASE)

KINDS = {kind.media_type: kind for kind in (JPEG, PNG, WEBP, GIF, AVIF, HEIC, PDF, VIDEO, WEBM, TEXT)}


def sniff(head: bytes, tail: bytes, sample: bytes) -> Kind | None:
    """The kind by its signature, or None. ``head`` and ``tail`` are the file's ends, ``sample`` its first 64 KiB."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    if head.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in tail else None
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head else None
    return TEXT if _is_text(sample) else None


def forbidden_ending(name: str, kind: Kind) -> str:
    """The ending of a file's name that keeps it out (``exe``), in small letters; empty where the name is no hindrance.
    A name without an ending is none."""
    found = ENDING.search(name)
    ending = found[1].lower() if found else ""
    allowed = ending in TEXT_ENDINGS if kind is TEXT else ending not in RUN_OR_SHOWN
    return "" if allowed else ending


def _of_brand(brand: bytes) -> Kind | None:
    if brand in FTYP_AVIF:
        return AVIF
    if brand in FTYP_HEIC:
        return HEIC
    return VIDEO if brand in FTYP_VIDEO else None


def _is_text(sample: bytes) -> bool:
    """Readable text (order exports, chat records) in UTF-8, UTF-16 with its mark, or GB18030; never markup."""
    if not sample or (b"\x00" in sample and not sample.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return False
    text = decode(sample)
    if text is None or text.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    odd = sum(character < " " and character not in "\t\r\n\f" for character in text)
    return odd == 0


def decode(raw: bytes) -> str | None:
    """Text in one of the encodings that order exports use in China, or None. A character cut at the end is forgiven."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="ignore")
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):
            try:
                return raw[: len(raw) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
