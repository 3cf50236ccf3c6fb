"""predicates.toml, burdens.toml and gates.toml → the names that conditions use, and what bends them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from routing.engine.errors import RulebookError
from routing.engine.expressions import ALWAYS, NEVER, Expression, names_in
from routing.engine.facts import Implication
from routing.engine.loading_facts import DATES
from routing.engine.names import Burden, Gate, Later, Predicate, Role
from routing.engine.tables import Table
from routing.engine.vocabulary import FACING, SELLER, Party

SELLERS_WRONG: Final = "SW"
"""The one role that is computed from the statuses of rules (law.md 4.5)."""

NEEDED_ROLES: Final = ("PRIVATE_SALE", "ROOM_IS_SELLER", "SELF", "PLATFORM_SELLS", SELLERS_WRONG)
"""The roles that say who is who (law.md 4.6); the engine asks for them by name."""


def load_roles(file: Table, facts: Collection[str]) -> Mapping[str, Role]:
    """The roles, each built of facts or of roles above it."""
    roles: dict[str, Role] = {}
    for name, table in file.table("role").children():
        lapsed = table.get("lapsed", str, None)
        roles[name] = Role(
            name=name,
            is_true=table.all_known("is_true", facts, []),
            is_false=table.all_known("is_false", facts, []),
            not_true=table.all_known("not_true", facts, []),
            any_role=table.all_known("any_role", roles, []),
            lapsed=None if lapsed is None else Party(table.known("lapsed", lapsed, FACING)),
        )
        table.get("about", str, "")
        table.close()
    for name in NEEDED_ROLES:
        file.known("role", name, roles)
    return roles


def load_predicates(file: Table, names: Collection[str]) -> Mapping[str, Predicate]:
    """The predicates, each after those it is built of. A cycle is an error that names it."""
    entries = dict(file.table("predicate").children())
    all_names = [*names, *entries]
    raw = {name: _predicate(name, table, all_names) for name, table in entries.items()}
    ordered: dict[str, Predicate] = {}

    def settle(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " → ".join([*above[above.index(name) :], name])
            raise RulebookError(file.file, f"predicate.{name}", f"is defined by itself: {circle}")
        if name in raw and name not in ordered:
            for _, _, expression in raw[name].by_date:
                for part in names_in(expression):
                    settle(part, (*above, name))
            ordered[name] = raw[name]

    for name in raw:
        settle(name, ())
    return ordered


def _predicate(name: str, table: Table, names: Collection[str]) -> Predicate:
    about = table.get("about", str, "")
    by_date: list[tuple[date | None, date | None, Expression]] = []
    if table.has("is"):
        by_date.append((None, None, table.condition("is", names)))
    for entry in table.tables("by_date"):
        by_date.append((entry.day("from", None), entry.day("until", None), entry.condition("is", names)))
        entry.close()
    any_later = tuple(_later(entry) for entry in table.tables("any_later"))
    if bool(by_date) == bool(any_later):
        raise table.error("must have one of is, by_date, any_later")
    table.close()
    return Predicate(name, about, tuple(by_date), any_later)


def _later(table: Table) -> Later:
    than = table.strings("than") if isinstance(table.get("than", object), list) else (table.get("than", str),)
    later = Later(
        date=table.known("date", table.get("date", str), DATES),
        than=tuple(table.known("than", name, DATES) for name in than),
        years=table.get("years", int),
    )
    table.close()
    return later


@dataclass(frozen=True, slots=True)
class Burdens:
    """What burdens.toml says."""

    burdens: Mapping[str, Burden]
    own_multiples: Mapping[str, Mapping[str, Expression]]
    own_multiples_unless: Mapping[str, Expression]


def load_burdens(file: Table, facts: Collection[str], names: Collection[str]) -> Burdens:
    """The burdens still in use, and the multiples a deemed seller owes on its own facts."""
    burdens = {}
    for id, table in file.table("burden").children():
        if table.get("retired", bool, False):
            table.get("reason", str)
            table.close()
            continue
        burdens[id] = Burden(
            id=id,
            carried_by=table.all_known("carried_by", [SELLER, *FACING]),
            rules=frozenset(table.strings("in")),
            reads=table.truths("reads", facts),
            only_if=table.conditions("only_if", names),
            without_lapse=table.conditions("without_lapse", names),
            basis=table.get("basis", str),
        )
        table.close()
    own = file.table("own_multiples", {})
    return Burdens(
        burdens,
        {rule: own.conditions(rule, names) for rule in own},
        file.conditions("own_multiples_unless", names),
    )


@dataclass(frozen=True, slots=True)
class Gates:
    """What gates.toml says."""

    gates: tuple[Gate, ...]
    d12_from: date
    implications: tuple[Implication, ...]


def load_gates(file: Table, facts: Collection[str], names: Collection[str]) -> Gates:
    """The gates in order, the first day of D12, and the implications in order."""
    gates = tuple(_gate(id, table, names) for id, table in file.table("gate").children())
    d12 = file.table("d12")
    implications = []
    for table in file.tables("implication"):
        other = table.get("and_not_true", str, None)
        implications.append(
            Implication(
                premise=table.known("if", table.get("if", str), facts),
                and_not_true=None if other is None else table.known("and_not_true", other, facts),
                then=table.all_known("then", facts),
            )
        )
        table.close()
    return Gates(gates, d12.day("from"), tuple(implications))


def _gate(id: str, table: Table, names: Collection[str]) -> Gate:
    later = _later(table.table("later_than")) if table.has("later_than") else None
    gate = Gate(
        id=id,
        bites=table.condition("bites", names, NEVER),
        unless=table.condition("unless", names, NEVER),
        keeps=table.get("keeps", str, None),
        keeps_if=table.condition("keeps_if", names, ALWAYS),
        spares_duties=table.get("spares_duties", bool, False),
        later_than=later,
        closes=frozenset(table.strings("closes", [])),
        contests_multiples=table.get("contests_multiples", bool, False),
    )
    if (later is None) == (gate.bites is NEVER):
        raise table.error("must have one of bites, later_than")
    table.close()
    return gate
