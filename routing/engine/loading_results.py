"""Remedies, acts, procedure, excuses, words, and what ruleset.toml sets aside → what follows, and how it is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final, Literal

from routing.engine.expressions import ALWAYS, NEVER
from routing.engine.facts import Text
from routing.engine.limits import Limit, Unit
from routing.engine.loading_rules import instrument_of
from routing.engine.rulebook import Act, Excuse, Instrument, NotRelied, Procedure, ProcedurePeriod, Remedy
from routing.engine.tables import Table
from routing.engine.vocabulary import FACING, Party

_YUAN: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")
_AMOUNTS: Final[dict[str, Literal["price", "loss"]]] = {"price": "price", "loss": "loss"}


def cents(text: str) -> int | None:
    """``469.00`` → 46900; None where it is no decimal of CNY with at most two places, or is negative."""
    match = _YUAN.fullmatch(text)
    return None if match is None else int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def load_remedies(file: Table, names: Collection[str]) -> Mapping[str, Remedy]:
    """The remedy codes, in the order they are shown."""
    remedies = {}
    codes = list(file)
    for code, table in file.children():
        amount = table.get("amount", str, None)
        floor = cents(table.get("floor", str, "0"))
        if floor is None:
            raise table.error("floor must be an amount such as 500.00")
        cites = []
        for entry in table.tables("cites"):
            cites.append((entry.get("cite", str), entry.condition("when", names, ALWAYS)))
            entry.close()
        remedies[code] = Remedy(
            code=code,
            name=table.text("name"),
            explain=table.text("explain"),
            amount=None if amount is None else _AMOUNTS[table.known("amount", amount, _AMOUNTS)],
            times_price=table.get("times_price", int, 0),
            times_loss=table.get("times_loss", int, 0),
            floor=floor,
            multiple=table.get("multiple", bool, False),
            shared=table.get("shared", bool, False),
            instead_of=table.all_known("instead_of", codes, []),
            cites=tuple(cites),
        )
        table.close()
    return remedies


def load_acts(file: Table, names: Collection[str], rules: Collection[str]) -> tuple[tuple[Act, ...], date]:
    """The acts that may be reported, ascending, and the first day they exist."""
    acts = []
    for table in file.tables("act"):
        acts.append(
            Act(
                number=table.get("number", int),
                when=table.condition("when", names, NEVER),
                held=frozenset(table.all_known("held", rules, [])),
                title=table.text("title"),
                explain=table.optional_text("explain"),
            )
        )
        table.close()
    return tuple(sorted(acts, key=lambda act: act.number)), file.day("from")


def load_procedure(file: Table, limits: Mapping[str, Limit]) -> Procedure:
    """The dated complaint rules, and the routes in order. How long they give is read from the limits they name."""
    acceptance = limits[file.known("acceptance", file.get("acceptance", str), limits)]
    mediation = limits[file.known("mediation", file.get("mediation", str), limits)]
    accept_in = {(term.length, term.unit) for term in acceptance.terms}
    working_days, unit = min(accept_in, key=str, default=(None, None))
    if working_days is None or unit is not Unit.WORKING_DAYS or len(accept_in) > 1:
        raise file.error(f"{acceptance.id} must be one number of working days at all times")
    periods = []
    for table in file.tables("period"):
        periods.append(_period(table, mediation))
        table.close()
    return Procedure(
        accept_working_days=working_days,
        routes=file.strings("routes"),
        clock_stops_for=tuple(stop.value for stop in mediation.pauses_for),
        periods=tuple(periods),
    )


def _period(table: Table, mediation: Limit) -> ProcedurePeriod:
    """The rules of one period, with the one term of mediation that holds all through it."""
    period, rules = table.period(), table.get("rules", str)
    term = next((term for term in mediation.terms if term.period.covers(period.start)), None)
    if term is None or term.length is None or term.period != period or not term.unit.is_walked:
        raise table.error(f"must be the period of a term of {mediation.id}, in days or working days")
    return ProcedurePeriod(period, rules, term.length, term.unit is Unit.WORKING_DAYS)


def load_excuses(file: Table, rules: Collection[str], instruments: Mapping[str, Instrument]) -> tuple[Excuse, ...]:
    """The standard excuses with their answers."""
    excuses = []
    for table in file.tables("excuse"):
        basis = table.strings("basis")
        for cite in basis:
            table.known("basis", instrument_of(cite), instruments)
        excuses.append(
            Excuse(
                id=table.get("id", str),
                by=table.all_known("by", [*FACING, Party.PRODUCER, Party.MCN, Party.PRESENTER]),
                grounds=frozenset(table.all_known("grounds", rules)),
                says=table.text("says"),
                answer=table.text("answer"),
                when_not=table.optional_text("when_not"),
                basis=basis,
            )
        )
        table.close()
    return tuple(excuses)


def load_not_relied_on(ruleset: Table) -> tuple[NotRelied, ...]:
    """The texts that nothing here rests on; an older law of the folder names none."""
    found = []
    for table in ruleset.tables("not_relied_on"):
        text = NotRelied(
            title=table.text("title"),
            number=table.get("number", str, None),
            state=table.text("state"),
            why=table.text("why"),
            unverified=table.get("unverified", bool, False),
        )
        if text.unverified and text.number is None:
            raise table.error("unverified: there is no number to verify")
        table.close()
        found.append(text)
    return tuple(found)


def load_words(file: Table) -> Mapping[str, Text]:
    """Every phrase under its dotted path, ``verdict.joint.word``; a phrase in one language only is an error."""
    words: dict[str, Text] = {}
    _collect(file, "", words)
    return words


def _collect(table: Table, path: str, words: dict[str, Text]) -> None:
    if any(table.has(lang) for lang in ("zh", "en")):
        words[path] = table.own_text()
        table.close()
        return
    for key in table:
        inner: Any = table.table(key)
        _collect(inner, f"{path}.{key}" if path else key, words)
