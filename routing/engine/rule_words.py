"""One rule as a reader meets it: when it holds, who proves what, what it gives, what it rests on, in one language.

Two laws make a rule read alike where these values are equal. What is unverified or unchecked is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from routing.engine.expressions import ALWAYS, NEVER, And, Expression, Name, Not
from routing.engine.readable import Clause, day_in_words, read_out
from routing.engine.remedies import SELLERS_CODES
from routing.engine.rule_sources import Source, begins_on_a_checked_day, sources_of
from routing.engine.rulebook import Rule
from routing.engine.wording import Wording

GATE_OF = "gate of "
"""How a rule marks that the day governing one of its instruments is unverified."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who must prove a fact, and what is taken to be so where it does not; ``without`` needs no waiting."""

    text: str
    only_if: Clause | None
    without: Clause | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Something the rule gives. ``only_if`` it gives it at all, ``owed_when`` it is beyond doubt, never ``not_when``.

    ``open_when``: it may already be put forward while the rule itself is still open.
    """

    name: str
    explain: str
    only_if: Clause | None
    owed_when: Clause | None
    open_when: Clause | None
    not_when: Clause | None


@dataclass(frozen=True, slots=True)
class FactWords:
    """A fact the rule turns on: the question, who can tell, what shows it. ``by_officer``: only an officer finds it."""

    key: str
    ask: str
    who: tuple[str, ...]
    evidence: str
    by_officer: bool


@dataclass(frozen=True, slots=True)
class Force:
    """From when to when. ``since`` is None where nobody has checked the day yet; ``earlier`` holds for some cases."""

    since: str | None
    until: str | None
    earlier: tuple[Clause, str | None] | None
    at_most: str
    governed: str
    explain: str


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The whole rule. ``form_else`` is the form where the condition ``form_when`` is not met."""

    id: str
    party: str
    title: str
    form: str
    form_explain: str
    form_when: Clause | None
    form_else: str
    reason: str
    possible: str
    when: Clause
    unless: Clause | None
    not_for: tuple[Clause, ...]
    proofs: tuple[Proof, ...]
    findings: tuple[str, ...]
    needs_seller: bool
    gives: tuple[Given, ...]
    binding: tuple[Source, ...]
    supervisory: tuple[Source, ...]
    force: Force
    facts: tuple[FactWords, ...]


def rule_words(wording: Wording, rule: Rule) -> RuleWords:
    """The rule in words, for everybody."""
    lang, book = wording.lang, wording.rulebook
    when = read_out(wording, rule.condition)
    unless = None if rule.unless is NEVER else read_out(wording, rule.unless)
    keys = list(dict.fromkeys([*when.facts(), *(unless.facts() if unless else ())]))
    form_if = rule.form_if
    form = rule.form if form_if is None else form_if[1]
    sources = sources_of(wording, rule, rule.cites)
    return RuleWords(
        id=rule.id,
        party=rule.party,
        title=rule.title.in_(lang),
        form=wording.say(f"form.{form}.name"),
        form_explain=wording.say(f"form.{form}.explain"),
        form_when=None if form_if is None else read_out(wording, form_if[0]),
        form_else="" if form_if is None else wording.say(f"form.{form_if[2]}.name"),
        reason=rule.reason.in_(lang),
        possible=rule.possible.in_(lang),
        when=when,
        unless=unless,
        not_for=tuple(_not_for(wording, rule)),
        proofs=tuple(_proofs(wording, rule, keys)),
        findings=tuple(statement(wording, key, True) for key in keys if book.facts[key].officer),
        needs_seller="SW" in _names(when),
        gives=tuple(_gives(wording, rule)),
        binding=tuple(each for each in sources if each.cited.is_binding),
        supervisory=tuple(each for each in sources if not each.cited.is_binding),
        force=_force(wording, rule),
        facts=tuple(_fact(wording, key) for key in keys),
    )


def statement(wording: Wording, key: str, value: bool) -> str:
    """The fact as a plain statement, each way; nothing where the rulebook does not know it."""
    fact = wording.rulebook.facts.get(key)
    text = None if fact is None else fact.yes if value else fact.no
    return "" if text is None else text.in_(wording.lang)


def _names(clause: Clause) -> set[str]:
    return {clause.name}.union(*(_names(part) for part in clause.parts))


