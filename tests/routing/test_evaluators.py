"""The fast evaluator never differs from the plain one, and both keep the promises of the model."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import Form, Status, Verdict, decide, read_inquiry
from routing.engine.compiled import machine
from routing.engine.decisions import decide_by
from routing.engine.expressions import Expression, names_in
from routing.engine.plain import Plain, read_plainly
from routing.engine.reading import Reading
from routing.engine.rulebook import Rule
from routing.engine.vocabulary import BEHIND, FACING, SELLER
from tests.routing.worlds import BOOK, KEYS, TODAY, an_inquiry, inquiries

MACHINE = machine(BOOK)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
SLOW = settings(QUICK, max_examples=4)


def facts_of(expression: Expression) -> set[str]:
    """The facts a condition can turn on, predicates and roles opened."""
    found: set[str] = set()
    for name in names_in(expression):
        if name in BOOK.facts:
            found.add(name)
        elif name in BOOK.predicates:
            for _, _, part in BOOK.predicates[name].by_date:
                found |= facts_of(part)
        elif name in BOOK.roles:
            found |= role_facts(name)
    return found


def role_facts(name: str) -> set[str]:
    role = BOOK.roles[name]
    return {*role.is_true, *role.is_false, *role.not_true}.union(*(role_facts(part) for part in role.any_role))


ROLE_FACTS = set().union(*(role_facts(name) for name in BOOK.roles))
BURDENED = {key for burden in BOOK.burdens.values() for key in burden.reads}
DEFENCES = set().union(*(facts_of(rule.unless) for rule in BOOK.rules))
GATES = set().union(*(facts_of(gate.bites) | facts_of(gate.unless) for gate in BOOK.gates))
WITHDRAWN = {implication.and_not_true for implication in BOOK.implications}
EXCEPTIONS = ROLE_FACTS | BURDENED | DEFENCES | GATES | WITHDRAWN


def held(reading: Reading) -> set[int]:
    return {i for i, status in enumerate(reading.statuses) if status is Status.HELD}


def asks_for_sellers_wrong(rule: Rule) -> bool:
    return "SW" in set(names_in(rule.condition))


@QUICK
@given(inquiries())
def test_both_evaluators_read_alike(input_: dict[str, Any]) -> None:
    inquiry = read_inquiry(input_, BOOK, today=TODAY)
    fast, plain = MACHINE.read(inquiry), read_plainly(BOOK, inquiry, suppose=False)
    for field in ("truths", "statuses", "parties", "by_burden", "capped", "standing", "gates", "asides", "verdicts"):
        assert getattr(fast, field) == getattr(plain, field), field
    assert MACHINE.verdicts(inquiry) == plain.verdicts


@SLOW
@given(inquiries())
def test_both_evaluators_suppose_alike_and_decide_the_same_bytes(input_: dict[str, Any]) -> None:
    inquiry = read_inquiry(input_, BOOK, today=TODAY)
    assert decide(BOOK, inquiry).digest == decide_by(lambda asked: read_plainly(BOOK, asked), BOOK, inquiry).digest


@QUICK
@given(inquiries(), st.sampled_from([key for key in KEYS if key not in EXCEPTIONS]), st.booleans())
def test_what_is_held_stays_held_when_more_is_known(input_: dict[str, Any], fact: str, value: bool) -> None:
    before = MACHINE.read(read_inquiry({**input_, "lapsed": []}, BOOK, today=TODAY))
    if before.truths[BOOK.facts[fact].index] is not None:
        return
    facts = {**input_["facts"], fact: value}
    after = MACHINE.read(read_inquiry({**input_, "lapsed": [], "facts": facts}, BOOK, today=TODAY))
    assert held(before) <= held(after)
    for party, verdict in before.verdicts.items():
        assert verdict is not Verdict.RESPONSIBLE or after.verdicts[party] is Verdict.RESPONSIBLE


@QUICK
@given(inquiries(), st.sampled_from(FACING))
def test_a_lapse_tells_only_in_the_grounds_whose_burden_the_party_carries(input_: dict[str, Any], party: str) -> None:
    # Kept apart on purpose: where two roles are one business, the lapse of either counts.
    facts = {key: value for key, value in input_["facts"].items() if key not in ROLE_FACTS}
    heard = MACHINE.read(read_inquiry({**input_, "facts": facts, "lapsed": []}, BOOK, today=TODAY))
    silent = MACHINE.read(read_inquiry({**input_, "facts": facts, "lapsed": [party]}, BOOK, today=TODAY))
    role = SELLER if party == "merchant" else party
    own = {id for burden in BOOK.burdens.values() if role in burden.carried_by for id in burden.rules}
    for i, rule in enumerate(BOOK.rules):
        if rule.id not in own and not (role == SELLER and asks_for_sellers_wrong(rule)):
            assert heard.statuses[i] is silent.statuses[i], rule.id


@QUICK
@given(inquiries(), st.sampled_from(FACING))
def test_one_more_lapse_never_takes_a_held_ground_away(input_: dict[str, Any], party: str) -> None:
    fewer = read_inquiry(input_, BOOK, today=TODAY)
    more = read_inquiry({**input_, "lapsed": [*input_.get("lapsed", []), party]}, BOOK, today=TODAY)
    assert held(MACHINE.read(fewer)) <= held(MACHINE.read(more))


@QUICK
@given(inquiries())
def test_a_duty_never_makes_a_party_responsible(input_: dict[str, Any]) -> None:
    decision = decide(BOOK, read_inquiry(input_, BOOK, today=TODAY))
    for party in (*FACING, *BEHIND):
        answer = decision.parties.get(party) or decision.others.get(party)
        liable = [g for g in decision.grounds if g.party is party and g.holds and g.form is not Form.DUTY]
        assert (answer is not None and answer.verdict is Verdict.RESPONSIBLE) == bool(liable)


@QUICK
@given(inquiries(), st.sampled_from(KEYS), st.booleans())
def test_a_fact_not_listed_as_missing_settles_nothing_that_is_possible(
    input_: dict[str, Any], fact: str, value: bool
) -> None:
    inquiry = read_inquiry(input_, BOOK, today=TODAY)
    decision = decide(BOOK, inquiry)
    if fact in {missing.fact.key for missing in decision.missing} or inquiry.facts.get(fact) is not None:
        return
    before = Plain(BOOK, inquiry)
    if before.fact(fact) is not None:
        return
    facts = {**input_["facts"], fact: value}
    after = Plain(BOOK, read_inquiry({**input_, "facts": facts}, BOOK, today=TODAY))
    for rule, was, is_ in zip(BOOK.rules, before.statuses, after.statuses, strict=True):
        assert rule.is_duty or was is not Status.POSSIBLE or is_ is Status.POSSIBLE, rule.id


@QUICK
@given(inquiries(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_told_changes_nothing(input_: dict[str, Any], chance: Any) -> None:
    told = list(input_["facts"].items())
    chance.shuffle(told)
    turned = {**dict(reversed(input_.items())), "facts": dict(told)}
    one, other = (decide(BOOK, read_inquiry(each, BOOK, today=TODAY)) for each in (input_, turned))
    assert one.digest == other.digest


def test_an_officers_finding_alone_lifts_a_marked_room_to_seller() -> None:
    facts = {
        "purchase_proved": True, "live_click_purchase": True, "seller_displayed": True,
        "operator_disclaimed_sale": True, "below_standard": True,
    }  # fmt: skip
    place = next(i for i, rule in enumerate(BOOK.rules) if rule.id == "A02")
    found = {True: Status.HELD, False: Status.NOT_HELD, None: Status.POSSIBLE}
    for finding, status in found.items():
        reading = MACHINE.read(an_inquiry(facts={**facts, "room_found_seller": finding}))
        assert reading.statuses[place] is status


@QUICK
@given(st.lists(inquiries(), max_size=6))
def test_many_read_side_by_side_are_read_as_each_alone(inputs: list[dict[str, Any]]) -> None:
    many = [read_inquiry(each, BOOK, today=TODAY) for each in inputs]
    assert MACHINE.verdicts_of_many(many) == [MACHINE.verdicts(each) for each in many]
