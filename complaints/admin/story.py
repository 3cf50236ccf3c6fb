"""The case as a colleague tells it: its events in sentences, and where each party's clock stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Organisation, User
from complaints.admin.access import name_of
from complaints.deadlines import standing_of
from complaints.flow.aftermath import ReopenReason
from complaints.flow.reopening import REASON_LABELS, OfficersReason
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.triage import DECLINE_LABELS
from complaints.flow.viewing import ContactReason
from complaints.models import (
    Complaint,
    DecisionRecord,
    Event,
    Evidence,
    Feedback,
    RecordItem,
    Recusal,
    Respondent,
    Review,
    Session,
    SetAside,
    Side,
)
from complaints.narrative import (
    Known,
    Line,
    day,
    fact_statement,
    inner,
    language,
    moment,
    parties_listed,
    party_name,
    position_words,
    session_moment,
    side_name,
    sum_words,
    timeline_of,
    until_words,
    verdict_word,
)
from routing import rulebook

OF_OFFICERS = {"assigned", "recused", "recusal-lifted"}  # kinds whose body names an officer by number
ANSWER_TERM = 7  # calendar days that a full ring of a party stands for


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, with who did it by name and its place in the chain."""

    sequence: int
    line: Line
    by: str

    @property
    def when(self) -> str:
        return moment(self.line.at)


@dataclass(frozen=True, slots=True)
class Standing:
    """A party with its clock; ``words`` say where it stands, ``days`` are left or overdue where it runs."""

    respondent: Respondent
    words: str
    tone: str
    days: int | None = None
    position: str = ""
    term: int = ANSWER_TERM


def lines_of(complaint: Complaint, *, versions: Iterable[DecisionRecord] = ()) -> list[Entry]:
    """The events, newest first, told to an officer: what the consumer's page says as “you” is said of the consumer."""
    events = list(complaint.events.order_by("-sequence"))
    names = _names(events)
    offered_by = dict(complaint.evidence.values_list("pk", "offered_by"))
    known = Known(
        offered_by=offered_by,
        decline_labels={ground.value: words for ground, words in DECLINE_LABELS.items()},
        end_labels={ground.value: words for ground, words in GROUND_LABELS.items()},
    )
    return [Entry(event.sequence, _told(event, known, names), names.get(event.actor, "")) for event in events]


def deeds_of(events: Sequence[Event]) -> list[str]:
    """What was done, each in a few words: events of any cases."""
    names = _names(events)
    cases = {event.complaint_id for event in events}
    offered = Evidence.objects.filter(complaint__in=cases).values_list("pk", "offered_by")
    labels = {ground.value: words for ground, words in DECLINE_LABELS.items()}
    known = Known(offered_by=dict(offered), decline_labels=labels)
    return [str(_told(event, known, names).title) for event in events]


def standings_of(respondents: Sequence[Respondent], *, on: date) -> list[Standing]:
    return [_standing(respondent, on) for respondent in respondents]


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _told(event: Event, known: Known, names: Mapping[str, str]) -> Line:
    line = timeline_of([event], known=known)[0]
    retell = RETOLD.get(event.kind)
    told = retell(event, names) if retell and (event.kind != "evidence-added" or line.lane == "consumer") else None
    return replace(line, title=told[0], detail=told[1] or line.detail, technical=False) if told else line


def _told_asked(event: Event, names: Mapping[str, str]) -> tuple[str, str] | None:
    facts = _("、").join(fact_statement(fact, None) for fact in event.body.get("facts", []))
    if event.body["to"] != "consumer":
        return None
    return _("请消费者在{date}前补充").format(date=day(date.fromisoformat(event.body["due_on"]))), facts