def _not_for(wording: Wording, rule: Rule) -> Iterable[Clause]:
    """What takes the rule away although its own condition is met: who is who, and the gates (law.md 4.4, 4.6)."""
    if rule.excluded_when is not None:
        yield read_out(wording, Name(rule.excluded_when))
    for gate in wording.rulebook.gates:
        if gate.keeps is None or (gate.spares_duties and rule.is_duty):
            continue
        stays = gate.keeps in rule.stays
        if stays and gate.keeps_if is ALWAYS:
            continue
        limits = (gate.bites, Not(gate.unless), *([Not(gate.keeps_if)] if stays else []))
        yield read_out(wording, _all(limits))


def _all(parts: Sequence[Expression]) -> Expression:
    told = tuple(part for part in parts if part != Not(NEVER))
    return told[0] if len(told) == 1 else And(told)


def _proofs(wording: Wording, rule: Rule, keys: Sequence[str]) -> Iterable[Proof]:
    """One for each fact of the rule that a burden reads."""
    for id in rule.burdens:
        burden = wording.rulebook.burdens[id]
        carriers = [each for each in burden.carried_by if each == rule.party] or burden.carried_by
        who = wording.all_of([wording.say(f"who.{each}") for each in carriers])
        codes = [part.strip() for part in burden.basis.split(";")]
        if not burden.reads:
            yield Proof(wording.say("proof.itself", who=who), None, None, sources_of(wording, rule, codes))
        for place, (key, value) in enumerate(burden.reads.items()):
            if key not in keys:
                continue
            # A burden of several facts and as many articles names them in the same order (law.md 4.3, B2).
            own = [codes[place]] if 1 < len(codes) == len(burden.reads) else codes
            yield Proof(
                wording.say("proof.lapse", who=who, statement=statement(wording, key, value)),
                _optional(wording, burden.only_if.get(key)),
                _optional(wording, burden.without_lapse.get(key)),
                sources_of(wording, rule, own),
            )


def _optional(wording: Wording, condition: Expression | None) -> Clause | None:
    return None if condition is None or condition is ALWAYS or condition is NEVER else read_out(wording, condition)


def _gives(wording: Wording, rule: Rule) -> Iterable[Given]:
    book, lang = wording.rulebook, wording.lang
    for offer in rule.offers:
        remedy = book.remedies.get(offer.code)
        if offer.code == SELLERS_CODES or remedy is None:
            name, explain = wording.say("offer.SELLER.name"), wording.say("offer.SELLER.explain")
        else:
            name, explain = remedy.name.in_(lang), remedy.explain.in_(lang)
        multiple = remedy is not None and remedy.multiple
        yield Given(
            name,
            explain,
            only_if=_optional(wording, offer.only_if),
            owed_when=_optional(wording, offer.owed_when),
            open_when=_optional(wording, rule.multiples_open) if multiple else None,
            not_when=_optional(wording, rule.multiples_unless) if multiple else None,
        )
    for code, condition in book.own_multiples.get(rule.id, {}).items():
        remedy = book.remedies[code]
        excepted = _optional(wording, book.own_multiples_unless.get(code))
        yield Given(
            remedy.name.in_(lang), remedy.explain.in_(lang), _optional(wording, condition), None, None, excepted
        )


def _force(wording: Wording, rule: Rule) -> Force:
    book, lang, period = wording.rulebook, wording.lang, rule.in_force

    def shown(day: date) -> str | None:
        return day_in_words(day, lang) if begins_on_a_checked_day(book, rule, day) else None

    governed = "unchecked" if any(mark.startswith(GATE_OF) for mark in rule.unverified) else rule.governed_by.value
    at_most = ""
    if rule.d12:
        last = day_in_words(period.start - timedelta(days=1), lang)
        at_most = wording.say("governed.d12.explain", day=day_in_words(book.d12_from, lang), until=last)
    return Force(
        since=shown(period.start),
        until=None if period.until is None else day_in_words(period.until, lang),
        earlier=None if rule.earlier is None else (read_out(wording, rule.earlier[0]), shown(rule.earlier[1])),
        at_most=at_most,
        governed=wording.say(f"governed.{governed}.name"),
        explain=wording.say(f"governed.{governed}.explain"),
    )


def _fact(wording: Wording, key: str) -> FactWords:
    fact, lang = wording.rulebook.facts[key], wording.lang
    return FactWords(
        key=key,
        ask=fact.ask.in_(lang),
        who=tuple(wording.say(f"who.{each}") for each in fact.who),
        evidence=fact.evidence.in_(lang),
        by_officer=fact.officer,
    )
