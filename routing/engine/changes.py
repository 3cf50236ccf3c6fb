"""What would change a decision, in words: rendered from the engine's own turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.engine.facts import Fact, Language
from routing.engine.inquiry import Inquiry
from routing.engine.rulebook import Rulebook
from routing.engine.sentences import inside
from routing.engine.turning import ENOUGH, MOST_FACTS, Turn, turns
from routing.engine.unknowns import inquiry_of, merges_into
from routing.engine.vocabulary import Verdict
from routing.engine.wording import Wording


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which the verdict of a party would turn. ``facts``: (fact, value, statement, whether it is given the
    other way now); ``word`` is the new verdict in a word, ``text`` the whole sentence.
    """

    party: str
    to: str
    word: str
    text: str
    facts: tuple[tuple[str, bool, str, bool], ...]


def what_would_change(
    rulebook: Rulebook,
    input: Mapping[str, Any],
    lang: Language,
    *,
    enough: int = ENOUGH,
    most_facts: int = MOST_FACTS,
) -> Mapping[str, tuple[Change, ...]]:
    """For each facing party the smallest sets of facts that would turn its verdict, said in sentences.

    ``input`` is an object of the decide contract; where this rulebook has forgotten a name it uses, nothing is told.
    """
    inquiry = inquiry_of(rulebook, input)
    if inquiry is None:
        return {}
    wording = Wording(rulebook, lang)
    return {
        party.value: tuple(_told(wording, inquiry, turn) for turn in found)
        for party, found in turns(rulebook, inquiry, enough=enough, most_facts=most_facts).items()
    }


def _told(wording: Wording, inquiry: Inquiry, turn: Turn) -> Change:
    facts = tuple((fact.key, value, _statement(fact, value, wording.lang), fact.key in inquiry.facts)
                  for fact, value in turn.facts)  # fmt: skip
    said = [inside(wording, statement) for _, _, statement, _ in facts]
    joined = said[0] if len(said) == 1 else wording.say("change.all_of").join(said)
    other = next(
        (other for key, value, _, _ in facts if (other := merges_into(wording.rulebook, key, value, turn.party))), ""
    )
    effect: str = turn.to.value
    if other and turn.to is Verdict.NOT_RESPONSIBLE:
        effect = "merged"
    elif turn.before is Verdict.RESPONSIBLE and turn.to is Verdict.POSSIBLE:
        effect = "possible_from_responsible"
    text = wording.say(
        f"change.{effect}",
        facts=joined,
        party=wording.party(turn.party),
        other=wording.party(other) if other else "",
    )
    word = wording.say(f"verdict.{'sole' if turn.to is Verdict.RESPONSIBLE else turn.to.value}.word")
    return Change(turn.party.value, turn.to.value, word, text, facts)


def _statement(fact: Fact, value: bool, lang: Language) -> str:
    """The fact as a plain statement; every condition fact has one each way."""
    text = fact.yes if value else fact.no
    return "" if text is None else text.in_(lang)
