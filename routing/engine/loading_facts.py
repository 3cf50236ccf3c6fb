"""facts.toml and categories.toml → what the law turns on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from routing.engine.facts import Category, DerivedByDate, Fact
from routing.engine.tables import Table

DATES: Final = ("purchase_date", "delivered_date", "harm_known_date", "debtor_known_date", "filed_date")
"""The dates of an inquiry. All but the day of filing are facts too, and can be asked for."""

_GROUPS: Final = ("order", "wrong", "shown", "aftersales", "identity", "platform", "business", "derived")
_SOURCES: Final = ("consumer", "merchant", "anchor", "platform", "association")


def load_facts(file: Table) -> tuple[Mapping[str, Fact], Mapping[str, tuple[str, ...]]]:
    """The facts in their order, and the retired names with what replaces them."""
    facts: dict[str, Fact] = {}
    retired: dict[str, tuple[str, ...]] = {}
    index = 0
    for key, table in file.children():
        number = table.get("number", str)
        if table.has("replaced_by"):
            retired[key] = table.strings("replaced_by")
            table.get("reason", str)
            table.close()
            continue
        is_date = table.has("input")
        facts[key] = _fact(key, number, -1 if is_date else index, table)
        index += not is_date
        table.close()
    for key, replacements in retired.items():
        for name in replacements:
            file.known(f"{key}: replaced_by", name, facts)
    return facts, retired


def _fact(key: str, number: str, index: int, table: Table) -> Fact:
    is_date = index < 0
    return Fact(
        key=key,
        number=number,
        index=index,
        group=table.known("group", table.get("group", str), _GROUPS),
        who=table.all_known("who", _SOURCES),
        ask=table.text("ask"),
        evidence=table.text("evidence"),
        sign=table.optional_text("sign"),
        yes=None if is_date else table.text("yes"),
        no=None if is_date else table.text("no"),
        label=table.optional_text("label"),
        burden=table.strings("burden", []),
        officer=table.get("officer", bool, False),
        derived_from=table.strings("derived_from", []),
        consumer_askable=table.get("consumer_askable", bool, True),
        input=table.known("input", table.get("input", str), DATES) if is_date else None,
    )


def load_categories(
    file: Table, facts: Collection[str]
) -> tuple[Mapping[str, Category], Mapping[str, str], tuple[DerivedByDate, ...]]:
    """The kinds of goods, which mark fills which fact, and the facts derived from a mark and two dates."""
    table = file.table("fills")
    fills = {mark: table.known(mark, table.get(mark, str), facts) for mark in table}
    derived = tuple(_derived_by_date(entry, facts) for entry in file.tables("derived_by_date"))
    marks = {*fills, *(rule.mark for rule in derived)}
    categories = {}
    for key, entry in file.table("category").children():
        name = entry.text("name")
        known = {mark: entry.get(mark, bool) for mark in entry if mark in marks}
        entry.close()
        categories[key] = Category(key, name, known)
    return categories, fills, derived


def _derived_by_date(table: Table, facts: Collection[str]) -> DerivedByDate:
    rule = DerivedByDate(
        fact=table.known("fact", table.get("fact", str), facts),
        mark=table.get("mark", str),
        date=table.known("date", table.get("date", str), DATES),
        within_months_of=table.known("within_months_of", table.get("within_months_of", str), DATES),
        months=table.get("months", int),
    )
    table.close()
    return rule
