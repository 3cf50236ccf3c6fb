"""Three values, and the small language that speaks of them."""

from itertools import product

import pytest

from routing.engine.expressions import ExpressionError, evaluate, names_in, parse, waits_for
from routing.engine.logic import Truth, conjunction, disjunction, negation

VALUES: tuple[Truth, ...] = (True, False, None)


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, repeat=2)))
def test_and_or_and_not_are_strong_kleene(a: Truth, b: Truth) -> None:
    rank = {False: 0, None: 1, True: 2}
    assert conjunction([a, b]) == min((a, b), key=rank.__getitem__)
    assert disjunction([a, b]) == max((a, b), key=rank.__getitem__)
    assert negation(conjunction([a, b])) == disjunction([negation(a), negation(b)])


@pytest.mark.parametrize("known", list(product(VALUES, repeat=3)))
def test_learning_more_never_changes_what_was_settled(known: tuple[Truth, ...]) -> None:
    for text in ("a and not (b or c)", "(a and b) or (unknown and c)", "not a or b and c", "always and (a or never)"):
        expression = parse(text)
        truth = evaluate(expression, dict(zip("abc", known, strict=True)).__getitem__)
        if truth is None:
            continue
        for later in product((True, False), repeat=3):
            learnt = [now if now is not None else then for now, then in zip(known, later, strict=True)]
            assert evaluate(expression, dict(zip("abc", learnt, strict=True)).__getitem__) is truth


def test_or_binds_weakest_and_not_strongest() -> None:
    assert parse("not a and b or c") == parse("((not a) and b) or c")
    assert list(names_in(parse("a or b and not a"))) == ["a", "b", "a"]


def test_what_a_false_conjunct_made_irrelevant_is_not_waited_for() -> None:
    known: dict[str, Truth] = {"a": False, "b": None, "c": None}
    assert waits_for(parse("(a and b) or c"), known.__getitem__) == {"c"}


@pytest.mark.parametrize("text", ["", "a b", "a and", "(a", "a)", "not", "a == b", "a or or b", "f(a)", "1", "a,b"])
def test_nothing_but_the_grammar_can_be_written(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)
