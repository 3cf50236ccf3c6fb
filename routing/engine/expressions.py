"""Conditions as the law files write them: ``live_click_purchase and not (seller_displayed or SELF)``.

The grammar is names, ``and``, ``or``, ``not``, parentheses, and the three words ``always`` (true), ``never`` (false)
and ``unknown`` (neither). Nothing else can be written, so a law file can compute nothing but truth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from routing.engine.logic import Truth, conjunction, disjunction, negation

Lookup = Callable[[str], Truth]
"""What a name is worth: true, false or not known."""

_TOKEN: Final = re.compile(r"\s*(?:([A-Za-z_][A-Za-z0-9_]*)|([()]))")
_WORDS: Final = frozenset({"and", "or", "not"})


DEEPEST: Final = 50
"""Levels of parentheses and negations. A condition people can follow has three or four."""


class ExpressionError(ValueError):
    """The text is no condition; the message says where it stops being one."""


@dataclass(frozen=True, slots=True)
class Constant:
    """``always``, ``never`` or ``unknown``."""

    value: Truth


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a predicate or a role."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of its part."""

    part: Expression


@dataclass(frozen=True, slots=True)
class And:
    """True where all its parts are."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where one of its parts is."""

    parts: tuple[Expression, ...]


Expression = Constant | Name | Not | And | Or

ALWAYS: Final = Constant(True)
NEVER: Final = Constant(False)
CONSTANTS: Final = {"always": ALWAYS, "never": NEVER, "unknown": Constant(None)}


def parse(text: str) -> Expression:
    """Read a condition. Raises ExpressionError where the text leaves the grammar."""
    reader = _Reader(text)
    expression = reader.alternatives()
    if reader.peek() is not None:
        raise ExpressionError(f"{text!r}: unexpected {reader.peek()!r}")
    return expression


def names_in(expression: Expression) -> Iterator[str]:
    """Every name that stands in the condition, in reading order, repeats included."""
    match expression:
        case Name(name):
            yield name
        case Not(part):
            yield from names_in(part)
        case And(parts) | Or(parts):
            for each in parts:
                yield from names_in(each)


def evaluate(expression: Expression, lookup: Lookup) -> Truth:
    """The truth of the condition under ``lookup``, by strong Kleene logic."""
    match expression:
        case Constant(value):
            return value
        case Name(name):
            return lookup(name)
        case Not(part):
            return negation(evaluate(part, lookup))
        case And(parts):
            return conjunction(evaluate(part, lookup) for part in parts)
        case Or(parts):
            return disjunction(evaluate(part, lookup) for part in parts)


def waits_for(expression: Expression, lookup: Lookup) -> frozenset[str]:
    """The unknown names that keep the condition unknown; empty where it is settled.

    A part that a false conjunct or a true disjunct has made irrelevant is not waited for.
    """
    if evaluate(expression, lookup) is not None:
        return frozenset()
    match expression:
        case Name(name):
            return frozenset({name})
        case Not(part):
            return waits_for(part, lookup)
        case And(parts) | Or(parts):
            return frozenset().union(*(waits_for(part, lookup) for part in parts))
        case Constant():
            return frozenset()


class _Reader:
    """A recursive descent over the tokens of one condition; ``or`` binds weakest, ``not`` strongest."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def alternatives(self) -> Expression:
        parts = [self._conjuncts()]
        while self._take("or"):
            parts.append(self._conjuncts())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjuncts(self) -> Expression:
        parts = [self._unit()]
        while self._take("and"):
            parts.append(self._unit())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unit(self) -> Expression:
        token = self.peek()
        if token is None:
            raise ExpressionError(f"{self._text!r}: ends too early")
        self._at += 1
        if token in ("not", "("):
            return self._nested(token)
        if token == ")" or token in _WORDS:
            raise ExpressionError(f"{self._text!r}: unexpected {token!r}")
        return CONSTANTS.get(token) or Name(token)

    def _nested(self, token: str) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"{self._text[:60]!r}…: more than {DEEPEST} levels")
        inner = Not(self._unit()) if token == "not" else self.alternatives()
        if token == "(" and not self._take(")"):
            raise ExpressionError(f"{self._text!r}: a parenthesis is not closed")
        self._depth -= 1
        return inner

    def _take(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self._at += 1
        return True


def _tokens(text: str) -> Iterator[str]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"{text!r}: {text[at:].strip()[:1]!r} cannot stand in a condition")
        yield match.group(1) or match.group(2)
        at = match.end()
