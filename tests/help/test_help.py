"""Help is there for every kind of evidence and every platform, and leads back to where one was."""

import re

import pytest
from django.template.loader import get_template
from django.test import Client

from complaints.asking.help_rooms import OTHER, ROOMS, room_of
from complaints.models.evidence import DISPUTE_KINDS
from complaints.web.help_evidence import EVIDENCE
from complaints.web.help_words import CONTACT, TRIM
from tests.cast import Cast
from tests.wizard.steps import walk

pytestmark = pytest.mark.django_db

PAGES = [
    *(f"/help/evidence/{kind}/" for kind, _label in DISPUTE_KINDS),
    *(f"/help/find-live-room/{room.slug}/" for room in ROOMS),
    *("/help/", "/help/find-live-room/", "/help/contact-merchant/", "/help/trim-video/"),
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_help_stands_in_both_languages_without_an_app(client: Client, path: str) -> None:
    for prefix in ("", "/en"):
        page = client.get(prefix + path)
        text = page.content.decode()
        assert page.status_code == 200
        assert text.count("<h1") == 1
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
        assert 'src="http' not in text


def test_every_step_has_a_drawing_of_its_own() -> None:
    for howto in (*EVIDENCE.values(), CONTACT, TRIM):
        drawings = [step.drawing for step in howto.steps]
        assert len(drawings) == len(set(drawings))
        assert all(get_template(f"help/draw/{name}.html") for name in drawings)


def test_a_menu_path_stands_only_with_its_source_and_says_when_it_was_read(client: Client) -> None:
    for room in ROOMS:
        text = client.get(f"/help/find-live-room/{room.slug}/").content.decode()
        assert bool(room.path) == bool(room.source)
        assert ("2026年11月21日查过" in text) == bool(room.path)
        assert "菜单" in text


def test_the_platform_one_chose_is_found_by_any_of_its_names() -> None:
    told = {
        "抖音商城": "douyin",
        "Kuaishou": "kuaishou",
        "天猫": "taobao",
        "B站": "bilibili",
        "星河直播": OTHER,
        "": OTHER,
    }
    assert {name: room_of(name) for name in told} == told


def test_opened_from_the_form_it_leads_back_to_the_step(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    page = client.get("/complaint/evidence/").content.decode()
    assert 'href="/help/evidence/live/?from=evidence"' in page
    assert 'href="/help/find-live-room/other/?from=evidence"' in page  # the platform of the cast has no page
    assert 'href="/help/trim-video/?from=evidence"' in page
    assert 'href="/help/find-live-room/other/?from=room"' in client.get("/complaint/room/").content.decode()
    for slug, step in (("evidence", 9), ("room", 2)):
        text = client.get(f"/help/evidence/live/?from={slug}").content.decode()
        assert f"回到第{step}步" in text
    for nonsense in ("x", '"><script>', "\x00", "a" * 5000):
        assert "回到第" not in client.get("/help/evidence/live/", {"from": nonsense}).content.decode()


def test_what_is_no_page_of_help_is_no_page(client: Client) -> None:
    for path in ("/help/evidence/gold/", "/help/find-live-room/nowhere/"):
        assert client.get(path).status_code == 404
