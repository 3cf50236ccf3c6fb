"""A case as one of its parties may follow it: what was asked, served, answered, decided, and its own last days.

Only what is named here is told. Everything else is the consumer's, the association's or another party's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.lifecycle import OfferState
from complaints.models import (
    Complaint,
    DecisionRecord,
    Delivery,
    Event,
    Evidence,
    Offer,
    Party,
    RecordItem,
    Respondent,
    Session,
)
from complaints.narrative import (
    TELLERS,
    Known,
    Line,
    day,
    fact_statement,
    inner,
    offer_words,
    party_name,
    position_words,
    sentences,
    side_name,
    sum_words,
    timeline_of,
    verdict_word,
)

FACTS = 5  # new facts named beside a version
ANYBODY = frozenset({
    *("contested", "contest-closed", "found", "overridden", "override-upheld"),
    *("evidence-erased", "moved.accept", "moved.settle", "recounted", "testing-began", "testing-ended", "group-told"),
    *("moved.reopen-negotiation", "moved.reopen-referral", "moved.reopen-mediation", "group-ended"),
})  # fmt: skip
# Told as to the consumer, to the one party they are about: ``party`` of the body.
OF_ONE = frozenset({
    *("extension-asked", "extended", "extension-refused", "invited", "invitation-withdrawn", "offer-made"),
    *("offer-lapsed", "offer-ended", "party-reminded"),
})  # fmt: skip
OF_PLATFORM = frozenset({"records-asked", "records-served", "records-answered", "records-lapsed", "identity-renewed"})


@dataclass(frozen=True, slots=True)
class _Told:
    """To whom it is told, and what the sentences look up."""

    party: str
    known: Known
    decisions: Mapping[int, DecisionRecord]
    asked: Mapping[int, str]  # request → its words
    sessions: frozenset[int]  # the numbers of those it is asked to


Teller = Callable[[Event, _Told], Line | None]


@dataclass(frozen=True, slots=True)
class LastDay:
    """Something this party has until a day for, or waits for; ``left`` is negative once it is over."""

    words: str
    until: date
    left: int


def party_lines(complaint: Complaint, respondent: Respondent, *, deliveries: Iterable[Delivery] = ()) -> list[Line]:
    """The case as this party may see it, newest first; ``deliveries`` are the notices its own house has taken."""
    pieces = dict(Evidence.objects.filter(complaint=complaint).values_list("pk", "offered_by"))
    asked = complaint.requests.filter(to=respondent.party).values_list("pk", "words")
    told = _Told(
        respondent.party,
        Known(offered_by=pieces),
        {each.number: each for each in complaint.decisions.only("complaint", "number", "because", "input", "at")},
        dict(asked),
        frozenset(each.number for each in complaint.sessions.all() if respondent.party in each.parties),
    )
    lines = [line for event in complaint.events.all() if (line := _line(event, told))]
    lines += _served(respondent, {line.at for line in lines})
    lines += timeline_of((), deliveries, known=told.known)
    return sorted(lines, key=lambda line: line.at)[::-1]


def _line(event: Event, told: _Told) -> Line | None:
    if teller := OWN_WORDS.get(event.kind):
        return teller(event, told)
    is_told = (
        event.kind in ANYBODY
        or (event.kind in OF_ONE and event.body.get("party") == told.party)
        or (event.kind in OF_PLATFORM and told.party == Party.PLATFORM)
    )
    return TELLERS[event.kind](event, told.known) if is_told else None


def _served(respondent: Respondent, moments: set[object]) -> list[Line]:
    """When this party was asked, was reached, and first looked: kept beside it, not among the events."""
    until = _("请在{date}前答复。").format(date=day(respondent.due_on)) if respondent.due_on else ""
    found = [
        (respondent.asked_at, _("请贵方答复这件投诉"), until),
        (respondent.notified_at, _("通知送达贵方"), ""),
        (respondent.seen_at, _("贵方第一次打开这件投诉"), ""),
    ]
    return [Line(at, "system", title, detail) for at, title, detail in found if at and (at not in moments or detail)]


def last_days(complaint: Complaint, respondent: Respondent, *, on: date) -> list[LastDay]:
    """What this party has a day for, the nearest first; nothing in an ended case."""
    if not complaint.is_open:
        return []
    found: list[tuple[str, date | None]] = []
    if respondent.asked_at and not respondent.answered_at:
        found.append((_("答复这件投诉"), respondent.due_on))
    for request in complaint.requests.unanswered().filter(to=respondent.party):
        found.append((_("补充说明协会问的事"), request.due_on))
    for offer in complaint.offers.filter(party=respondent.party, state__in=(OfferState.MADE, OfferState.ACCEPTED)):
        words = offer_words(offer.kind, offer.amount)
        if offer.state == OfferState.ACCEPTED:
            found.append((_("兑现方案：{offer}").format(offer=words), offer.pay_by))
        else:
            found.append((_("消费者回复方案：{offer}").format(offer=words), offer.until))
    if respondent.party == Party.PLATFORM:
        for item in RecordItem.objects.filter(complaint=complaint).running().select_related("request"):
            found.append((_("提供记录：{record}").format(record=item.get_kind_display()), item.request.due_on))
    return sorted((LastDay(words, until, (until - on).days) for words, until in found if until), key=lambda e: e.until)


# ── The sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


def _consumers(title: Callable[[], str], *, technical: bool = False) -> Teller:
    return lambda event, told: Line(event.at, "consumer", title(), technical=technical)


def _associations(title: Callable[[], str]) -> Teller:
    return lambda event, told: Line(event.at, "association", title())


def _to_own(lane: str, title: Callable[[], str]) -> Teller:
    """Only to the party it is about."""
    return lambda event, told: Line(event.at, lane, title()) if event.body.get("party") == told.party else None


def _you_or(told: _Told, side: str) -> str:
    """Whose act it was, as a sentence begins with it."""
    if side == told.party:
        return pgettext("start", "贵方")
    return party_name(side, start=True) if side in Party.values else pgettext("start", "消费者")


def _decided(event: Event, told: _Told) -> Line:
    """A version: whose word moved, and what came to be known since the one before."""
    number, changed = event.body["decision"], event.body.get("changed", {})
    if number == 1:
        return Line(event.at, "decision", _("作出初步判定（第1版）"))
    shifts = [
        _("{party}由“{old}”变为“{new}”").format(
            party=pgettext("start", "贵方") if party == told.party else party_name(party, start=True),
            old=verdict_word(old),
            new=verdict_word(new),
        )
        for party, (old, new) in changed.items()
    ]
    title = _("判定更新为第{n}版").format(n=number)
    if shifts:
        title = _("判定更新为第{n}版：{shifts}").format(n=number, shifts=_("；").join(shifts))
    same = "" if shifts else _("三方的结论没有变。")
    return Line(event.at, "decision", title, sentences(_because(number, told), same))


def _because(number: int, told: _Told) -> str:
    now, before = told.decisions.get(number), told.decisions.get(number - 1)
    if now is None or before is None:
        return ""
    was, known = before.input.get("facts", {}), now.input.get("facts", {})
    facts = [fact_statement(fact, value) for fact, value in known.items() if was.get(fact) != value]
    facts += [
        _("“{fact}”现在又不确定了").format(fact=inner(fact_statement(fact, None))) for fact in was if fact not in known
    ]
    reason = _("原因：{reason}。").format(reason=now.get_because_display())
    if not facts:
        return reason
    return sentences(reason, _("新知道的：{facts}。").format(facts=_("；").join(facts[:FACTS])))


def _answered(event: Event, told: _Told) -> Line:
    if event.body["party"] != told.party:
        return TELLERS["answered"](event, told.known)
    late = _("这是过了期限才答复的，也照样重新判定。") if event.body.get("late") else ""
    return Line(event.at, told.party, _("贵方答复：{words}").format(words=position_words(event.body)), late)


def _lapsed(event: Event, told: _Told) -> Line:
    if event.body["party"] != told.party:
        return TELLERS["lapsed"](event, told.known)
    return Line(event.at, told.party, _("贵方到期没有答复，已记下并重新判定"), _("以后答复了，还会再判一次。"))


def _silence_recalled(event: Event, told: _Told) -> Line | None:
    if told.party not in event.body["recalled"]:
        return None
    title = _("更正：通知那时没有送到贵方，“贵方到期没有答复”这一条不算了")
    return Line(event.at, "system", title, _("判定重新算过。"))


def _facts_told(event: Event, told: _Told) -> Line:
    line = TELLERS["facts-told"](event, told.known)
    return replace(line, title=_("贵方说明了事实")) if event.body["party"] == told.party else line


def _asked(event: Event, told: _Told) -> Line | None:
    if event.body["to"] != told.party:
        return None
    until = date.fromisoformat(event.body["due_on"])
    title = _("协会请贵方在{date}前补充说明").format(date=day(until))
    return Line(event.at, "association", title, told.asked.get(event.body.get("request", 0), ""))


def _evidence_added(event: Event, told: _Told) -> Line | None:
    kind = event.body.get("kind", "other")
    if kind == Evidence.Kind.AUTHORITY:
        return None
    speaker = told.known.offered_by.get(event.body.get("evidence", 0), "consumer")
    who = _you_or(told, speaker)
    lane = speaker if speaker in Party.values else "consumer"
    return Line(event.at, lane, _("{who}提交了证据").format(who=who), str(Evidence.Kind(kind).label))


def _evidence_checked(event: Event, told: _Told) -> Line | None:
    """To whoever handed it in; the checks of others' files are theirs."""
    is_own = told.known.offered_by.get(event.body.get("evidence", 0)) == told.party
    return TELLERS["evidence-checked"](event, told.known) if is_own else None


