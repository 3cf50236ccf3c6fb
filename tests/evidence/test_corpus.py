"""Every file of the corpus of bad input (tests/corpus), through the real vault and the checker's own process."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from complaints.evidence import shelf, vault
from complaints.models import Blob
from tests.cast import MONDAY
from tests.corpus import films, pictures
from tests.corpus.build import ITEMS, Item

pytestmark = pytest.mark.django_db


def kept(name: str, content: bytes) -> Blob:
    return vault.keep(SimpleUploadedFile(name, content), at=MONDAY)


def copies_of(blob: Blob) -> Iterator[bytes]:
    for sha256 in {blob.preview, blob.thumb, *blob.sheets} - {""}:
        with shelf.open_bytes(sha256) as stored:
            yield stored.read()


@pytest.mark.parametrize("item", ITEMS, ids=str)
def test_each_bad_file_ends_as_it_should(item: Item) -> None:
    content = item.make()
    if item.expected not in {Blob.State.STORED, Blob.State.HELD}:
        with pytest.raises(vault.Unacceptable) as refused:
            kept(item.name, content)
        assert (refused.value.code, "{" in str(refused.value)) == (item.expected, False)
        return
    blob = kept(item.name, content)
    assert blob.state == item.expected
    assert set(item.notes) <= set(blob.report.get("flags", ()))
    with shelf.open_bytes(blob.sha256) as stored:
        assert stored.read() == content  # the original is never touched
    for copy in copies_of(blob):
        assert pictures.CANARY not in copy
        assert b"<?php" not in copy
        assert b"script" not in copy
    assert pictures.CANARY.decode() not in str(blob.report)
    assert "script>" not in str(blob.report)


def test_the_corpus_is_whole() -> None:
    elsewhere = {
        "B28": "names: below",
        "B29": "a virus: with the scanner",
        "B30": "a crash: with the look",
        "B31": "sleep, memory, children: with the look",
        "B33": "JSON: the interface",
        "B34": "text: the form",
    }
    assert {item.id for item in ITEMS if item.id.startswith("B")} | set(elsewhere) == {
        f"B{number:02}" for number in range(1, 35)
    }


def test_a_long_picture_is_cut_into_tiles_that_can_be_read() -> None:
    blob = kept("long_shot.png", pictures.saved("PNG", Image.new("L", (1800, 6_000))))
    assert (blob.width, blob.height) == (1800, 6_000)
    assert [(page["width"], page["height"]) for page in blob.pages] == [(1440, 4096), (1440, 704)]
    assert blob.sheets == [page["sha256"] for page in blob.pages]


def test_of_the_cameras_notes_only_time_program_and_that_there_is_a_place_are_kept() -> None:
    report = kept("exif_gps.jpg", pictures.with_place()).report
    assert report.pop("taken_at") == "2026-05-20T20:31:00"
    assert (report["software"], report["has_gps"]) == ("PhoneCamera 4.1", True)
    assert not any(str(int(degrees)) in str(report) for degrees in pictures.CANARY_PLACE)
    assert not {"taken_at", "software"} & kept("exif_script.jpg", pictures.with_script_in_notes()).report.keys()


def test_a_picture_that_lies_on_its_side_is_shown_upright() -> None:
    blob = kept("exif_script.jpg", pictures.with_script_in_notes())
    assert (blob.width, blob.height) == (80, 120)
    with shelf.open_bytes(blob.thumb) as stored, Image.open(stored, formats=["WEBP"]) as thumb:
        assert thumb.size == (80, 120)


def test_deep_grey_keeps_its_greys() -> None:
    blob = kept("p16.png", pictures.deep_grey())
    with shelf.open_bytes(blob.preview) as stored, Image.open(stored, formats=["WEBP"]) as shown:
        greys = shown.convert("L").tobytes()
    assert min(greys) < 20 < 230 < max(greys)  # Pillow alone shows all of it white


def test_what_names_another_place_is_never_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """B22 with the program that draws, where it is installed: nobody knocks, and no file of this machine is read."""
    settings.FFMPEG = ffmpeg()
    knocks: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knocks.append(self.path)
            self.send_response(404)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("LISTENER", f"127.0.0.1:{server.server_port}")
        for item in ITEMS:
            if item.id in {"B22", "B23"}:
                test_each_bad_file_ends_as_it_should(item)
        server.shutdown()
    assert not knocks
    assert not any(b"root:" in copy for blob in Blob.objects.all() for copy in copies_of(blob))


def test_a_film_has_a_picture_where_ffmpeg_is(settings: Settings, tmp_path: Path) -> None:
    film = a_real_film(ffmpeg(), tmp_path / "live.mp4")
    without = kept("live.mp4", film + films.box(b"free", b"1"))
    assert (without.state, without.thumb, without.report["poster"]) == (Blob.State.STORED, "", False)
    settings.FFMPEG = ffmpeg()
    blob = kept("live.mp4", film)
    assert (blob.width, blob.height, blob.report["seconds"], blob.report["poster"]) == (64, 96, 2.0, True)
    with shelf.open_bytes(blob.thumb) as stored, Image.open(stored, formats=["WEBP"]) as thumb:
        assert thumb.size == (64, 96)


def test_heic_is_shown_where_its_decoder_is_and_kept_in_any_case(settings: Settings) -> None:
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is an extra")
    heif.register_heif_opener()
    blob = kept("heic_ok.heic", pictures.saved("HEIF"))
    assert blob.state == Blob.State.STORED
    assert blob.preview
    held = kept("heic_empty.heic", films.heif(whole=True))  # sound from outside; no decoder can read it
    assert (held.state, held.preview) == (Blob.State.HELD, "")


def ffmpeg() -> str:
    program = pytest.importorskip("imageio_ffmpeg", reason="ffmpeg is not installed").get_ffmpeg_exe()
    assert isinstance(program, str)
    return program


def a_real_film(program: str, path: Path) -> bytes:
    source = ("-f", "lavfi", "-i", "testsrc=size=64x96:rate=5:duration=2", "-pix_fmt", "yuv420p")
    subprocess.run([program, "-loglevel", "error", *source, str(path)], check=True)
    return path.read_bytes()
