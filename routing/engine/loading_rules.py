"""The file of one law → its instrument and the rules that rest on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal, get_args

from routing.engine.errors import RulebookError
from routing.engine.expressions import ALWAYS, NEVER, Expression
from routing.engine.names import Period
from routing.engine.rulebook import Detail, Instrument, Offer, Renumbering, Rule
from routing.engine.tables import Table
from routing.engine.vocabulary import SELLER, Form, Level, Party, SellerWrong, When

_SELLER_CODE: Final = "SELLER"
_PARTIES: Final = (SELLER, Party.ANCHOR, Party.PLATFORM, Party.PRODUCER, Party.MCN, Party.PRESENTER)
_ARTICLE: Final = re.compile(r"[0-9]+(?:\([0-9]+\)){0,2}")
_TABLES: Final = "MANP"  # the order of the tables of law.md 4.7: merchant, anchor, agency, platform


def load_instrument(file: Table) -> Instrument:
    """The law that the file is about."""
    table = file.table("instrument")
    in_force = table.table("in_force")
    articles = file.table("article", {})
    gists = {}
    for number, article in articles.children():
        gists[number] = article.text("gist")
        article.close()
    unit: Literal["article", "point"] = "article"
    if table.known("unit", table.get("unit", str), ("article", "point")) == "point":
        unit = "point"
    instrument = Instrument(
        id=table.get("id", str),
        level=table.word("level", Level),
        title=table.text("title"),
        short=table.text("short"),
        number=table.get("number", str, None),
        issuer=table.optional_text("issuer"),
        in_force=in_force.period(start=None if in_force.has("from") else date.min),
        governed_by=table.word("gate", When),
        unit=unit,
        listed=frozenset(table.strings("listed", [])),
        unchecked=frozenset(table.strings("unchecked", [])),
        unverified=_unverified(table),
        supersedes=table.strings("supersedes", []),
        renumbers=_renumbers(table),
        replaces=table.optional_text("replaces"),
        gists=gists,
    )
    if instrument.begins is None and "from" not in instrument.unverified:
        raise in_force.error("from is missing: without it, unverified must name it")
    in_force.close()
    table.close()
    return instrument


def _unverified(table: Table) -> frozenset[Detail]:
    """The details nobody has compared with the official text; of a number there must be one."""
    found: frozenset[Any] = frozenset(table.all_known("unverified", get_args(Detail), []))
    for detail in ("number", "replaces"):
        if detail in found and not table.has(detail):
            raise table.error(f"unverified: there is no {detail} to verify")
    return found


def _renumbers(table: Table) -> tuple[Renumbering, ...]:
    """Where the articles of the one superseded law stand now; no article is moved twice."""
    found = []
    for entry in table.get("renumbers", list, []):
        inner = Table(table.file, f"{table.entry}.renumbers", entry)
        found.append(Renumbering(inner.get("was", str), inner.get("now", str), inner.text("about")))
        inner.close()
        for number in (found[-1].was, found[-1].now):
            if not _ARTICLE.fullmatch(number):
                raise inner.error(f"must be the number of an article as it is cited, found {number!r}")
    if found and len(table.strings("supersedes", [])) != 1:
        raise table.error("renumbers: supersedes must name the one law whose articles were renumbered")
    if len({each.was for each in found}) < len(found) or len({each.now for each in found}) < len(found):
        raise table.error("renumbers: an article is moved twice")
    return tuple(found)


def check_supersession(instruments: Mapping[str, Instrument]) -> None:
    """A law supersedes laws that are here, and that ended before it began."""
    for each in instruments.values():
        for id in each.supersedes:
            if id not in instruments:
                raise RulebookError(f"{each.id}", "instrument", f"supersedes an unknown instrument: {id!r}")
            until = instruments[id].in_force.until
            if until is None or until >= each.in_force.start:
                raise RulebookError(f"{each.id}", "instrument", f"supersedes {id!r}, which did not end before it")


def load_rules(
    file: Table,
    *,
    names: Collection[str],
    facts: Collection[str],
    roles: Collection[str],
    remedies: Collection[str],
    burdens: Collection[str],
    instruments: Mapping[str, Instrument],
) -> list[Rule]:
    """The rules of one law file. Every name they use must be known, and every rule must cite something."""
    found = []
    for table in file.tables("rule"):
        in_force = table.table("in_force")
        gates = table.table("gates", {})
        excluded = table.get("excluded_when", str, None)
        officer = table.get("officer_only", str, None)
        rule = Rule(
            id=table.get("id", str),
            file=file.file,
            party=table.known("party", table.get("party", str), _PARTIES),
            capacity=table.get("capacity", str),
            form=table.word("form", Form),
            form_if=_form_if(table, names),
            title=table.text("title"),
            condition=table.condition("when", names),
            unless=table.condition("unless", names, NEVER),
            raised_by=table.condition("raised_by", names),
            earlier=_earlier(in_force, names),
            in_force=in_force.period(),
            governed_by=table.word("gate", When),
            d12=table.get("d12", bool, False),
            burdens=table.all_known("burden", burdens, []),
            stays=frozenset(key for key in gates if _stays(gates, key)),
            excluded_when=None if excluded is None else table.known("excluded_when", excluded, roles),
            self_stays=table.get("self_stays", bool, False),
            seller_when=table.condition("seller_when", names, NEVER),
            seller_wrong=_seller_wrong(table),
            officer_only=None if officer is None else table.known("officer_only", officer, facts),
            offers=_offers(table, names, [*remedies, _SELLER_CODE]),
            multiples_open=table.condition("multiples_open", names, NEVER),
            multiples_unless=table.condition("multiples_unless", names, NEVER),
            cites=table.strings("cites"),
            unverified=table.strings("unverified", []),
            contested=table.strings("contested", []),
            doubts=table.conditions("doubts", names),
            level=table.word("level", Level),
            note=table.get("note", str, ""),
            reason=table.text("reason"),
            possible=table.text("possible"),
            officer_note=table.optional_text("officer_note"),
        )
        in_force.close()
        table.close()
        _check_citations(table, rule, instruments)
        found.append(rule)
    return found


def order_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules in the order of the tables, mirrored ones last. Versions of one id must not overlap."""
    ordered = sorted(rules, key=_place)
    versions: dict[str, list[Rule]] = defaultdict(list)
    for rule in ordered:
        for other in versions[rule.id]:
            if _overlap(other.in_force, rule.in_force):
                raise RulebookError(rule.file, f"rule {rule.id}", f"two versions are in force at once ({other.file})")
        versions[rule.id].append(rule)
    return tuple(ordered)


