"""The cases that show each rule: read beside the law, shown on the rule's page, run by the tests."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from routing.engine.errors import RulebookError
from routing.engine.facts import Text
from routing.engine.tables import Table
from routing.engine.vocabulary import Status

CASES: Final = Path(__file__).parent / "cases"
USUAL: Final = {"purchase_date": "2026-03-01", "filed_date": "2026-05-01"}
"""The days of a case that names none."""


class Shows(StrEnum):
    """What a case shows of its rule."""

    HOLDS = "holds"
    FAILS = "fails"
    WAITS = "waits"
    UNRAISED = "unraised"
    NOT_YET = "not_yet"

    @property
    def status(self) -> Status:
        """What the engine must make of it."""
        return {
            Shows.HOLDS: Status.HELD,
            Shows.FAILS: Status.NOT_HELD,
            Shows.WAITS: Status.POSSIBLE,
            Shows.UNRAISED: Status.NOT_HELD,
            Shows.NOT_YET: Status.NOT_IN_FORCE,
        }[self]


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One case of one rule. ``given`` is a whole input of the decide contract."""

    rule: str
    shows: Shows
    title: Text
    given: Mapping[str, Any]


@cache
def rule_cases() -> Mapping[str, tuple[RuleCase, ...]]:
    """The cases of each rule by its id, as they stand in the files. Raises RulebookError where one cannot be read."""
    return {path.stem: tuple(_cases(path)) for path in sorted(CASES.glob("*.toml"))}


def _cases(path: Path) -> list[RuleCase]:
    try:
        file = Table(f"cases/{path.name}", "", tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise RulebookError(f"cases/{path.name}", "", str(problem)) from None
    found = [_case(path.stem, shows, entry) for shows in Shows for entry in file.tables(shows)]
    file.close()
    return found


def _case(rule: str, shows: Shows, entry: Table) -> RuleCase:
    given = {**USUAL, **entry.get("given", dict, {}), "facts": entry.get("facts", dict)}
    case = RuleCase(rule, shows, entry.text("title"), given)
    entry.close()
    return case
