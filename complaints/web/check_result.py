"""What the result of the two-minute check shows: the parts of the decision page that need no case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from complaints.asking.check_words import bought_as, clashes_of
from complaints.check import Walk
from complaints.deadlines import answer_by
from complaints.letters import message_of_check
from complaints.models.complaint import Party
from complaints.narrative import language
from complaints.web.case_cards import CardView, cards_without_a_case
from complaints.web.case_decision import heading_of, lead_of
from routing import Change, Decision, Explanation, decide, explain, rulebook, what_would_change

CHANGES = 2  # told of each party
FACTS = 2  # in one of them


@dataclass(frozen=True, slots=True)
class Message:
    """What to send to one party, in Chinese; and in English for who reads English."""

    view: CardView
    text: str
    english: str


@dataclass(frozen=True, slots=True)
class Part:
    """A party: its card, and what would turn its verdict."""

    view: CardView
    changes: tuple[Change, ...]


def result_of(walk: Walk) -> dict[str, Any]:
    """Everything the page shows."""
    decision = decide(rulebook(), walk.inquiry)
    told = _told(decision, in_chinese=False)
    first = decision.responsible[0].value if decision.responsible else None
    cards = cards_without_a_case(told)
    separate = [card for card in cards if not card.card.merged_into]
    is_clueless = not walk.is_complaint and all(card.verdict == "not_responsible" for card in told.parties)
    lead, bold = lead_of(told)
    return {
        "recap": walk.recap,
        "is_clueless": is_clueless,
        "to_find": walk.first_to_find if is_clueless else (),
        "is_dangerous": walk.is_dangerous,
        "bought": bought_as(walk),
        "is_long_ago": walk.bought is not None and walk.bought.first is None,
        "clashes": clashes_of(walk),
        "gates": told.gates,
        "acts": _("；").join(told.acts),
        "heading": heading_of(told),
        "verdict": told.verdict,
        "lead": lead,
        "bold": bold,
        "bar": sorted(cards, key=lambda view: list(Party).index(Party(view.card.party))),
        "parts": [] if is_clueless else _parts(separate, decision),
        "merged": [card for card in cards if card.card.merged_into],
        "messages": [] if is_clueless else _messages(walk, decision, told, separate),
        "first": next((card for card in cards if card.card.party == first), None),
    }


def _told(decision: Decision, *, in_chinese: bool) -> Explanation:
    lang = "zh" if in_chinese else language()
    return explain(rulebook(), decision.input_dict(), decision.as_dict(), lang)


def _parts(views: Sequence[CardView], decision: Decision) -> list[Part]:
    changes = what_would_change(rulebook(), decision.input_dict(), language(), enough=CHANGES, most_facts=FACTS)
    return [Part(view, tuple(changes.get(view.card.party, ()))[:CHANGES]) for view in views]


def _messages(walk: Walk, decision: Decision, told: Explanation, views: Sequence[CardView]) -> list[Message]:
    """One to each party, whoever answers first at the head."""
    until = answer_by(walk.today).day
    chinese = _told(decision, in_chinese=True)
    in_english = language() == "en"
    return [
        Message(
            view,
            message_of_check(chinese, view.card.party, lang="zh", until=until),
            message_of_check(told, view.card.party, lang="en", until=until) if in_english else "",
        )
        for view in views
    ]
