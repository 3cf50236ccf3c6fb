"""Which page comes next, what stands on it, and what happens when earlier answers change."""

import re

import pytest
from django.test import Client

from complaints.asking.pages import BY_SLUG, PAGES
from tests.cast import Cast
from tests.wizard.steps import FOR_ANOTHER, ORDER, send, the_draft, typed, walk

pytestmark = pytest.mark.django_db


def test_the_pages_stand_in_the_order_of_the_steps() -> None:
    assert [page.slug for page in PAGES if page.slug not in {"safety", *FOR_ANOTHER}] == ORDER
    assert [page.step for page in PAGES] == sorted(page.step for page in PAGES)


@pytest.mark.parametrize(
    ("page", "fields", "then"),
    [
        ("story", {"story": "吃了直播间买的零食以后过敏，住院了"}, "safety"),
        ("story", {"story": "买的裙子颜色不对，客服不理人"}, "platform"),
        ("relation", {"relation": "same"}, "goods"),
        ("relation", {"relation": "unsure"}, "shown"),
        ("type", {"problems": ["X"]}, "promise"),
        ("detail", {}, "promise"),
        ("tried", {"tried": ["nobody"]}, "remedy"),
        ("tried", {"tried": ["authority"]}, "remedy"),
        ("tried", {"tried": ["platform"]}, "replies"),
    ],
)
def test_an_answer_decides_which_page_comes_next(
    client: Client, cast: Cast, page: str, fields: dict[str, object], then: str
) -> None:
    walk(client)
    assert send(client, page, **fields) == f"/complaint/{then}/"


def test_a_page_about_a_claim_is_not_asked_where_nothing_was_claimed(client: Client, cast: Cast) -> None:
    walk(client, type={"problems": ["D"]}, detail={"kinds-D": ["broken"]}, until="tried")
    assert "promise" not in the_draft().answers


def test_somebody_hurt_is_shown_the_emergency_number_first(client: Client, cast: Cast) -> None:
    send(client, "story", story="孩子吃了直播间买的零食，呕吐，去了医院")
    assert "120" in client.get("/complaint/safety/").content.decode()
    assert send(client, "safety", hurt="now") == "/complaint/help-now/"
    assert 'href="tel:120"' in client.get("/complaint/help-now/").content.decode()
    assert send(client, "safety", hurt="seen") == "/complaint/platform/"


def test_changing_an_answer_from_the_check_page_leads_back_to_it(client: Client, cast: Cast) -> None:
    walk(client)
    check = client.get("/complaint/check/").content.decode()
    assert "/complaint/goods/?from=check" in check
    answer = client.post("/complaint/goods/?from=check", typed()["goods"] | {"goods": "真丝枕套"})
    assert answer["Location"] == "/complaint/check/"
    assert "真丝枕套" in client.get("/complaint/check/").content.decode()


def test_what_the_pasted_text_says_is_recognised_and_offered(client: Client, cast: Cast) -> None:
    walk(client, until="when")
    assert "房间号88231" in client.get("/complaint/when/").content.decode()
    assert 'value="小满家居间"' in client.get("/complaint/anchor/").content.decode()
    assert the_draft().answers["room"]["room"].startswith("【小满家居间】")


def test_the_seven_days_are_told_with_their_last_day(client: Client, cast: Cast) -> None:
    walk(client, until="type")
    for page in ("type", "dates"):
        assert re.search(
            r"签收第5天。七天无理由退货到\d+月\d+日为止", client.get(f"/complaint/{page}/").content.decode()
        )


def test_the_law_asks_at_most_five_questions_and_says_why(client: Client, cast: Cast) -> None:
    walk(client, until="more")
    page = client.get("/complaint/more/").content.decode()
    asked = set(re.findall(r'name="(fact-\w+)"', page))
    assert 1 <= len(asked) <= 5
    assert "fact-buyer_knew_before" in asked
    assert "如果是，商家和主播就只是可能要负责。" in page


def test_each_page_is_titled_by_its_question_and_step(client: Client, cast: Cast) -> None:
    for page in PAGES:
        title = re.search("<title>(.*?)</title>", client.get(page.url).content.decode())
        assert title
        assert title[1].startswith(f"{page.heading} — 第{page.step}步，共11步")


def test_every_page_is_small_and_not_kept_by_caches(client: Client, cast: Cast) -> None:
    walk(client)
    for url in [page.url for page in PAGES] + ["/complaint/", "/complaint/check/", "/complaint/save/"]:
        answer = client.get(url)
        assert "no-store" in answer["Cache-Control"]
        assert len(answer.content) < 60_000
        assert " style=" not in answer.content.decode()
        assert not re.search(r"\son\w+=", answer.content.decode())


def test_the_check_page_lists_what_is_missing_and_does_not_send(client: Client, cast: Cast) -> None:
    send(client, "story", **typed()["story"])
    page = send(client, "check", declared="on")
    for slug in (
        "platform",
        "when",
        "shop",
        "relation",
        "goods",
        "order",
        "dates",
        "type",
        "tried",
        "remedy",
        "contact",
    ):
        assert f"“{BY_SLUG[slug].heading}”还没填" in page
    assert "“是哪个直播间？”还没填" not in page  # nothing left of the room is no mistake
    assert "<title>错误：" in page
    assert "checked" in page  # the tick is not asked for again
    assert the_draft().filed_as is None
    send(client, "goods", **typed()["goods"])
    assert "checked" not in client.get("/complaint/check/").content.decode()  # but it was about other answers


def test_a_page_that_was_right_is_asked_again_when_another_answer_made_it_wrong(client: Client, cast: Cast) -> None:
    walk(client)
    send(client, "tried", tried=["merchant", "anchor", "platform"])
    assert "“他们怎么回你的？”还没填" in client.get("/complaint/check/").content.decode()
