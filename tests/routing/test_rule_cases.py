"""Every rule is shown at work: where it holds, where it fails, where it waits for a fact."""

import pytest

from routing import decide, read_inquiry
from routing.cases import RuleCase, Shows, rule_cases
from routing.engine.expressions import names_in
from routing.engine.plain import Plain
from routing.engine.vocabulary import Status
from tests.routing.worlds import BOOK, TODAY

IDS = sorted({rule.id for rule in BOOK.rules})
SELF_RAISED = {rule.id for rule in BOOK.rules if rule.condition == rule.raised_by and not rule.d12}
BY_LAPSE = {rule.id for rule in BOOK.rules if set(names_in(rule.condition)) <= BOOK.roles.keys()}
ALL = [case for cases in rule_cases().values() for case in cases]


def status_of(case: RuleCase) -> Status:
    """The status of the rule the case is about; a mirrored rule is told apart by its party."""
    decision = decide(BOOK, read_inquiry(case.given, BOOK, today=TODAY), every_ground=True)
    return next(ground.status for ground in (*decision.grounds, *decision.unlisted) if ground.rule.id == case.rule)


@pytest.mark.parametrize("id", IDS)
def test_a_rule_has_a_case_in_which_it_holds_one_in_which_it_fails_and_one_in_which_it_waits(id: str) -> None:
    """A rule that its own condition raises never waits: while the fact is unknown, nobody has complained of it. Where
    the condition is a lapse alone there is nothing to wait for: it has two values.
    """
    shown = {case.shows for case in rule_cases().get(id, ())}
    waits = {Shows.UNRAISED} if id in SELF_RAISED else {Shows.WAITS}
    assert shown >= {Shows.HOLDS, Shows.FAILS, *(() if id in BY_LAPSE else waits)}


def test_no_case_is_about_a_rule_that_is_not_there() -> None:
    assert not rule_cases().keys() - set(IDS)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.rule}-{case.shows}-{case.title.en}")
def test_the_law_makes_of_a_case_what_it_is_there_to_show(case: RuleCase) -> None:
    assert status_of(case) is case.shows.status


@pytest.mark.parametrize("case", [case for case in ALL if case.shows is Shows.UNRAISED], ids=lambda case: case.rule)
def test_what_nobody_has_complained_of_is_unknown_and_not_false(case: RuleCase) -> None:
    plain = Plain(BOOK, read_inquiry(case.given, BOOK, today=TODAY))
    assert all(plain.truth(rule.condition) is None for rule in BOOK.rules_named(case.rule))
