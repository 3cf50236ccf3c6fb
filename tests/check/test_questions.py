"""The check asks the law's own questions: few, in the order in which they decide, and none that decides nothing."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from statistics import median

import pytest

from complaints.check import MOST, Answer, Walk
from complaints.check_asks import BOUGHT, KIND, NONE, PROBLEM, REST, UNSURE, span_of
from routing import Party, Verdict
from tests.check.respondent import Respondent, Verdicts, verdicts
from tests.routing.test_cases import CASES

TODAY = date(2026, 6, 1)
TOLD = (
    *(("problem", "D"), ("kind", "broken"), ("seller", "shop"), ("room", "others"), ("use", "own")),
    *(("payment", "inside"), ("shown", "no"), ("how", "live-link")),
)


@cache
def verdicts_on_the_way(id: str) -> tuple[Verdicts, ...]:
    return tuple(verdicts(walk.input) for walk in Respondent(CASES[id]).walk())


def walked(*answers: tuple[str, str], today: date = TODAY) -> Walk:
    """A walk in which each question is answered by the code that is given for it, or else with not sure."""
    said, walk = dict(answers), Walk((), today, "zh")
    while (ask := walk.ask) is not None:
        walk = walk.with_answer(ask, [said.get(ask.key, UNSURE)])
    return walk


def questions_until_stable(id: str) -> int:
    on_the_way = verdicts_on_the_way(id)
    final = on_the_way[-1]
    return next(n for n in range(1, len(on_the_way) + 1) if all(each == final for each in on_the_way[n - 1 :]))


@pytest.mark.parametrize("id", CASES)
def test_the_verdict_is_that_of_everything_the_consumer_could_tell(id: str) -> None:
    assert verdicts_on_the_way(id)[-1] == verdicts(Respondent(CASES[id]).can_tell)


def test_half_of_the_public_cases_are_decided_within_seven_questions_and_none_asks_more_than_promised() -> None:
    assert median(questions_until_stable(id) for id in CASES) <= 7
    assert max(len(verdicts_on_the_way(id)) for id in CASES) <= MOST


def test_what_went_wrong_is_asked_first_and_then_which_kind() -> None:
    first = Walk((), TODAY, "zh")
    assert first.ask and first.ask.key == PROBLEM
    second = first.with_answer(first.ask, ["D"])
    assert second.ask and second.ask.key == KIND


def test_a_kind_that_says_nothing_new_is_not_asked() -> None:
    first = Walk((), TODAY, "zh")
    assert first.ask
    fake = first.with_answer(first.ask, ["E"])  # both kinds of it are counterfeits
    assert fake.facts == {"counterfeit": True}
    assert fake.ask and fake.ask.key != KIND


def test_whether_the_seller_was_shown_is_asked_only_where_the_room_is_not_the_shops_own() -> None:
    told = (("problem", "D"), ("kind", "broken"), ("seller", "shop"), ("how", "live-link"), ("use", "own"))
    asked = {room: {each.key for each in walked(*told, ("room", room)).told} for room in ("own", "others")}
    assert "shown" in asked["others"]
    assert "shown" not in asked["own"]


def test_every_question_can_change_a_verdict_alone_or_with_one_more() -> None:
    walk = walked(("problem", "D"), ("kind", "broken"), ("seller", "shop"), ("room", "own"), ("rest", NONE))
    assert walk.ask is None
    assert len(walk.told) < MOST
    assert verdicts(walk.input)[Party.MERCHANT] is Verdict.RESPONSIBLE


def test_the_day_is_asked_only_where_another_day_means_another_law() -> None:
    soon_after = walked(*TOLD, today=date(2022, 6, 1))  # the judicial interpretation is of 15 March 2022
    assert BOUGHT in {each.key for each in soon_after.told}
    assert BOUGHT not in {each.key for each in walked(*TOLD).told}


def test_the_day_that_was_told_picks_the_law() -> None:
    about = ("2022-03-15/2022-06-01", "/2022-03-14")
    walk = walked(("problem", "D"), today=date(2022, 6, 1))
    told = [(code, _bought(walk, code, about).input["purchase_date"]) for code in (*about, UNSURE)]
    assert told == [(about[0], "2022-06-01"), (about[1], "2022-03-14"), (UNSURE, "2022-06-01")]
    narrower = ("2021-05-01/2022-03-14", "/2021-04-30")
    unsure = _bought(_bought(walk, about[1], about), UNSURE, narrower)
    assert unsure.input["purchase_date"] == "2022-03-14"  # what was told before is not forgotten


def test_spans_end_where_the_asking_ends_and_whoever_bought_earlier_is_asked_again() -> None:
    walk, asked = Walk((), date(2022, 6, 1), "zh"), []
    while (ask := walk.ask) is not None:
        if ask.key == BOUGHT:
            asked.append([span_of(code) for code in ask.about])
        walk = walk.with_answer(ask, [ask.about[-1] if ask.key == BOUGHT else dict(TOLD).get(ask.key, UNSURE)])
    recent, earlier = asked
    assert [span.first for span in recent] == [date(2022, 3, 15), date(2019, 6, 1), None]
    assert earlier[0].last == recent[-1].last == date(2019, 5, 31)
    assert date(2019, 1, 1) in {span.first for span in earlier}  # the E-commerce Law
    assert walk.bought == earlier[-1]
    for spans in asked:
        assert all(later.first == before.last + timedelta(days=1) for later, before in pairwise(spans))


# ── What is asserted is kept, or said to be lost ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(40))
def test_no_asserted_fact_is_dropped_without_being_told(seed: int) -> None:
    draw, walk = Random(seed), Walk((), TODAY, "zh")
    asked = []
    while (ask := walk.ask) is not None:
        codes = [option.code for option in ask.options if option.code != UNSURE]
        walk = walk.with_answer(ask, [draw.choice(codes)])
        asked.append(ask)
    told = {place for clash in walk.clashes for place in (clash.earlier, clash.later) if place != clash.stands}
    for place, (ask, answer) in enumerate(zip(asked, walk.told, strict=True)):
        for fact, value in ask.facts(answer.codes).items():
            assert walk.facts.get(fact) is value or place in told, (ask.key, answer.codes, fact)


def test_the_name_on_the_order_outranks_what_was_said_of_the_room() -> None:
    for order in (("room", "seller"), ("seller", "room")):
        codes = {"room": "others", "seller": "anchor"}
        walk = Walk(tuple(Answer(key, (codes[key],)) for key in order), TODAY, "zh")
        assert walk.facts["operator_is_seller"] is True
        assert [order[clash.stands] for clash in walk.clashes if clash.stands is not None] == ["seller"]


def test_answers_that_cannot_both_be_so_leave_open_what_they_disagree_on_and_all_that_follows() -> None:
    walk = Walk((Answer("problem", ("E",)), Answer("goods", ("fine",))), TODAY, "zh")
    assert not {"counterfeit", "not_as_described"} & walk.facts.keys()  # a counterfeit is not as described
    assert walk.facts["below_standard"] is False
    assert [(clash.earlier, clash.later, clash.stands) for clash in walk.clashes] == [(0, 1, None)]


def test_rare_circumstances_stand_on_one_page_and_none_of_them_denies_them_all() -> None:
    walk = walked(("problem", "D"), ("kind", "broken"), ("seller", "shop"), ("room", "own"), ("rest", NONE))
    rest = next(each for each in walk.told if each.key == REST)
    assert len(rest.about) > 1
    assert all(walk.facts[fact] is False for fact in rest.about)


def test_nobody_who_knows_nothing_is_kept_for_long_and_nothing_is_claimed() -> None:
    walk = walked()
    assert walk.facts == {}
    assert not walk.is_complaint
    assert len(walk.told) <= 8
    assert set(verdicts(walk.input).values()) == {Verdict.NOT_RESPONSIBLE}
    assert walk.first_to_find[0].key == PROBLEM
    assert len(walk.first_to_find) == 3


def test_the_number_still_to_come_is_never_more_than_promised_and_ends_at_nought() -> None:
    for id in CASES:
        walks = Respondent(CASES[id]).walk()
        assert all(len(walk.told) + walk.left <= MOST for walk in walks)
        assert all(walk.left >= (walk.ask is not None) for walk in walks)


def test_an_answer_that_was_never_offered_is_refused() -> None:
    first = Walk((), TODAY, "zh")
    assert first.ask
    with pytest.raises(ValueError, match=PROBLEM):
        first.with_answer(first.ask, ["Z"])


def _bought(walk: Walk, code: str, about: tuple[str, ...]) -> Walk:
    return Walk((*walk.told, Answer(BOUGHT, (code,), about)), walk.today, "zh")
