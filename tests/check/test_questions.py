"""The check asks the law's own questions: few, in the order in which they decide, and none that decides nothing."""

from __future__ import annotations

from datetime import date
from functools import cache
from statistics import median

import pytest

from complaints.check import MOST, Answer, Walk
from complaints.check_asks import BOUGHT, KIND, NONE, PROBLEM, REST, UNSURE
from routing import Party, Verdict
from tests.check.respondent import Respondent, Verdicts, verdicts
from tests.routing.test_cases import CASES

TODAY = date(2026, 6, 1)


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
    told = (
        *(("problem", "D"), ("kind", "broken"), ("seller", "shop"), ("room", "others"), ("use", "own")),
        *(("payment", "inside"), ("shown", "no"), ("how", "live-link")),
    )
    soon_after = walked(*told, today=date(2022, 6, 1))  # the judicial interpretation is of 15 March 2022
    assert BOUGHT in {each.key for each in soon_after.told}
    assert BOUGHT not in {each.key for each in walked(*told).told}


def test_the_day_that_was_told_picks_the_law() -> None:
    about = ("2022-03-15/2022-06-01", "/2022-03-14")
    walk = walked(("problem", "D"), today=date(2022, 6, 1))
    told = [(code, _bought(walk, code, about).input["purchase_date"]) for code in (*about, UNSURE)]
    assert told == [(about[0], "2022-06-01"), (about[1], "2022-03-14"), (UNSURE, "2022-06-01")]


def test_rare_circumstances_stand_on_one_page_and_none_of_them_denies_them_all() -> None:
    walk = walked(("problem", "D"), ("kind", "broken"), ("seller", "shop"), ("room", "own"), ("rest", NONE))
    rest = next(each for each in walk.told if each.key == REST)
    assert len(rest.about) > 1
    assert all(walk.facts[fact] is False for fact in rest.about)


def test_nobody_who_knows_nothing_is_kept_for_long_and_nothing_is_claimed() -> None:
    walk = walked()
    assert walk.facts == {}
    assert walk.is_clueless
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
