"""The pages of messages, on the phone of whoever complained and at the officer's desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.consumer import withdraw
from complaints.flow.messages import open_thread
from complaints.models import Actor, Complaint, Evidence, Message, Party, Side
from tests.builders import a_screenshot, filed
from tests.cast import Cast
from tests.messages.conftest import say


@pytest.fixture
def page(talking: Complaint) -> str:
    return f"/case/{talking.reference}/messages/merchant/"


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Lin's, signed in."""
    client = Client()
    client.force_login(cast.lin)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_says_with_whom_who_reads_and_what_is_new(
    cast: Cast, talking: Complaint, lin: Actor, browser: Client
) -> None:
    say(talking, cast.platform, "您好，这里是店铺")
    case = f"/case/{talking.reference}"
    shown = text(browser.get(f"{case}/messages/"))
    for words in ("浙江省消费者协会", "澜岸家居旗舰店", "您好，这里是店铺", "还没有让它写"):
        assert words in shown
    assert re.search(r"tabs__n num\">1<", text(browser.get(f"{case}/decision/")))
    assert "1条新消息" in text(browser.get("/mine/"))
    thread = text(browser.get(f"{case}/messages/merchant/"))
    assert "由快播场转给商家" in thread
    assert 'role="log"' in thread
    assert "商家（快播场代写）" in thread
    browser.post(f"{case}/messages/merchant/read/", {"seen": "1"})
    assert "条新消息" not in text(browser.get("/mine/"))
    english = text(browser.get(f"/en/case/{talking.reference}/messages/association/"))
    assert "Zhejiang Consumers Association" in english


def test_a_message_is_sent_with_a_file_that_becomes_evidence_and_a_second_press_changes_nothing(
    talking: Complaint, browser: Client, page: str
) -> None:
    for _press in range(2):
        given = {"words": "看这张图", "piece": a_screenshot(), "key": "form-1", "seen": "0"}
        answer = browser.post(page, given)
        assert (answer.status_code, answer["Location"]) == (302, f"{page}#m1")
    piece = Evidence.objects.get(complaint=talking)
    assert Message.objects.get().evidence == piece
    assert "附：证据1" in text(browser.get(page))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"words": "  "}, "写一句话再发"),
        ({"words": "长" * 5000}, "最多1000字，现在有5000字"),
        ({"words": "看附件", "piece": a_screenshot("x.exe")}, "x.exe"),
    ],
)
def test_what_stood_in_the_way_is_said_and_the_words_stay_in_the_box(
    browser: Client, page: str, given: dict[str, object], why: str
) -> None:
    answer = browser.post(page, given)
    shown = text(answer)
    assert answer.status_code == 200
    assert why in shown or "exe" in shown
    assert f">{given['words']}</textarea>" in shown
    assert not Message.objects.exists()
    assert not Evidence.objects.exists()


def test_a_ready_sentence_goes_into_the_box_and_is_not_sent(browser: Client, page: str) -> None:
    shown = text(browser.post(page, {"words": "你好。", "preset": "0"}))
    assert "你好。\n请写明退多少、怎么退、哪天到账。</textarea>" in shown
    assert not Message.objects.exists()


def test_hostile_text_stands_as_text(cast: Cast, talking: Complaint, browser: Client, page: str) -> None:
    hostile = "<script>alert(1)</script> 😀\u202eתירבע\u202c \u200b{{ 7*7 }} &amp; </textarea>\x00\x07"
    browser.post(page, {"words": hostile})
    shown = text(browser.get(page))
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; 😀\u202eתירבע\u202c \u200b{{ 7*7 }} &amp;amp; &lt;/textarea&gt;" in shown
    )
    assert "<script>alert" not in shown
    assert not {"\x00", "\x07"} & set(shown)
    say(talking, cast.platform, "المتجر \u2067 مرحبا")
    assert 'dir="auto"' in text(browser.get(page))


def test_strangers_find_no_page_and_lose_no_words(cast: Cast, talking: Complaint, page: str) -> None:
    stranger = Client()
    stranger.force_login(cast.zhao)
    for visitor in (stranger, Client()):
        for path in (page, f"/case/{talking.reference}/messages/"):
            assert visitor.get(path).status_code == 404
        for act in ("open", "close", "read"):
            assert visitor.post(f"{page}{act}/").status_code == 404
        kept = visitor.post(page, {"words": "写了很久的一段话"})
        assert kept.status_code == 403
        assert "写了很久的一段话" in text(kept)
        same = visitor.post("/case/ZZ-000000-0000/messages/merchant/", {"words": "写了很久的一段话"})
        assert same.status_code == 403  # whether there is such a case is not told
    assert not Message.objects.exists()


