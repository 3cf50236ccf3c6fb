"""What a file really is, from its bytes: the client's name and Content-Type are recorded, never believed.

A name can only speak against a file: what calls itself a program or a page is refused, whatever it holds. Standard
library only: the checker's process reads it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from complaints.evidence.strangers import Stranger, by_signature, hides_another

HEAD_BYTES = 64
EOF_BYTES = 2048  # of the end of a PDF: where its mark must lie
TAIL_BYTES = 66 << 10  # of any file: a ZIP ends with its list, and a comment of at most 64 KiB
TEXT_SAMPLE = 64 * 1024

FTYP_VIDEO = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
    | {b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"mmp4"}
)
FTYP_MOV = frozenset({b"qt  "})
FTYP_AUDIO = frozenset({b"M4A ", b"M4B "})
FTYP_AVIF = frozenset({b"avif", b"avis"})
FTYP_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type we take. ``family`` picks the size limit and the look; ``decoders`` names what may open it."""

    media_type: str
    family: str  # image, pdf, video, audio, text, table: the looks of complaints.evidence.checker
    extension: str
    decoders: tuple[str, ...] = ()
    most_bytes: int = 0  # where it may have less than its family; 0: as its family


JPEG = Kind("image/jpeg", "image", "jpg", ("JPEG", "MPO"))  # phones write MPO inside a JPEG
PNG = Kind("image/png", "image", "png", ("PNG",))
WEBP = Kind("image/webp", "image", "webp", ("WEBP",))
GIF = Kind("image/gif", "image", "gif", ("GIF",), most_bytes=10 << 20)
AVIF = Kind("image/avif", "image", "avif", ("AVIF",))
HEIC = Kind("image/heic", "image", "heic", ("HEIF",))
PDF = Kind("application/pdf", "pdf", "pdf")
VIDEO = Kind("video/mp4", "video", "mp4", ("mov",))
MOV = Kind("video/quicktime", "video", "mov", ("mov",))
WEBM = Kind("video/webm", "video", "webm", ("matroska",))
M4A = Kind("audio/mp4", "audio", "m4a", ("mov",))
MP3 = Kind("audio/mpeg", "audio", "mp3", ("mp3",))
WAV = Kind("audio/wav", "audio", "wav", ("wav",))
OGG = Kind("audio/ogg", "audio", "ogg", ("ogg",))
AMR = Kind("audio/amr", "audio", "amr", ("amr",))
FLAC = Kind("audio/flac", "audio", "flac", ("flac",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "table", "xlsx")
TEXT = Kind("text/plain", "text", "txt")

KINDS = {
    kind.media_type: kind
    for kind in (
        *(JPEG, PNG, WEBP, GIF, AVIF, HEIC, PDF, VIDEO, MOV, WEBM, M4A, MP3, WAV, OGG, AMR, FLAC, XLSX),
        TEXT,
    )
}
# What the program that opens it may take for a formula or a script: it leaves us as bare bytes, whatever it says it is.
BARE_FAMILIES = frozenset({"text", "table"})

# Text may be anything that is written: only what calls itself a record of words or figures is one.
TEXT_ENDINGS = frozenset({"txt", "text", "csv", "tsv", "log", "md"})
# Endings a computer opens by running what is inside, or as a page that may run something.
RUN = """
    exe com scr pif bat cmd msi msp dll cpl jar apk ipa app dmg pkg deb rpm iso lnk url reg inf hta chm js mjs cjs jse
    vbs vbe wsf wsh ps1 psm1 sh bash zsh csh command py pyw rb pl php phar cgi asp aspx jsp xlsm xltm xlam docm pptm swf
"""
SHOWN = "html htm xhtml shtml mht mhtml xml xsl xslt svg svgz css"
RUN_OR_SHOWN = frozenset((*RUN.split(), *SHOWN.split()))
ENDING = re.compile(r"\.([a-z][a-z0-9]{0,9})[\s.]*\Z", re.IGNORECASE)


def sniff(head: bytes, tail: bytes, sample: bytes) -> Kind | Stranger:
    """The kind by its signature, or what it is instead. ``head`` and ``tail`` are the file's ends (HEAD_BYTES,
    TAIL_BYTES), ``sample`` its first TEXT_SAMPLE bytes."""
    kind = _by_signature(head, tail, sample)
    if kind is None:
        return by_signature(sample, tail) or (TEXT if _is_text(sample) else Stranger.UNKNOWN)
    return hides_another(sample, tail, is_pdf=kind is PDF, is_zip=kind is XLSX) or kind


def _by_signature(head: bytes, tail: bytes, sample: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    if head.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in tail[-EOF_BYTES:] else None
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head else None
    if head.startswith(b"PK\x03\x04"):
        return XLSX if _is_workbook(sample, tail) else None
    return _of_sound(head)


def _of_sound(head: bytes) -> Kind | None:
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa")):
        return MP3
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return AMR
    return FLAC if head.startswith(b"fLaC") else None


def _of_brand(brand: bytes) -> Kind | None:
    for brands, kind in (
        (FTYP_AVIF, AVIF),
        (FTYP_HEIC, HEIC),
        (FTYP_VIDEO, VIDEO),
        (FTYP_MOV, MOV),
        (FTYP_AUDIO, M4A),
    ):
        if brand in brands:
            return kind
    return None


def _is_workbook(sample: bytes, tail: bytes) -> bool:
    """Whether the list at the end of a ZIP, or its beginning, names a workbook without a program in it. Only the look
    inside, which reads the whole list, decides."""
    names = sample + tail
    return b"xl/workbook.xml" in names and b"[Content_Types].xml" in names and b"vbaProject.bin" not in names


def forbidden_ending(name: str, kind: Kind) -> str:
    """The ending of a file's name that keeps it out (``exe``), in small letters; empty where the name is no hindrance.
    A name without an ending is none."""
    found = ENDING.search(name)
    ending = found[1].lower() if found else ""
    allowed = ending in TEXT_ENDINGS if kind is TEXT else ending not in RUN_OR_SHOWN
    return "" if allowed else ending


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
        for cut in range(min(4, len(raw))):
            try:
                return raw[: len(raw) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
