"""What weighs is made a few at a time; who finds all places taken hears it at once, and nothing half is written."""

import errno
import shutil
import time
import zipfile
from collections import namedtuple
from contextlib import ExitStack
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from complaints import packs, press
from complaints.models import Complaint, Tally
from complaints.turns import turn
from complaints.web import case_letter
from tests.builders import a_complaint
from tests.cast import PASSWORD, Cast

Usage = namedtuple("Usage", "total used free")


def test_a_look_by_head_prints_nothing(lin: Client, complaint: Complaint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_letter, "print_pdf", None)  # calling it would fail
    assert lin.head(f"/case/{complaint.reference}/letter.pdf").status_code == 200
    assert not Tally.objects.filter(what__startswith="papers:").exists()


def test_where_all_presses_are_at_work_one_is_told_at_once_and_the_letter_stays(
    lin: Client, complaint: Complaint
) -> None:
    with ExitStack() as taken:
        for _place in range(press.SLOTS):
            taken.enter_context(turn("press", places=press.SLOTS, seconds=0))
        began = time.monotonic()
        page = lin.get(f"/case/{complaint.reference}/letter.pdf", follow=True)
        assert time.monotonic() - began < 10  # it was fifteen seconds of a thread for each who waits
    assert "过一分钟再试" in page.content.decode()
    assert 'id="letter"' in page.content.decode()


def test_an_account_exports_so_often_an_hour(cast: Cast, client: Client, settings: Settings) -> None:
    settings.EXPORTS_PER_ACCOUNT_AN_HOUR = 1
    client.force_login(cast.lin)
    assert client.post("/account/data/", {"password": PASSWORD})["Content-Type"] == "application/zip"
    again = client.post("/account/data/", {"password": PASSWORD})
    assert again.status_code == 429
    assert "过一小时再来" in again.content.decode()


def test_a_full_disk_makes_no_half_pack_and_no_half_export(
    lin: Client, cast: Cast, complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    a_complaint(consumer=cast.lin, files=True)
    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "writestr", full)
        answer = lin.post("/account/data/", {"password": PASSWORD})
        assert answer.status_code == 507
        assert "我们这边现在存不下" in answer.content.decode()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 30, 0, 1 << 20))
        assert lin.post("/account/data/", {"password": PASSWORD}).status_code == 507
    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "writestr", full)
        with pytest.raises(packs.NoRoom):
            packs.pack({"papers.pdf": b"%PDF-"}, [], {})
