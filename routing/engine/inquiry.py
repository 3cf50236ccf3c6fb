"""The input of a decision, read and checked (decide-contract.md, "In")."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from routing.engine.errors import BadInput, Problem, nearest
from routing.engine.loading_facts import DATES
from routing.engine.loading_results import cents
from routing.engine.rulebook import Rulebook
from routing.engine.vocabulary import FACING, Party

KEYS: Final = ("id", *DATES, "price", "loss", "category", "facts", "lapsed")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One complaint as the engine sees it. Amounts are cents of CNY; ``facts`` holds known values only.

    ``read`` is the object read in its canonical form, as the digest of a decision takes it: without the id, with the
    day of filing, without what is null.
    """

    id: str | None
    purchase_date: date
    delivered_date: date | None
    harm_known_date: date | None
    debtor_known_date: date | None
    filed_date: date
    price: int | None
    loss: int | None
    category: str | None
    facts: Mapping[str, bool]
    lapsed: frozenset[Party]
    read: Mapping[str, Any]

    def day(self, name: str) -> date | None:
        """The date that the law files call by this name."""
        found: date | None = getattr(self, name)
        return found


def read_inquiry(given: Mapping[str, Any], rulebook: Rulebook, *, today: date) -> Inquiry:
    """Read a decide input. ``today`` is the day of filing where none is given.

    Raises BadInput with every problem of the input at once.
    """
    reader = _Reader(rulebook)
    if not isinstance(given, Mapping):
        raise BadInput([Problem("input", describe(given), "an object")])
    for key in given:
        if key not in KEYS:
            reader.refuse(str(key), "an unknown key", "one of " + ", ".join(KEYS), nearest(str(key), KEYS))
    days = {name: reader.day(name, given.get(name)) for name in DATES}
    if given.get("purchase_date") is None:
        reader.refuse("purchase_date", "nothing", "a day, YYYY-MM-DD; it picks the law in force")
    amounts = {name: reader.amount(name, given.get(name)) for name in ("price", "loss")}
    label = reader.label(given.get("id"))
    category = reader.category(given.get("category"))
    facts = reader.facts(given.get("facts"))
    lapsed = reader.lapsed(given.get("lapsed"))
    purchase = days["purchase_date"]
    if reader.problems or purchase is None:
        raise BadInput(reader.problems)
    filed = days["filed_date"] or today
    return Inquiry(
        id=label,
        purchase_date=purchase,
        delivered_date=days["delivered_date"],
        harm_known_date=days["harm_known_date"],
        debtor_known_date=days["debtor_known_date"],
        filed_date=filed,
        price=amounts["price"],
        loss=amounts["loss"],
        category=category,
        facts=facts,
        lapsed=lapsed,
        read=_canonical(given, filed, facts, lapsed),
    )


def _canonical(
    given: Mapping[str, Any], filed: date, facts: Mapping[str, bool], lapsed: Collection[Party]
) -> dict[str, Any]:
    read = {key: value for key, value in given.items() if value is not None and key not in ("id", "lapsed")}
    read["filed_date"] = filed.isoformat()
    read["facts"] = dict(facts)
    if lapsed:
        read["lapsed"] = sorted(party.value for party in lapsed)
    return read


def describe(value: Any) -> str:
    """What was found, in a few words of JSON: never the whole of a large value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value[:40]}…"' if len(value) > 40 else f'"{value}"'
        case int() | float():
            return f"the number {str(value)[:40]}"
        case list():
            return "a list"
        case Mapping():
            return "an object"
    return type(value).__name__


class _Reader:
    """Reads the parts of an input and gathers what is wrong with them."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self.problems: list[Problem] = []

    def refuse(self, key: str, found: str, allowed: str, close: str | None = None) -> None:
        self.problems.append(Problem(_printable(key), _printable(found), allowed, close))

    def label(self, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > _ID_LENGTH or not _is_text(value):
            self.refuse("id", describe(value), f"a string of at most {_ID_LENGTH} characters")
            return None
        return value

    def day(self, key: str, value: Any) -> date | None:
        if value is None:
            return None
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.refuse(key, describe(value), "a day of the calendar, YYYY-MM-DD")
                return None
        self.refuse(key, describe(value), "a day, YYYY-MM-DD")
        return None

    def amount(self, key: str, value: Any) -> int | None:
        if value is None:
            return None
        read = cents(value) if isinstance(value, str) else None
        if read is None:
            allowed = 'a decimal string of CNY such as "469.00", not negative, at most two places'
            self.refuse(key, describe(value), allowed)
        return read

    def category(self, value: Any) -> str | None:
        if value is None:
            return None
        known = self._rulebook.categories
        if not isinstance(value, str) or value not in known:
            close = nearest(value, known) if isinstance(value, str) else None
            self.refuse("category", describe(value), "one of " + ", ".join(known), close)
            return None
        return value

    def facts(self, value: Any) -> dict[str, bool]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.refuse("facts", describe(value), "an object of facts, each true, false or null")
            return {}
        known = {}
        for key, truth in value.items():
            if not self._is_fact(str(key)):
                continue
            if truth is True or truth is False:
                known[key] = truth
            elif truth is not None:
                self.refuse(f"facts.{key}", describe(truth), "true, false or null")
        return known

    def lapsed(self, value: Any) -> frozenset[Party]:
        allowed = "a list of merchant, anchor, platform"
        if value is None:
            return frozenset()
        if not isinstance(value, list | tuple):
            self.refuse("lapsed", describe(value), allowed)
            return frozenset()
        parties = set()
        for each in value:
            if isinstance(each, str) and each in FACING:
                parties.add(Party(each))
            else:
                close = nearest(each, FACING) if isinstance(each, str) else None
                self.refuse("lapsed", describe(each), allowed, close)
        return frozenset(parties)

    def _is_fact(self, key: str) -> bool:
        rulebook = self._rulebook
        fact = rulebook.facts.get(key)
        if fact is not None and fact.input is None:
            return True
        if fact is not None or key in DATES:
            self.refuse(f"facts.{key}", "a date among the facts", f"{key} at the top level of the input")
        elif key in rulebook.retired:
            replacements = ", ".join(rulebook.retired[key])
            self.refuse(f"facts.{key}", "a retired fact", f"instead of it: {replacements}")
        else:
            by_number = {each.number: each.key for each in rulebook.conditions}
            names = [each.key for each in rulebook.conditions]
            close = by_number.get(key) or nearest(key, names)
            self.refuse(f"facts.{key}", "an unknown fact", "a fact of the rulebook", close)
        return False


def _is_text(value: str) -> bool:
    """Whether the string can be written as UTF-8: half of a surrogate pair cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _printable(value: str) -> str:
    """One line that any terminal can take, whatever an input put into a key."""
    line = "".join(char if char.isprintable() else " " for char in value)
    return line if len(line) <= 120 else line[:119] + "…"
