"""What a consumer's answers assert, and what they leave open."""

import pytest

from complaints.statement import facts_from, filing_from
from tests.builders import answers

OWN = {"relation": {"relation": "own"}, "payment": {"payment": "person", "steerer": "anchor"}}


def test_a_private_sale_is_one_without_a_shop_on_the_order() -> None:
    private = facts_from(answers(shop={"seller": "person"}, **OWN))
    assert private["operator_is_seller"] is False
    assert private["steered_by_seller_staff"] is False


def test_a_shop_on_the_order_outranks_what_was_said_on_air() -> None:
    named = facts_from(answers(shop={"seller": "shop"}, **OWN))
    assert "operator_is_seller" not in named
    steered = facts_from(answers(**{**OWN, "payment": {"payment": "person", "steerer": "shop"}}))
    assert steered["steered_by_seller_staff"] is True


@pytest.mark.parametrize("page", ["shown", "more"])
def test_not_sure_asserts_nothing(page: str) -> None:
    unsure = {"shown": {"shown": "unsure", "disclaimed": "unsure"}, "more": {"fact-claim_mattered": "unsure"}}
    found = facts_from(answers(**{page: unsure[page]}))
    assert not {"seller_displayed", "claim_mattered"}.issubset(found)


def test_a_pasted_share_text_gives_the_rooms_name_not_itself() -> None:
    pasted = "【小满家居间】正在直播，房间号：88231 https://live.example/s/Ab3 复制打开"
    given = answers(room={"room": pasted}, anchor={"anchor": ""})
    filing = filing_from(given)
    assert filing.room == "小满家居间"
    assert filing.names["anchor"] == "小满家居间"
    assert filing.answers["room"]["room"] == pasted
    assert filing_from(answers(room={"room": "https://live.example/s/Ab3"})).room == ""
