"""The check in a browser without scripts: nothing is kept, nothing is lost, and it can become a complaint."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.utils import timezone

from complaints.check import LETTERS, MOST, Walk
from complaints.check_pages import carried
from complaints.models import Complaint, Draft
from complaints.statement import facts_from
from complaints.web.check_state import FIELD, OPEN_FOR, SALT
from tests.cast import Cast
from tests.check.respondent import SAID
from tests.check.test_questions import walked
from tests.wizard.steps import typed

pytestmark = pytest.mark.django_db

LOST = "回答没有了"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def answered(client: Client, page: str, code: str, **also: str) -> Any:
    """Send the question that stands on the page as a browser does."""
    action = re.search(r'<form method="post" action="([^"]+)" novalidate', page)
    assert action
    fields = {FIELD: hidden(page, FIELD), "asked": hidden(page, "asked"), **({"answer": code} if code else {}), **also}
    return client.post(action[1], fields, follow=True)


def to_the_end(client: Client, said: dict[str, str], *, prefix: str = "") -> str:
    page = client.get(f"{prefix}/check/q/1/").content.decode()
    while asked := hidden(page, "asked"):
        page = answered(client, page, said.get(asked, "unsure")).content.decode()
    return page


def test_the_check_leads_to_a_finding_and_leaves_nothing_behind(client: Client) -> None:
    assert client.get("/check/").status_code == 200
    page = to_the_end(client, SAID)
    assert "先找<mark" in page
    assert "商家" in page
    assert "按目前知道的事实" in page
    assert "它不是行政决定，也不是判决" in page
    assert Draft.objects.count() == Complaint.objects.count() == Session.objects.count() == 0
    assert set(client.cookies) <= {"csrftoken"}


def test_no_question_sets_a_cookie_or_is_kept_by_caches_and_no_address_holds_an_answer(client: Client) -> None:
    page: Any = client.get("/check/q/1/")
    while asked := hidden(page.content.decode(), "asked"):
        assert page["Cache-Control"] == "private, no-store"
        assert not client.cookies
        page = answered(client, page.content.decode(), SAID[asked])
        for url, _status in page.redirect_chain:
            assert url == "/check/result/"
    assert page["Cache-Control"] == "private, no-store"


def test_pages_are_small_and_hold_no_inline_style_or_script(client: Client) -> None:
    open_pages = [client.get(url).content.decode() for url in ("/check/", "/check/q/1/")]
    for page in (*open_pages, to_the_end(client, SAID)):
        assert len(page) < 60_000
        assert " style=" not in page
        assert not re.search(r"\son\w+=", page)
        assert not re.search(r"<script(?![^>]* src=)", page)


def test_without_a_choice_the_question_stays_and_says_what_to_do(client: Client) -> None:
    page = client.get("/check/q/1/").content.decode()
    again = answered(client, page, "").content.decode()
    assert "请选一项。实在不清楚，选“我不清楚”。" in again
    assert hidden(again, "asked") == "problem"
    assert "错误：" in again


def test_going_back_shows_the_question_with_what_was_chosen(client: Client) -> None:
    page = client.get("/check/q/1/").content.decode()
    second = answered(client, page, "D").content.decode()
    third = answered(client, second, "broken").content.decode()
    back = client.post("/check/q/2/", {FIELD: hidden(third, FIELD), "back": "1"}).content.decode()
    assert hidden(back, "asked") == "kind"
    assert re.search(r'value="broken"[^>]*checked', back)


def test_from_the_third_question_one_may_see_the_result_at_once(client: Client) -> None:
    page = client.get("/check/q/1/").content.decode()
    assert 'name="enough"' not in page
    second = answered(client, page, "D").content.decode()
    assert 'name="enough"' not in second
    third = answered(client, second, "broken").content.decode()
    assert 'name="enough"' in third
    ended = answered(client, third, "shop", enough="1").content.decode()
    assert "找<mark" in ended
    assert "一家店铺" in ended  # what was chosen on the way out counts


@pytest.mark.parametrize("told", ["", "x", "a:b:c"], ids=["none", "noise", "forged"])
def test_answers_that_are_not_as_we_sent_them_start_anew(client: Client, told: str) -> None:
    for url in ("/check/q/3/", "/check/result/"):
        assert LOST in client.post(url, {FIELD: told}).content.decode()
        assert LOST in client.get(url).content.decode()
    assert LOST in client.post("/check/complaint/", {FIELD: told}).content.decode()
    assert Draft.objects.count() == 0


def test_answers_nobody_could_give_start_anew(client: Client) -> None:
    for answers in ([["problem", ["Z"], []]], [["weather", ["fine"], []]], [["rest", ["none"], ["no_such_fact"]]], 7):
        told = signing.dumps(answers, salt=SALT, compress=True)
        assert LOST in client.post("/check/q/3/", {FIELD: told}).content.decode()


def test_answers_of_a_page_left_open_too_long_start_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client.get("/check/q/1/").content.decode()
    then = (timezone.now() + OPEN_FOR + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: then)
    assert LOST in answered(client, page, "D").content.decode()


def test_an_answer_to_a_question_that_is_no_longer_next_is_left_out(client: Client) -> None:
    page = client.get("/check/q/1/").content.decode()
    second = answered(client, page, "D").content.decode()
    stale = client.post("/check/q/3/", {FIELD: hidden(second, FIELD), "asked": "seller", "answer": "shop"})
    assert hidden(stale.content.decode(), "asked") == "kind"


def test_none_of_these_cannot_go_with_one_of_these(client: Client) -> None:
    page = client.get("/check/q/1/").content.decode()
    while (asked := hidden(page, "asked")) != "rest":
        page = answered(client, page, SAID[asked]).content.decode()
    some = re.findall(r'type="checkbox" name="answer" value="(\w+)"', page)
    both = client.post(
        "/check/q/12/", {FIELD: hidden(page, FIELD), "asked": "rest", "answer": [some[0], "none"]}
    ).content.decode()
    assert "不能和别的一起选" in both


def test_the_answers_go_along_to_the_other_language(client: Client) -> None:
    page = answered(client, client.get("/check/q/1/").content.decode(), "D").content.decode()
    english = client.post("/en/check/q/2/", {FIELD: hidden(page, FIELD)}).content.decode()
    assert '<html lang="en"' in english
    assert hidden(english, "asked") == "kind"


def test_who_knows_nothing_is_told_what_to_find_out_and_nothing_else(client: Client) -> None:
    page = to_the_end(client, {})
    assert "还不能判断该找谁" in page
    assert page.count("<li><b>") == 3
    assert "把这段话直接发过去" not in page


@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_whoever_knows_no_more_than_the_problem_is_told_of_nobody_that_it_need_not_pay(
    client: Client, letter: str
) -> None:
    page = to_the_end(client, {"problem": letter})
    if "还不能判断该找谁" in page:
        assert page.count("<li><b>") == 3
        assert "具体是哪一种" in page.partition('class="find"')[2].partition("</ol>")[0]
        assert 'class="bubble' not in page
    else:
        assert 'class="bubble' in page
    assert "没有谁要负责" not in page
    assert "不用赔" not in page


def test_a_wrong_that_alone_makes_nobody_pay_is_no_message_but_may_be_reported(client: Client) -> None:
    page = to_the_end(client, {"problem": "A", "kind": "reviews"})
    assert "还不能判断该找谁" in page
    assert 'class="bubble' not in page


def test_two_answers_that_cannot_both_be_so_are_named_and_the_first_can_be_given_again(client: Client) -> None:
    page = to_the_end(client, {"problem": "E", "goods": "fine"})
    assert "你前面说“假牌子或盗版”，后面说“东西本身没问题”，两样对不上。这一点先算不清楚。" in page
    way = page.partition("note--warn mt-1")[2].partition("</form>")[0]
    action = re.search(r'action="([^"]+)"', way)
    assert action
    again = client.post(action[1], {FIELD: hidden(way, FIELD), "back": "1"}).content.decode()
    assert hidden(again, "asked") == "problem"
    assert re.search(r'value="E"[^>]*checked', again)


def test_the_name_on_the_order_counts_before_what_was_thought_of_the_room(client: Client) -> None:
    answers = [["problem", ["E"], []], ["room", ["others"], []], ["seller", ["anchor"], []]]
    page = client.post("/check/result/", {FIELD: signing.dumps(answers, salt=SALT)}).content.decode()
    assert "两样对不上。后面的更可靠，按后面的算。" in page


def test_whoever_bought_longer_ago_is_told_that_the_law_was_another(client: Client) -> None:
    about = ["2023-11-01/2026-06-01", "/2023-10-31"]
    answers = [["problem", ["D"], []], ["kind", ["broken"], []], ["bought", about[1:], about]]
    page = client.post("/check/result/", {FIELD: signing.dumps(answers, salt=SALT)}).content.decode()
    assert "这里只按2023年10月31日买的算，不一定合你的情况" in page
    assert "正式投诉时填上哪天买的" in page


def test_going_back_to_a_question_that_is_asked_no_more_shows_the_result(client: Client) -> None:
    told = signing.dumps([["problem", ["unsure"], []]] * (MOST + 1), salt=SALT)
    gone = client.post("/check/q/12/", {FIELD: told, "back": "1"})
    assert gone.status_code == 307
    assert client.post(gone["Location"], {FIELD: told, "back": "1"}).status_code == 200


@pytest.mark.parametrize(("problem", "kind"), [("F", "sick"), ("D", "unsafe"), ("D", "hurt")])
def test_danger_is_reported_before_anything_is_claimed(client: Client, problem: str, kind: str) -> None:
    page = to_the_end(client, {**SAID, "problem": problem, "kind": kind})
    assert page.index("12315举报") < page.index('id="v"')


def test_the_message_to_copy_names_nobody_and_cites_the_law(client: Client) -> None:
    page = to_the_end(client, SAID)
    message = page.partition('id="text-merchant"')[2].partition("</p>")[0]
    assert "订单号是____" in message
    assert "《消费者权益保护法》" in message
    assert "我已登记投诉" not in message


def test_in_late_december_the_message_names_no_day_that_may_still_move(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = timezone.make_aware(datetime(timezone.localdate().year + 2, 12, 28, 9))
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    page = to_the_end(client, SAID)
    for message in re.findall(r'<p class="bubble[^>]*>([^<]+)</p>', page):
        assert "不早于" in message
        assert "最晚到" not in message


# ── It becomes a complaint ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_fact_of_the_check_reaches_the_complaint() -> None:
    for said in (SAID, {**SAID, "payment": "person-anchor", "seller": "private"}, {**SAID, "goods": "E-fake-brand"}):
        walk: Walk = walked(*said.items())
        kept = carried(walk)
        assert {**facts_from(kept.pages), **kept.facts}.items() >= walk.facts.items()


def test_what_two_answers_disagree_on_is_asked_again_in_the_complaint() -> None:
    walk: Walk = walked(("problem", "E"), ("goods", "fine"))
    kept = carried(walk)
    assert "type" not in kept.pages
    assert "counterfeit" not in {**facts_from(kept.pages), **kept.facts}


def test_a_complaint_asks_nothing_that_the_check_asked(client: Client, cast: Cast) -> None:
    page = to_the_end(client, SAID)
    told = hidden(page.partition('id="complain"')[2], FIELD)
    begun = client.post("/check/complaint/", {FIELD: told})
    assert begun["Location"] == "/complaint/story/"

    url, asked, sent = begun["Location"], [], typed()
    while (slug := url.rstrip("/").rpartition("/")[2]) != "check":
        asked.append(slug)
        fields = sent[slug] if slug != "more" else _as_shown(client.get(url).content.decode())
        answer = client.post(url, fields)
        assert answer.status_code == 302, slug
        url = answer["Location"]
    assert not {"relation", "type", "detail", "how", "payment"} & set(asked)
    client.post(url, {"declared": "on"})
    complaint = Complaint.objects.get()
    assert complaint.decision is not None
    assert complaint.decision.input["facts"].items() >= walked(*SAID.items()).facts.items()


def test_what_a_draft_already_says_is_not_overwritten_by_the_check(client: Client, cast: Cast) -> None:
    client.post("/complaint/relation/", {"relation": "same"})
    page = to_the_end(client, SAID)
    client.post("/check/complaint/", {FIELD: hidden(page.partition('id="complain"')[2], FIELD)})
    draft = Draft.objects.get()
    assert draft.answers["relation"] == {"relation": "same"}
    assert draft.answers["how"] == {"how": "live-link"}


def test_becoming_a_complaint_takes_our_own_page(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = to_the_end(strict, SAID)
    told = hidden(page.partition('id="complain"')[2], FIELD)
    assert strict.post("/check/complaint/", {FIELD: told}).status_code == 419
    token = hidden(page, "csrfmiddlewaretoken")
    assert strict.post("/check/complaint/", {FIELD: told, "csrfmiddlewaretoken": token}).status_code == 302


def _as_shown(page: str) -> dict[str, str]:
    """The radios of a page as they stand ticked."""
    return dict(re.findall(r'name="(fact-\w+)" value="(\w+)"[^>]*checked', page))
