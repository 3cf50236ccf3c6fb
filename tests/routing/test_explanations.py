"""A decision in words: who, why, by which article, and what would change it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from routing import Explanation, decide, explain, leaning, read_inquiry
from tests.routing.worlds import BOOK, TODAY, an_inquiry, inquiries

FLAWED = {
    "personal_use": True, "purchase_proved": True, "live_click_purchase": True, "operator_is_seller": False,
    "platform_sells_itself": False, "below_standard": True,
}  # fmt: skip


def told(lang: Any = "zh", **given: Any) -> Explanation:
    decision = decide(BOOK, an_inquiry(**given))
    return explain(BOOK, decision.input_dict(), decision.as_dict(), lang)


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({}, "找商家。主播和平台也可能要负责", "Turn to the merchant. The anchor and the platform may be liable too"),
        ({"seller_displayed": False}, "先找商家。也可以找主播。", "Start with the merchant. Or choose the anchor."),
        ({"operator_is_seller": True}, "找商家。直播间和店铺是一家。", "Turn to the merchant. Room and shop are one"),
        (
            {"platform_sells_itself": True},
            "找平台。货是平台自己卖的。",
            "Turn to the platform. The platform itself",
        ),
        (
            {"seller_identity_requested": True, "seller_identity_given": False},
            "先找商家。也可以要平台先赔。",
            "Start with the merchant. Or have the platform pay first.",
        ),
        (
            {"live_click_purchase": False, "steered_off_platform": True, "steered_by_seller_staff": False},
            "找主播。这是直播间私下和你做的买卖。",
            "Turn to the anchor. The live room sold to you privately.",
        ),
    ],
)
def test_one_sentence_says_who_answers_and_how(more: dict[str, bool], zh: str, en: str) -> None:
    facts = {**FLAWED, **more}
    assert told("zh", facts=facts).verdict.startswith(zh)
    assert told("en", facts=facts).verdict.startswith(en)


def test_nobody_answers_where_nothing_is_complained_of() -> None:
    assert told(facts={}).verdict == "按目前知道的事实，没有谁要负责。事实有变，可以随时补充。"


def test_a_card_gives_word_reason_facts_and_both_kinds_of_articles() -> None:
    first, second, third = told(facts={**FLAWED, "seller_displayed": False}).parties
    assert (first.party, first.word, first.tone) == ("merchant", "应负责", "responsible")
    assert (second.party, second.word, second.tone) == ("anchor", "也可以找它", "shared")
    assert second.sub == "和商家任选一个；它们之间怎么分，与你无关"
    assert (third.party, third.tone) == ("platform", "possible")
    reason = second.reasons[0]
    assert reason.ground == "A01"
    assert ("seller_displayed", False) in [(key, value) for key, value, _ in reason.because]
    assert [cited.text for cited in reason.binding] == ["《网络消费司法解释（一）》第12条第1款"]
    assert [cited.text for cited in reason.supervisory] == ["《网络交易监督管理办法》第20条"]
    assert "X1" in [excuse.id for excuse in second.excuses]


def test_one_business_is_one_card_folded_into_the_other() -> None:
    cards = told(facts={**FLAWED, "operator_is_seller": True}).parties
    assert (cards[-1].party, cards[-1].word, cards[-1].tone) == ("anchor", "和商家是一家", "merged")


def test_what_is_missing_says_which_answer_would_change_what() -> None:
    missing = {fact.fact: fact for fact in told(facts={**FLAWED, "seller_identity_requested": True}).missing}
    assert missing["seller_identity_given"].effects == ("如果不是，平台也要负责。",)
    assert missing["seller_identity_given"].answer is False


def test_silence_is_named_as_the_reason() -> None:
    facts = {**FLAWED, "operator_disclaimed_sale": True}
    anchor = next(card for card in told(facts=facts, lapsed=["anchor"]).parties if card.party == "anchor")
    assert anchor.by_burden
    assert anchor.reasons[0].by_burden


def test_sums_carry_their_alternative_and_their_article() -> None:
    facts = {
        "personal_use": True, "purchase_proved": True, "food_unsafe": True, "counterfeit": True, "seller_knew": True,
    }  # fmt: skip
    lines = {line.code: line for line in told("en", facts=facts, category="alcohol", price="100.00").remedies}
    assert (lines["10X"].amount, lines["3X"].amount) == ("1000.00", "500.00")
    assert lines["10X"].alternative_to == ("Three times the price",)
    assert [cited.text for cited in lines["10X"].citations] == ["Food Safety Law, Art 148(2)"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(inquiries())
def test_whatever_is_decided_can_be_told_and_nothing_unverified_is_cited(input_: dict[str, Any]) -> None:
    decision = decide(BOOK, read_inquiry(input_, BOOK, today=TODAY))
    output = decision.as_dict()
    unverified = {mark for ground in output["grounds"] for mark in ground["unverified"]}
    for lang in ("zh", "en"):
        told = explain(BOOK, decision.input_dict(), output, lang)
        assert told.verdict
        assert "{" not in str(told)
        reasons = [
            reason for card in (*told.parties, *told.others) for reason in (*card.reasons, *card.open, *card.duties)
        ]
        shown = {cited.code for reason in reasons for cited in (*reason.binding, *reason.supervisory)}
        assert not {code for code in shown if any(mark == code or mark.startswith(code + " ") for mark in unverified)}


def test_a_fact_leans_the_way_the_conditions_say() -> None:
    assert leaning(BOOK, "seller_knew", "merchant") == 1
    assert leaning(BOOK, "seller_displayed", "anchor") == -1  # A01 wants it unmarked, A02 marked: the burden decides
    assert leaning(BOOK, "life_health_goods", "anchor") == 0  # a reason for A04, a defence against A05
    assert leaning(BOOK, "seller_identity_given", "platform") == -1
    assert leaning(BOOK, "operator_knew", "merchant") == 0


def test_what_nobody_has_read_on_the_official_page_is_shown_to_nobody_as_law() -> None:
    facts = {**FLAWED, "after_sales_stalled": True, "fake_or_tampered": True}
    output = decide(BOOK, an_inquiry(facts=facts)).as_dict()
    assert "GO 8" in next(ground for ground in output["grounds"] if ground["id"] == "M06")["citations"]
    assert output["illegal_acts"] == [8, 10]
    shown = told("en", facts=facts)
    codes = {cited.code for card in shown.parties for reason in card.reasons for cited in reason.supervisory}
    assert "GO 8" not in codes
    assert len(shown.acts) == 1  # point 10 was seen in a close report; point 8 waits
