"""What the law turns on: facts, the kinds of goods, and the facts that follow from either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages; neither is ever missing."""

    zh: str
    en: str
    en_one: str | None = None  # where the English sentence counts something and there is one of it

    def in_(self, lang: Language) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the law turns on. ``index`` is its place among the facts that can be true, false or unknown.

    The four dates have an ``input`` key instead, and an index of -1.
    """

    key: str
    number: str
    index: int
    group: str
    who: tuple[str, ...]
    ask: Text
    evidence: Text
    sign: Text | None
    yes: Text | None
    no: Text | None
    label: Text | None
    burden: tuple[str, ...]
    officer: bool
    derived_from: tuple[str, ...]
    consumer_askable: bool
    input: str | None

    @property
    def asked_of(self) -> str:
        """Who is asked for it (decide-contract.md, ``ask``): the consumer, unless it is not hers to know."""
        if self.consumer_askable:
            return "consumer"
        return next((who for who in self.who if who != "consumer"), "consumer")


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of goods, with the marks that are known of it."""

    key: str
    name: Text
    marks: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class DerivedByDate:
    """A fact filled from a mark of the category and two dates (law.md 4.2, 2)."""

    fact: str
    mark: str
    date: str
    within_months_of: str
    months: int


@dataclass(frozen=True, slots=True)
class Implication:
    """What a known fact makes of unknown ones; a value given outright wins (law.md 4.2, 3)."""

    premise: str
    and_not_true: str | None
    then: tuple[str, ...]
