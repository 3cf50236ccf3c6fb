"""Pictures are read in the background: once, never blocking, given up after three crashes, sealed and forgotten."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import signal
import subprocess
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from complaints.evidence import ocr
from complaints.flow import drafting, hints, reading
from complaints.flow.intake import add_evidence_to_draft
from complaints.models import Draft, Evidence, HintAnswer, Reading
from complaints.turns import turn
from tests.builders import a_draft, a_photo, a_screenshot
from tests.cast import Cast
from tests.evidence.pages import a_reading
from tests.reading.styles import STYLES

pytestmark = pytest.mark.django_db
needs_reader = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed: make ocr"
)
SOON = timedelta(seconds=55)


@pytest.fixture
def on(settings: Settings) -> Settings:
    settings.OCR = "auto"
    return settings


def offered(draft: Draft, upload: SimpleUploadedFile | None = None, kind: str = "order") -> Evidence:
    return add_evidence_to_draft(draft, upload or a_screenshot(), kind=kind, at=timezone.now())


def _same(moment: datetime) -> datetime:
    return moment


def drawn(name: str) -> bytes:
    picture = io.BytesIO()
    next(style for style in STYLES if style.name == name).draw().save(picture, "PNG")
    return picture.getvalue()


@needs_reader
def test_a_screenshot_is_read_without_a_network_and_its_words_are_sealed(cast: Cast, on: Settings) -> None:
    draft = a_draft(at=timezone.now())
    piece = offered(draft, SimpleUploadedFile("订单.png", drawn("kuaishou-half"), "image/png"))
    now = timezone.now()
    assert reading.read_waiting(timezone.now, until=now + SOON) == 1
    read = Reading.objects.get(blob=piece.blob)
    assert (read.state, read.starts, read.sheets[0]["width"]) == ("read", 1, 540)
    assert "2613800012345678" in "".join(line["text"] for line in read.lines)
    assert "2613800012345678" not in read.sealed_lines
    found = {hint.field: hint.value for hint in hints.hints_of([piece], on=now.date())}
    assert found["order_number"] == "2613800012345678"
    assert found["amount"] == "497.50"
    assert reading.read_waiting(timezone.now, until=now + SOON) == 0  # nothing waits any more

    with ocr.reader() as reader:
        if shutil.which("unshare") and subprocess.run(["unshare", "-n", "true"], check=False).returncode == 0:
            interfaces = Path(f"/proc/{reader.pid}/net/dev").read_text().splitlines()[2:]
            assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
        os.kill(reader.pid, signal.SIGKILL)
        with pytest.raises(ocr.Crashed):
            reader.read(b"x" * 200_000, continues=False, seconds=5)


@needs_reader
def test_the_third_crash_gives_a_picture_up(cast: Cast, on: Settings) -> None:
    piece = offered(a_draft())
    on.OCR_SECONDS = 0  # no reader is ready in no time: each one is killed
    at = timezone.now()
    for start in (1, 2, 3):
        clock = partial(_same, at)
        reading.read_waiting(clock, until=at)
        row = Reading.objects.get()
        assert row.starts == start
        assert row.state == (Reading.State.FAILED if start == 3 else Reading.State.WAITING)
        reading.read_waiting(clock, until=at)  # not at once again
        assert Reading.objects.get().starts == start
        at += reading.REST + timedelta(seconds=1)
    assert hints.hints_of([piece], on=at.date()) == []


@needs_reader
def test_of_two_rings_at_once_one_reads(cast: Cast, on: Settings) -> None:
    offered(a_draft())
    with turn("read", places=1, seconds=0):
        assert reading.read_waiting(timezone.now, until=timezone.now() + SOON) == 0
    assert Reading.objects.get().starts == 0
    at = timezone.now()
    assert reading._begin(at) is not None
    assert reading._begin(at) is None  # another machine finds it begun
    Reading.objects.update(starts=3)
    reading.sweep(at=at + reading.LEASE + timedelta(minutes=1))  # the worker died with its reader, three times
    assert Reading.objects.get().state == Reading.State.FAILED


@needs_reader
def test_what_is_not_a_consumers_picture_is_not_read(cast: Cast, on: Settings) -> None:
    draft = a_draft()
    offered(draft, SimpleUploadedFile("聊天.txt", "订单号 123".encode(), "text/plain"))
    offered(draft, a_photo(), kind="authority")
    assert not Reading.objects.exists()


def test_where_reading_is_off_nothing_waits(cast: Cast, settings: Settings) -> None:
    piece = offered(a_draft())
    assert not Reading.objects.exists()
    Reading.objects.create(blob=piece.blob)  # from when it was on
    assert reading.read_waiting(timezone.now, until=timezone.now() + SOON) == 0
    reading.sweep(at=timezone.now())
    assert not Reading.objects.exists()


def test_words_are_forgotten_with_their_draft(cast: Cast) -> None:
    draft = a_draft(order={"order_number": "", "amount": ""})
    piece = offered(draft)
    a_reading(piece.blob)
    hint = hints.hints_of([piece], on=timezone.localdate())[0]
    hints.take(draft, hint, holds=lambda answers, page: False, at=timezone.now())
    kept = HintAnswer.objects.get()
    assert hint.value not in kept.sealed + kept.mark
    drafting.discard(draft)
    assert not Reading.objects.exists()
    assert not HintAnswer.objects.exists()


def test_a_line_cut_between_two_tiles_is_told_once() -> None:
    line = {"text": "订单编号", "left": 0, "top": 9_800, "width": 900, "height": 200, "score": 99}
    above = ocr.Sheet(1080, 4096, lines=[line])
    below = ocr.Sheet(1080, 900, straddles=True, lines=[{**line, "top": 0}])
    assert [each["sheet"] for each in ocr.joined([above, below])] == [1]
