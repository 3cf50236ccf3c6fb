"""Whole disputes, reported and made up, as the rules pages tell them: what is known, and which rules hold."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from routing.engine.errors import RulebookError
from routing.engine.facts import Text
from routing.engine.tables import Table

DISPUTES: Final = Path(__file__).parent / "cases" / "disputes"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute. ``given`` is a whole input of the decide contract, ``held`` the ids of the rules that come out.

    ``source`` says where it was reported; None where it was made up.
    """

    id: str
    title: Text
    because: Text
    source: Text | None
    given: Mapping[str, Any]
    held: frozenset[str]


@cache
def disputes() -> tuple[Dispute, ...]:
    """Every dispute, in the order of the files. Raises RulebookError where one cannot be read in both languages."""
    return tuple(dispute for path in sorted(DISPUTES.glob("*.toml")) for dispute in _disputes(path))


def disputes_that_show(rule: str) -> tuple[Dispute, ...]:
    """The disputes in which the rule holds."""
    return tuple(dispute for dispute in disputes() if rule in dispute.held)


def _disputes(path: Path) -> list[Dispute]:
    name = f"cases/disputes/{path.name}"
    try:
        file = Table(name, "", tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise RulebookError(name, "", str(problem)) from None
    return [_dispute(id, table) for id, table in file.children()]


def _dispute(id: str, table: Table) -> Dispute:
    then = table.table("then")
    dispute = Dispute(
        id=id,
        title=table.text("title"),
        because=table.text("because"),
        source=table.optional_text("source"),
        given={**table.get("given", dict), "facts": table.get("facts", dict, {})},
        held=frozenset(then.strings("held", [])),
    )
    table.close()
    return dispute
