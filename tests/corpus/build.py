"""Every file of the corpus of bad input, made from code; no file is kept, nothing is fetched, nothing is malware.

``python -m tests.corpus.build FOLDER`` writes them out for a look by hand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.corpus import films, papers, pictures, tables
from tests.corpus.packing import plain_png

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """One file: its number in the corpus, the name it comes under, its bytes, and what becomes of it: ``stored``,
    ``held``, or the code of the refusal. ``notes`` are flags that must be set."""

    id: str
    name: str
    make: Callable[[], bytes]
    expected: str
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.id}-{self.name}"


def text(words: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: words.encode(encoding)


def half(make: Callable[[], bytes]) -> Callable[[], bytes]:
    return lambda: make()[: len(make()) // 2]


def playlist() -> bytes:
    """Asks for a file of this machine and for an address on it (``LISTENER`` is where a test listens)."""
    listener = os.environ.get("LISTENER", "127.0.0.1:9")
    return f"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXTINF:1,\nhttp://{listener}/x\n#EXT-X-ENDLIST\n".encode()


def concat() -> bytes:
    listener = os.environ.get("LISTENER", "127.0.0.1:9")
    return f"ffconcat version 1.0\nfile /etc/passwd\nfile http://{listener}/x\n".encode()


def film_of_playlist() -> bytes:
    """A sound list whose media are a playlist, for what would guess the format by content."""
    return films.a_film(media=playlist())


def a_tar() -> bytes:
    return b"notes.txt".ljust(100, b"\0") + b"0000644\0" * 3 + bytes(28 * 5)


ITEMS: tuple[Item, ...] = (
    Item("B01", "bomb_50k.png", pictures.bomb, "too-large"),
    Item("B02", "lie_20k.png", pictures.lie, "too-large"),
    Item("B03", "edge_169mp.png", lambda: plain_png(13_000, 13_000), "too-large"),
    Item("B04", "edge_50mp.png", lambda: plain_png(10_000, 5_000), "stored"),
    Item("B04", "edge_50mp_plus1.png", lambda: plain_png(10_000, 5_001), "too-large"),
    Item("B05", "long_shot.jpg", pictures.long_shot, "stored"),
    Item("B06", "ztxt_200mb.png", pictures.packed_words, "too-many-words"),
    Item("B07", "text_100k.png", pictures.many_words, "too-many-parts"),
    Item("B08", "frames.gif", lambda: pictures.moving_gif(3_000), "too-many-frames"),
    Item("B08", "frames_large.gif", lambda: pictures.moving_gif(500, 4_000), "too-many-frames"),
    Item("B08", "frames.apng", lambda: pictures.moving_png(3_000), "too-many-frames"),
    Item("B08", "frames.webp", lambda: pictures.moving_webp(5_000), "too-many-frames"),
    Item("B09", "trunc.jpg", half(lambda: pictures.saved("JPEG")), "damaged"),
    Item("B09", "trunc.png", half(lambda: pictures.saved("PNG")), "damaged"),
    Item("B09", "trunc.webp", half(lambda: pictures.saved("WEBP")), "damaged"),
    Item("B10", "mpo.jpg", pictures.two_frames, "stored"),
    Item("B11", "gifar.jpg", pictures.with_archive, "type"),
    Item("B12", "pdf_in_jpeg.jpg", pictures.with_paper, "type"),
    Item("B13", "gif89a.jpg", text("GIF89a/*" + "x" * 40 + "*/=1;alert(1)"), "too-large"),  # as its sides read
    Item("B13", "gif89a.js", text("GIF89a/*" + "x" * 40 + "*/=1;alert(1)"), "name"),
    Item("B14", "trailing.png", pictures.trailing, "stored", ("bytes-after-end",)),
    Item("B15", "xss.svg", text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "type"),
    Item("B15", "svg_as.png", text("\n <svg onload='alert(1)'/>"), "type"),
    Item("B15", "html_as.jpg", text("<!doctype html><script>alert(1)</script>"), "type"),
    Item("B15", "xml_bom.csv", text("\ufeff<?xml version='1.0'?><a/>"), "type"),
    Item("B15", "xml_utf16.csv", text("\ufeff<?xml version='1.0'?><a/>", "utf-16-le"), "type"),
    Item("B16", "evil.eps.png", text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "type"),
    Item("B16", "evil.fits.jpg", text("SIMPLE  =                    T".ljust(2_880)), "type"),
    Item("B16", "evil.psd", lambda: b"8BPS\x00\x01" + bytes(40), "type"),
    Item("B16", "evil.tif", lambda: b"II*\x00" + bytes(40), "type"),
    Item("B17", "exif_gps.jpg", pictures.with_place, "stored", ("place-inside",)),
    Item("B17", "comment_secret.jpg", pictures.with_comment, "stored"),
    Item("B17", "xmp_secret.png", pictures.with_description, "stored"),
    Item("B18", "exif_script.jpg", pictures.with_script_in_notes, "stored"),
    Item("B19", "cmyk.jpg", pictures.four_colours, "stored"),
    Item("B19", "p16.png", pictures.deep_grey, "stored"),
    Item("B19", "la.png", pictures.see_through, "stored"),
    Item("B19", "icc_bad.jpg", pictures.bad_profile, "stored", ("profile-ignored",)),
    Item("B20", "js.pdf", papers.with_script, "stored", ("script", "launch")),
    Item("B20", "js_hidden.pdf", papers.with_hidden_script, "stored", ("script",)),
    Item("B20", "launch.pdf", papers.with_launch, "stored", ("launch",)),
    Item("B20", "openaction.pdf", papers.that_opens, "stored", ("launch",)),
    Item("B20", "attach.pdf", papers.with_attachment, "stored", ("attached-files",)),
    Item("B20", "xfa.pdf", papers.with_form, "stored", ("form",)),
    Item("B21", "enc.pdf", papers.locked, "held"),
    Item("B21", "objstm_bomb.pdf", papers.bomb, "unpacks-too-large"),
    Item("B21", "pages_1e6.pdf", papers.of_a_million_pages, "too-many-pages"),
    Item("B21", "loop_xref.pdf", papers.with_looping_table, "stored"),
    Item("B22", "hls.mp4", playlist, "type"),
    Item("B22", "concat.mp4", concat, "type"),
    Item("B22", "gab2.avi", lambda: films.avi_with_playlist(playlist()), "type"),
    Item("B22", "hls_inside.mp4", film_of_playlist, "stored", ("no-poster",)),
    Item("B23", "moov_huge.mp4", films.huge_list, "header-too-large"),
    Item("B23", "dur_30y.mp4", lambda: films.a_film(seconds=30 * 365 * 86_400), "too-long"),
    Item("B23", "1000_tracks.mp4", lambda: films.a_film(tracks=1_000), "too-many-tracks"),
    Item("B23", "dref_url.mp4", lambda: films.a_film(reference=b"http://127.0.0.1/x\0"), "outside-reference"),
    Item("B24", "heic_bad.heic", lambda: films.heif(whole=False), "damaged"),
    Item("B25", "formula.csv", text(tables.FORMULAS), "stored"),
    Item("B26", "enc_gb18030.csv", text(tables.HEAD + tables.ROW, "gb18030"), "stored"),
    Item("B26", "utf16.csv", text("\ufeff" + tables.HEAD + tables.ROW, "utf-16-le"), "stored"),
    Item("B26", "bom.csv", text("\ufeff" + tables.HEAD + tables.ROW), "stored"),
    Item("B26", "nul.csv", text(tables.HEAD + "\0" + tables.ROW), "type"),
    Item("B26", "late_nul.csv", text(tables.HEAD + tables.ROW * 2_000 + "\0"), "not-text"),
    Item("B26", "mixed.csv", tables.mixed, "mixed-encodings"),
    Item("B27", "wide.csv", text("a," * 5_000 + "\n" + tables.ROW), "too-many-columns"),
    Item("B27", "onecell_5mb.csv", text(tables.HEAD + "x" * (5 * MIB)), "cell-too-long"),
    Item("B27", "onecell_50mb.csv", text("x" * (50 * MIB)), "too-big"),
    Item("B27", "quotes.csv", text(tables.HEAD + '"' * 1_000_001), "cell-too-long"),
    Item("B27", "1e6rows.csv", text("1,2\n" * 1_000_000), "too-many-rows"),
    Item("B32", "empty.png", bytes, "empty"),
    Item("B32", "one_byte.png", lambda: b"\x89", "type"),
    Item("B32", "max_plus_1.gif", lambda: pictures.moving_gif(1).ljust(10 * MIB + 1, b"\0"), "too-big"),
    Item("ZIP", "files.zip", pictures.a_zip, "type"),
    Item("ZIP", "letter.docx", tables.a_document, "type"),
    Item("ZIP", "files.tar", a_tar, "type"),
    Item("XLSX", "orders.xlsx", tables.a_workbook, "stored"),
    Item("XLSX", "macros.xlsx", tables.with_macros, "type"),
    Item("XLSX", "orders.xlsm", tables.a_workbook, "name"),
    Item("XLSX", "bomb.xlsx", tables.packed_bomb, "unpacks-too-large"),
    Item("XLSX", "entries.xlsx", tables.of_many_entries, "too-many-entries"),
    Item("XLSX", "entities.xlsx", tables.with_entities, "not-a-workbook"),
    Item("XLSX", "way_out.xlsx", tables.with_way_out, "not-a-workbook"),
)


def main(folder: Path) -> None:
    """Write every file under its number and name."""
    for item in ITEMS:
        (folder / str(item)).write_bytes(item.make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
