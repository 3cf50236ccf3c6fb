"""The evidence of a filed case: what more would change, what each piece shows, and who is told what."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.flow import showings
from complaints.models import Complaint, Evidence
from tests.builders import a_screenshot, filed
from tests.cast import Cast

CAPTION = "canary-caption，我妈13912345678签收"
UNSURE = {"shown": "unsure", "disclaimed": "unsure"}


@pytest.fixture
def unsure(cast: Cast) -> Complaint:
    """Lin does not know whether the room named the seller."""
    return filed(at=timezone.now(), consumer=cast.lin, files=True, shown=UNSURE).complaint


def path_of(complaint: Complaint) -> str:
    return f"/case/{complaint.reference}/evidence/"


def test_the_page_says_what_a_piece_would_change_and_afterwards_what_it_did(lin: Client, unsure: Complaint) -> None:
    page = lin.get(path_of(unsure)).content.decode()
    assert "补上哪一样，判定可能会变" in page
    assert "能看出：你下单时，直播间没有清楚写明实际卖家是谁" in page
    assert 'href="/help/evidence/live/"' in page
    sent = {"pieces": a_screenshot("录屏.png", "#010101"), "kind": "live", "shows": ["seller_displayed-no"]}
    after = lin.post(path_of(unsure), sent, follow=True).content.decode()
    assert "判定更新为第2版：主播从“可能要负责”变成“" in after
    sent = {"pieces": a_screenshot("又一张.png", "#020202"), "kind": "live", "shows": ["seller_displayed-no"]}
    assert (
        "判定没有变。现在“你下单时，直播间没有清楚写明实际卖家是谁”有了证据"
        in lin.post(path_of(unsure), sent, follow=True).content.decode()
    )
    sent = {"pieces": a_screenshot("别的.png", "#030303"), "kind": "other"}
    assert "判定没有变，但这件证据已存档" in lin.post(path_of(unsure), sent, follow=True).content.decode()


@pytest.mark.parametrize("page", ["evidence/", "messages/association/"])
def test_more_pieces_ask_the_database_no_more(lin: Client, unsure: Complaint, page: str) -> None:
    path = f"/case/{unsure.reference}/{page}"
    lin.get(path)  # what is looked up once for all, is
    with CaptureQueriesContext(connection) as with_two:
        lin.get(path)
    for number in range(4):
        piece = a_screenshot(f"{number}.png", f"#0{number}0a0b")
        lin.post(path_of(unsure), {"pieces": piece, "kind": "live", "shows": ["seller_displayed-no"]}, follow=True)
    assert unsure.evidence.count() == 6
    with CaptureQueriesContext(connection) as with_six:
        assert lin.get(path).status_code == 200
    assert len(with_six) == len(with_two)


def test_what_a_filed_piece_shows_is_changed_by_its_owner_alone(
    lin: Client, guest: Client, unsure: Complaint, cast: Cast
) -> None:
    photo = unsure.evidence.get(kind="goods")
    path = f"{path_of(unsure)}{photo.pk}/shows/"
    sent = {f"boxes-{photo.pk}": "1", f"shows-{photo.pk}": ["seller_displayed-no", "not-a-fact"]}
    zhao = Client()
    zhao.force_login(cast.zhao)
    assert zhao.post(path, sent).status_code == 404
    assert guest.post(path, sent).status_code in {302, 404}
    assert lin.get(path).status_code == 302
    assert lin.post(path, {}).status_code == 404  # a form of another page
    assert showings.standing(photo) == {}
    said = lin.post(path, sent, follow=True)
    assert said.redirect_chain == [(f"{path_of(unsure)}#piece-{photo.pk}", 302)]
    assert "判定更新为第2版" in said.content.decode()
    assert showings.standing(photo) == {"seller_displayed": False}
    assert f'href="{path_of(unsure)}#e2"' in lin.get(f"/case/{unsure.reference}/trace/").content.decode()
    lin.post(f"/case/{unsure.reference}/withdraw/", {"understood": "on"})
    assert "已撤回" in lin.post(path, {f"boxes-{photo.pk}": "1"}, follow=True).content.decode()
    assert showings.standing(photo) == {"seller_displayed": False}
    assert "能证明：你下单时" in lin.get(path_of(unsure)).content.decode()


def test_the_desk_sees_the_words_the_respondents_do_not(unsure: Complaint, cast: Cast) -> None:
    Evidence.objects.filter(complaint=unsure, kind="order").update(caption=CAPTION)
    officer = Client()
    officer.force_login(cast.zhou)
    desk = officer.get(f"/admin/case/{unsure.reference}/").content.decode()
    assert CAPTION in desk
    assert "有订单或付款记录证明你买过" in desk
    answer = Client().get(f"/api/v1/cases/{unsure.reference}", headers={"Authorization": f"Bearer {cast.key.text}"})
    assert answer.status_code == 200
    shows = {piece["kind"]: piece["shows"] for piece in answer.json()["evidence"]}
    assert shows["order"] == [{"fact": "purchase_proved", "value": True, "statement": "有订单或付款记录证明你买过"}]
    assert "canary-caption" not in json.dumps(answer.json(), ensure_ascii=False)