def _told_answered(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    facts = event.body.get("facts", [])
    told = _("、").join(fact_statement(fact, None) for fact in facts)
    return ngettext("消费者回答了{n}个问题", "消费者回答了{n}个问题", len(facts)).format(n=len(facts)), told


def _told_unreachable(event: Event, names: Mapping[str, str]) -> tuple[str, str] | None:
    whose = str(RecordItem.Kind(event.body["identity"]).label)
    return None if event.body["by"] == "officer" else (_("消费者说联系不上：{whose}").format(whose=whose), "")


def _told_assigned(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    to = event.body.get("officer")
    if to is None:
        return _("退回待分派"), ""
    return _("分给{name}").format(name=names.get(f"officer:{to}", _("一位同事"))), ""


def _told_note(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    people = _("、").join(names.get(f"officer:{pk}", _("一位同事")) for pk in event.body["mentioned"])
    return _("写了内部备注"), _("提到{people}。").format(people=people) if people else ""


def _told_viewed(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    return _("看了消费者的联系方式"), str(ContactReason(event.body["reason"]).label)


def _told_review(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    why = _("、").join(str(Review.Reason(code).label) for code in event.body["reasons"])
    return _("消费者申请人工复核：{why}").format(why=why), ""


def _told_whatif(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    """A supposition in words: what was supposed, and whose verdict would move."""
    said = [
        fact_statement(fact, value)
        if value is not None
        else _("“{fact}”不清楚").format(fact=inner(fact_statement(fact, None)))
        for fact, value in event.body["facts"].items()
    ]
    said += [
        _("{what}：{value}").format(what=GIVEN[key], value=_given(key, value))
        for key, value in event.body["given"].items()
    ]
    moved = [
        _("{party}由“{old}”变为“{new}”").format(
            party=party_name(party, start=True), old=verdict_word(old), new=verdict_word(new)
        )
        for party, (old, new) in event.body["changed"].items()
    ] or [_("三方的结论不变")]
    comma = _("；")
    supposed = comma.join(said) or _("换一版规则")
    return _("推演备注"), _("如果：{supposed}。那么：{moved}。").format(supposed=supposed, moved=comma.join(moved))


def _told_session(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    title = _("约了调解会：{time}") if event.kind == "session-set" else _("调解会改期：{time}")
    return title.format(time=session_moment(event.body["starts_at"])), ""


def _told_attendance(event: Event, names: Mapping[str, str]) -> tuple[str, str] | None:
    if event.body["side"] != "consumer":
        return None
    return (_("消费者说会来调解会") if event.body["comes"] else _("消费者说来不了调解会")), ""


def _told_held(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    absent = [_("消费者") if side == "consumer" else party_name(side) for side in event.body["absent"]]
    result = str(Session.Result(event.body["result"]).label)
    missing = _("没有来：{names}").format(names=_("、").join(absent)) if absent else ""
    return _("调解会开过了：{result}").format(result=result), missing


def _told_agreement(event: Event, names: Mapping[str, str]) -> tuple[str, str] | None:
    told = {"n": event.body["agreement"], "party": party_name(event.body["party"])}
    if event.kind == "agreement-made":
        return _("写好了消费者和{party}的调解协议（第{n}版），等双方确认").format(**told), ""
    if event.body["side"] != "consumer":
        return None
    words = _("消费者确认了调解协议（第{n}版）")
    if event.kind == "agreement-declined":
        words = _("消费者没有同意调解协议（第{n}版）")
    return words.format(**told), ""


def _told_agreed(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    if "agreement" in event.body:
        return _told_of(event, _("消费者和{party}都确认了调解协议")), ""
    return _told_of(event, _("消费者接受了{party}的方案")), ""


def _told_kept(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    if event.body.get("by") == "officer":
        return _told_of(event, _("看过凭证，{party}已经兑现，投诉解决")), ""
    return _told_of(event, _("消费者确认{party}已经兑现，投诉解决")), ""


def _told_broken(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    if event.body.get("by") == "officer":
        return _told_of(event, _("查实{party}没有兑现")), ""
    return _told_of(event, _("消费者说{party}没有兑现")), ""


def _told_reopened(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    title = {
        "moved.reopen-negotiation": _("重新打开，接着协商"),
        "moved.reopen-referral": _("重新打开，再看受不受理"),
        "moved.reopen-mediation": _("重新打开，接着调解"),
    }[event.kind]
    return title, str(REASON_LABELS[OfficersReason(event.body["reason"])])


def _told_of(event: Event, words: str) -> str:
    return words.format(party=party_name(event.body["party"]))


def _told_group(event: Event, words: str) -> str:
    return words.format(group=event.body["group"])


def _told_masked(event: Event, names: Mapping[str, str]) -> tuple[str, str] | None:
    if event.body["basis"] != "person":
        return None
    return _("消费者定下了一件证据给对方看的副本"), ""


def _told_message(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    by, other = event.body["by"], event.body["with"]
    if by == Side.CONSUMER:
        return _("消费者给{party}写了消息").format(party=side_name(other)), ""
    return _("{party}给消费者写了消息").format(party=side_name(by, start=True)), ""


def _told_recused(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    """By name among colleagues; the consumer reads that somebody keeps out, and not who."""
    name = names.get(f"officer:{event.body['officer']}", _("一位同事"))
    why = str(Recusal.Reason(event.body["reason"]).label)
    return (_("{name}回避") if event.body["own"] else _("{name}被要求回避")).format(name=name), why


def _told_lifted(event: Event, names: Mapping[str, str]) -> tuple[str, str]:
    return _("解除了{name}的回避").format(name=names.get(f"officer:{event.body['officer']}", _("一位同事"))), ""


def _given(key: str, value: Any) -> str:
    """A supposed day, kind of goods or list of parties as a reader says it."""
    if not value:
        return _("没有")
    if key == "lapsed":
        return parties_listed(value)
    if key == "category":
        known = rulebook().categories.get(value)
        return known.name.in_(language()) if known else str(value)
    return day(date.fromisoformat(value))


GIVEN: Mapping[str, Any] = {
    "purchase_date": gettext_lazy("下单日期"),
    "filed_date": gettext_lazy("投诉日期"),
    "delivered_date": gettext_lazy("收货日期"),
    "harm_known_date": pgettext_lazy("desk", "发现问题的日期"),
    "debtor_known_date": gettext_lazy("知道该找谁的日期"),
    "category": gettext_lazy("品类"),
    "lapsed": gettext_lazy("谁到期没有答复"),
}
RETOLD: Mapping[str, Callable[[Event, Mapping[str, str]], tuple[str, str] | None]] = {
    "erasure-asked": lambda event, names: (_("消费者要求删除证据"), ""),
    "evidence-added": lambda event, names: (_("消费者补充了证据"), ""),
    "evidence-shows": lambda event, names: (_("消费者改了一件证据能证明什么"), ""),
    "hint-taken": lambda event, names: (_("消费者用图上认出来的字补了一项"), ""),
    "hint-answered": lambda event, names: (_("核对了一件证据上认出来的字"), ""),
    "evidence-removed": lambda event, names: (_("消费者撤下了一件证据"), ""),
    "evidence-restored": lambda event, names: (_("消费者把撤下的证据放回来了"), ""),
    "evidence-row": lambda event, names: (_("消费者核对了订单表格里的一行"), ""),
    "evidence-verified": lambda event, names: (
        _("看过一条证据线索，和这件投诉无关"),
        str(SetAside.Reason(event.body["reason"]).label),
    ),
    "moment-added": lambda event, names: (_("消费者写下了一句直播里的话"), ""),
    "moment-corrected": lambda event, names: (_("消费者改了一句直播里的话"), ""),
    "moment-taken-back": lambda event, names: (_("消费者收回了一句直播里的话"), ""),
    "evidence-masked": _told_masked,
    "release-asked": lambda event, names: (_told_of(event, _("问了消费者：能不能让{party}看一件证据的原件")), ""),
    "release-answered": lambda event, names: (
        _told_of(
            event,
            _("消费者同意{party}看一件证据的原件") if event.body["agreed"] else _("消费者没有同意{party}看证据的原件"),
        ),
        "",
    ),
    "release-ended": lambda event, names: (_told_of(event, _("消费者收回了同意，{party}不能再取原件")), ""),
    "identity-unreachable": _told_unreachable,
    "performance-shown": lambda event, names: (_told_of(event, _("{party}说已经兑现，附了证明")), ""),
    "asked": _told_asked,
    "consumer-answered": _told_answered,
    "assigned": _told_assigned,
    "recused": _told_recused,
    "recusal-lifted": _told_lifted,
    "contact-viewed": _told_viewed,
    "whatif-noted": _told_whatif,
    "note-written": _told_note,
    "note-struck": lambda event, names: (_("划掉了自己的一条内部备注"), ""),
    "group-invited": lambda event, names: (_told_group(event, _("问了消费者：要不要并入{group}一起办")), ""),
    "group-joined": lambda event, names: (_told_group(event, _("消费者同意并入{group}")), ""),
    "group-declined": lambda event, names: (_told_group(event, _("消费者要单独办，没有并入{group}")), ""),
    "group-left": lambda event, names: (_told_group(event, _("消费者退出了{group}，接着单独办")), ""),
    "group-split": lambda event, names: (_told_group(event, _("从{group}里分出来，接着单独办")), ""),
    "group-representative": lambda event, names: (
        _told_group(event, _("消费者是{group}的代表") if event.body["stands"] else _("消费者不再是{group}的代表")),
        "",
    ),
    "group-told": lambda event, names: (_told_group(event, _("通知了各方：这件投诉在{group}里一起办")), ""),
    "group-ended": lambda event, names: (_told_group(event, _("{group}结束了，投诉接着单独办")), ""),
    "moved.refer": lambda event, names: (
        _("消费者请协会受理"),
        _("决定受不受理，{until}。").format(until=until_words(date.fromisoformat(event.body["accept_by"]))),
    ),
    "offer-refused": lambda event, names: (_told_of(event, _("消费者没有接受{party}的方案")), ""),
    "offer-countered": lambda event, names: (
        _("消费者向{party}还价：{sum}").format(
            party=party_name(event.body["party"]), sum=sum_words(event.body["counter"])
        ),
        "",
    ),
    "offer-broken": _told_broken,
    "session-set": _told_session,
    "session-moved": _told_session,
    "session-answered": _told_attendance,
    "session-held": _told_held,
    "agreement-made": _told_agreement,
    "agreement-confirmed": _told_agreement,
    "agreement-declined": _told_agreement,
    "agreement-ended": lambda event, names: (
        _told_of(event, _("消费者和{party}的调解协议不再有效，不用再确认")),
        "",
    ),
    "moved.reopen-negotiation": _told_reopened,
    "moved.reopen-referral": _told_reopened,
    "moved.reopen-mediation": _told_reopened,
    "payment-asked": lambda event, names: (_told_of(event, _("约好的日子过了，问了消费者{party}有没有兑现")), ""),
    "thread-opened": lambda event, names: (_told_of(event, _("消费者让{party}在这里写消息")), ""),
    "thread-closed": lambda event, names: (_told_of(event, _("消费者关上了和{party}的对话")), ""),
    "message-posted": _told_message,
    "moved.agree": _told_agreed,
    "moved.keep": _told_kept,
    "moved.query": lambda event, names: (_("转为待补充"), ""),
    "moved.supply": lambda event, names: (_("材料补齐，回到待受理"), ""),
    "moved.reopen": lambda event, names: (
        _("消费者重新打开了投诉"),
        str(ReopenReason(event.body["reason"]).label),
    ),
    "rated": lambda event, names: (
        _("消费者打了分：{score}").format(score=Feedback.Score(event.body["score"]).label),
        "",
    ),
    "moved.withdraw": lambda event, names: (
        _("消费者撤回了投诉"),
        _("消费者说是有人劝的。") if event.body.get("pressed") else "",
    ),
    "review-asked": _told_review,
    "override-proposed": lambda event, names: (_told_of(event, _("提出改判{party}，等第二个人确认")), ""),
    "override-turned-down": lambda event, names: (_told_of(event, _("没有确认对{party}的改判")), ""),
}


def _names(events: Iterable[Event]) -> dict[str, str]:
    """The people and organisations behind the codes of these events; two questions to the database at most."""
    codes = {event.actor for event in events}
    codes |= {f"officer:{event.body.get('officer')}" for event in events if event.kind in OF_OFFICERS}
    codes |= {f"officer:{pk}" for event in events if event.kind == "note-written" for pk in event.body["mentioned"]}
    people = _numbers(codes, "officer:")
    houses = _numbers(codes, "organisation:")
    names = {f"officer:{user.pk}": name_of(user) for user in User.objects.filter(pk__in=people)} if people else {}
    if houses:
        found = Organisation.objects.filter(pk__in=houses)
        names |= {f"organisation:{house.pk}": house.name(language()) for house in found}
    return names


def _numbers(codes: Iterable[str], prefix: str) -> list[int]:
    tails = (code.removeprefix(prefix) for code in codes if code.startswith(prefix))
    return [int(tail) for tail in tails if tail.isdigit()]


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _standing(respondent: Respondent, on: date) -> Standing:
    found = standing_of(respondent, on)
    position = position_words(respondent.answer) if respondent.answer else ""
    match found["code"]:
        case "answered":
            assert respondent.answered_at is not None
            return Standing(respondent, _("{date}答复").format(date=day(respondent.answered_at)), "ok", None, position)
        case "lapsed":
            return Standing(respondent, _("到期没有答复"), "resp")
        case "not-asked":
            return Standing(respondent, _("还没有通知到"), "none")
        case "not-reached":
            return Standing(respondent, _("通知还没有送到，没有开始计时"), "none")
        case "overdue":
            return Standing(respondent, _("{date}到期，已超过").format(date=_due(respondent)), "resp", -found["days"])
    until = until_words(respondent.due_on)
    return Standing(respondent, _("等它答复，{until}").format(until=until), "brand", found["days"])


def _due(respondent: Respondent) -> str:
    return day(respondent.due_on) if respondent.due_on else ""
