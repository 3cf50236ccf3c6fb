"""What changed from one decision to the next, and why: the note on top of a later version."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.models import DecisionRecord, Event, Evidence
from complaints.narrative import fact_statement, heading_name, inner, language, parties_listed
from complaints.rulings import Ruling, ruling_on
from routing import Explanation

FACTS = 5  # new facts named in the note; more stand in the full reasoning


@dataclass(frozen=True, slots=True)
class Shift:
    """A party whose word moved."""

    party: str
    before: str
    before_tone: str
    after: str
    after_tone: str


@dataclass(frozen=True, slots=True)
class Change:
    """The step from the version before: its number and sentence, what moved, what came to be known, and the reason."""

    before: int
    old_sentence: str
    new_sentence: str
    reason: str
    shifts: tuple[Shift, ...]
    facts: tuple[str, ...]


def change_of(before: DecisionRecord, ruling: Ruling, told: Explanation) -> Change:
    """Compare two versions of one case as they stood when the later was made; ``told`` is the later one in the reader's
    language."""
    now, old = ruling.record, ruling_on(before).told(language())
    carried = {each.party: each for each in ruling.carried}
    if carried.keys() != ruling.overrides.keys():  # what a person changed afterwards is told apart, with its own day
        told = Ruling(now, carried).told(language())
    cards = {card.party: card for card in old.parties}
    shifts = tuple(
        Shift(heading_name(card.party), cards[card.party].word, cards[card.party].tone, card.word, card.tone)
        for card in told.parties
        if cards[card.party].word != card.word
    )
    was, known = before.input.get("facts", {}), now.input.get("facts", {})
    facts = [fact_statement(fact, value) for fact, value in known.items() if was.get(fact) != value]
    taken_back = [fact for fact in was if fact not in known]
    facts += [_("“{fact}”现在又不确定了").format(fact=inner(fact_statement(fact, None))) for fact in taken_back]
    return Change(before.number, old.verdict, told.verdict, _reason(before, now), shifts, tuple(facts[:FACTS]))


def _reason(before: DecisionRecord, now: DecisionRecord) -> str:
    """Why the law was read again, as a sentence."""
    because = DecisionRecord.Because
    match now.because:
        case because.LAPSE:
            silent = [party for party in now.input.get("lapsed", []) if party not in before.input.get("lapsed", [])]
            return _("{parties}到期没有答复").format(parties=parties_listed(silent, start=True))
        case because.RESPONSE:
            return _("收到了对方的答复")
        case because.FINDING:
            return _("协会工作人员认定了事实")
        case because.EVIDENCE:
            return _by_evidence(now)
        case because.ANSWERS:
            return _("你补充了回答")
        case because.SERVICE:
            return _("查明通知没有送到，没有答复这一条不算了")
        case because.LAW:
            return _("规则更新了")
    return str(because(now.because).label)


def _by_evidence(now: DecisionRecord) -> str:
    """Which piece came, was taken back or was put there again: an event of the same moment says so."""
    kinds = {"evidence-removed": _("你撤下了证据：{piece}"), "evidence-restored": _("你把撤下的证据放回来了：{piece}")}
    event = Event.objects.filter(complaint=now.complaint_id, kind__in=kinds, at=now.at).order_by("-sequence").first()
    piece = Evidence.objects.filter(pk=event.body["evidence"]).first() if event else None
    if event is None or piece is None:
        return _("你补充了证据")
    words = _("{kind}（{name}）").format(kind=piece.get_kind_display(), name=piece.name)
    return kinds[event.kind].format(piece=words)