def test_words_survive_a_page_that_was_open_too_long(cast: Cast, page: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.lin)
    stale = browser.post(page, {"words": "放了很久", "key": "k"})
    assert stale.status_code == 419
    assert 'value="放了很久"' in text(stale)
    elsewhere = browser.post(page, {"words": "别处填的"}, headers={"Origin": "https://evil.example"})
    assert "别处填的" not in text(elsewhere)


def test_a_party_is_let_write_closed_and_let_write_again(talking: Complaint, browser: Client) -> None:
    page = f"/case/{talking.reference}/messages/anchor/"
    assert "要不要让主播在这里给你写" in text(browser.get(page))
    assert "写给主播" not in text(browser.get(page))
    assert "写给主播" in text(browser.post(f"{page}open/", follow=True))
    closed = text(browser.post(f"{page}close/", follow=True))
    assert "你关上了这段对话" in closed
    assert "再打开" in closed
    assert "写给主播" in text(browser.post(f"{page}open/", follow=True))
    assert browser.get(f"{page}open/").status_code == 302
    for wrong in ("nobody", "consumer"):
        assert browser.get(f"/case/{talking.reference}/messages/{wrong}/").status_code == 404
    assert browser.post(f"/case/{talking.reference}/messages/association/close/").status_code == 404


def test_an_ended_case_is_read_only_and_says_so(talking: Complaint, lin: Actor, browser: Client, page: str) -> None:
    say(talking, lin, "最后一句")
    withdraw(talking, actor=lin, at=timezone.now())
    shown = text(browser.get(page))
    assert "最后一句" in shown
    assert "只能看，不能再写" in shown
    assert "<textarea" not in shown
    answer = text(browser.post(page, {"words": "还有一句"}))
    assert "已经结束" in answer
    assert "还有一句" in answer  # what was typed can still be copied
    assert Message.objects.count() == 1


def test_long_conversations_are_read_page_by_page(cast: Cast, talking: Complaint, lin: Actor, browser: Client) -> None:
    thread = open_thread(talking, party=Party.MERCHANT, actor=lin, at=timezone.now())
    for number in range(1, 61):
        row = Message(thread=thread, number=number, by=Side.MERCHANT, press=str(number), at=timezone.now())
        row.keep(f"第{number}条", shown=f"第{number}条")
        row.save()
    page = f"/case/{talking.reference}/messages/merchant/"
    newest = text(browser.get(page))
    assert "第60条" in newest and "第11条" in newest and "第10条" not in newest
    older = text(browser.get(f"{page}?before=11"))
    assert "第10条" in older and "第1条" in older and "第11条" not in older
    for odd in ("x", "-1", "٣", "9" * 30):
        assert browser.get(page, {"before": odd}).status_code == 200


def test_a_receipt_session_reads_and_writes_its_own_case(cast: Cast) -> None:
    own = filed(at=timezone.now())
    visitor = Client()
    visitor.post("/track/", {"code": own.receipt_code})
    page = f"/case/{own.complaint.reference}/messages/association/"
    assert "写消息不算请它受理" in text(visitor.get(page))
    assert visitor.post(page, {"words": "问一下"}).status_code == 302
    assert Message.objects.get().by == Side.CONSUMER


def test_the_desk_marks_reads_and_answers(cast: Cast, talking: Complaint, lin: Actor) -> None:
    say(talking, lin, "请问办到哪了？", to=Side.ASSOCIATION)
    say(talking, lin, "店铺在吗", to=Side.MERCHANT)
    chen, huang = Client(), Client()
    chen.force_login(cast.chen)
    huang.force_login(cast.huang)
    case = f"/admin/case/{talking.reference}/"
    assert talking.goods in text(chen.get("/admin/queue/?view=messages"))
    shown = text(chen.get(case))
    for words in ("请问办到哪了？", "店铺在吗", "看过了，不用回"):
        assert words in shown
    assert huang.get(case).status_code == 404
    assert huang.post(f"{case}read/", {"seen": "1"}).status_code == 404
    assert huang.post(f"{case}act/message/", {"words": "你好", "key": "k", "version": "1"}).status_code == 404
    wrong = chen.post(f"{case}act/message/", {"words": "长" * 1001, "key": "k", "version": "1"})
    assert wrong.status_code == 422
    assert "长" * 1001 in text(wrong)
    for _press in range(2):  # on a page that is older than the consumer's last message: a conversation goes on
        sent = chen.post(f"{case}act/message/", {"words": "明天答复您", "key": "k", "version": "1"})
        assert sent.status_code == 302
    assert Message.objects.filter(by=Side.ASSOCIATION).count() == 1
    assert talking.goods not in text(chen.get("/admin/queue/?view=messages"))
