"""The facts still unknown, in words: the question, whom it is put to, and what each answer would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from routing.engine.compiled import machine
from routing.engine.errors import BadInput
from routing.engine.facts import Fact, Text
from routing.engine.inquiry import Inquiry, read_inquiry
from routing.engine.reading import WhatIf
from routing.engine.rulebook import Rulebook
from routing.engine.vocabulary import Party
from routing.engine.wording import Wording


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A question worth answering: ``ask`` is whom it is put to, ``effects`` what an answer would change.

    ``answer`` is the answer that would change it; None where nothing would, or where it can no longer be told.
    ``if_yes`` and ``if_no`` say what each answer would do; empty where that answer changes no verdict.
    """

    fact: str
    question: str
    ask: str
    evidence: str
    effects: tuple[str, ...]
    answer: bool | None
    if_yes: tuple[str, ...]
    if_no: tuple[str, ...]


def inquiry_of(rulebook: Rulebook, given: Mapping[str, Any]) -> Inquiry | None:
    """The stored input, read again; None where this rulebook has forgotten a name it uses.

    A stored input always carries its day of filing, so no day has to stand in for it.
    """
    try:
        return read_inquiry(given, rulebook, today=date.min)
    except BadInput:
        return None


def missing_in_words(wording: Wording, output: Mapping[str, Any], inquiry: Inquiry | None) -> tuple[MissingFact, ...]:
    """The missing facts of a stored output, most decisive first."""
    supposed = {} if inquiry is None else _supposed(wording.rulebook, inquiry)
    return tuple(
        _in_words(wording, output, fact, each, supposed.get(fact.key))
        for each in output["missing"]
        if (fact := wording.rulebook.facts.get(each["fact"])) is not None
    )


def _in_words(
    wording: Wording,
    output: Mapping[str, Any],
    fact: Fact,
    each: Mapping[str, Any],
    supposed: Mapping[bool, Mapping[str, str]] | None,
) -> MissingFact:
    answer = _answer(each["would_change"], supposed)
    return MissingFact(
        fact=fact.key,
        question=_question(fact, each["ask"]).in_(wording.lang),
        ask=each["ask"],
        evidence=fact.evidence.in_(wording.lang),
        effects=_effects(wording, output, fact.key, each["would_change"], answer),
        answer=answer,
        if_yes=_told(wording, output, fact.key, supposed[True], answer=True) if supposed else (),
        if_no=_told(wording, output, fact.key, supposed[False], answer=False) if supposed else (),
    )


def _question(fact: Fact, ask: str) -> Text:
    """What is put to whoever is asked: a consumer who cannot know it is asked for its sign."""
    return fact.sign if ask == "consumer" and not fact.consumer_askable and fact.sign is not None else fact.ask


def _supposed(rulebook: Rulebook, inquiry: Inquiry) -> dict[str, dict[bool, dict[str, str]]]:
    """What each answer to each missing fact would change: fact → answer → party → verdict.

    The contract stores one change and not which answer makes it, so both are looked up again.
    """

    def changes(whatif: WhatIf) -> dict[str, str]:
        return {party.value: verdict.value for party, verdict in whatif.verdicts.items()}

    return {
        fact.key: {True: changes(true), False: changes(false)}
        for fact, true, false in machine(rulebook).read(inquiry).whatifs
    }


def _answer(would_change: Mapping[str, str], supposed: Mapping[bool, Mapping[str, str]] | None) -> bool | None:
    """The answer that brings the change the decision names; None where this rulebook would change something else."""
    if not would_change or supposed is None:
        return None
    return next((answer for answer in (True, False) if supposed[answer] == would_change), None)


def _effects(
    wording: Wording, output: Mapping[str, Any], fact: str, would_change: Mapping[str, str], answer: bool | None
) -> tuple[str, ...]:
    """What the change named by the decision is, or that there is none."""
    if not would_change:
        return (wording.say("effect.none"),)
    if answer is not None:
        return _told(wording, output, fact, would_change, answer=answer)
    before = output["parties"]
    return tuple(
        wording.say(
            "effect.change",
            party=wording.party(party),
            **{"from": _word(wording, before[party]["verdict"]), "to": _word(wording, verdict)},
        )
        for party, verdict in would_change.items()
    )


def _told(
    wording: Wording, output: Mapping[str, Any], fact: str, changes: Mapping[str, str], *, answer: bool
) -> tuple[str, ...]:
    """Sentences such as "if yes, the anchor is responsible too", one for each change."""
    before = output["parties"]
    alike: dict[tuple[str, str], list[str]] = {}
    for party, verdict in changes.items():
        other = merges_into(wording.rulebook, fact, answer, party)
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


def merges_into(rulebook: Rulebook, fact: str, answer: bool, party: str) -> str:
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
