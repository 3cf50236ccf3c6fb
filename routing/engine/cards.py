"""One card a party: its word, its reasons with the facts and articles they rest on, and what to answer its excuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from routing.engine.grounds import listed
from routing.engine.rulebook import Excuse as StandardExcuse
from routing.engine.rulebook import Rule
from routing.engine.sentences import open_facts
from routing.engine.vocabulary import Form, Party
from routing.engine.wording import Cited, Wording

OPERATOR_UNNAMED: Final = frozenset({"P04"})
ADVERTISER_UNNAMED: Final = frozenset({"A06", "P14"})
"""The advance grounds where it is the operator, or the advertiser, who cannot be named."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A ground in words. ``because``: (fact, value, statement); ``binding`` cites L1 to L3, ``supervisory`` others."""

    ground: str
    title: str
    text: str
    because: tuple[tuple[str, bool, str], ...]
    binding: tuple[Cited, ...]
    supervisory: tuple[Cited, ...]
    by_burden: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excuse:
    """What the party may say to push the buyer away, what to answer, and when it is right after all."""

    id: str
    says: str
    answer: str
    when_not: str | None
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class PartyCard:
    """What is said of one party. ``form`` is the best it has; ``tone`` picks the colour: responsible, shared,
    possible, none or merged. ``reasons`` are held, ``open`` possible."""

    party: str
    name: str
    role: str
    verdict: str
    form: str | None
    word: str
    sub: str
    tone: str
    merged_into: str | None
    by_burden: bool
    reasons: tuple[Reason, ...]
    open: tuple[Reason, ...]
    duties: tuple[Reason, ...]
    excuses: tuple[Excuse, ...]


def cards(
    wording: Wording, output: Mapping[str, Any], parties: Sequence[Party], in_force: frozenset[str]
) -> tuple[PartyCard, ...]:
    """The cards of these parties: those who answer in their order, then those who may, then the rest, merged last."""
    answers = {**output["parties"], **output["others"]}
    order = list(output["responsible"])

    def place(party: str) -> tuple[int, int]:
        answer = answers[party]
        if answer["merged_into"] is not None:
            return 4, 0
        rank = ("responsible", "possible", "not_responsible").index(answer["verdict"])
        return rank, order.index(party) if party in order else len(order)

    told = sorted((party.value for party in parties if party in answers), key=place)
    return tuple(_card(wording, output, party, answers[party], in_force) for party in told)


def _card(
    wording: Wording, output: Mapping[str, Any], party: str, answer: Mapping[str, Any], in_force: frozenset[str]
) -> PartyCard:
    own = [ground for ground in output["grounds"] if ground["party"] == party]
    liable = [ground for ground in own if ground["form"] != Form.DUTY]
    held = [ground for ground in liable if ground["status"] == "held"]
    duties = [ground for ground in own if ground["form"] == Form.DUTY and ground["status"] == "held"]
    word, sub, tone = _word(wording, output, party, answer, duties)
    return PartyCard(
        party=party,
        name=wording.say(f"party.{party}.name"),
        role=wording.say(f"party.{party}.role"),
        verdict=answer["verdict"],
        form=answer["forms"][0] if answer["forms"] else None,
        word=word,
        sub=sub,
        tone=tone,
        merged_into=answer["merged_into"],
        by_burden=bool(held) and all(ground["by_burden"] for ground in held),
        reasons=_reasons(wording, output, held),
        open=_reasons(wording, output, [ground for ground in liable if ground["status"] == "possible"]),
        duties=_reasons(wording, output, duties),
        excuses=_excuses(wording, party, own, in_force),
    )


