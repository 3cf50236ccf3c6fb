"""Checks across files that no single table can make: what may lean on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from routing.engine.errors import RulebookError
from routing.engine.expressions import Expression, names_in
from routing.engine.loading_rules import instrument_of
from routing.engine.names import Burden, Gate, Predicate
from routing.engine.rulebook import Instrument, Remedy, Rule
from routing.engine.vocabulary import SellerWrong


def check_burdens(burdens: Mapping[str, Burden], rules: Iterable[Rule]) -> None:
    """A rule names its burdens and a burden its rules: both sides must say the same."""
    known = {rule.id for rule in rules}
    for burden in burdens.values():
        for id in sorted(burden.rules - known):
            raise RulebookError("burdens.toml", f"burden.{burden.id}", f"in: no such rule {id!r}")
    for rule in rules:
        named = set(rule.burdens)
        carried = {burden.id for burden in burdens.values() if rule.id in burden.rules}
        for id in sorted(named ^ carried):
            message = f"burden: {id!r} must stand both here and, with this rule, in burdens.toml"
            raise RulebookError(rule.file, f"rule {rule.id}", message)


def check_remedies(remedies: Mapping[str, Remedy], instruments: Mapping[str, Instrument]) -> None:
    """Every article a remedy cites belongs to a known instrument."""
    for remedy in remedies.values():
        for cite, _ in remedy.cites:
            if instrument_of(cite) not in instruments:
                raise RulebookError("remedies.toml", remedy.code, f"cites an unknown instrument: {cite!r}")


def check_sellers_wrong(
    predicates: Mapping[str, Predicate], rules: Iterable[Rule], gates: Iterable[Gate], burdens: Mapping[str, Burden]
) -> None:
    """SW is read from the rules that count in it, so nothing that comes before them may ask for it."""
    for rule in rules:
        early = [rule.unless, rule.raised_by, *([rule.earlier[0]] if rule.earlier else [])]
        if rule.seller_wrong is not SellerWrong.NEVER:
            early.append(rule.condition)
        if any(_asks_for_it(expression, predicates) for expression in early):
            raise RulebookError(rule.file, f"rule {rule.id}", "asks for SW before SW is known")
    for gate in gates:
        if any(_asks_for_it(expression, predicates) for expression in (gate.bites, gate.unless, gate.keeps_if)):
            raise RulebookError("gates.toml", f"gate.{gate.id}", "asks for SW before SW is known")
    for burden in burdens.values():
        if any(_asks_for_it(each, predicates) for each in (*burden.only_if.values(), *burden.without_lapse.values())):
            raise RulebookError("burdens.toml", f"burden.{burden.id}", "asks for SW before SW is known")


def _asks_for_it(expression: Expression, predicates: Mapping[str, Predicate]) -> bool:
    return any(
        name == "SW"
        or (name in predicates and any(_asks_for_it(part, predicates) for _, _, part in predicates[name].by_date))
        for name in names_in(expression)
    )