def _of_offer(title: Callable[[], str]) -> Teller:
    return _to_own("consumer", title)


def _offer_made(event: Event, told: _Told) -> Line | None:
    if event.body["party"] != told.party:
        return None
    words = offer_words(Offer.Kind(event.body["kind"]), event.body["amount"])
    until = _("消费者在{date}前可以回复。").format(date=day(date.fromisoformat(event.body["until"])))
    return Line(event.at, told.party, _("贵方提出方案：{offer}").format(offer=words), until)


def _countered(event: Event, told: _Told) -> Line | None:
    if event.body["party"] != told.party:
        return None
    return Line(event.at, "consumer", _("消费者还价：{sum}").format(sum=sum_words(event.body["counter"])))


def _agreed(event: Event, told: _Told) -> Line:
    until = _("{date}前兑现。").format(date=day(date.fromisoformat(event.body["pay_by"])))
    if event.body["party"] != told.party:
        return Line(event.at, "association", _("消费者和另一方谈成了，等它兑现"))
    title = _("消费者和贵方都确认了调解协议") if "agreement" in event.body else _("消费者接受了贵方的方案")
    return Line(event.at, "consumer", title, until)


def _kept(event: Event, told: _Told) -> Line:
    return Line(event.at, "consumer", _("答应的兑现了，投诉解决"))


