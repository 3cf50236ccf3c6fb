"""A condition in words says what the condition says: every fact of it, each way round, joined as it is joined."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import Language, Rulebook
from routing.engine.expressions import Expression, evaluate, names_in, parse
from routing.engine.logic import Truth, conjunction, disjunction, negation
from routing.engine.readable import Clause, read_out
from routing.engine.rule_words import rule_words
from routing.engine.wording import Wording
from tests.routing.worlds import BOOK

LANGUAGES: tuple[Language, ...] = ("zh", "en")
CONDITIONS = [each for rule in BOOK.rules for each in (rule.condition, rule.unless, rule.raised_by)]


def reached(book: Rulebook, expression: Expression) -> Iterator[str]:
    """Every fact a condition turns on, through predicates and roles."""
    for name in names_in(expression):
        role, predicate = book.roles.get(name), book.predicates.get(name)
        if name in book.facts:
            yield name
        for _, _, inner in predicate.by_date if predicate else ():
            yield from reached(book, inner)
        if role:
            yield from (*role.is_true, *role.is_false, *role.not_true)
            for other in role.any_role:
                yield from reached(book, parse(other))


def leaves(clause: Clause) -> Iterator[Clause]:
    if not clause.parts:
        yield clause
    for part in clause.parts:
        yield from leaves(part)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_condition_in_words_mentions_every_fact_of_the_condition_and_no_other(lang: Language) -> None:
    for condition in CONDITIONS:
        told = read_out(Wording(BOOK, lang), condition)
        assert set(told.facts()) == set(reached(BOOK, condition)), condition
        assert all(leaf.text for leaf in leaves(told)), condition


def opaque(name: str) -> bool:
    """A name that is read from dates or from other rules, or is not settled: taken as given, not opened."""
    predicate = BOOK.predicates.get(name)
    if predicate is None:
        return name in BOOK.roles
    return "Constant" in repr(predicate) or len(predicate.by_date) != 1


def said(clause: Clause, world: Mapping[str, Truth]) -> Truth:
    """The truth of what is read out, by its words alone."""
    wording = Wording(BOOK, "zh")
    if clause.name in world:
        return world[clause.name]
    if clause.fact:
        text = BOOK.facts[clause.fact].yes
        value = world[clause.fact]
        return value if text is not None and clause.text == text.zh else negation(value)
    if clause.kind == "constant":
        return {wording.say("clause.always"): True, wording.say("clause.never"): False}.get(clause.text)
    parts = [said(part, world) for part in clause.parts]
    if clause.head == wording.say("clause.not"):
        return negation(parts[0])
    return disjunction(parts) if clause.head == wording.say("clause.any") else conjunction(parts)


@given(st.data())
def test_what_is_read_out_is_true_exactly_where_the_condition_is(data: st.DataObject) -> None:
    condition = data.draw(st.sampled_from(CONDITIONS))
    truths = st.sampled_from([True, False, None])
    world: dict[str, Truth] = {fact.key: data.draw(truths) for fact in BOOK.conditions if data.draw(st.booleans())}
    world = {fact.key: world.get(fact.key) for fact in BOOK.conditions}
    world |= {name: data.draw(truths) for name in (*BOOK.predicates, *BOOK.roles) if opaque(name)}

    def lookup(name: str) -> Truth:
        return world[name] if name in world else evaluate(BOOK.predicates[name].by_date[0][2], lookup)

    assert said(read_out(Wording(BOOK, "zh"), condition), world) == evaluate(condition, lookup)


def test_what_the_law_leaves_unsettled_is_said_to_be_unsettled() -> None:
    wording = Wording(BOOK, "en")
    assert read_out(wording, parse("unknown and (food or drug)")).text.startswith("“May” at most")
    assert "Only this settles it" in read_out(wording, parse("unknown or food")).text
    dated = read_out(wording, parse("AD"))
    assert [part.text for part in dated.parts] == ["Orders from 1 February 2026", "Orders up to 31 January 2026"]


def test_an_officers_finding_and_a_proof_stand_in_the_words_of_a_rule() -> None:
    wording = Wording(BOOK, "zh")
    found = rule_words(wording, BOOK.rules_named("A02")[0])
    assert found.findings == (BOOK.facts["room_found_seller"].yes.zh,)
    assert found.needs_seller
    proof = rule_words(wording, BOOK.rules_named("P03")[0]).proofs
    assert [source.cited.code for each in proof for source in each.sources] == ["CPL 44(1)"]
    assert proof[0].text.startswith("要由平台证明")