def _word(
    wording: Wording,
    output: Mapping[str, Any],
    party: str,
    answer: Mapping[str, Any],
    duties: Sequence[Mapping[str, Any]],
) -> tuple[str, str, str]:
    """The verdict word, the sentence under it, and the tone (ux.md 2.0)."""

    def told(entry: str, tone: str, sub: str = "sub", **names: object) -> tuple[str, str, str]:
        return wording.say(f"verdict.{entry}.word", **names), wording.say(f"verdict.{entry}.{sub}", **names), tone

    if answer["merged_into"] is not None:
        return told("merged", "merged", party=wording.party(answer["merged_into"]))
    if answer["verdict"] == "responsible":
        form = answer["forms"][0]
        first = output["first_contact"]
        if form == Form.ADVANCE:
            return told("advance", "responsible", _advance(set(answer["grounds"])))
        if form in (Form.JOINT, Form.CORRESPONDING):
            return told(form, "shared")
        if form == Form.SOLE or party == first or first is None:
            return told("sole", "responsible")
        return told("either", "shared", first=wording.party(first))
    if answer["verdict"] == "possible":
        count = open_facts(output, [party])
        word = wording.say("verdict.possible.word")
        if count == 0:
            return word, wording.say("status.possible.explain"), "possible"
        return word, wording.say("verdict.possible.sub", count), "possible"
    if any("DISC" in duty["remedies"] for duty in duties):
        return told("not_responsible_duty", "none", what=wording.say("verdict.not_responsible_duty.what"))
    return told("not_responsible", "none")


def _advance(grounds: set[str]) -> str:
    """Which sentence says whom the paying party turns to."""
    if grounds <= OPERATOR_UNNAMED:
        return "sub_operator"
    return "sub_advertiser" if grounds <= ADVERTISER_UNNAMED else "sub"


def _reasons(wording: Wording, output: Mapping[str, Any], grounds: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    found = ((ground, rule_of(wording, ground)) for ground in grounds)
    return tuple(_reason(wording, ground, rule) for ground, rule in found if rule is not None)


def rule_of(wording: Wording, ground: Mapping[str, Any]) -> Rule | None:
    """The rule that a ground of a stored output speaks of: the mirrored one where its party is the presenter.

    Of several versions the one whose citations match, else the newest.
    """
    for id in (f"{ground['id']}@{ground['party']}", ground["id"]):
        versions = wording.rulebook.rules_named(id)
        if versions:
            cites = set(ground["citations"])
            return next((rule for rule in versions if cites and cites <= set(rule.cites)), versions[-1])
    return None


def _reason(wording: Wording, ground: Mapping[str, Any], rule: Rule) -> Reason:
    cited = wording.cites(ground["citations"], ground["unverified"])
    held = ground["status"] == "held"
    return Reason(
        ground=ground["id"],
        title=rule.title.in_(wording.lang),
        text=(rule.reason if held else rule.possible).in_(wording.lang),
        because=tuple(
            (key, value, statement)
            for key, value in ground["because"]
            if (statement := _statement(wording, key, value)) is not None
        ),
        binding=tuple(each for each in cited if each.is_binding),
        supervisory=tuple(each for each in cited if not each.is_binding),
        by_burden=ground["by_burden"],
        notes=tuple(wording.say(f"note.{code}.text") for code in ground["notes"] if wording.has(f"note.{code}.text")),
    )


def _statement(wording: Wording, key: str, value: bool) -> str | None:
    fact = wording.rulebook.facts.get(key)
    text = None if fact is None else fact.yes if value else fact.no
    return None if text is None else text.in_(wording.lang)


def _excuses(
    wording: Wording, party: str, grounds: Sequence[Mapping[str, Any]], in_force: frozenset[str]
) -> tuple[Excuse, ...]:
    """The excuses this party may try. Whoever stands as the seller may also try the seller's."""
    rules = [rule for ground in grounds if (rule := rule_of(wording, ground)) is not None]
    ids = {rule.id for rule in rules}
    voices = {party, *("merchant" for rule in rules if rule.party == "seller")}
    return tuple(
        _excuse(wording, excuse, in_force)
        for excuse in wording.rulebook.excuses
        if voices & set(excuse.by) and ids & excuse.grounds
    )


def _excuse(wording: Wording, excuse: StandardExcuse, in_force: frozenset[str]) -> Excuse:
    lang = wording.lang
    return Excuse(
        id=excuse.id,
        says=excuse.says.in_(lang),
        answer=excuse.answer.in_(lang),
        when_not=None if excuse.when_not is None else excuse.when_not.in_(lang),
        citations=wording.cites(listed(excuse.basis, in_force)),
    )
