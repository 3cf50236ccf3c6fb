"""deadlines.toml → the time limits. What leans on nothing, or on a law that was not in force then, stops here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from routing.engine.errors import RulebookError
from routing.engine.expressions import ALWAYS, NEVER
from routing.engine.limits import EarlyWarning, Limit, Owner, Since, Stop, Term, Unit
from routing.engine.loading_rules import instrument_of
from routing.engine.names import Period
from routing.engine.rulebook import Instrument
from routing.engine.tables import Table, Word
from routing.engine.vocabulary import When


def load_limits(
    file: Table, *, facts: Collection[str], marks: Collection[str], instruments: Mapping[str, Instrument]
) -> Mapping[str, Limit]:
    """The limits by their ids, in the order of the file; those that follow another have its terms."""
    limits: dict[str, Limit] = {}
    for table in file.tables("limit"):
        limit = _limit(table, facts, marks, instruments)
        if limit.id in limits:
            raise table.error("stands twice")
        limits[limit.id] = limit
        table.close()
    return {id: _following(limit, limits) for id, limit in limits.items()}


def _limit(
    table: Table, facts: Collection[str], marks: Collection[str], instruments: Mapping[str, Instrument]
) -> Limit:
    mark = table.get("mark", str, None)
    terms = tuple(
        _term(Table(table.file, f"{table.entry}, term {place}", entry), instruments)
        for place, entry in enumerate(table.get("term", list, []), start=1)
    )
    limit = Limit(
        id=table.get("id", str),
        title=table.text("title"),
        says=table.text("says"),
        note=table.optional_text("note"),
        owner=table.word("owner", Owner),
        since=table.word("since", Since),
        or_later=_words(table, "or_later", Since),
        gate=table.word("gate", When),
        counts_first_day=table.get("counts_first_day", bool, False),
        rolls=table.get("rolls", bool, False),
        pauses_for=_words(table, "pauses_for", Stop),
        interrupted_by=_words(table, "interrupted_by", Since),
        interruption=_known(table, "interruption", instruments),
        runs_on=_known(table, "runs_on", instruments),
        warn=_warning(table.table("warn"), instruments) if table.has("warn") else None,
        policy=table.get("policy", bool, False),
        follows=table.get("follows", str, None),
        configured=table.get("configured", str, None),
        concerns=table.condition("concerns", facts, ALWAYS),
        unless=table.condition("unless", facts, NEVER),
        keeps_if=table.condition("keeps_if", facts, NEVER),
        only_known=table.get("only_known", bool, False),
        mark=None if mark is None else table.known("mark", mark, marks),
        caps=table.get("caps", str, None),
        unverified=table.strings("unverified", []),
        terms=terms,
    )
    _check(table, limit)
    return limit


def _term(table: Table, instruments: Mapping[str, Instrument]) -> Term:
    term = Term(
        period=table.period(),
        length=table.get("length", int, None),
        unit=table.word("unit", Unit),
        extension=table.get("extension", int, 0),
        basis=_known(table, "basis", instruments),
    )
    if (term.length is not None and term.length < 1) or term.extension < 0:
        raise table.error("length must be at least 1, and extension no less than 0")
    for cite in term.basis:
        if not _meet(term.period, instruments[instrument_of(cite)].in_force):
            raise table.error(f"basis: {cite!r} was never in force in this period")
    table.close()
    return term


def _warning(table: Table, instruments: Mapping[str, Instrument]) -> EarlyWarning:
    warning = EarlyWarning(
        length=table.get("length", int),
        unit=table.word("unit", Unit),
        says=table.text("says"),
        basis=_known(table, "basis", instruments),
    )
    table.close()
    return warning


def _check(table: Table, limit: Limit) -> None:
    """What one limit may not be, whatever the others say."""
    if limit.follows is None and not limit.terms:
        raise table.error("has no term: how long is it?")
    if limit.follows is not None and (limit.terms or not limit.policy):
        raise table.error("what follows another has no term of its own and is policy")
    for earlier, later in zip(limit.terms, limit.terms[1:], strict=False):
        if earlier.period.until is None or earlier.period.until >= later.period.start:
            raise table.error("two terms are in force at once, or not in order")
    for term in limit.terms:
        if (term.length is None) is (limit.configured is None):
            raise table.error("a term has a length, or the limit names the setting that has it")
        if not limit.policy and not term.basis:
            raise table.error("cites nothing: a limit without a citation is no law")
        if not term.unit.is_walked and (limit.pauses_for or limit.counts_first_day or term.extension):
            raise table.error("only what is counted in days can pause, be extended or count its first day")
    if bool(limit.interrupted_by) is not bool(limit.interruption):
        raise table.error("interrupted_by and interruption, its citations, stand together")
    if limit.interrupted_by and limit.runs_on:
        raise table.error("is both interrupted and not")
    for mark in limit.unverified:
        table.known("unverified", mark, limit.cites)


def _following(limit: Limit, limits: Mapping[str, Limit]) -> Limit:
    """The limit with the terms of the one it follows, and with what stops and rolls that."""
    if limit.caps is not None and limit.caps not in limits:
        raise RulebookError("deadlines.toml", f"limit {limit.id}", f"caps: no such limit {limit.caps!r}")
    if limit.follows is None:
        return limit
    leader = limits.get(limit.follows)
    if leader is None or leader.follows is not None:
        raise RulebookError("deadlines.toml", f"limit {limit.id}", f"follows: no limit of its own {limit.follows!r}")
    return replace(
        limit, terms=leader.terms, rolls=leader.rolls, pauses_for=leader.pauses_for, unverified=leader.unverified
    )


def _words(table: Table, key: str, words: type[Word]) -> tuple[Word, ...]:
    names = table.all_known(key, [word.value for word in words], [])
    return tuple(words(name) for name in names)


def _known(table: Table, key: str, instruments: Mapping[str, Instrument]) -> tuple[str, ...]:
    """The citations under a key, each of a known instrument."""
    cites = table.strings(key, [])
    for cite in cites:
        table.known(key, instrument_of(cite), instruments)
    return cites


def _meet(one: Period, other: Period) -> bool:
    return (one.until is None or other.start <= one.until) and (other.until is None or one.start <= other.until)