def _resumed(event: Event, told: _Told) -> Line:
    return Line(event.at, "system", _("承诺没有兑现，案件接着办"))


def _session(event: Event, told: _Told) -> Line | None:
    """To those who are asked to it."""
    return TELLERS[event.kind](event, told.known) if told.party in event.body["parties"] else None


def _session_held(event: Event, told: _Told) -> Line | None:
    if told.party not in event.body.get("parties", [told.party]):
        return None
    result = Session.Result(event.body["result"]).label
    return Line(event.at, "association", _("调解会开过了：{result}").format(result=result))


def _session_answered(event: Event, told: _Told) -> Line | None:
    """To those who are asked to it, of themselves and of the consumer."""
    if event.body["side"] not in {"consumer", told.party} or event.body["session"] not in told.sessions:
        return None
    who = _you_or(told, event.body["side"])
    title = _("{who}说会来调解会") if event.body["comes"] else _("{who}说来不了调解会")
    return Line(event.at, event.body["side"], title.format(who=who))


def _agreement(title: Callable[[], str], by: str = "association") -> Teller:
    """A step of the agreement between the consumer and this party."""

    def tell(event: Event, told: _Told) -> Line | None:
        if event.body["party"] != told.party:
            return None
        side = event.body.get("side", "")
        who = _you_or(told, side) if side else ""
        words = title().format(n=event.body["agreement"], who=who)
        return Line(event.at, side if side in {"consumer", told.party} else by, words)

    return tell


