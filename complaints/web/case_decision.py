"""The decision page as values: everything the template shows, found and worded once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.case_limits import CaseLimit
from complaints.deadlines import Deadline, answer_of, local_day, reached_at, standing_of
from complaints.due_sheet import told_length
from complaints.evidence.entitled import Entitled, seen_by, standing, waits_for_person
from complaints.evidence.personal import covered
from complaints.flow.releases import releases_of
from complaints.lifecycle import Role
from complaints.models import Complaint, Evidence, Mask, Release, Respondent
from complaints.narrative import day, heading_name, language, moment, parties_listed, party_name, verdict_word
from complaints.papers.claims import wanted_of
from complaints.statement import PROBLEMS, RECEIVED, Option
from complaints.web.case_cards import ANSWER, Clock
from routing import Explanation, rulebook
from routing.engine.cards import PartyCard
from routing.engine.deadlines import Due
from routing.engine.explanations import MissingFact

TERMS = ("seven_day_return", "acceptance", "mediation")  # the limits of the case itself that the pages count down
SENTENCE_ENDS = re.compile(r"(?<=[。？！])|(?<=[.?!])\s+")
QUESTIONS = 3  # asked at once
MARKS = {"responsible": "m-resp", "shared": "m-joint", "possible": "m-maybe", "none": "m-none", "merged": "m-none"}
SHORT = {
    Evidence.Kind.ORDER: gettext_lazy("订单"),
    Evidence.Kind.PAYMENT: gettext_lazy("付款"),
    Evidence.Kind.LIVE: gettext_lazy("录屏"),
    Evidence.Kind.GOODS: pgettext_lazy("evidence", "实物"),
    Evidence.Kind.CHAT: gettext_lazy("聊天"),
    Evidence.Kind.PLATFORM: pgettext_lazy("evidence", "平台"),
    Evidence.Kind.TEST: gettext_lazy("检测"),
    Evidence.Kind.OTHER: gettext_lazy("其他"),
    Evidence.Kind.AUTHORITY: gettext_lazy("委托"),
}
STAND_INS = {
    Evidence.Kind.ORDER: "order",
    Evidence.Kind.PAYMENT: "order",
    Evidence.Kind.LIVE: "live",
    Evidence.Kind.GOODS: "label",
    Evidence.Kind.CHAT: "chat",
    Evidence.Kind.PLATFORM: "chat",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the heading; ``mark`` underlines a party in the colour of its verdict."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence as pages list it: its number, and the drawing that stands in where there is no picture."""

    number: int
    item: Evidence

    @property
    def seen(self) -> Entitled:
        """What the consumer may open of it: their own as it is, a party's covered."""
        return seen_by(self.item, {str(Role.CONSUMER)})

    @property
    def is_own(self) -> bool:
        return self.item.offered_by == Role.CONSUMER

    @property
    def mask(self) -> Mask | None:
        """How the consumer's own piece is covered for the other side."""
        return standing(self.item) if self.is_own else None

    @property
    def waits(self) -> bool:
        """Whether the other side sees nothing of it until somebody has looked."""
        return self.is_own and waits_for_person(self.item)

    @property
    def name(self) -> str:
        """The name it came with; of a party's file without what is personal in it."""
        return self.item.name if self.is_own else covered(self.item.name)[0]

    @property
    def releases(self) -> list[Release]:
        """What was asked about the original, newest first."""
        return releases_of(self.item) if self.is_own else []

    @property
    def stand_in(self) -> str:
        return STAND_INS.get(Evidence.Kind(self.item.kind), "doc")

    @property
    def short(self) -> str:
        """Its kind in two characters or one word, for the small pictures."""
        return str(SHORT[Evidence.Kind(self.item.kind)])

    @property
    def received(self) -> str:
        return moment(self.item.received_at)


@dataclass(frozen=True, slots=True)
class Step:
    """From one verdict word to another, if an open question were answered."""

    party: str
    before: str
    before_tone: str
    after: str
    after_tone: str


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A fact that is still missing: the question, who is to tell, and what it would change."""

    fact: MissingFact
    whose: str
    steps: tuple[Step, ...]


# ── The heading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def sentences_of(verdict: str) -> list[str]:
    """The verdict, sentence by sentence."""
    return [sentence.strip() for sentence in SENTENCE_ENDS.split(verdict) if sentence.strip()]


def heading_of(explanation: Explanation) -> list[list[Piece]]:
    """The first sentences of the verdict, with the parties marked."""
    return [_marked(sentence, explanation.parties) for sentence in _told_in(explanation)[0]]


def lead_of(explanation: Explanation) -> tuple[str, str]:
    """The reason of the party that answers first, and in bold what else is to be known."""
    first = next((card for card in explanation.parties if card.reasons), None)
    rest = (" " if language() == "en" else "").join(_told_in(explanation)[1])
    if first is None:
        return "", rest
    second = next((card for card in explanation.parties if card.reasons and card is not first), None)
    told = [first.reasons[0].text, *([_as_well(second)] if second else [])]
    reason = (" " if language() == "en" else "").join(told)
    if rest:
        return reason, rest
    helping = next((card for card in explanation.parties if card.verdict != "responsible" and card.duties), None)
    return reason, helping.duties[0].text if helping else ""


def _told_in(explanation: Explanation) -> tuple[list[str], list[str]]:
    """The sentences for the heading, two or as many as parties answer; and those for the text under it."""
    sentences = sentences_of(explanation.verdict)
    heading = max(2, sum(card.verdict == "responsible" for card in explanation.parties))
    return sentences[:heading], sentences[heading:]


def _as_well(card: PartyCard) -> str:
    """In which form the second party answers, in the rulebook's words."""
    words = rulebook().words[f"form.{card.form}.explain"].in_(language())
    return _("{party}：{words}").format(party=heading_name(card.party), words=words)


