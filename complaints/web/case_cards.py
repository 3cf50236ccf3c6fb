"""The three party cards of the decision page: what stands on each, and where its clock stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints.deadlines import answer_of, local_day, reached_at, standing_of
from complaints.models import DecisionRecord, Evidence, Reached, Respondent
from complaints.models.complaint import BY_HAND
from complaints.narrative import day, heading_name, language, moment, position_words
from complaints.papers.facts import Chip
from routing import Explanation, rulebook
from routing.engine.cards import Excuse, PartyCard, Reason
from routing.engine.wording import Cited

POINTS = 4  # facts on a card; the rest stand in the full reasoning
CONDITIONS = 4  # what would make a party answer
EXCUSES = 3  # open at first sight
RING_TONES = {"responsible": "resp", "shared": "joint", "possible": "info", "none": "none", "merged": "none"}
GLYPHS = {"responsible": "g-full", "shared": "g-half", "possible": "g-question"}
ICONS = {"merchant": "shop", "anchor": "mic", "platform": "layers"}
ANSWER = "answer"  # the limit of the law files that a party's clock is
URGENT = 3  # days left from which a ring takes its colour from the time and not from the verdict


@dataclass(frozen=True, slots=True)
class Point:
    """A fact on a card, with the evidence for it."""

    icon: str
    text: str
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a term stands. ``days`` and ``total`` draw the ring; None draws none. ``why`` is the limit it counts."""

    main: str
    small: str = ""
    days: int | None = None
    total: int = 0
    tone: str = "auto"
    mark: str = ""  # the icon instead of a ring
    why: str = ""


@dataclass(frozen=True, slots=True)
class CardView:
    """One card, ready for the template."""

    card: PartyCard
    icon: str
    kind: str  # the short name of the party, as a heading says it
    name: str
    headline: str
    points: tuple[Point, ...]
    conditions: tuple[Reason, ...]
    more_conditions: int
    excuses: tuple[Excuse, ...]
    more_excuses: tuple[Excuse, ...]
    rules: tuple[Reason, ...]
    clock: Clock
    answer: Mapping[str, Any] | None

    @property
    def binding(self) -> tuple[Cited, ...]:
        """What makes it pay: law and judicial interpretation, each once."""
        return _once(cited for reason in self.rules for cited in reason.binding)

    @property
    def supervisory(self) -> tuple[Cited, ...]:
        """What it must do under supervision, and its duties that alone make nobody pay, each once."""
        watched = [cited for reason in self.rules for cited in reason.supervisory]
        return _once([*watched, *(cited for duty in self.card.duties for cited in (*duty.binding, *duty.supervisory))])

    @property
    def rule_count(self) -> int:
        return len(self.binding) + len(self.supervisory)

    @property
    def glyph(self) -> str:
        """The disc beside the word: full, half, with a question mark, or dashed."""
        return GLYPHS.get(self.card.tone, "g-dashed")

    @property
    def answered_with(self) -> str:
        """The party's position in a few words, or nothing."""
        return position_words(self.answer) if self.answer else ""


def cards_of(
    explanation: Explanation,
    decision: DecisionRecord,
    respondents: Mapping[str, Respondent],
    evidence: Sequence[Evidence],
    *,
    running: bool,
    on: date,
) -> list[CardView]:
    """The cards in the order of the explanation: those who answer first, the merged last.

    ``running`` while the case is open: in an ended one no clock runs any more.
    """
    chips = {item.pk: Chip(number, str(item.get_kind_display())) for number, item in enumerate(evidence, 1)}
    proofs = {
        fact: tuple(chips[pk] for pk in source.get("evidence", []) if pk in chips)
        for fact, source in decision.sources.items()
    }
    shown: set[str] = set()
    views = []
    for card in explanation.parties:
        respondent = respondents.get(card.party)
        clock = clock_of(respondent, tone=RING_TONES[card.tone], running=running, on=on)
        views.append(_card(card, respondent, proofs, shown, clock))
    return views


def cards_without_a_case(explanation: Explanation) -> list[CardView]:
    """The same cards where nobody has complained yet: no names, no evidence, no clocks."""
    return [_card(card, None, {}, set(), Clock("")) for card in explanation.parties]


