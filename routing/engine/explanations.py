"""A stored decision in words, zh or en: a rendering of what was decided, never a second decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from routing.engine.cards import Excuse, PartyCard, Reason, cards
from routing.engine.compiled import machine
from routing.engine.errors import BadInput
from routing.engine.facts import Fact, Language, Text
from routing.engine.inquiry import Inquiry, read_inquiry
from routing.engine.missing import missing_facts
from routing.engine.rulebook import Rulebook
from routing.engine.sentences import verdict_sentence
from routing.engine.setting import instruments_in_force
from routing.engine.vocabulary import BEHIND, FACING, Party
from routing.engine.wording import Cited, Wording

__all__ = ["Cited", "Excuse", "Explanation", "MissingFact", "PartyCard", "Reason", "RemedyLine", "explain"]


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A question worth answering: ``ask`` is whom it is put to, ``effects`` what an answer would change.

    ``answer`` is the answer that would change it; None where nothing would, or where it can no longer be told.
    """

    fact: str
    question: str
    ask: str
    evidence: str
    effects: tuple[str, ...]
    answer: bool | None


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """Something to claim. ``amount`` is a decimal string of CNY or None; ``against``, ``alternative_to`` are names."""

    code: str
    name: str
    amount: str | None
    against: tuple[str, ...]
    certainty: str
    alternative_to: tuple[str, ...]
    explain: str
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision as a page shows it. ``parties`` are the three that face the consumer, those who answer first."""

    verdict: str
    parties: tuple[PartyCard, ...]
    others: tuple[PartyCard, ...]
    missing: tuple[MissingFact, ...]
    remedies: tuple[RemedyLine, ...]
    gates: tuple[str, ...]
    acts: tuple[str, ...]
    first_contact: str | None


def explain(rulebook: Rulebook, input: Mapping[str, Any], output: Mapping[str, Any], lang: Language) -> Explanation:
    """Put a stored decision into words. ``input`` and ``output`` are the objects of the decide contract.

    A decision of an earlier rulebook is told in the words of this one; what this one no longer knows is left out.
    """
    wording = Wording(rulebook, lang)
    inquiry = _inquiry(rulebook, input)
    in_force = frozenset[str]() if inquiry is None else instruments_in_force(rulebook, inquiry)
    return Explanation(
        verdict=verdict_sentence(wording, output),
        parties=cards(wording, output, FACING, in_force),
        others=cards(wording, output, BEHIND, in_force),
        missing=_missing(wording, output, inquiry),
        remedies=_remedies(wording, output),
        gates=tuple(wording.say(f"gate.{id}.text") for id in output["gates"]),
        acts=tuple(
            act.title.in_(lang)
            for act in rulebook.acts
            if act.number in output["illegal_acts"] and not wording.is_unchecked(f"GO {act.number}")
        ),
        first_contact=None if output["first_contact"] is None else wording.party(output["first_contact"]),
    )


def _inquiry(rulebook: Rulebook, given: Mapping[str, Any]) -> Inquiry | None:
    """The stored input, read again; None where this rulebook has forgotten a name it uses.

    A stored input always carries its day of filing, so no day has to stand in for it.
    """
    try:
        return read_inquiry(given, rulebook, today=date.min)
    except BadInput:
        return None


def _missing(wording: Wording, output: Mapping[str, Any], inquiry: Inquiry | None) -> tuple[MissingFact, ...]:
    answers = {} if inquiry is None else _answers(wording.rulebook, output, inquiry)
    return tuple(
        MissingFact(
            fact=fact.key,
            question=_question(fact, each["ask"]).in_(wording.lang),
            ask=each["ask"],
            evidence=fact.evidence.in_(wording.lang),
            effects=_effects(wording, output, fact.key, each["would_change"], answers.get(fact.key)),
            answer=answers.get(fact.key),
        )
        for each in output["missing"]
        if (fact := wording.rulebook.facts.get(each["fact"])) is not None
    )


def _question(fact: Fact, ask: str) -> Text:
    """What is put to whoever is asked: a consumer who cannot know it is asked for its sign."""
    return fact.sign if ask == "consumer" and not fact.consumer_askable and fact.sign is not None else fact.ask


def _answers(rulebook: Rulebook, output: Mapping[str, Any], inquiry: Inquiry) -> dict[str, bool]:
    """Which answer brings the change that the decision names.

    The contract stores the change and not the answer, so the answer is looked up again; where this rulebook would
    now change something else, it stays untold.
    """
    stored = {each["fact"]: each["would_change"] for each in output["missing"]}
    return {
        missing.fact.key: missing.value
        for missing in missing_facts(machine(rulebook).read(inquiry))
        if missing.would_change and stored.get(missing.fact.key) == missing.would_change
    }


def _effects(
    wording: Wording, output: Mapping[str, Any], fact: str, would_change: Mapping[str, str], answer: bool | None
) -> tuple[str, ...]:
    """Sentences such as "if yes, the anchor is responsible too", one for each change."""
    if not would_change:
        return (wording.say("effect.none"),)
    before = output["parties"]
    if answer is None:
        return tuple(
            wording.say(
                "effect.change",
                party=wording.party(party),
                **{"from": _word(wording, before[party]["verdict"]), "to": _word(wording, verdict)},
            )
            for party, verdict in would_change.items()
        )
    alike: dict[tuple[str, str], list[str]] = {}
    for party, verdict in would_change.items():
        other = _merges_into(wording.rulebook, fact, answer, party)
        if other:
            effect = "merged"
        elif verdict == "responsible":
            effect = "responsible" if output["responsible"] else "responsible_first"
        elif verdict == "possible" and before[party]["verdict"] == "responsible":
            effect = "possible_from_responsible"
        else:
            effect = verdict
        # Chinese says it of several parties at once; an English verb would have to agree with their number.
        group = effect if wording.lang == "zh" and not other else f"{effect} {party}"
        alike.setdefault((group, other), []).append(party)
    return tuple(
        wording.say(
            f"effect.{group.split()[0]}.{'yes' if answer else 'no'}",
            party=wording.all_of([wording.party(party) for party in parties]),
            other=wording.party(other) if other else "",
        )
        for (group, other), parties in alike.items()
    )


def _merges_into(rulebook: Rulebook, fact: str, answer: bool, party: str) -> str:
    """The party that ``party`` would be one business with, where the answer makes it so (law.md 4.6); else nothing."""
    for role, merged, other in (
        ("ROOM_IS_SELLER", Party.ANCHOR, Party.MERCHANT),
        ("PLATFORM_SELLS", Party.MERCHANT, Party.PLATFORM),
        ("PRIVATE_SALE", Party.MERCHANT, Party.ANCHOR),
    ):
        if party == merged and fact in (rulebook.roles[role].is_true if answer else rulebook.roles[role].is_false):
            return other
    return ""


def _word(wording: Wording, verdict: str) -> str:
    return wording.say(f"verdict.{'sole' if verdict == 'responsible' else verdict}.word")


def _remedies(wording: Wording, output: Mapping[str, Any]) -> tuple[RemedyLine, ...]:
    rulebook, lang = wording.rulebook, wording.lang
    unverified = [mark for ground in output["grounds"] for mark in ground["unverified"]]
    return tuple(
        RemedyLine(
            code=each["code"],
            name=remedy.name.in_(lang),
            amount=each["amount"],
            against=tuple(wording.party(party) for party in each["against"]),
            certainty=_certainty(wording, each["certainty"], each["code"]),
            alternative_to=tuple(rulebook.remedies[code].name.in_(lang) for code in each["alternative_to"]),
            explain=remedy.explain.in_(lang),
            citations=wording.cites(each["citations"], unverified),
        )
        for each in output["remedies"]
        if (remedy := rulebook.remedies.get(each["code"])) is not None
    )


def _certainty(wording: Wording, certainty: str, code: str) -> str:
    own = f"certainty.{certainty}.code.{code}"
    return wording.say(own if wording.has(own) else f"certainty.{certainty}.name")
