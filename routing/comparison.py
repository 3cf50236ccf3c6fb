"""Two states of the law side by side: which entries came, went or read differently."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from routing.engine.names import Period
from routing.engine.rulebook import Rulebook

LABELS: Final = ("id", "number", "fact", "if", "from", "until")
"""What tells the entries of an array of tables apart, the best first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same. ``place`` is file and entry; None stands for "not there"."""

    place: str
    key: str
    before: Any
    after: Any


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """Every difference between two sets of law files, by file, entry and key. Layout and remarks are no difference.

    An entry that came or went as a whole is one difference, under the key ``""``. The texts must be TOML.
    """
    old, new = (dict(_entries(files)) for files in (before, after))
    found = []
    for place in sorted({*old, *new}):
        if place not in old or place not in new:
            found.append(Difference(place, "", old.get(place), new.get(place)))
            continue
        for key in dict.fromkeys((*old[place], *new[place])):
            was, is_ = old[place].get(key), new[place].get(key)
            if was != is_:
                found.append(Difference(place, key, was, is_))
    return found


def between_days(rulebook: Rulebook, first: date, second: date) -> list[Difference]:
    """What came into force or went out of force between two days of one law: instruments, rules, names by date."""

    def change(place: str, period: Period) -> Iterator[Difference]:
        was, is_ = period.covers(first), period.covers(second)
        if was is not is_:
            yield Difference(place, "", was or None, is_ or None)

    found: list[Difference] = []
    for each in rulebook.instruments.values():
        found += change(f"{each.id} {each.title.zh}", each.in_force)
    for rule in rulebook.rules:
        found += change(f"{rule.id} {rule.title.zh}", rule.in_force)
    for predicate in rulebook.predicates.values():
        for start, until, _ in predicate.by_date:
            period = Period(start or date.min, until)
            found += change(f"{predicate.name} {predicate.about} ({start or '…'} – {until or '…'})", period)
    return found


def _entries(files: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, text in files.items():
        parsed = tomllib.loads(text)
        plain = {key: value for key, value in parsed.items() if not _is_nested(value)}
        if plain:
            yield name, plain
        for key, value in parsed.items():
            if isinstance(value, list) and _is_nested(value):
                for place, entry in enumerate(value, start=1):
                    yield f"{name} {key} {_label(entry, place)}", _flat(entry)
            elif isinstance(value, dict):
                yield from _tables(f"{name} {key}", value)


def _tables(place: str, table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A table of tables is an entry each (``facts.toml counterfeit``, ``cpl.toml article 24``), others are one."""
    if table and all(isinstance(value, dict) and not {"zh", "en"} & value.keys() for value in table.values()):
        for key, value in table.items():
            yield f"{place} {key}", _flat(value)
    else:
        yield place, _flat(table)


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value))


def _label(entry: Mapping[str, Any], place: int) -> str:
    """The id of an entry; two versions of one rule are told apart by their first day."""
    name = next((str(entry[key]) for key in LABELS if key in entry), str(place))
    start = entry.get("in_force", {}).get("from")
    return f"{name} from {start}" if start else name


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """``{"reason": {"zh": …}}`` → ``{"reason.zh": …}``."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
