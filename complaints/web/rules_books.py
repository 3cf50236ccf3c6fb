"""The law of a version as the rules pages read it, and in which kept versions a rule reads differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from complaints.lawbooks import LawVersion, version_named, versions
from routing import Language, Rulebook, RulebookError, rulebook
from routing.engine.rule_words import rule_words
from routing.engine.wording import Wording

COMPARED = 12
"""Kept versions that a rule is compared with, the newest ones: older ones are still reached by their permalink."""


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A version in which a rule reads differently; not ``is_there`` where that law had no such rule."""

    version: LawVersion
    is_there: bool


def book_named(version: str) -> Rulebook | None:
    """The law of this version; None where nothing is kept under that name, or where the engine of today cannot read it
    any more.
    """
    try:
        return version_named(version)
    except RulebookError:
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that an earlier law and today's have in different words; ``then`` and ``now`` say which of them has it."""

    id: str
    title: str
    then: bool
    now: bool


def other_readings(book: Rulebook, rule: str) -> list[OtherReading]:
    """The versions in which the rule reads differently than in ``book``, the newest first."""
    own = _readings(book.version).get(rule)
    others = [(each, _readings(each.version)) for each in versions()[: COMPARED + 1]]
    return [OtherReading(each, rule in there) for each, there in others if there and there.get(rule) != own]


def changed_rules(book: Rulebook, lang: Language) -> list[Change]:
    """Every rule that reads differently in ``book`` and in today's law."""
    today = rulebook()
    then, now = _readings(book.version), _readings(today.version)
    ids = [id for id in dict.fromkeys([*now, *then]) if then.get(id) != now.get(id)]
    titles = {rule.id: rule.title.in_(lang) for rule in (*book.rules, *today.rules)}
    return [Change(id, titles[id], id in then, id in now) for id in ids]


@lru_cache(maxsize=64)
def _readings(version: str) -> Mapping[str, int]:
    """A fingerprint of each rule's words, in both languages. A kept law never changes, so it is taken once."""
    book = book_named(version)
    if book is None:
        return {}
    found: dict[str, int] = {}
    languages: tuple[Language, ...] = ("zh", "en")
    for lang in languages:
        wording = Wording(book, lang)
        for rule in book.rules:
            found[rule.id] = hash((found.get(rule.id), rule_words(wording, rule)))
    return found