def _card(
    card: PartyCard,
    respondent: Respondent | None,
    proofs: Mapping[str, tuple[Chip, ...]],
    shown: set[str],
    clock: Clock,
) -> CardView:
    rules = {"responsible": card.reasons, "possible": card.open}.get(card.verdict, ())
    excuses = _most_likely_first(card)
    return CardView(
        card=card,
        icon=ICONS[card.party],
        kind=heading_name(card.party),
        name=name_of(respondent),
        headline=_headline(card),
        points=_points(card, (*rules, *card.duties), proofs, shown),
        conditions=card.open[:CONDITIONS],
        more_conditions=max(0, len(card.open) - CONDITIONS),
        excuses=excuses[:EXCUSES],
        more_excuses=excuses[EXCUSES:],
        rules=rules,
        clock=clock,
        answer=respondent.answer if respondent and respondent.answered_at else None,
    )


def name_of(respondent: Respondent | None) -> str:
    if respondent is None:
        return ""
    return respondent.organisation.name(language()) if respondent.organisation else respondent.name


def _headline(card: PartyCard) -> str:
    """The one bold reason."""
    if card.verdict == "responsible" and card.reasons:
        return card.reasons[0].text
    if card.duties:
        return card.duties[0].text
    if card.verdict == "possible":
        return rulebook().words["status.possible.explain"].in_(language())
    return _("按目前知道的事实，它还不用负责。")


def _points(
    card: PartyCard, rules: Sequence[Reason], proofs: Mapping[str, tuple[Chip, ...]], shown: set[str]
) -> tuple[Point, ...]:
    """The facts the card rests on; those no card before it showed come first."""
    facts = {fact: statement for reason in rules for fact, _value, statement in reason.because}
    fresh = sorted(facts, key=lambda fact: fact in shown)[:POINTS]
    shown.update(fresh)
    points = [Point("check", facts[fact], proofs.get(fact, ())) for fact in fresh]
    if card.by_burden:
        words = rulebook().words
        points.append(Point("g-scales", words["verdict.by_burden.word"].in_(language())))
    if card.tone == "shared" or card.form == "advance":
        points.append(Point("info", card.sub))
    return tuple(points)


def _most_likely_first(card: PartyCard) -> tuple[Excuse, ...]:
    """What answers a ground that holds comes before what answers one that only might."""
    held = {reason.ground for reason in card.reasons}
    against = {excuse.id: excuse.grounds for excuse in rulebook().excuses}
    return tuple(sorted(card.excuses, key=lambda excuse: not (held & against.get(excuse.id, frozenset()))))


def clock_of(respondent: Respondent | None, *, tone: str, running: bool, on: date) -> Clock:
    """Where the time of one party stands, in two short lines and a ring."""
    if respondent is None:
        return Clock(_("还没有请它答复"), mark="clock")
    standing, until = standing_of(respondent, on), answer_of(respondent)
    code = str(standing["code"])
    if code == "answered" and respondent.answered_at:
        return Clock(_("已答复"), moment(respondent.answered_at), mark="check")
    if code == "not-reached":
        return Clock(_("通知还没有送到"), _("送到那天起才算答复的日子"), mark="clock")
    since = reached_at(respondent)
    if code == "not-asked" or until is None or since is None:
        return Clock(_("还没有请它答复"), _("由协会工作人员通知"), mark="clock")
    if not running and code != "lapsed":
        return Clock(_("没有答复"), mark="minus")
    total = max(1, (until.day - local_day(since)).days)
    if code == "waiting":
        small = _reached(respondent)
        left = max(0, (until.day - on).days)
        said = _("期限不早于{date}") if until.provisional else _("{date}前答复")
        tone = "auto" if left <= URGENT else tone
        return Clock(said.format(date=day(until.day)), small, left, total, tone, why=ANSWER)
    late = min(-1, (until.day - on) // timedelta(days=1))
    recorded = _("已记下，并重新判定") if code == "lapsed" else _("马上会记下来")
    return Clock(_("到期没有答复"), recorded, late, total, why=ANSWER)


def _reached(respondent: Respondent) -> str:
    """How far word of the case has come: not there, taken by the other side's system, or looked at."""
    if respondent.seen_at:
        return _("{time}已查看").format(time=moment(respondent.seen_at))
    if respondent.notified_at:
        time = moment(respondent.notified_at)
        if respondent.notified_how == Reached.PASSED_ON:
            return _("{time}平台收到，由它转告").format(time=time)
        if respondent.notified_how in BY_HAND:
            return _("{time}协会通知到了").format(time=time)
        return _("{time}已送达").format(time=time)
    return _("还没收到答复")


def _once(cited: Iterable[Cited]) -> tuple[Cited, ...]:
    return tuple({each.code: each for each in cited}.values())
