"""Look into a workbook (XLSX): that it unpacks to a bounded size, holds no program and nothing but a workbook.

Of the checker's process; standard library only. What the cells say is read elsewhere, by who needs it.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib

from complaints.evidence.finding import Found, Unsound, Work

MAX_ENTRIES = 1_000
MAX_UNPACKED = 100 << 20
MAX_RATIO = 100  # unpacked to packed, of the whole
RATIO_FROM = 1 << 20  # bytes unpacked below which the ratio says nothing
CHUNK = 1 << 16
LOCKED = 1  # bit of an entry's flags
WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
HIDDEN = re.compile(rb'\bstate="(?:hidden|veryHidden)"')
DANGEROUS = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
# What zipfile raises for bytes that are no ZIP, are cut or changed; NotImplementedError where they are packed in a way
# it does not know, RuntimeError where a password is wanted. A workbook is none of these.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def look(work: Work) -> Found:
    """How many sheets it has. Every entry is unpacked once, with its checksum, and forgotten again."""
    found = Found()
    try:
        with zipfile.ZipFile(work.file) as packed:
            entries = packed.infolist()
            _require_plain(entries)
            kinds = _unpack_all(packed, entries, found)
    except BROKEN:
        raise Unsound("damaged") from None
    if b"macroEnabled" in kinds or b"vbaProject" in kinds:
        raise Unsound("macros")
    if WORKBOOK not in kinds:
        raise Unsound("not-a-workbook")
    names = [entry.filename for entry in entries]
    found.report["entries"] = len(entries)
    found.report["tables"] = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names)
    if any(name.startswith("xl/externalLinks/") for name in names):
        found.flag("outside-links")
    if any(name.startswith(("xl/embeddings/", "xl/activeX/")) for name in names):
        found.flag("attached-files")
    return found


def _require_plain(entries: list[zipfile.ZipInfo]) -> None:
    """No more entries and bytes than a workbook has; no links, no way out of a folder, no password, no name twice."""
    if len(entries) > MAX_ENTRIES:
        raise Unsound("too-many-entries")
    names = [entry.filename for entry in entries]
    if "xl/workbook.xml" not in names or len(set(names)) < len(names):
        raise Unsound("not-a-workbook")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Unsound("macros")
    for entry in entries:
        path = entry.filename.replace("\\", "/")
        if stat.S_ISLNK(entry.external_attr >> 16) or path.startswith("/") or ".." in path.split("/"):
            raise Unsound("not-a-workbook")
        if entry.flag_bits & LOCKED:
            raise Unsound("locked", held=True)
    _require_size(sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries))


def _require_size(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(1, packed)):
        raise Unsound("unpacks-too-large")


def _unpack_all(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo], found: Found) -> bytes:
    """Go through every byte, whatever the list said of their number. Returns the entry that names what is in it."""
    total, kinds = 0, b""
    for entry in entries:
        overlap = b""
        with packed.open(entry) as source:
            while chunk := source.read(CHUNK):
                total += len(chunk)
                _require_size(total, sum(each.compress_size for each in entries))
                if entry.filename.endswith((".xml", ".rels")) and DANGEROUS.search(overlap + chunk):
                    raise Unsound("not-a-workbook")
                if entry.filename == "xl/workbook.xml" and HIDDEN.search(overlap + chunk):
                    found.flag("hidden-sheets")
                if entry.filename == "[Content_Types].xml":
                    kinds += chunk
                overlap = chunk[-40:]
    return kinds
