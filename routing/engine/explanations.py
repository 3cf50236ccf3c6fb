"""A stored decision in words, zh or en: a rendering of what was decided, never a second decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.engine.cards import Excuse, PartyCard, Reason, cards
from routing.engine.facts import Language
from routing.engine.rulebook import Rulebook
from routing.engine.sentences import verdict_sentence
from routing.engine.setting import instruments_in_force
from routing.engine.unknowns import MissingFact, inquiry_of, missing_in_words
from routing.engine.vocabulary import BEHIND, FACING
from routing.engine.wording import Cited, Wording

__all__ = ["Cited", "Excuse", "Explanation", "MissingFact", "PartyCard", "Reason", "RemedyLine", "explain"]


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
    inquiry = inquiry_of(rulebook, input)
    in_force = frozenset[str]() if inquiry is None else instruments_in_force(rulebook, inquiry)
    return Explanation(
        verdict=verdict_sentence(wording, output),
        parties=cards(wording, output, FACING, in_force),
        others=cards(wording, output, BEHIND, in_force),
        missing=missing_in_words(wording, output, inquiry),
        remedies=_remedies(wording, output),
        gates=tuple(wording.say(f"gate.{id}.text") for id in output["gates"]),
        acts=tuple(
            act.title.in_(lang)
            for act in rulebook.acts
            if act.number in output["illegal_acts"] and not wording.is_unchecked(f"GO {act.number}")
        ),
        first_contact=None if output["first_contact"] is None else wording.party(output["first_contact"]),
    )


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
