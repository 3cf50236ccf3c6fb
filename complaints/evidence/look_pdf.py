"""Look into a PDF: count its pages, note what may act by itself, show the first pages. Of the checker's process."""

from __future__ import annotations

import re
import time
import zlib
from itertools import islice

import PIL
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2.version import PDFIUM_INFO

from complaints.evidence.finding import THUMB, TILE_HEIGHT, TILE_WIDTH, Found, Unsound, Work
from complaints.evidence.look_image import bare

MAX_LEAVES = 200
SHOWN = 20  # leaves made into pictures
SECONDS = 12  # of computing, after which no more leaves are drawn
POINTS_PER_INCH = 72
INCH = 150 / POINTS_PER_INCH  # scale at which small print of a contract can be read
MAX_UNPACKED = 64 << 20  # of the packed objects, which are looked through for what acts by itself
MAX_OBJECTS = 500_000

# Names of the PDF format that make a reader act or hold another file, and the code we note.
ACTING = {
    b"JavaScript": "script",
    b"JS": "script",
    b"OpenAction": "launch",
    b"AA": "launch",
    b"Launch": "launch",
    b"GoToR": "launch",
    b"SubmitForm": "launch",
    b"EmbeddedFile": "attached-files",
    b"XFA": "form",
    b"Encrypt": "encrypted",
}
ACTS = {name: re.compile(rb"/" + name + rb"(?![A-Za-z])") for name in ACTING}
DISGUISED = re.compile(rb"/[A-Za-z]{0,20}#[0-9A-Fa-f]{2}[A-Za-z0-9#]{0,60}")  # a letter may be written as its number
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
PACKED = re.compile(rb"/ObjStm\b[^\x00]{0,400}?stream\r?\n", re.DOTALL)
MAX_PACKED, MAX_DISGUISED = 5_000, 50_000


def look(work: Work) -> Found:
    """Pictures of the first pages; flags. Held where a password is needed: nobody can tell what is inside."""
    raw = work.file.read()
    found = Found(report={"tools": {"pdfium": str(PDFIUM_INFO), "pillow": PIL.__version__}})
    _note_acting(raw, found)
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
            raise Unsound("locked", held=True) from None
        raise Unsound("damaged") from None
    leaves = len(document)
    if not leaves:
        raise Unsound("damaged")
    if leaves > MAX_LEAVES:
        raise Unsound("too-many-pages", pages=leaves, most=MAX_LEAVES)
    found.report["leaves"] = leaves
    _ask_document(document, found)
    _show(work, document, found)
    return found


def _note_acting(raw: bytes, found: Found) -> None:
    """By the names in the bytes, also where letters of them are written as numbers, or they lie in packed objects."""
    if raw.count(b" obj") > MAX_OBJECTS or raw.count(b"/ObjStm") > MAX_PACKED:
        raise Unsound("unpacks-too-large")
    _note_names(raw, found)
    left = MAX_UNPACKED
    for match in PACKED.finditer(raw):
        start = match.end()
        try:
            unpacked = zlib.decompressobj().decompress(raw[start : raw.find(b"endstream", start)], left + 1)
        except zlib.error:
            continue  # packed in another way, or locked: the document itself is asked below
        left -= len(unpacked)
        if left < 0:
            raise Unsound("unpacks-too-large")
        _note_names(unpacked, found)


def _note_names(raw: bytes, found: Found) -> None:
    plain = [HEX.sub(_letter, match[0]) for match in islice(DISGUISED.finditer(raw), MAX_DISGUISED)]
    for text in (raw, b" ".join(plain)):
        for name, pattern in ACTS.items():
            if pattern.search(text):
                found.flag(ACTING[name])


def _letter(code: re.Match[bytes]) -> bytes:
    return bytes([int(code[1], 16)])


def _ask_document(document: pypdfium2.PdfDocument, found: Found) -> None:
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        found.flag("script")
    if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        found.flag("attached-files")
    if document.get_formtype() not in (pdfium.FORMTYPE_NONE, pdfium.FORMTYPE_ACRO_FORM):
        found.flag("form")


def _show(work: Work, document: pypdfium2.PdfDocument, found: Found) -> None:
    """Draw the first pages, no form and no script run. The first gives the thumb and the preview."""
    begun = time.process_time()
    for number in range(min(len(document), SHOWN)):
        if time.process_time() - begun > SECONDS:
            break
        try:
            picture = _draw(document, number)
        except (pypdfium2.PdfiumError, ValueError, RuntimeError):
            found.flag("page-damaged")
            continue
        work.page(found, picture)
        if len(found.pages) == 1:
            found.width, found.height = picture.size
            work.copy(picture, ".preview", within=(TILE_WIDTH, TILE_HEIGHT))
            work.copy(picture, ".thumb", within=(THUMB, THUMB))
    if not found.pages:
        raise Unsound("damaged")
    if len(found.pages) < len(document):
        found.flag("pages-cut")


def _draw(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    page = document[number]
    width, height = page.get_size()
    if not (0 < width < 1_000_000 and 0 < height < 1_000_000):
        raise ValueError("no size")
    scale = min(INCH, TILE_WIDTH / width, TILE_HEIGHT / height)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    page.close()
    return bare(drawn)
