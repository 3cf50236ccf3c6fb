"""Each mistake is said in words, what was typed stays, nothing is half saved."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.asking.pages import PAGES
from complaints.models import Complaint, Draft, Evidence
from complaints.narrative import day
from complaints.web.wizard import journey_of
from tests.builders import a_screenshot
from tests.cast import Cast
from tests.wizard.steps import parts, send, the_draft, typed, walk

pytestmark = pytest.mark.django_db

FRAMEWORK = ("必填项", "选择一个有效的", "输入一个有效的", "请确保")  # how Django says it in Chinese
TOMORROW = timezone.localdate() + timedelta(days=2)
EARLIER = timezone.localdate() - timedelta(days=20)


# Page, what is sent, and the sentence it is answered with; the API of kiosks is held to the same (tests/kiosk).
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("story", {"story": ""}, "写一两句，说说发生了什么"),
    ("story", {"story": "假货"}, "现在2个字，至少10个字"),
    ("story", {"story": "一句话里有一个\x00空字符，看不见"}, "空字符（NUL，写成␀）"),
    ("platform", {}, "选一个平台，或者写出名字"),
    ("platform", {"platform": "other", "other": " "}, "选一个平台，或者写出名字"),
    ("platform", {"platform": "99999999"}, "选一个平台，或者写出名字"),
    (
        "when",
        {"when": "date", "watched_on_0": "2026", "watched_on_1": "2", "watched_on_2": "30"},
        "没有这一天（2026年2月30日）",
    ),
    ("when", {"when": "date", **parts("watched_on", TOMORROW)}, "之后，检查一下"),
    ("when", {"when": "date"}, "写上年月日，或者选“只记得大概”"),
    ("when", {"when": "roughly"}, "选一个大概的时间"),
    ("shop", {"seller": "shop", "shop": ""}, "写店铺名。没有店铺就选"),
    ("relation", {}, "选一项，或者选“我不清楚”"),
    ("goods", {"goods": "", "use": "own"}, "写一下买的是什么"),
    ("goods", {"goods": "丝" * 130, "use": "own"}, "最多120字，还要删10字"),
    ("order", {"order_number": "1", "amount": "abc"}, "现在写的是“abc”"),
    ("order", {"order_number": "1", "amount": "-5"}, "金额不能是负数，最小写0；现在写的是“-5”"),
    ("order", {"order_number": "1", "amount": "4.999"}, "金额最多写到分"),
    ("order", {"order_number": "1", "amount": "99999999999"}, "金额要小于100亿元；现在写的是“99999999999”"),
    ("order", {"order_number": "1", "amount": ""}, "写实付多少元"),
    ("order", {"order_number": "", "amount": "5"}, "填订单号。找不到就勾选"),
    ("order", {"order_number": "9" * 70, "amount": "5"}, "订单号最多64位，现在有70位"),
    ("payment", {"payment": "person", "steerer": ""}, "选一项，或者选“我不清楚”"),
    ("dates", {"received": "no"}, "写下单的年月日"),
    ("dates", {"received": "no", **parts("purchased_on", TOMORROW)}, f"下单日期：{day(TOMORROW)}在今天（"),
    ("dates", {"received": "yes", **parts("delivered_on", TOMORROW)}, f"收货日期：{day(TOMORROW)}在今天（"),
    (
        "dates",
        {"received": "no", "purchased_on_0": "2009", "purchased_on_1": "1", "purchased_on_2": "1"},
        "下单日期：2009年1月1日太早了，年份要从2010年起",
    ),
    (
        "dates",
        {"received": "no", "purchased_on_0": "去年", "purchased_on_1": "", "purchased_on_2": "1"},
        "下单日期：没有这一天（去年 ? 1）",
    ),
    (
        "dates",
        {"received": "yes", **parts("purchased_on", EARLIER), **parts("delivered_on", EARLIER - timedelta(days=1))},
        "收货日期早于下单日期",
    ),
    ("type", {}, "选一项。都不像就选“都不是”。"),
    ("type", {"problems": ["A", "B", "C", "D"]}, "最多选3项，现在选了4项"),
    ("tried", {}, "还没找过就选最后一项"),
    ("tried", {"tried": ["nobody", "merchant"]}, "“还没找过”不能和别的一起选"),
    (
        "remedy",
        {"wanted": ["replace", "refund-only"], "association": "later"},
        "“换货”和“只退款，货不退”不能一起选",
    ),
    ("remedy", {"wanted": ["repair"], "amount": "五百", "association": "later"}, "要多少元：金额写数字"),
    ("remedy", {"wanted": ["repair"], "loss": "-3", "association": "later"}, "还有别的损失，多少元：金额不能"),
    ("contact", {"name": "", "phone": "13812345678", "region": "33"}, "写一下怎么称呼你"),
    ("contact", {"name": "林", "phone": "1381234567", "region": "33"}, "手机号是11位数字，现在是10位"),
    ("contact", {"name": "林", "region": "33"}, "手机号和邮箱至少填一个"),
    ("contact", {"name": "林", "email": "abc", "region": "33"}, "邮箱的样子像name@example.com"),
    ("contact", {"name": "林", "phone": "13812345678", "region": ""}, "选一下所在的地区"),
]


@pytest.mark.parametrize(("page", "fields", "sentence"), MISTAKES)
def test_a_mistake_is_said_in_words_in_the_summary_and_at_the_field(
    client: Client, cast: Cast, page: str, fields: dict[str, object], sentence: str
) -> None:
    walk(client)
    shown = send(client, page, **fields)
    assert shown.count(sentence) >= 2
    assert re.search(r"<title>错误：", shown)
    assert 'role="alert" tabindex="-1"' in shown
    summary = shown.partition('class="errsum"')[2].partition("</div>")[0]
    assert all(f'id="{target}"' in shown for target in re.findall(r'href="#([^"]+)"', summary))
    assert page not in the_draft().done
    client.post("/complaint/check/", {"declared": "on"})
    assert not Complaint.objects.exists()


def test_a_page_with_a_mistake_is_fetched_and_not_sent_back(client: Client, cast: Cast) -> None:
    """So that Back, and loading the page again, ask nobody to send anything twice; the address says nothing typed."""
    page = "/complaint/order/?from=check"
    answer = client.post(page, {"order_number": "A-1", "amount": "四百多"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert not answer.content
    for _time in range(2):
        shown = client.get(page).content.decode()
        assert "<title>错误：" in shown
        assert "现在写的是“四百多”" in shown
        assert 'value="A-1"' in shown

    english = client.get("/en" + page).content.decode()
    assert "<title>Error: " in english
    assert 'value="A-1"' in english
    assert "错误：" not in client.get("/complaint/goods/").content.decode()

    typing = {"order_number": "A-1", "amount": "四百"}
    client.post(page, typing, headers={"accept": "application/json"})
    assert "错误：" not in client.get(page).content.decode()  # typed on since, and not sent yet
    assert client.post(page, {"order_number": "A-1", "amount": "469"})["Location"] == "/complaint/check/"
    assert "错误：" not in client.get(page).content.decode()


def test_what_was_typed_wrongly_is_still_there_on_return(client: Client, cast: Cast) -> None:
    send(client, "order", order_number="A1", amount="abc")
    send(client, "dates", purchased_on_0="2026", purchased_on_1="13", purchased_on_2="40", received="yes")
    assert 'value="abc"' in client.get("/complaint/order/").content.decode()
    dates = client.get("/complaint/dates/").content.decode()
    assert 'value="13"' in dates
    assert 'value="40"' in dates


def test_a_story_of_a_hundred_thousand_characters_is_kept_as_typed(client: Client, cast: Cast) -> None:
    shown = send(client, "story", story="长" * 100_000)
    assert "最多1500字，还要删98500字" in shown
    assert the_draft().answers["story"]["story"] == "长" * 100_000
    assert len(client.get("/complaint/check/").content) < 60_000


def test_a_page_too_large_to_be_read_is_answered_with_a_sentence(client: Client, cast: Cast) -> None:
    body = "story=" + "%E9%95%BF" * 150_000
    answer = client.post("/complaint/story/", body, "application/x-www-form-urlencoded")
    assert "这一页的文字超过1MB" in answer.content.decode()


@pytest.mark.parametrize(
    "story",
    [
        "快递👨‍👩‍👧‍👦收到的是假货😡😡，店家不理",
        "بضاعة مغشوشة من البث المباشر",
        "零宽\u200b字符\u200d和\u202e方向\u202c都在这里面",
    ],
)
def test_emoji_and_other_scripts_are_kept_unharmed(client: Client, cast: Cast, story: str) -> None:
    walk(client, story={"story": story})
    assert the_draft().answers["story"]["story"] == story
    client.post("/complaint/check/", {"declared": "on"})
    assert Complaint.objects.get().story == story


def test_without_the_declaration_nothing_is_sent_and_nothing_lost(client: Client, cast: Cast) -> None:
    walk(client)
    shown = send(client, "check")
    assert "请勾选声明，才能提交" in shown
    assert "百分百桑蚕丝" in shown
    assert not Complaint.objects.exists()
    assert len(the_draft().done) >= 20


def test_a_stale_form_offers_what_was_typed_again(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/complaint/story/", {"story": "我写了很久的一段话，页面放太久了"})
    assert answer.status_code == 419
    assert "我写了很久的一段话" in answer.content.decode()
    assert strict.post("/complaint/evidence/", {"file-1": a_screenshot()}).status_code == 419
    assert not Draft.objects.exists()
    assert not Evidence.objects.exists()

    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())
    assert token
    resent = strict.post(
        "/complaint/story/", {"story": "我写了很久的一段话，页面放太久了", "csrfmiddlewaretoken": token[1]}
    )
    assert resent["Location"] == "/complaint/platform/"


def test_phone_numbers_are_read_as_people_write_them(client: Client, cast: Cast) -> None:
    walk(client, contact={"phone": "+86 138-1234 5678", "email": ""})
    assert the_draft().answers["contact"]["phone"] == "13812345678"


def test_dates_of_parts_that_are_not_asked_are_no_mistake(client: Client, cast: Cast) -> None:
    fields = typed()["dates"] | {"received": "no", "delivered_on_0": "x"}
    assert send(client, "dates", **fields) == "/complaint/type/"
    assert the_draft().answers["dates"]["delivered_on"] == ""


def test_no_page_speaks_with_the_words_of_the_framework(client: Client, cast: Cast) -> None:
    walk(client)
    for page in PAGES:
        if page.form is None:
            continue
        names = journey_of(the_draft()).form(page).fields
        for sent in ({}, dict.fromkeys(names, "☃")):
            shown = send(client, page.slug, **sent)
            if not shown.startswith("/"):
                said = shown.partition('class="errsum"')[2].partition("</div>")[0]
                assert not [words for words in FRAMEWORK if words in said], (page.slug, said)