def _marked(sentence: str, cards: Sequence[PartyCard]) -> list[Piece]:
    names = {_short(card.party): MARKS[card.tone] for card in cards if not card.merged_into}
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return [Piece(run, names.get(run, "")) for run in re.split(f"({pattern})", sentence) if run]


def _short(party: str) -> str:
    return rulebook().words[f"party.{party}.short"].in_(language())


# ── The side: what it is about, and what can be claimed ──────────────────────────────────────────────────────────────


def label_of(options: Sequence[Option], code: object) -> str:
    """The words of a choice of the form, or nothing."""
    return next((str(option.label) for option in options if option.code == code), "")


def side_of(complaint: Complaint, platform: str) -> dict[str, Any]:
    """The goods and the plain facts, as the consumer told them."""
    told = complaint.statement
    letters = set(complaint.problems)
    wanted = [str(option.label) for option in wanted_of(complaint)]
    rows = [
        (_("问题"), _("；").join(str(problem.label) for problem in PROBLEMS if problem.letter in letters)),
        (_("直播间"), complaint.room),
        (_("平台"), platform),
        (_("下单"), day(complaint.purchased_on)),
        (_("你要"), _("、").join(wanted)),
    ]
    return {
        "rows": [(name, text) for name, text in rows if text],
        "received": label_of(RECEIVED, told.get("dates", {}).get("received")),
    }


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def terms_of(limits: Iterable[CaseLimit], *, on: date) -> list[tuple[str, Clock]]:
    """The terms of the case itself that still run: a title, and its ring with the sentence beside it."""
    told = {each.limit.id: each for each in limits if each.limit.id in TERMS and each.done_on is None}
    found: list[tuple[str, Clock]] = []
    for id in TERMS:
        due = told[id].found if id in told else None
        if isinstance(due, Due) and (clock := _term(due, on=on)):
            found.append((due.limit.title.in_(language()), clock))
    return found


def _term(due: Due, *, on: date) -> Clock | None:
    """The clock of one term; None where a consumer's own term is over."""
    id = due.limit.id
    if due.last is None:
        rest = told_length(due.left, due.term.unit)
        return Clock(_("鉴定、检测中，期限停着，还剩{left}。").format(left=rest), mark="clock", why=id)
    left, total = (due.last - on).days, max(1, (due.last - due.start).days)
    if id == "seven_day_return":
        text = _("{date}24:00前提出，少数商品除外。这是另一条路，不影响本投诉。").format(date=day(due.last))
        return Clock(text, days=left, total=total, why=id) if left >= 0 else None
    if due.provisional:
        year = due.last.year
        text = _("不早于{date}：{year}年的放假安排还没公布。").format(date=day(due.last), year=year)
        return Clock(text, days=max(0, left), total=total, why=id)
    return Clock(_("最晚{date}。").format(date=day(due.last)), days=left, total=total, why=id)


def replies_of(respondents: Sequence[Respondent], *, on: date) -> list[tuple[str, Clock]]:
    """The parties' terms that still run: one entry for each last day, with the parties that share it."""
    waiting: dict[Deadline, list[Respondent]] = {}
    for respondent in respondents:
        if standing_of(respondent, on)["code"] == "waiting" and (until := answer_of(respondent)):
            waiting.setdefault(until, []).append(respondent)
    found = []
    for until, late in waiting.items():
        parties = parties_listed(respondent.party for respondent in late)
        text = _("{date}，本站约定的工作日期限。不答复会记下来，重新判定。")
        if until.provisional:
            text = _("不早于{date}，本站约定的工作日期限。不答复会记下来，重新判定。")
        since = min(filter(None, (reached_at(respondent) for respondent in late)))
        days, total = max(0, (until.day - on).days), max(1, (until.day - local_day(since)).days)
        clock = Clock(text.format(date=day(until.day)), days=days, total=total, why=ANSWER)
        found.append((_("{parties}答复").format(parties=parties), clock))
    return found


# ── What is missing ──────────────────────────────────────────────────────────────────────────────────────────────────


def open_facts_of(explanation: Explanation, output: Mapping[str, Any]) -> list[OpenFact]:
    """The missing facts that would change a verdict, the most decisive first; ``output`` is what is explained."""
    changes: Mapping[str, Mapping[str, str]] = {
        each["fact"]: each["would_change"] for each in output["missing"] if each["would_change"]
    }
    words = {card.party: card for card in explanation.parties}
    return [
        OpenFact(missing, _whose(missing.ask), _steps(changes[missing.fact], words))
        for missing in explanation.missing
        if missing.fact in changes
    ]


def _whose(ask: str) -> str:
    if ask == "consumer":
        return ""
    if ask == "association":
        return _("由协会工作人员认定，你不用做什么。")
    return _("要由{party}说明，你不用做什么。").format(party=party_name(ask))


def _steps(changes: Mapping[str, str], words: Mapping[str, PartyCard]) -> tuple[Step, ...]:
    return tuple(
        Step(heading_name(party), card.word, card.tone, verdict_word(after), after)
        for party, after in changes.items()
        if (card := words.get(party)) is not None
    )
