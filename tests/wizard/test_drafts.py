"""What was begun is found again, by this browser and no other, and can be thrown away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Draft, Evidence
from tests.builders import a_screenshot
from tests.cast import Cast
from tests.wizard.steps import send, the_draft, typed, walk

pytestmark = pytest.mark.django_db


def test_the_start_page_offers_to_go_on_at_the_first_open_page(client: Client, cast: Cast) -> None:
    walk(client, until="goods")
    page = client.get("/complaint/").content.decode()
    assert "接着填上次的（第4步）" in page
    assert "/complaint/goods/" in page


def test_save_and_finish_later_keeps_a_page_that_is_not_right_yet(client: Client, cast: Cast) -> None:
    assert send(client, "story", story="太短", save="1") == "/complaint/save/"
    assert "已经替你存好了" in client.get("/complaint/save/").content.decode()
    assert "太短" in client.get("/complaint/story/").content.decode()


def test_another_browser_reads_nothing_of_it(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    client.post("/complaint/evidence/", {"file-1": a_screenshot()})
    piece = Evidence.objects.get()
    thumb = f"/complaint/evidence/{piece.pk}/thumb/"
    assert client.get(thumb)["Content-Type"] == "image/webp"

    stranger = Client()
    assert "桑蚕丝" not in stranger.get("/complaint/story/").content.decode()
    assert stranger.get(thumb).status_code == 404
    assert stranger.get("/complaint/check/")["Location"] == "/complaint/"
    stranger.cookies["draft"] = str(the_draft().key)  # the key alone, without our signature
    assert stranger.get(thumb).status_code == 404
    send(stranger, "story", story="我是另外一个人，也买到了假货")
    assert stranger.get(thumb).status_code == 404


def test_pictures_of_a_draft_can_do_nothing(client: Client, cast: Cast) -> None:
    client.post("/complaint/evidence/", {"file-1": a_screenshot()})
    answer = client.get(f"/complaint/evidence/{Evidence.objects.get().pk}/thumb/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Cache-Control"] == "private, no-store"


def test_two_tabs_that_send_two_pages_lose_neither(client: Client, cast: Cast) -> None:
    send(client, "story", **typed()["story"])
    other_tab = Client()
    other_tab.cookies = client.cookies
    client.get("/complaint/goods/")
    send(other_tab, "order", **typed()["order"])
    send(client, "goods", **typed()["goods"])
    assert {"story", "order", "goods"} <= the_draft().answers.keys()


def test_a_draft_is_deleted_with_its_files_after_asking(client: Client, cast: Cast) -> None:
    send(client, "story", **typed()["story"])
    client.post("/complaint/evidence/", {"file-1": a_screenshot()})
    assert "确定删除" in client.get("/complaint/delete/").content.decode()
    assert Draft.objects.count() == 1
    assert client.post("/complaint/delete/")["Location"] == "/complaint/"
    assert Draft.objects.count() == 0
    assert Evidence.objects.count() == 0
    assert "接着填上次的" not in client.get("/complaint/").content.decode()


def test_an_old_draft_is_said_to_be_gone(client: Client, cast: Cast) -> None:
    send(client, "story", **typed()["story"])
    Draft.objects.update(touched_at=timezone.now() - timedelta(days=31))
    assert "上一份草稿超过30天" in client.get("/complaint/").content.decode()
    assert "桑蚕丝" not in client.get("/complaint/story/").content.decode()


def test_what_is_typed_is_kept_while_typing_without_judging_it(client: Client, cast: Cast) -> None:
    answer = client.post("/complaint/story/", {"story": "我在直播"}, headers={"accept": "application/json"})
    assert answer.json()["saved"].endswith("已自动保存")
    assert the_draft().answers["story"]["story"] == "我在直播"
    assert the_draft().done == []
