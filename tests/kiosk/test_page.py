"""The documentation for associations names every address there is, in both languages."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from complaints.api.consumer.urls import urlpatterns
from complaints.web.developers_kiosk import ADDRESSES

DOC = settings.BASE_DIR / "docs" / "kiosk.md"
pytestmark = pytest.mark.django_db


def test_every_address_stands_in_the_table_and_in_the_text() -> None:
    known = set()
    for each in urlpatterns:
        address = re.sub(r"<int:\w+_id>", "{id}", str(each.pattern).removeprefix("consumer"))
        known.add(re.sub(r"<\w+:(\w+)>", r"{\1}", address))
    assert {address.split()[1] for address, _words in ADDRESSES} == known
    text = DOC.read_text("utf-8")
    for address, _words in ADDRESSES:
        short = address.replace(" /complaints/{reference}/", " …/")
        assert f"**`{address}`" in text or f"**`{short}`" in text, address


def test_the_page_shows_it_whole_in_both_languages_and_gives_the_program_away() -> None:
    reader = Client()
    for path, words in (("/developers/kiosk/", "网点和热线的接口"), ("/en/developers/kiosk/", 'lang="en"')):
        page = reader.get(path).content.decode()
        assert words in page
        for title in re.findall(r"^## (.+)$", DOC.read_text("utf-8"), re.MULTILINE):
            assert f">{title}</h3>" in page
        targets = set(re.findall(r'href="#([\w-]+)"', page))
        assert targets <= set(re.findall(r'id="([\w-]+)"', page))
    for name in ("kiosk.py", "kiosk_api.py", "kiosk_words.py"):
        assert f"/developers/examples/kiosk/{name}" in page
        assert reader.get(f"/developers/examples/kiosk/{name}").status_code == 200
    assert "/developers/kiosk/" in reader.get("/developers/").content.decode()
    assert reader.get("/api/v1/kiosk.md").content == DOC.read_bytes()
