"""Law files → Rulebook. Whatever cannot be understood stops here, with the file and the entry named.

The files are handed in as text, by name; reading a folder is ``read_folder``, and the only I/O of the engine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from routing.engine.canonical import digest
from routing.engine.errors import RulebookError
from routing.engine.loading_deadlines import load_limits
from routing.engine.loading_facts import load_categories, load_facts
from routing.engine.loading_names import load_burdens, load_gates, load_predicates, load_roles
from routing.engine.loading_results import (
    load_acts,
    load_excuses,
    load_not_relied_on,
    load_procedure,
    load_remedies,
    load_words,
)
from routing.engine.loading_rules import check_supersession, load_instrument, load_rules, order_rules
from routing.engine.references import check_burdens, check_remedies, check_sellers_wrong
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.tables import Table

SHARED_FILES: Final = (
    "facts", "categories", "predicates", "burdens", "gates", "acts", "deadlines", "procedure", "remedies", "excuses",
    "words", "ruleset",
)  # fmt: skip
"""The files every law of the folder leans on; each other file is one law."""


def read_folder(folder: Path) -> dict[str, str]:
    """The law files of a folder, by file name. Raises RulebookError where one cannot be read."""
    files = {}
    for path in sorted(folder.glob("*.toml")):
        if not path.is_file():
            raise RulebookError(path.name, "", "is no file")  # a pipe would be waited for without end
        try:
            files[path.name] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise RulebookError(path.name, "", str(problem)) from None
    return files


def load(files: Mapping[str, str]) -> Rulebook:
    """The rulebook that the files state. Raises RulebookError at the first thing that is wrong."""
    parsed = {name: _parsed(name, text) for name, text in sorted(files.items())}
    tables = {name: Table(name, "", content) for name, content in parsed.items()}
    for name in SHARED_FILES:
        if f"{name}.toml" not in tables:
            raise RulebookError(f"{name}.toml", "", "the file is missing")
    shared = {name: tables.pop(f"{name}.toml") for name in SHARED_FILES}

    facts, retired = load_facts(shared["facts"])
    keys = [key for key, fact in facts.items() if fact.input is None]
    categories, fills, derived_by_date = load_categories(shared["categories"], keys)
    roles = load_roles(shared["predicates"], keys)
    predicates = load_predicates(shared["predicates"], [*keys, *roles])
    names = [*keys, *predicates, *roles]
    remedies = load_remedies(shared["remedies"], names)
    instruments = {}
    for name, table in tables.items():
        instrument = load_instrument(table)
        if instrument.id in instruments:
            raise RulebookError(name, instrument.id, "this instrument stands in another file too")
        instruments[instrument.id] = instrument
    check_supersession(instruments)
    burdens = load_burdens(shared["burdens"], keys, names)
    rules: list[Rule] = []
    for table in tables.values():
        rules += load_rules(table, names=names, facts=keys, roles=list(roles), remedies=list(remedies),
                            burdens=list(burdens.burdens), instruments=instruments)  # fmt: skip
        table.close()
    ids = [rule.id for rule in rules]
    check_burdens(burdens.burdens, rules)
    check_remedies(remedies, instruments)
    gates = load_gates(shared["gates"], keys, names)
    check_sellers_wrong(predicates, rules, gates.gates, burdens.burdens)
    acts, acts_from = load_acts(shared["acts"], names, ids)
    marks = {mark for category in categories.values() for mark in category.marks}
    limits = load_limits(shared["deadlines"], facts=keys, marks=marks, instruments=instruments)
    procedure = load_procedure(shared["procedure"], limits)
    excuses = load_excuses(shared["excuses"], ids, instruments)
    ruleset = shared["ruleset"]
    rulebook = Rulebook(
        id=ruleset.get("id", str),
        state_of=ruleset.day("law_state_of"),
        digest=digest(_dated(parsed)),
        facts=facts,
        retired=retired,
        categories=categories,
        fills=fills,
        derived_by_date=derived_by_date,
        implications=gates.implications,
        predicates=predicates,
        roles=roles,
        burdens=burdens.burdens,
        own_multiples=burdens.own_multiples,
        own_multiples_unless=burdens.own_multiples_unless,
        gates=gates.gates,
        d12_from=gates.d12_from,
        instruments=instruments,
        rules=order_rules(rules),
        remedies=remedies,
        acts=acts,
        acts_from=acts_from,
        limits=limits,
        procedure=procedure,
        excuses=excuses,
        words=load_words(shared["words"]),
        not_relied_on=load_not_relied_on(ruleset),
    )
    for table in shared.values():
        table.close()
    return rulebook


def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r"at line ([0-9]+)", str(problem))
        line = text.splitlines()[int(place[1]) - 1].strip() if place else ""
        raise RulebookError(name, "", f"not TOML: {problem}" + (f": {line}" if line else "")) from None
    except RecursionError:
        raise RulebookError(name, "", "lists or tables are nested too deeply") from None


def _dated(value: Any) -> Any:
    """The value with its dates as ISO 8601: layout and comments of a file do not touch the digest, content does."""
    match value:
        case dict():
            return {key: _dated(each) for key, each in value.items()}
        case list():
            return [_dated(each) for each in value]
        case date():
            return value.isoformat()
    return value