def instrument_of(citation: str) -> str:
    """``CPL-Regs 13(2)`` → ``CPL-Regs``."""
    return citation.rpartition(" ")[0]


def _place(rule: Rule) -> tuple[bool, int, str, str]:
    letter = _TABLES.find(rule.id[:1])
    if letter < 0:
        raise RulebookError(rule.file, f"rule {rule.id}", f"an id begins with one of {', '.join(_TABLES)}")
    return ("@" in rule.id, letter, rule.id, rule.in_force.start.isoformat())


def _overlap(one: Period, other: Period) -> bool:
    return (one.until is None or other.start <= one.until) and (other.until is None or one.start <= other.until)


def _stays(gates: Table, key: str) -> bool:
    return gates.known(key, gates.get(key, str), ("stays", "falls")) == "stays"


def _seller_wrong(table: Table) -> SellerWrong:
    value: Any = table.get("seller_wrong", object, False)
    return SellerWrong(table.known("seller_wrong", str(value).lower(), [word.value for word in SellerWrong]))


def _form_if(table: Table, names: Collection[str]) -> tuple[Expression, Form, Form] | None:
    if not table.has("form_if"):
        return None
    inner = table.table("form_if")
    read = inner.condition("when", names), inner.word("then", Form), inner.word("else", Form)
    inner.close()
    return read


def _earlier(in_force: Table, names: Collection[str]) -> Any:
    if not in_force.has("earlier"):
        return None
    inner = in_force.table("earlier")
    read = inner.condition("when", names), inner.day("from")
    inner.close()
    return read


def _offers(table: Table, names: Collection[str], codes: Collection[str]) -> tuple[Offer, ...]:
    offers = []
    for entry in table.get("remedies", list):
        if isinstance(entry, str):
            offers.append(Offer(table.known("remedies", entry, codes)))
            continue
        inner = Table(table.file, f"{table.entry}.remedies", entry)
        code = inner.known("code", inner.get("code", str), codes)
        offers.append(
            Offer(code, inner.condition("only_if", names, ALWAYS), inner.condition("owed_when", names, ALWAYS))
        )
        inner.close()
    return tuple(offers)


def _check_citations(table: Table, rule: Rule, instruments: Mapping[str, Instrument]) -> None:
    if not rule.cites:
        raise table.error("cites nothing: a rule without a citation is no law")
    cited = [instruments[table.known("cites", instrument_of(cite), instruments)].level for cite in rule.cites]
    if min(cited) is not rule.level:
        raise table.error(f"level is {rule.level}, but the best of its citations is {min(cited)}")
