"""What would change it: the smallest sets of facts that turn a verdict, held against the plain evaluator."""

from dataclasses import replace
from itertools import combinations
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing import Party, Verdict, decide, read_inquiry, what_would_change
from routing.engine.inquiry import Inquiry
from routing.engine.plain import Plain
from routing.engine.turning import Turn, turns
from tests.routing.worlds import BOOK, TODAY, an_inquiry, inquiries

USUAL: dict[str, Any] = {
    "personal_use": True,
    "purchase_proved": True,
    "live_click_purchase": True,
    "operator_is_seller": False,
    "not_as_described": True,
}


def with_facts(inquiry: Inquiry, facts: dict[str, bool]) -> Inquiry:
    return replace(inquiry, facts={**inquiry.facts, **facts})


def facts_of(turn: Turn) -> dict[str, bool]:
    return {fact.key: value for fact, value in turn.facts}


@settings(max_examples=25, deadline=None)
@given(inquiries(), st.data())
def test_a_turn_turns_the_verdict_and_no_part_of_it_does(input_: dict[str, Any], data: Any) -> None:
    inquiry = read_inquiry(input_, BOOK, today=TODAY)
    found = [turn for each in turns(BOOK, inquiry, enough=3).values() for turn in each]
    if not found:
        return
    turn = data.draw(st.sampled_from(found))
    facts = facts_of(turn)
    assert Plain(BOOK, with_facts(inquiry, facts)).verdicts[turn.party] is turn.to
    order = list(Verdict)
    if turn.before is Verdict.NOT_RESPONSIBLE:
        order.reverse()
    for size in range(1, len(facts)):
        for part in combinations(facts.items(), size):
            reached = Plain(BOOK, with_facts(inquiry, dict(part))).verdicts[turn.party]
            # A part goes less far; of a responsible or a free party it does not go further either.
            assert reached is not turn.to
            if turn.before is not Verdict.POSSIBLE:
                assert order.index(reached) < order.index(turn.to)


def followers(fact: str) -> set[str]:
    """What follows from a fact, and from that in turn."""
    found: set[str] = set()
    asked = {fact}
    while asked:
        asked = {key for each in BOOK.implications if each.premise in asked for key in each.then} - found
        found |= asked
    return found


GRAVE_FOOD = {"purchase_date": "2014-03-15", "filed_date": "2014-04-30", "facts": {}}


@settings(max_examples=25, deadline=None)
@given(inquiries(), st.sampled_from(BOOK.conditions), st.booleans())
@example(GRAVE_FOOD, BOOK.facts["food_grave_wrong"], True)  # unsafe food, and so below standard: that is told
def test_a_single_unknown_fact_that_turns_a_verdict_is_told(input_: dict[str, Any], fact: Any, value: bool) -> None:
    inquiry = read_inquiry(input_, BOOK, today=TODAY)
    base = Plain(BOOK, inquiry)
    if base.truths[fact.index] is not None or fact.group == "derived":
        return
    supposed = Plain(BOOK, with_facts(inquiry, {fact.key: value}))
    follows = followers(fact.key)
    for party, found in turns(BOOK, inquiry, enough=1000, most_facts=1).items():
        told = [facts_of(turn) for turn in found if turn.to is supposed.verdicts[party]]
        if supposed.verdicts[party] is not base.verdicts[party]:
            weaker = value and any({key: True} in told for key in follows)
            ruled_out = [key for key in follows if inquiry.facts.get(key) is False] if value else []
            premises = [i.premise for i in BOOK.implications if not i.and_not_true and fact.key in i.then]
            ruled_out += [key for key in premises if inquiry.facts.get(key) is True and not value]
            assert weaker or ruled_out or {fact.key: value} in told


def test_a_room_that_named_the_seller_is_one_fact_away_from_going_free() -> None:
    inquiry = an_inquiry(facts={**USUAL, "seller_displayed": False, "operator_disclaimed_sale": True})
    anchor = turns(BOOK, inquiry)[Party.ANCHOR]
    to_possible = [facts_of(turn) for turn in anchor if turn.to is Verdict.POSSIBLE]
    assert {"seller_displayed": True} in to_possible
    assert all(turn.before is Verdict.RESPONSIBLE for turn in anchor)


def test_a_turn_is_told_in_both_languages_with_its_facts() -> None:
    inquiry = an_inquiry(facts=USUAL)
    input_ = decide(BOOK, inquiry).input_dict()
    chinese, english = (what_would_change(BOOK, input_, lang)["anchor"] for lang in ("zh", "en"))
    assert "如果你下单时，直播间没有清楚写明实际卖家是谁，主播就要负责。" in [each.text for each in chinese]
    told = next(each for each in english if each.facts[0][:2] == ("seller_displayed", False))
    assert told.text == (
        "If it turns out that when you ordered, the live room did not show clearly who the actual seller was, "
        "the anchor has to answer."
    )
    assert (told.to, told.word, told.facts[0][3]) == ("responsible", "Responsible", False)


def test_what_follows_from_a_fact_is_told_instead_of_it() -> None:
    """Actual knowledge implies that it ought to have known: the weaker fact is enough, and is the one told."""
    told = [facts_of(turn) for turn in turns(BOOK, an_inquiry(facts=USUAL), enough=50)[Party.ANCHOR]]
    assert {"operator_knew": True} in told
    assert {"operator_actually_knew": True} not in told


def test_an_input_with_a_forgotten_name_tells_nothing() -> None:
    assert what_would_change(BOOK, {"purchase_date": "2024-05-01", "facts": {"no_such": True}}, "zh") == {}
