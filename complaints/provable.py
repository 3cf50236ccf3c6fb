"""What a piece of evidence may be said to show: the facts in play in one case, as plain statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from complaints.models import Evidence, Party
from complaints.narrative import fact_statement
from routing import Explanation, leaning, rulebook
from routing.engine.explanations import MissingFact
from routing.engine.facts import Fact

Kind = Evidence.Kind
MOST_SAID, MOST_OPEN = 8, 4  # a longer list is not read

# Which kind of evidence the law's own hints name (Fact.evidence in routing/law/facts.toml).
NAMED = {
    Kind.ORDER: ("订单", "结算页"),
    Kind.PAYMENT: ("付款", "转账", "银行"),
    Kind.LIVE: ("直播", "录屏", "回放"),
    Kind.GOODS: ("照片", "标签", "实物", "开箱"),
    Kind.CHAT: ("聊天",),
    Kind.PLATFORM: ("平台回复", "平台客服", "平台公告"),
    Kind.TEST: ("检测", "鉴定"),
}

# What a kind of evidence shows by itself, once it is there.
BY_ITSELF: Mapping[str, Mapping[str, bool]] = {
    Kind.ORDER: {"purchase_proved": True},
    Kind.PAYMENT: {"purchase_proved": True},
}

Shown = tuple[str, bool]  # a fact, and which way


@dataclass(frozen=True, slots=True)
class Point:
    """Something a piece may show: a fact, which way, and the sentence. ``is_said``: the consumer says so already."""

    fact: str
    value: bool
    is_said: bool

    @property
    def code(self) -> str:
        """As a form sends it: ``seller_displayed-no``."""
        return f"{self.fact}-{'yes' if self.value else 'no'}"

    @property
    def statement(self) -> str:
        return fact_statement(self.fact, self.value)

    @property
    def shown(self) -> Shown:
        return self.fact, self.value


def points_of(told: Explanation, said: Mapping[str, bool]) -> tuple[Point, ...]:
    """What is worth showing: what the consumer says and a ground rests on, then what could still make somebody answer.

    ``said`` is what the consumer says so far."""
    cards = (*told.parties, *told.others)
    reasons = [reason for card in cards for reason in (*card.reasons, *card.open, *card.duties)]
    resting = dict.fromkeys(fact for reason in reasons for fact, _, _ in reason.because)
    own = [fact for fact in resting if fact in said and _can_show(fact)]
    open_ = [(each.fact, way) for each in told.missing if each.fact not in said and (way := _worth(each)) is not None]
    return (
        *(Point(fact, said[fact], True) for fact in own[:MOST_SAID]),
        *(Point(fact, way, False) for fact, way in open_[:MOST_OPEN]),
    )


def with_own(points: Sequence[Point], shown: Iterable[Shown], said: Mapping[str, bool]) -> tuple[Point, ...]:
    """The points, and behind them whatever the pieces are said to show that is in play no more or was never."""
    known = {point.shown for point in points}
    more = dict.fromkeys(each for each in shown if each not in known)
    return (*points, *(Point(fact, value, said.get(fact) == value) for fact, value in more))


def likely(kind: str, points: Iterable[Point]) -> tuple[Shown, ...]:
    """What a piece of this kind is taken to show until its owner says otherwise: what the kind shows by itself, and of
    the consumer's own words those for which the law's hint names this kind. Nobody's words are made up for them."""
    facts = rulebook().facts
    words = NAMED.get(Kind(kind), ())
    hinted = {
        point.fact: point.value
        for point in points
        if point.is_said and any(word in facts[point.fact].evidence.zh for word in words)
    }
    return tuple({**hinted, **BY_ITSELF.get(kind, {})}.items())


def chosen(codes: Collection[str], points: Iterable[Point]) -> tuple[Shown, ...]:
    """The points that were ticked; codes of no point are passed over."""
    return tuple(point.shown for point in points if point.code in codes)


def _can_show(fact: str) -> bool:
    known = rulebook().facts.get(fact)
    return known is not None and _is_consumers(known)


def _is_consumers(fact: Fact) -> bool:
    return (
        fact.yes is not None
        and "consumer" in fact.who
        and fact.consumer_askable
        and not fact.officer
        and fact.group != "derived"
    )


def _worth(missing: MissingFact) -> bool | None:
    """Which way an open fact would make somebody answer; None where it would not, or is not the consumer's to show."""
    fact = rulebook().facts.get(missing.fact)
    if fact is None or not _is_consumers(fact):
        return None
    lean = sum(leaning(rulebook(), missing.fact, party) for party in Party.values)
    would_change = bool(missing.if_yes or missing.if_no)
    return lean > 0 if lean > 0 or (lean < 0 and would_change) else None
