"""The one sentence a decision comes down to: who answers, in which way, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from routing.engine.vocabulary import FACING
from routing.engine.wording import Wording

SELLER_UNNAMED: Final = frozenset({"P03", "P10"})
"""The advance grounds where it is the seller who cannot be named."""


def verdict_sentence(wording: Wording, output: Mapping[str, Any]) -> str:
    """Who has to answer, by the stored output: nobody yet, one, two or three; who is one business; who may follow."""
    responsible: list[str] = output["responsible"]
    if not responsible:
        return _nobody(wording, output)
    parts = [_who(wording, output, responsible), *_merged(wording, output, responsible)]
    possible = _possible(output)
    if possible:
        parts.append(_tail(wording, output, possible))
    return (" " if wording.lang == "en" else "").join(parts)


def open_facts(output: Mapping[str, Any], parties: Sequence[str]) -> int:
    """How many missing facts would change the verdict of one of these parties."""
    return sum(any(party in each["would_change"] for party in parties) for each in output["missing"])


def _only_doubts(output: Mapping[str, Any], parties: Sequence[str]) -> bool:
    """Whether a doubt of the law stands on every possible ground of these parties, so that a person must judge."""
    return all(
        ground["notes"]
        for ground in output["grounds"]
        if ground["party"] in parties and ground["status"] == "possible" and ground["form"] != "duty"
    )


def _possible(output: Mapping[str, Any]) -> list[str]:
    return [party for party in FACING if output["parties"][party]["verdict"] == "possible"]


def _nobody(wording: Wording, output: Mapping[str, Any]) -> str:
    possible, gates = _possible(output), output["gates"]
    if "K6" in gates:
        return wording.say("verdict_sentence.unknown")
    if possible:
        names = [wording.party(party) for party in possible]
        count = open_facts(output, possible) or len(output["missing"])
        if count == 0:
            return wording.say("verdict_sentence.tail_doubt", party=wording.all_of(names))
        path = ("possible_one", "possible_two", "possible_three")[len(possible) - 1]
        keys = dict(zip(("party", "other", "third"), names, strict=False))
        return wording.say(f"verdict_sentence.{path}", count, **keys)
    if "K1" in gates:
        ways = [wording.say(f"route.{route}.name") for route in output["procedure"]["routes"]]
        gate = wording.say("gate.K1.title")
        return wording.say("verdict_sentence.gate", gate=inside(wording, gate), ways=_listed(wording, ways))
    count = len(output["missing"])
    return wording.say(f"verdict_sentence.{'none' if count else 'none_complete'}", count)


def _who(wording: Wording, output: Mapping[str, Any], responsible: Sequence[str]) -> str:
    forms = [output["parties"][party]["forms"][0] for party in responsible]
    names = [wording.party(party) for party in responsible]
    keys = dict(zip(("first", "other", "third"), names, strict=False))
    if len(responsible) == 1:
        path = f"one_{forms[0]}"
        held = set(output["parties"][responsible[0]]["grounds"])
        if forms[0] == "advance" and responsible[0] == "platform" and held <= SELLER_UNNAMED:
            path = "one_advance_seller"
        return wording.say(f"verdict_sentence.{path}", **keys)
    if len(responsible) == 2:
        return wording.say(f"verdict_sentence.two_{forms[1]}", **keys)
    if forms[1] == forms[2]:
        return wording.say(f"verdict_sentence.three_{forms[1]}", **keys)
    clauses = {
        f"clause{place + 1}": wording.say(f"verdict_sentence.clause_{forms[place]}", party=names[place])
        for place in (1, 2)
    }
    return wording.say("verdict_sentence.three", **keys, **clauses)


def _merged(wording: Wording, output: Mapping[str, Any], responsible: Sequence[str]) -> list[str]:
    """Which parties are one business, where that party has to answer."""
    into: dict[str, str | None] = {party.value: output["parties"][party]["merged_into"] for party in FACING}
    said = []
    if into["anchor"] == "merchant" and "merchant" in responsible:
        said.append("merged_room_shop")
    if into["merchant"] == "platform" and "platform" in responsible:
        said.append("merged_platform")
        if into["anchor"] == "platform":
            said.append("merged_room_platform")
    if into["merchant"] == "anchor" and "anchor" in responsible:
        said.append("merged_private")
    return [wording.say(f"verdict_sentence.{path}") for path in said]


def _tail(wording: Wording, output: Mapping[str, Any], possible: Sequence[str]) -> str:
    names = [wording.party(party) for party in possible]
    count = open_facts(output, possible)
    if count == 0:
        path = "tail_doubt" if _only_doubts(output, possible) else "tail_open"
        return wording.say(f"verdict_sentence.{path}", party=wording.all_of(names))
    if len(names) == 1:
        return wording.say("verdict_sentence.tail_possible", count, party=names[0])
    return wording.say("verdict_sentence.tail_possible_two", count, party=names[0], other=names[1])


def inside(wording: Wording, sentence: str) -> str:
    """A title or a statement as it stands inside another sentence; an abbreviation keeps its capitals."""
    if wording.lang == "zh" or sentence[1:2].isupper():
        return sentence
    return sentence[:1].lower() + sentence[1:]


def _listed(wording: Wording, names: Sequence[str]) -> str:
    return ("、" if wording.lang == "zh" else "; ").join(inside(wording, name) for name in names)