def _message(event: Event, told: _Told) -> Line | None:
    by, other = event.body["by"], event.body["with"]
    if other != told.party:
        return None
    title = _("消费者给贵方写了消息") if by == "consumer" else _("贵方给消费者写了消息")
    return Line(event.at, by, title if by in {"consumer", told.party} else side_name(by), technical=True)


def _opened(event: Event, told: _Told) -> Line | None:
    if event.body["party"] != told.party:
        return None
    return Line(event.at, told.party, _("贵方打开了答复入口"))


def _shown(event: Event, told: _Told) -> Line | None:
    if event.body["party"] != told.party:
        return None
    on = day(date.fromisoformat(event.body["on"]))
    return Line(event.at, told.party, _("贵方说{date}已经兑现，附了证明").format(date=on))


def _unreachable(event: Event, told: _Told) -> Line | None:
    if told.party != Party.PLATFORM:
        return None
    until = event.body["due_on"]
    detail = _("请在{date}前另给。").format(date=day(date.fromisoformat(until))) if until else ""
    return Line(event.at, "consumer", _("贵方给的身份联系不上"), detail)


OWN_WORDS: Mapping[str, Teller] = {
    "filed": _consumers(lambda: _("消费者提交了投诉")),
    "decided": _decided,
    "answered": _answered,
    "asked": _asked,
    "lapsed": _lapsed,
    "service-taken-back": _silence_recalled,
    "silence-recalled": _silence_recalled,
    "facts-told": _facts_told,
    "invitation-opened": _opened,
    "evidence-added": _evidence_added,
    "evidence-checked": _evidence_checked,
    "evidence-removed": _consumers(lambda: _("消费者撤下了一件证据")),
    "evidence-restored": _consumers(lambda: _("消费者把撤下的证据放回来了")),
    "evidence-shows": _consumers(lambda: _("消费者改了一件证据能证明什么"), technical=True),
    "consumer-answered": _consumers(lambda: _("消费者补充了回答")),
    "offer-made": _offer_made,
    "offer-refused": _of_offer(lambda: _("消费者没有接受贵方的方案")),
    "offer-countered": _countered,
    "offer-broken": _of_offer(lambda: _("消费者说贵方没有兑现")),
    "performance-shown": _shown,
    "identity-unreachable": _unreachable,
    "thread-opened": _to_own("consumer", lambda: _("消费者请贵方在这里写消息")),
    "thread-closed": _to_own("consumer", lambda: _("消费者关上了和贵方的对话")),
    "message-posted": _message,
    "session-set": _session,
    "session-moved": _session,
    "session-cancelled": _session,
    "session-held": _session_held,
    "session-answered": _session_answered,
    "agreement-made": _agreement(lambda: _("消费者和贵方的调解协议写好了（第{n}版）")),
    "agreement-confirmed": _agreement(lambda: _("{who}确认了调解协议（第{n}版）")),
    "agreement-declined": _agreement(lambda: _("{who}没有同意调解协议（第{n}版）")),
    "agreement-ended": _agreement(lambda: _("调解协议（第{n}版）不再有效，不用再确认"), by="system"),
    "moved.refer": _consumers(lambda: _("消费者请协会受理")),
    "moved.decline": _associations(lambda: _("协会不予受理")),
    "moved.agree": _agreed,
    "moved.keep": _kept,
    "moved.resume": _resumed,
    "moved.resume-referral": _resumed,
    "moved.resume-mediation": _resumed,
    "moved.terminate": _associations(lambda: _("调解终止，没有谈成")),
    "moved.hand-off": _associations(lambda: _("转到其他途径")),
    "moved.reopen": _consumers(lambda: _("消费者重新打开了投诉")),
    "transfer-accepted": _associations(lambda: _("投诉转给了另一家协会，期限照走")),
    "moved.withdraw": _consumers(lambda: _("消费者撤回了投诉")),
}
