"""What the result of the two-minute check shows: the parts of the decision page that need no case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from complaints.check import Walk
from complaints.check_asks import whole_day
from complaints.deadlines import answer_by
from complaints.letters import message_of_check
from complaints.models.complaint import Party
from complaints.narrative import inner, language
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
class Disagreement:
    """Two answers that cannot both be so, in a sentence; and the walk that stands at the first of them again."""

    sentence: str
    back_to: Walk


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


def bought_as(walk: Walk) -> str:
    """The day the law of which was read, as the page says it."""
    span = walk.bought
    if span is None:
        return _("按今天买的算。买的日子不同，适用的法律可能不同。")
    if span.first is None:
        return _("你买得更早，法律改过不止一次。这里只按{last}买的算，不一定合你的情况。").format(
            last=whole_day(span.last)
        )
    if span.last == walk.today:
        return _("按{first}以后买的算。").format(first=whole_day(span.first))
    return _("按{first}到{last}之间买的算。").format(first=whole_day(span.first), last=whole_day(span.last))


def clashes_of(walk: Walk) -> list[Disagreement]:
    """Every two answers that cannot both be so, as they were worded, and which of them was counted."""
    found = []
    for clash in walk.clashes:
        said = [_("；").join(str(label) for label in walk.recap[place][1]) for place in (clash.earlier, clash.later)]
        earlier, later = (inner(words) for words in said)
        if clash.stands is None:
            sentence = _("你前面说“{earlier}”，后面说“{later}”，两样对不上。这一点先算不清楚。")
        elif clash.stands == clash.later:
            sentence = _("你前面说“{earlier}”，后面说“{later}”，两样对不上。后面的更可靠，按后面的算。")
        else:
            sentence = _("你前面说“{earlier}”，后面说“{later}”，两样对不上。前面的更可靠，按前面的算。")
        found.append(Disagreement(sentence.format(earlier=earlier, later=later), walk.until(clash.earlier)))
    return found


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
