"""What is asked next, and the two-minute check: by the form's own functions, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from complaints.asking.law import questions
from complaints.asking.pages import PAGES
from complaints.check import Walk
from complaints.models import Complaint, Draft, Event, IdempotentAnswer
from routing import rulebook
from tests.cast import Cast
from tests.kiosk.stand import BOTH, Stand, answers
from tests.platform.calls import told

pytestmark = pytest.mark.django_db


def test_the_pages_are_those_of_the_form_and_bring_one_to_a_complaint(stand: Stand, cast: Cast) -> None:
    """A program that answers only what is asked ends at a complaint that can be filed."""
    whole, given = answers(), dict[str, Any]()
    for _page in PAGES:
        asked = told(stand.post("/questions", {"answers": given}), 200)
        if asked["next"] is None:
            break
        page = next(each for each in asked["pages"] if each["page"] == asked["next"])
        names = {field["name"] for field in page["fields"]}
        given[page["page"]] = {name: value for name, value in whole.get(page["page"], {}).items() if name in names}
    assert asked["next"] is None
    assert asked["errors"] == []
    sent = {
        "stand": {"way": "kiosk", "word": "typed", "place": "大厅1号机"},
        "answers": given,
        "agreed": [each["code"] for each in asked["read_out"]["sentences"]],
        "read_out": asked["read_out"]["digest"],
    }
    assert told(stand.post("/complaints", sent), 201)["reference"]


def test_every_page_names_its_fields_their_limits_and_their_choices(stand: Stand, cast: Cast) -> None:
    pages = {each["page"]: each for each in told(stand.post("/questions", {"answers": answers()}), 200)["pages"]}
    story, category, kinds = (pages[page]["fields"] for page in ("story", "goods", "detail"))
    assert (story[0]["type"], story[0]["longest"]) == ("long-text", 1500)
    assert {each["code"] for each in category[1]["options"]} == set(rulebook().categories)
    assert kinds[0]["name"] == "kinds"
    assert "C-material" in {each["code"] for each in kinds[0]["options"]}
    english = Stand(cast.zhejiang, *BOTH, language="en-GB")
    first = told(english.post("/questions", {"answers": {}}), 200)["pages"][0]
    assert first["question"].isascii()


def test_the_law_asks_the_same_of_a_machine_as_of_a_page(stand: Stand, cast: Cast) -> None:
    known = {"more": {"fact-false_claim": "yes", "fact-seller_displayed": "no"}, "goods": {"category": "home"}}
    asked = told(stand.get("/questions?yes=false_claim&no=seller_displayed&category=home"), 200)["questions"]
    expected = questions(known, today=timezone.localdate(), lang="zh")
    assert [(each["fact"], each["question"]) for each in asked] == [(one.fact, one.question) for one in expected]
    assert asked
    for wrong in ("?yes=nothing", "?category=nothing", "?purchased_on=2026-02-30", "?purchased_on=2999-01-01"):
        assert told(stand.get(f"/questions{wrong}"), 400)["code"] == "invalid"


def test_the_check_walks_as_the_page_does_and_stores_nothing(stand: Stand, cast: Cast) -> None:
    told_so_far: list[dict[str, Any]] = []
    answer = told(stand.post("/check", {"answers": []}), 200)
    assert answer["finding"] is None
    while answer["ask"]:
        ask = answer["ask"]
        codes = [each["code"] for each in ask["options"]]
        told_so_far.append({"asked": ask["key"], "chosen": codes[:1], "about": ask["about"]})
        answer = told(stand.post("/check", {"answers": told_so_far}), 200)
    finding = answer["finding"]
    assert {each["party"] for each in finding["parties"]} == {"merchant", "anchor", "platform"}
    assert any(reason["citations"] for each in finding["parties"] for reason in each["because"])
    assert isinstance(finding["missing"], list)
    assert Walk((), timezone.localdate(), "zh").ask
    for model in (Complaint, Draft, Event, IdempotentAnswer):
        assert not model.objects.exists()
    wrongs: list[Any] = [
        [{"asked": "nothing", "chosen": ["x"], "about": []}],
        [{"asked": "problem", "chosen": ["nothing"], "about": []}],
        [{"asked": "problem", "chosen": [], "about": []}],
        [{"asked": "kind", "chosen": ["effect"], "about": []}],
        [{"asked": "bought", "chosen": ["x/y"], "about": ["x/y"]}],
        [{"asked": "rest", "chosen": ["none"], "about": ["no_such_fact"]}],
        [{"asked": "problem", "chosen": ["C"], "about": [], "x": 1}],
        "problem",
        [{}] * 40,
    ]
    for wrong in wrongs:
        assert told(stand.post("/check", {"answers": wrong}), 400)["code"] == "invalid", wrong


def test_the_catalogue_speaks_both_languages(stand: Stand, cast: Cast) -> None:
    found = told(stand.get("/catalogue"), 200)
    for kind in ("facts", "problems", "categories", "wanted", "remedies", "evidence_kinds"):
        assert found[kind]
        for each in found[kind]:
            assert each["code"]
            assert each["zh"]
            assert each["en"]
    assert any(each["zh"] != each["en"] for each in found["wanted"])
