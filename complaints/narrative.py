"""A case told in sentences, in the reader's language, from codes and dates: its timeline, and whose turn it is.

Events hold codes only; the sentences are made here, when they are shown. The active language is the reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import cycle
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.models import Organisation
from complaints.deadlines import is_settled, standing_of
from complaints.lifecycle import OfferState, State
from complaints.models import (
    Complaint,
    Contest,
    Delivery,
    ErasureRequest,
    Event,
    Evidence,
    Extension,
    Hold,
    Offer,
    Override,
    Party,
    Reached,
    RecordItem,
    Request,
    Respondent,
    Review,
    Session,
    Tombstone,
    Unreachable,
)
from routing import rulebook
from routing.engine.rulebook import Language
from routing.engine.wording import Wording

# The icon of each lane, by the name templates/components knows it under.
ICONS = {
    "consumer": "user",
    "merchant": "shop",
    "anchor": "mic",
    "platform": "layers",
    "association": "shield",
    "decision": "scale",
    "system": "info",
}

# The verdict of a party, as a code, and the word of the rulebook for it.
WORDS = {"responsible": "sole", "possible": "possible", "not_responsible": "not_responsible"}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline. ``lane`` is whose act it was; technical lines are folded away."""

    at: datetime
    lane: str
    title: str
    detail: str = ""
    technical: bool = False

    @property
    def icon(self) -> str:
        return ICONS[self.lane]

    @property
    def when(self) -> str:
        return moment(self.at)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who must act next, in one sentence, and the last day for it.

    ``who`` is consumer, parties, association or nobody; ``tone`` is the note it is shown in (info, warn, ok, plain);
    ``more`` says what that means or what to do now.
    """

    who: str
    sentence: str
    more: str = ""
    until: date | None = None
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Step:
    """One of the next steps; ``state`` is done, now or empty."""

    title: str
    text: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the sentences look up beside the event itself."""

    offered_by: Mapping[int, str] = field(default_factory=dict)  # evidence id → consumer, or a party
    decline_labels: Mapping[str, Any] = field(default_factory=dict)  # ground → its words, lazily translated
    contact_reasons: Mapping[str, Any] = field(default_factory=dict)  # reason → its words, lazily translated
    end_labels: Mapping[str, Any] = field(default_factory=dict)  # ground of a mediation's end → its words


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def language() -> Language:
    """The language of the rulebook's texts that fits the reader."""
    return "en" if get_language() == "en" else "zh"


def day(value: date | datetime) -> str:
    """``4月17日`` or ``17 April``; the year too where it is another one than this."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    this_year = value.year == timezone.localdate().year
    if language() == "en":
        return date_format(value, "j F" if this_year else "j F Y")
    return date_format(value, "n月j日" if this_year else "Y年n月j日")


def until_words(value: date | None) -> str:
    """``最晚到4月17日``; ``不早于`` where the calendar of that year is not out; empty for no day."""
    if value is None:
        return ""
    said = _("最晚到{date}") if is_settled(value) else _("不早于{date}到期")
    return said.format(date=day(value))


def length_of(limit: str) -> str:
    """How long a limit of the law files is today: ``60天``, ``7 working days``."""
    term = rulebook().limits[limit].terms[-1]
    return Wording(rulebook(), language()).say(f"limit.length.{term.unit}", term.length)


def moment(value: datetime) -> str:
    """``4月17日20:31`` or ``17 April, 20:31``."""
    local = timezone.localtime(value)
    return f"{day(local)}{', ' if language() == 'en' else ''}{local:%H:%M}"


def sentences(*said: str) -> str:
    """Whole sentences one after the other: Chinese ones meet, English ones keep a space between them."""
    return ("" if language() == "zh" else " ").join(filter(None, said))


def inner(text: object) -> str:
    """Words that are put between quotation marks: their own become single ones (GB/T 15834; English does the same)."""
    plain = str(text).replace("“", "‘").replace("”", "’")
    if plain.count('"') % 2 == 0:  # an odd one is no quotation, but inches perhaps
        marks = cycle("‘’")
        plain = "".join(next(marks) if character == '"' else character for character in plain)
    return plain


def party_name(party: str, *, start: bool = False) -> str:
    """The party inside a sentence: ``商家``, ``the merchant``; ``start`` where the sentence begins with it."""
    short = rulebook().words[f"party.{party}.short"].in_(language())
    if language() == "zh":
        return short
    return f"The {short}" if start else f"the {short}"


def heading_name(party: str) -> str:
    """A party as a heading or a list says it: ``商家``, ``Merchant``."""
    return rulebook().words[f"party.{party}.short"].in_(language()).capitalize()


def parties_listed(parties: Iterable[str], *, start: bool = False) -> str:
    """``商家、主播`` or ``the merchant and the anchor``."""
    names = [party_name(party, start=start and not place) for place, party in enumerate(parties)]
    if language() == "zh" or len(names) < 2:
        return "、".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def verdict_word(verdict: str) -> str:
    """The word for a verdict's code, as the rulebook says it."""
    return rulebook().words[f"verdict.{WORDS[verdict]}.word"].in_(language())


def side_name(side: str, *, start: bool = False) -> str:
    """Who takes part in a conversation, inside a sentence: a party, or the association."""
    if side in Party.values:
        return party_name(side, start=start)
    return pgettext("start", "协会") if start else pgettext("inside", "协会")


def wrote(side: str) -> str:
    """That somebody wrote to the consumer, without a word of what."""
    return _("{party}给你写了消息").format(party=side_name(side, start=True))


def position_words(answer: Mapping[str, Any]) -> str:
    """How a party stands to the complaint, in a few words (codes of flow.responses.Position)."""
    match answer.get("position"):
        case "accepted":
            return _("同意承担责任")
        case "accepted_in_part":
            return _("同意承担一部分")
        case "disputed":
            return _("不同意")
        case "not_ours":
            whom = party_name(str(answer["points_to"]))
            told = _("说不归它管，应当找{party}") if answer.get("proof", True) else _("推给{party}，没有附证明")
            return told.format(party=whom)
    return _("已答复")


def sum_words(amount: Decimal | str | None) -> str:
    """``¥469`` or ``¥469.50`` inside a sentence; empty for no sum."""
    if amount is None:
        return ""
    return f"¥{Decimal(amount):,.2f}".removesuffix(".00")


def offer_words(kind: str, amount: Decimal | str | None) -> str:
    """An offer in a few words: ``退货退款，¥469``, ``return and refund, ¥469``."""
    label, told = str(Offer.Kind(kind).label), sum_words(amount)
    return _("{kind}，{sum}").format(kind=label, sum=told) if told else label


def fact_statement(fact: str, value: bool | None) -> str:
    """A fact as a plain sentence, each way; its label while it is unknown."""
    known = rulebook().facts.get(fact)
    text = None if known is None else {True: known.yes, False: known.no, None: known.label}[value]
    return text.in_(language()) if text else fact


# ── The timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────


def timeline_of(events: Iterable[Event], deliveries: Iterable[Delivery] = (), *, known: Known) -> list[Line]:
    """The case, newest first. Kinds without a sentence of their own are technical and show their code."""
    lines = [_line(event, known) for event in events]
    lines += [_delivered(delivery) for delivery in deliveries if delivery.done_at]
    return sorted(lines, key=lambda line: line.at)[::-1]  # turned round as a whole: one moment keeps its order


def _line(event: Event, known: Known) -> Line:
    teller = TELLERS.get(event.kind)
    return teller(event, known) if teller else Line(event.at, "system", event.kind, technical=True)


def _filed(event: Event, known: Known) -> Line:
    count = len(event.body.get("evidence", []))
    detail = ngettext("附了{n}件证据。", "附了{n}件证据。", count).format(n=count) if count else ""
    if event.body.get("by_helper"):
        return Line(event.at, "consumer", _("投诉已提交，由他人代为提交"), detail)
    if way := event.body.get("way"):
        titles = {
            "counter": _("投诉已提交，在{name}的网点填的"),
            "kiosk": _("投诉已提交，在{name}的自助机上填的"),
            "hotline": _("投诉已提交，打{name}的热线填的"),
        }
        return Line(event.at, "consumer", titles[way].format(name=_house(event.body["organisation"])), detail)
    return Line(event.at, "consumer", _("投诉已提交"), detail)


def _parties_asked(event: Event, known: Known) -> Line:
    if event.body.get("reached") and event.body["due_on"] is None:
        detail = _("先通知平台，由它转告商家和主播。送到那天起，才算答复的日子。")
        return Line(event.at, "system", _("已向三方发出通知"), detail)
    if event.body.get("reached"):
        title = _("已通知三方，请它们在{date}前答复")
        if event.body.get("provisional"):
            title = _("已通知三方，答复期限不早于{date}")
        title = title.format(date=_iso_day(event.body["due_on"]))
        return Line(event.at, "system", title, _("先送达平台，由它转告商家和主播。期限是本站约定的工作日。"))
    detail = _("这里还联系不上三方，协会会用别的办法通知。先把写好的话发给对方；也可以请协会受理。")
    return Line(event.at, "system", _("平台还没有接入本站"), detail)


def _reached(event: Event, known: Known) -> Line:
    """Word of the case came to some of the parties, by themselves or by an officer: from when, until when."""
    ways = [Reached(how) for how in event.body["parties"].values()]
    by_hand = event.kind == "served"
    how = next((way for way in ways if way is not Reached.PASSED_ON), ways[0])
    title = _("协会通知到了{parties}") if by_hand else _("通知送到了{parties}")
    until = _("从{since}起算，{date}前答复。")
    if event.body.get("provisional"):
        until = _("从{since}起算，答复期限不早于{date}。")
    since = moment(datetime.fromisoformat(event.body["since"]))
    until = until.format(since=since, date=_iso_day(event.body["due_on"]))
    detail = sentences(_("{how}。").format(how=how.label), until)
    title = title.format(parties=parties_listed(event.body["parties"]))
    return Line(event.at, "association" if by_hand else "system", title, detail)


def _silence_recalled(event: Event, known: Known) -> Line:
    """A party was not reached after all, and what its silence had decided is decided again."""
    detail = ""
    if event.body["recalled"]:
        parties = parties_listed(event.body["recalled"], start=True)
        detail = _("{parties}没有答复这一条不算了，判定重新算过。").format(parties=parties)
    if event.body.get("records"):
        detail = sentences(detail, _("要记录的信也没有送到，送到以后再起算。"))
    if event.kind == "silence-recalled":
        return Line(event.at, "system", _("查明通知没有送到过，答复期限还没有开始"), detail)
    title = _("协会更正：{party}那次没有送到").format(party=party_name(event.body["party"]))
    return Line(event.at, "association", title, detail)


def _decided(event: Event, known: Known) -> Line:
    number, changed = event.body["decision"], event.body.get("changed", {})
    if number == 1:
        return Line(event.at, "decision", _("作出初步判定（第1版）"))
    shifts = [
        _("{party}由“{old}”变为“{new}”").format(
            party=party_name(party, start=True), old=verdict_word(old), new=verdict_word(new)
        )
        for party, (old, new) in changed.items()
    ]
    if not shifts:
        title = _("判定更新为第{n}版").format(n=number)
        return Line(event.at, "decision", title, _("三方的结论没有变，理由更清楚了。"))
    shifted = ("；" if language() == "zh" else "; ").join(shifts)
    return Line(event.at, "decision", _("判定更新为第{n}版：{shifts}").format(n=number, shifts=shifted))


def _evidence_added(event: Event, known: Known) -> Line:
    speaker = known.offered_by.get(event.body.get("evidence", 0), "consumer")
    kind = Evidence.Kind(event.body.get("kind", "other")).label
    if event.body.get("kind") == Evidence.Kind.AUTHORITY:
        return Line(event.at, "consumer", _("委托书或监护证明已传"), _("只给协会看，不给被投诉的三方。"))
    if speaker == "consumer":
        return Line(event.at, "consumer", _("你补充了证据"), str(kind))
    return Line(event.at, speaker, _("{party}提交了证据").format(party=party_name(speaker, start=True)), str(kind))


def _evidence_shows(event: Event, known: Known) -> Line:
    shown = [fact_statement(fact, value) for fact, value in event.body.get("shows", {}).items()]
    title = _("你改了一件证据能证明什么")
    return Line(event.at, "consumer", title, ("；" if language() == "zh" else "; ").join(shown))


def _evidence_checked(event: Event, known: Known) -> Line:
    speaker = known.offered_by.get(event.body.get("evidence", 0), event.body.get("by", "consumer"))
    title = {
        "stored": _("一件证据检查完了，没有问题"),
        "held": _("一件证据没能查完，要工作人员看过才算数"),
        "rejected": _("一件证据没有收下"),
    }[event.body["state"]]
    if event.body["state"] != "rejected" or speaker != "consumer":
        return Line(event.at, speaker, title)
    return Line(event.at, speaker, title, _("它证明的也不算了。打开“证据”页看原因，换一个再传。"))


def _hint_answered(event: Event, known: Known) -> Line:
    if event.actor.startswith("officer"):
        return Line(event.at, "association", _("协会核对了一件证据上认出来的字"), technical=True)
    return Line(event.at, "consumer", _("你说图上有一处认错了"), technical=True)


def _evidence_removed(event: Event, known: Known) -> Line:
    bare = [fact_statement(fact, value) for fact, value in event.body.get("no_longer", {}).items()]
    joined = ("；" if language() == "zh" else "; ").join(bare)
    return Line(
        event.at, "consumer", _("你撤下了一件证据"), _("只有它能证明：{facts}").format(facts=joined) if bare else ""
    )


def _evidence_masked(event: Event, known: Known) -> Line:
    """Who covered it for the other side. It is told among the technical lines: nothing in the case has moved."""
    lane = {"person": "consumer", "officer": "association"}.get(event.body["basis"], "system")
    title = {
        "person": _("你定下了一件证据给对方看的副本"),
        "officer": _("协会定下了一件证据给对方看的副本"),
    }.get(event.body["basis"], _("一件证据的个人信息已自动遮盖"))
    return Line(event.at, lane, title, technical=True)


def _release_asked(event: Event, known: Known) -> Line:
    title = _("协会问你：能不能让{party}看一件证据的原件").format(party=party_name(event.body["party"]))
    return Line(event.at, "association", title)


def _release_answered(event: Event, known: Known) -> Line:
    words = _("你同意{party}看一件证据的原件") if event.body["agreed"] else _("你没有同意{party}看证据的原件")
    return Line(event.at, "consumer", words.format(party=party_name(event.body["party"])))


def _release_ended(event: Event, known: Known) -> Line:
    title = _("你收回了同意，{party}不能再取原件").format(party=party_name(event.body["party"]))
    return Line(event.at, "consumer", title)


def _answered(event: Event, known: Known) -> Line:
    party = event.body["party"]
    words = position_words(event.body)
    title = _("{party}答复：{words}").format(party=party_name(party, start=True), words=words)
    late = _("这是过了期限才答复的，也照样重新判定。") if event.body.get("late") else ""
    return Line(
        event.at, party, title, sentences(*(_("{text}。").format(text=each) for each in _checked_by(event)), late)
    )


def _checked_by(event: Event) -> list[str]:
    """The facts a party has yet to look into, each with the day it named."""
    told = _("“{fact}”要到{date}才查得清")
    return [
        told.format(fact=inner(fact_statement(fact, None)), date=_iso_day(until))
        for fact, until in event.body.get("checking", {}).items()
    ]


def rule_title(rule: str) -> str:
    """What a rule named in a contest is about, in a few words; its id where it has none, empty for none."""
    book = rulebook()
    ground = next((each for each in book.rules if each.name == rule), None)
    if ground is not None:
        return ground.title.in_(language())
    excuse = next((each for each in book.excuses if each.id == rule), None)
    return excuse.says.in_(language()) if excuse else rule


def _contested(event: Event, known: Known) -> Line:
    party, whom = party_name(event.body["party"], start=True), party_name(event.body["points_to"])
    rule = _("它依据的是{rule}“{title}”。").format(rule=event.body["rule"], title=inner(rule_title(event.body["rule"])))
    if not event.body["rule"]:
        rule = _("它没有写明依据哪一条。")
    if event.body["back"]:
        title = _("{party}又推给{whom}，由协会来定").format(party=party, whom=whom)
        until = _("最晚{date}。").format(date=_iso_day(event.body["due_on"]))
        return Line(event.at, event.body["party"], title, sentences(rule, until))
    title = _("{party}推给{whom}，规则按它的说法又判了一遍").format(party=party, whom=whom)
    same = "" if event.body.get("changed") else _("三方的结论没有变。")
    return Line(event.at, event.body["party"], title, sentences(rule, same))


def _contest_closed(event: Event, known: Known) -> Line:
    outcome = Contest.Outcome(event.body["outcome"])
    lane = "system" if outcome == Contest.Outcome.ENDED else "association"
    return Line(event.at, lane, _("该由谁答复，协会定了：{outcome}").format(outcome=outcome.label))


def _extension_asked(event: Event, known: Known) -> Line:
    party, reason = event.body["party"], str(Extension.Reason(event.body["reason"]).label)
    title = _("{party}申请多要{n}个工作日").format(party=party_name(party, start=True), n=event.body["days"])
    return Line(event.at, party, title, _("原因：{reason}").format(reason=reason))


def _extended(event: Event, known: Known) -> Line:
    told = {"party": party_name(event.body["party"], start=True), "date": _iso_day(event.body["until"])}
    detail = _("按本站的规定给的。") if event.body["by_policy"] else _("协会同意的。")
    was = _("原来是{date}。").format(date=_iso_day(event.body["was_due"]))
    return Line(event.at, "association", _("{party}的答复期限延到{date}").format(**told), sentences(was, detail))


def _extension_refused(event: Event, known: Known) -> Line:
    told = {"party": party_name(event.body["party"]), "date": _iso_day(event.body["due_on"])}
    return Line(event.at, "association", _("协会没有同意{party}延期，还是{date}前答复").format(**told))


def _identity_unreachable(event: Event, known: Known) -> Line:
    whose, by = _identity(event), event.body["by"]
    why = str(Unreachable.Why(event.body["why"]).label)
    if by == "officer":
        return Line(event.at, "association", _("协会核实：平台给的{whose}联系不上").format(whose=whose), why)
    until = _("请平台{date}前另给。").format(date=_iso_day(event.body["due_on"])) if event.body["due_on"] else ""
    title = _("你说平台给的{whose}联系不上").format(whose=whose)
    return Line(event.at, "consumer", title, sentences(_("{why}。").format(why=why), until))


def _identity_renewed(event: Event, known: Known) -> Line:
    title = _("平台另给了{whose}，判定按它重算").format(whose=_identity(event))
    was = _("上一次在{date}说过联系不上。").format(date=_iso_day(event.body["reported_on"]))
    return Line(event.at, "platform", title, was)


def _identity(event: Event) -> str:
    return pgettext("identity", "卖家身份") if event.body["identity"] == "seller_identity" else _("直播间运营者的身份")


def _facts_told(event: Event, known: Known) -> Line:
    party = event.body["party"]
    said = [fact_statement(fact, value) for fact, value in event.body["said"].items() if value is not None]
    said += _checked_by(event)
    return Line(event.at, party, _("{party}说明了事实").format(party=party_name(party, start=True)), _("；").join(said))


def _performance_shown(event: Event, known: Known) -> Line:
    party = event.body["party"]
    told = {"party": party_name(party, start=True), "date": _iso_day(event.body["on"])}
    title = _("{party}说{date}已经兑现，附了证明").format(**told)
    return Line(event.at, party, title, _("收到了没有，由你来说。"))


def _invited(event: Event, known: Known) -> Line:
    return Line(event.at, "association", _("协会给了{party}一个答复入口").format(party=party_name(event.body["party"])))


def _invitation_withdrawn(event: Event, known: Known) -> Line:
    title = _("协会收回了{party}的答复入口").format(party=party_name(event.body["party"]))
    return Line(event.at, "association", title)


def _invitation_opened(event: Event, known: Known) -> Line:
    party, until = event.body["party"], event.body["due_on"]
    title = _("{party}打开了答复入口").format(party=party_name(party, start=True))
    return Line(event.at, party, title, _("请它在{date}前答复。").format(date=_iso_day(until)) if until else "")


def _lapsed(event: Event, known: Known) -> Line:
    party = event.body["party"]
    title = _("{party}到期没有答复，已记下并重新判定").format(party=party_name(party, start=True))
    return Line(event.at, party, title, _("以后答复了，还会再判一次。"))


def _asked(event: Event, known: Known) -> Line:
    to, until = event.body["to"], _iso_day(event.body["due_on"])
    if to == "consumer":
        return Line(event.at, "association", _("协会请你在{date}前补充").format(date=until))
    title = _("协会请{party}在{date}前补充说明").format(party=party_name(to), date=until)
    return Line(event.at, "association", title)


def _records_asked(event: Event, known: Known) -> Line:
    lane = "association" if event.actor.startswith("officer") else "consumer"
    title = _("请平台提供：{records}").format(records=_records(event))
    if not event.body["served"]:
        return Line(event.at, lane, title, _("平台还没有接入，把信打印出来交给它。"))
    return Line(event.at, lane, title, _("请它在{date}前逐项答复。").format(date=_iso_day(event.body["due_on"])))


def _records_served(event: Event, known: Known) -> Line:
    title = _("要调取的记录已送到平台：{records}").format(records=_records(event))
    return Line(event.at, "system", title, _("请它在{date}前逐项答复。").format(date=_iso_day(event.body["due_on"])))


def _records_answered(event: Event, known: Known) -> Line:
    told = {"yes": _("{record}：给了"), "partly": _("{record}：给了一部分"), "no": _("{record}：没有给")}
    said = [told[says].format(record=RecordItem.Kind(kind).label) for kind, says in event.body["items"].items()]
    title = _("平台答复了要调取的记录：{answers}").format(answers=_("；").join(said))
    return Line(event.at, "platform", title, _("这是过了期限才答复的，两个日期都记着。") if event.body["late"] else "")


def _records_lapsed(event: Event, known: Known) -> Line:
    title = _("{asked}要的记录，平台到{due}没有答复：{records}").format(
        asked=_iso_day(event.body["asked_on"]), due=_iso_day(event.body["due_on"]), records=_records(event)
    )
    return Line(event.at, "platform", title, _("以后答复了，还会再判一次。"))


def _records(event: Event) -> str:
    return _("、").join(str(RecordItem.Kind(kind).label) for kind in event.body["items"])


def _assigned(event: Event, known: Known) -> Line:
    if event.body.get("officer") is None:
        return Line(event.at, "association", _("退回待分派"), technical=True)
    return Line(event.at, "association", _("协会工作人员接手"))


def _found(event: Event, known: Known) -> Line:
    fact, value = event.body["fact"], event.body["value"]
    words = fact_statement(fact, value)
    if value is None:
        return Line(event.at, "association", _("协会收回了对“{fact}”的认定").format(fact=inner(words)))
    return Line(event.at, "association", _("协会认定：{fact}").format(fact=words))


def _consumer_answered(event: Event, known: Known) -> Line:
    count = len(event.body.get("facts", []))
    if not count:
        return Line(event.at, "consumer", _("你回复了协会"))
    return Line(event.at, "consumer", ngettext("你回答了{n}个问题", "你回答了{n}个问题", count).format(n=count))


def _referred(event: Event, known: Known) -> Line:
    until = _iso_day(event.body["accept_by"])
    detail = _("协会在{date}前告诉你受不受理。")
    if event.body.get("provisional"):
        detail = _("协会最晚哪天告诉你受不受理，要等放假安排公布，不早于{date}。")
    return Line(event.at, "consumer", _("你请协会受理"), detail.format(date=until))


def _accepted(event: Event, known: Known) -> Line:
    told = (
        _("调解最晚到{date}。")
        if not event.body.get("provisional")
        else _("调解到期不早于{date}，放假安排公布后定下来。")
    )
    detail = told.format(date=_iso_day(event.body["mediation_until"]))
    return Line(event.at, "association", _("协会已受理，开始调解"), detail)


def _declined(event: Event, known: Known) -> Line:
    ground = known.decline_labels.get(event.body.get("ground", ""), "")
    return Line(event.at, "association", _("协会不予受理"), str(ground))


def _handed_off(event: Event, known: Known) -> Line:
    route = rulebook().words.get(f"route.{event.body.get('route', '')}.name")
    return Line(event.at, "association", _("转到其他途径"), route.in_(language()) if route else "")


def _contact_viewed(event: Event, known: Known) -> Line:
    reason = known.contact_reasons.get(event.body.get("reason", ""), "")
    return Line(event.at, "association", _("协会工作人员查看了你的联系方式"), str(reason))


def _offer_made(event: Event, known: Known) -> Line:
    party, told = event.body["party"], offer_words(event.body["kind"], event.body["amount"])
    title = _("{party}提出方案：{offer}").format(party=party_name(party, start=True), offer=told)
    return Line(event.at, party, title, _("{date}前回它就行。").format(date=_iso_day(event.body["until"])))


def _offer_countered(event: Event, known: Known) -> Line:
    sum_ = sum_words(event.body["counter"])
    title = _("你向{party}还价：{sum}").format(party=party_name(event.body["party"]), sum=sum_)
    return Line(event.at, "consumer", title)


def _agreed(event: Event, known: Known) -> Line:
    if "agreement" in event.body:
        title = _("你和{party}都确认了调解协议").format(party=party_name(event.body["party"]))
        detail = _("要在{date}前兑现。兑现了，投诉才结束。").format(date=_iso_day(event.body["pay_by"]))
        return Line(event.at, "association", title, detail)
    title = _("你接受了{party}的方案").format(party=party_name(event.body["party"]))
    detail = _("它要在{date}前兑现。兑现了，投诉才结束。").format(date=_iso_day(event.body["pay_by"]))
    return Line(event.at, "consumer", title, detail)


def _kept(event: Event, known: Known) -> Line:
    party = party_name(event.body["party"])
    if event.body.get("by") == "officer":
        return Line(event.at, "association", _("协会看了凭证：{party}已经兑现，投诉解决").format(party=party))
    return Line(event.at, "consumer", _("你确认{party}已经兑现，投诉解决").format(party=party))


def _broken(event: Event, known: Known) -> Line:
    party = party_name(event.body["party"])
    if event.body.get("by") == "officer":
        return Line(event.at, "association", _("协会查实：{party}没有兑现").format(party=party))
    return Line(event.at, "consumer", _("你告诉我们：{party}没有兑现").format(party=party))


def session_moment(starts_at: str) -> str:
    """When a session begins, as its event holds it: ``6月8日 10:00``, in China's time."""
    return moment(datetime.fromisoformat(starts_at))


def _session_set(event: Event, known: Known) -> Line:
    title = _("定了调解会：{time}") if event.kind == "session-set" else _("调解会改期：{time}")
    detail = _("怎么参加，在这一页的“调解会”里看。")
    return Line(event.at, "association", title.format(time=session_moment(event.body["starts_at"])), detail)


def _session_answered(event: Event, known: Known) -> Line:
    side, comes = event.body["side"], event.body["comes"]
    if side == "consumer":
        return Line(event.at, "consumer", _("你说会来调解会") if comes else _("你说来不了调解会"))
    title = _("{party}说会来调解会") if comes else _("{party}说来不了调解会")
    return Line(event.at, side, title.format(party=party_name(side, start=True)))


def _session_held(event: Event, known: Known) -> Line:
    result = str(Session.Result(event.body["result"]).label)
    absent = event.body["absent"]
    parties = [side for side in absent if side != "consumer"]
    detail = _("{parties}没有来。").format(parties=parties_listed(parties, start=True)) if parties else ""
    if "consumer" in absent:
        detail = _("你没有来。") + detail
    return Line(event.at, "association", _("调解会开过了：{result}").format(result=result), detail)


def _agreement_made(event: Event, known: Known) -> Line:
    told = {"n": event.body["agreement"], "party": party_name(event.body["party"])}
    detail = _("看过再确认。双方都确认了才算数，不同意也可以说。")
    return Line(event.at, "association", _("你和{party}的调解协议写好了（第{n}版）").format(**told), detail)


def _agreement_confirmed(event: Event, known: Known) -> Line:
    if event.body["side"] == "consumer":
        return Line(event.at, "consumer", _("你确认了调解协议（第{n}版）").format(n=event.body["agreement"]))
    party = party_name(event.body["party"], start=True)
    title = _("{party}确认了调解协议（第{n}版）").format(party=party, n=event.body["agreement"])
    return Line(event.at, event.body["party"], title)


def _agreement_declined(event: Event, known: Known) -> Line:
    detail = _("接着调解。协会可以再写一版。")
    if event.body["side"] == "consumer":
        return Line(event.at, "consumer", _("你没有同意调解协议（第{n}版）").format(n=event.body["agreement"]), detail)
    party = party_name(event.body["party"], start=True)
    title = _("{party}没有同意调解协议（第{n}版）").format(party=party, n=event.body["agreement"])
    return Line(event.at, event.body["party"], title, detail)


def _agreement_ended(event: Event, known: Known) -> Line:
    told = {"n": event.body["agreement"], "party": party_name(event.body["party"])}
    return Line(event.at, "system", _("你和{party}的调解协议（第{n}版）不再有效，不用再确认").format(**told))


def _weighed(event: Event, known: Known) -> Line:
    title = _("协会逐项权衡了{n}种情况").format(n=len(event.body["points"]))
    return Line(event.at, "association", title, _("理由写在认定里。"), technical=True)


def _party_reminded(event: Event, known: Known) -> Line:
    told = {"party": party_name(event.body["party"]), "date": _iso_day(event.body["due_on"])}
    return Line(event.at, "system", _("提醒了{party}：{date}前答复").format(**told), technical=True)


def _reopened_by_association(event: Event, known: Known) -> Line:
    title = {
        "moved.reopen-negotiation": _("协会重新打开了投诉，接着协商"),
        "moved.reopen-referral": _("协会重新打开了投诉，再看受不受理"),
        "moved.reopen-mediation": _("协会重新打开了投诉，接着调解"),
    }[event.kind]
    return Line(event.at, "association", title)


def _terminated(event: Event, known: Known) -> Line:
    ground = known.end_labels.get(event.body.get("ground", ""), "")
    return Line(event.at, "association", _("调解终止，没有谈成"), str(ground))


def _payment_asked(event: Event, known: Known) -> Line:
    party = party_name(event.body["party"])
    return Line(event.at, "system", _("约好的日子过了，问你：{party}答应的兑现了吗？").format(party=party))


def _resumed(event: Event, known: Known) -> Line:
    if event.body.get("by_officer"):
        return Line(event.at, "association", _("协会查实没有兑现，案件接着办"))
    if event.body.get("because") == "unconfirmed":
        return Line(event.at, "system", _("没有人说兑现了，案件接着办"), _("收到了可以随时告诉我们。"))
    return Line(event.at, "system", _("承诺没有兑现，案件自动接着办"))


def _message_posted(event: Event, known: Known) -> Line:
    by, other = event.body["by"], event.body["with"]
    title = _("你给{party}写了消息").format(party=side_name(other)) if by == "consumer" else wrote(by)
    return Line(event.at, by, title, technical=True)


def _review_asked(event: Event, known: Known) -> Line:
    until = _iso_day(event.body["due_on"])
    detail = _("有人会看，不早于{date}到期。") if event.body.get("provisional") else _("{date}前有人看，结果写明理由。")
    return Line(event.at, "consumer", _("你申请了人工复核"), detail.format(date=until))


def _review_answered(event: Event, known: Known) -> Line:
    outcome = Review.Outcome(event.body["outcome"])
    lane = "system" if outcome == Review.Outcome.ENDED else "association"
    return Line(event.at, lane, _("人工复核：{outcome}").format(outcome=outcome.label))


def _overridden(event: Event, known: Known) -> Line:
    party, reason = event.body["party"], str(Override.Reason(event.body["reason"]).label)
    old, new = (str(Override.Outcome(event.body[key]).label) for key in ("from", "to"))
    told = _("协会改判：{party}由“{old}”改为“{new}”")
    if event.body["by_machine"]:
        told = _("协会收回改判：{party}由“{old}”回到“{new}”")
    title = told.format(party=party_name(party), old=old, new=new)
    return Line(event.at, "association", title, _("原因：{reason}").format(reason=reason))


def _upheld(event: Event, known: Known) -> Line:
    told = _("协会确认：对{party}的改判在第{n}版接着有效")
    return Line(event.at, "association", told.format(party=party_name(event.body["party"]), n=event.body["decision"]))


def _at_stand(event: Event, known: Known) -> Line:
    """What was done with the receipt code at an association's machine."""
    done = {
        "open": _("在{name}的网点或热线，用回执码打开了投诉"),
        "withdraw": _("在{name}的网点或热线，用回执码办了：撤回投诉"),
        "offer": _("在{name}的网点或热线，用回执码办了：回复方案"),
        "message": _("在{name}的网点或热线，用回执码办了：发消息"),
        "facts": _("在{name}的网点或热线，用回执码办了：回答问题"),
        "evidence": _("在{name}的网点或热线，用回执码办了：补证据"),
    }
    return Line(event.at, "consumer", done[event.body["act"]].format(name=_house(event.body["organisation"])))


def _house(pk: int) -> str:
    """An association by name; asked one by one, since few cases are ever passed on, and none often."""
    found = Organisation.objects.filter(pk=pk).first()
    return found.name(language()) if found else _("另一家协会")


def _transfer_proposed(event: Event, known: Known) -> Line:
    title = _("协会提出把投诉转给{name}").format(name=_house(event.body["to"]))
    return Line(event.at, "association", title, _("对方接收以前，还由原来的协会办，期限照走。"))


def _transferred(event: Event, known: Known) -> Line:
    title = _("投诉转给了{name}").format(name=_house(event.body["to"]))
    return Line(event.at, "association", title, _("材料和消息一起转过去，不用重新提交。期限照走。"))


def _transfer_returned(event: Event, known: Known) -> Line:
    title = _("{name}没有接收转交，还由原来的协会办").format(name=_house(event.body["to"]))
    return Line(event.at, "association", title)


def _withdrawn(event: Event, known: Known) -> Line:
    detail = _("你说有人劝你撤，协会看得到。") if event.body.get("pressed") else ""
    return Line(event.at, "consumer", _("你撤回了投诉"), detail)


def _of_offer(lane: str, title: Callable[[], str]) -> Callable[[Event, Known], Line]:
    """A sentence with the party whose offer it is about; ``lane`` empty where it is that party's own."""
    return lambda event, known: Line(
        event.at,
        lane or event.body["party"],
        title().format(party=party_name(event.body["party"], start=not lane)),
    )


def _evidence_erased(event: Event, known: Known) -> Line:
    count = len(event.body["evidence"])
    title = ngettext("{n}件证据已按规定删除", "{n}件证据已按规定删除", count).format(n=count)
    return Line(event.at, "system", title, str(Tombstone.Basis(event.body["basis"]).label))


def _erasure_refused(event: Event, known: Known) -> Line:
    ground = ErasureRequest.Ground(event.body["ground"])
    return Line(event.at, "association", _("协会说证据现在还不能删"), str(ground.label))


def _hold_set(event: Event, known: Known) -> Line:
    return Line(
        event.at, "association", _("协会把证据留存起来，暂不删除"), str(Hold.Reason(event.body["reason"]).label)
    )


def _claimed(event: Event, known: Known) -> Line:
    title, detail = _("有回执码的人把这件投诉放进了账号"), _("不是你放的？请告诉当地的消费者协会。")
    return Line(event.at, "consumer", title, detail)


def _released(event: Event, known: Known) -> Line:
    title, detail = _("这件投诉从账号里拿出来了"), _("不是你拿的？请告诉当地的消费者协会。")
    return Line(event.at, "consumer", title, detail)


def _account_deleted(event: Event, known: Known) -> Line:
    if event.body.get("helper"):
        return Line(event.at, "consumer", _("替人提交的人删除了账号，这件投诉留下，不再连着账号"))
    return Line(event.at, "consumer", _("你删除了账号，这件投诉留下，不再连着账号"))


def _plain(lane: str, title: Callable[[], str], *, technical: bool = False) -> Callable[[Event, Known], Line]:
    return lambda event, known: Line(event.at, lane, title(), technical=technical)


def _of_group(lane: str, title: Callable[[], str]) -> Callable[[Event, Known], Line]:
    return lambda event, known: Line(event.at, lane, title().format(group=event.body["group"]))


def _represents(event: Event, known: Known) -> Line:
    title = _("你是合并{group}的代表") if event.body["stands"] else _("你不再是合并{group}的代表")
    return Line(event.at, "association", title.format(group=event.body["group"]))


TELLERS: dict[str, Callable[[Event, Known], Line]] = {
    "filed": _filed,
    "parties-asked": _parties_asked,
    "decided": _decided,
    "evidence-added": _evidence_added,
    "evidence-shows": _evidence_shows,
    "evidence-checked": _evidence_checked,
    "hint-taken": _plain("consumer", lambda: _("你用图上认出来的字补了一项")),
    "hint-answered": _hint_answered,
    "evidence-removed": _evidence_removed,
    "evidence-restored": _plain("consumer", lambda: _("你把撤下的证据放回来了")),
    "evidence-row": _plain("consumer", lambda: _("你核对了订单表格里的一行"), technical=True),
    "evidence-verified": _plain("association", lambda: _("协会工作人员核对了一件证据"), technical=True),
    "evidence-masked": _evidence_masked,
    "release-asked": _release_asked,
    "release-answered": _release_answered,
    "release-ended": _release_ended,
    "answered": _answered,
    "invited": _invited,
    "invitation-opened": _invitation_opened,
    "invitation-withdrawn": _invitation_withdrawn,
    "reached": _reached,
    "served": _reached,
    "service-taken-back": _silence_recalled,
    "silence-recalled": _silence_recalled,
    "lapsed": _lapsed,
    "contested": _contested,
    "contest-closed": _contest_closed,
    "extension-asked": _extension_asked,
    "extended": _extended,
    "extension-refused": _extension_refused,
    "identity-unreachable": _identity_unreachable,
    "identity-renewed": _identity_renewed,
    "facts-told": _facts_told,
    "performance-shown": _performance_shown,
    "asked": _asked,
    "moment-added": _plain("consumer", lambda: _("你写下了一句直播里的话")),
    "moment-corrected": _plain("consumer", lambda: _("你改了一句直播里的话，原来的留着")),
    "moment-taken-back": _plain("consumer", lambda: _("你收回了一句直播里的话，原来的留着")),
    "records-asked": _records_asked,
    "records-served": _records_served,
    "records-answered": _records_answered,
    "records-lapsed": _records_lapsed,
    "records-looked-at": _plain("association", lambda: _("协会看过了平台对记录的答复"), technical=True),
    "assigned": _assigned,
    "found": _found,
    "consumer-answered": _consumer_answered,
    "contact-viewed": _contact_viewed,
    "account-deleted": _account_deleted,
    "contact-erased": _plain("system", lambda: _("联系方式已删除")),
    "evidence-erased": _evidence_erased,
    "erasure-asked": _plain("consumer", lambda: _("你请协会删除证据")),
    "erasure-refused": _erasure_refused,
    "hold-set": _hold_set,
    "hold-lifted": _plain("association", lambda: _("证据不用再留存了，保存期照常算")),
    "claimed": _claimed,
    "released": _released,
    "at-stand": _at_stand,
    "receipt-renewed": _plain("consumer", lambda: _("换了新的回执码，旧的作废")),
    "testing-began": _plain("association", lambda: _("开始鉴定、检测，调解期限停住了")),
    "testing-ended": _plain("association", lambda: _("鉴定、检测结束，调解期限接着走")),
    "recounted": _plain("system", lambda: _("放假安排公布了，期限重新数过")),
    "offer-made": _offer_made,
    "offer-refused": _of_offer("consumer", lambda: _("你没有接受{party}的方案")),
    "offer-countered": _offer_countered,
    "offer-lapsed": _of_offer("", lambda: _("{party}的方案过期了")),
    "offer-broken": _broken,
    "payment-asked": _payment_asked,
    "session-set": _session_set,
    "session-moved": _session_set,
    "session-cancelled": _plain("association", lambda: _("调解会取消了")),
    "session-answered": _session_answered,
    "session-held": _session_held,
    "agreement-made": _agreement_made,
    "agreement-confirmed": _agreement_confirmed,
    "agreement-declined": _agreement_declined,
    "agreement-ended": _agreement_ended,
    "weighed": _weighed,
    "party-reminded": _party_reminded,
    "thread-opened": _of_offer("consumer", lambda: _("你让{party}在这里给你写消息")),
    "thread-closed": _of_offer("consumer", lambda: _("你关上了和{party}的对话")),
    "message-posted": _message_posted,
    "group-invited": _of_group("association", lambda: _("协会问你：要不要和别人的投诉一起办（{group}）")),
    "group-joined": _of_group("consumer", lambda: _("你加入了合并处理{group}")),
    "group-declined": _of_group("consumer", lambda: _("你要单独办，没有加入合并{group}")),
    "group-left": _of_group("consumer", lambda: _("你退出了合并{group}，接着单独办")),
    "group-split": _of_group("association", lambda: _("协会把你的投诉从合并{group}里分出来，接着单独办")),
    "group-representative": _represents,
    "group-told": _of_group("association", lambda: _("协会通知各方：这件投诉和别的一起办（{group}）")),
    "group-ended": _of_group("association", lambda: _("合并{group}结束了，投诉接着单独办")),
    "whatif-noted": _plain("association", lambda: _("协会工作人员推演了一种假设，案件没有改动"), technical=True),
    "recused": _plain("association", lambda: _("协会有一位工作人员回避，不再接触这件投诉")),
    "recusal-lifted": _plain("association", lambda: _("协会一位工作人员的回避解除了")),
    "transfer-proposed": _transfer_proposed,
    "transfer-accepted": _transferred,
    "transfer-returned": _transfer_returned,
    "transfer-withdrawn": _plain("association", lambda: _("协会收回了转交，还由它办"), technical=True),
    "place-noted": _plain("association", lambda: _("协会记下了卖家在哪里"), technical=True),
    "note-written": _plain("association", lambda: _("写了内部备注"), technical=True),  # told to officers only
    "note-struck": _plain("association", lambda: _("划掉了自己的一条内部备注"), technical=True),
    "party-registered": _plain("association", lambda: _("协会核对了一方在登记簿里是谁，案件没有改动"), technical=True),
    "moved.refer": _referred,
    "moved.query": _plain("association", lambda: _("等你补充材料"), technical=True),  # as "asked" says
    "moved.supply": _plain("consumer", lambda: _("材料补齐，回到待受理"), technical=True),
    "moved.accept": _accepted,
    "moved.decline": _declined,
    "moved.agree": _agreed,
    "moved.keep": _kept,
    "moved.resume": _resumed,
    "moved.resume-referral": _resumed,
    "moved.resume-mediation": _resumed,
    "moved.settle": _plain("association", lambda: _("双方已和解")),
    "moved.terminate": _terminated,
    "moved.reopen-negotiation": _reopened_by_association,
    "moved.reopen-referral": _reopened_by_association,
    "moved.reopen-mediation": _reopened_by_association,
    "moved.hand-off": _handed_off,
    "moved.reopen": _plain("consumer", lambda: _("你重新打开了投诉")),
    "rated": _plain("consumer", lambda: _("你打了分"), technical=True),
    "moved.withdraw": _withdrawn,
    "offer-ended": _of_offer("system", lambda: _("{party}的方案没有等到答复，随投诉结束了")),
    "review-asked": _review_asked,
    "review-answered": _review_answered,
    "overridden": _overridden,
    "override-upheld": _upheld,
    "override-proposed": _plain("association", lambda: _("协会有一项改判在等第二个人确认"), technical=True),
    "override-turned-down": _plain("association", lambda: _("协会没有确认那项改判，判定不变"), technical=True),
}

NOTICES: dict[str, Callable[[], str]] = {
    "case.opened": lambda: _("投诉通知已送达{name}，对方系统已签收"),
    "case.decided": lambda: _("判定通知已送达{name}"),
    "case.decision_updated": lambda: _("改判通知已送达{name}"),
    "case.evidence_added": lambda: _("新证据的通知已送达{name}"),
    "case.response_requested": lambda: _("补充要求已送达{name}"),
    "case.response_overdue": lambda: _("逾期通知已送达{name}"),
    "case.records_requested": lambda: _("调取记录的通知已送达{name}"),
    "case.records_overdue": lambda: _("逾期通知已送达{name}"),
    "message.posted": lambda: _("新消息的通知已送达{name}"),
}


def _delivered(delivery: Delivery) -> Line:
    words = NOTICES.get(delivery.type, lambda: _("进展通知已送达{name}"))()
    name = delivery.endpoint.organisation.name(language())
    assert delivery.done_at is not None
    return Line(delivery.done_at, "system", words.format(name=name), technical=True)


def _iso_day(text: str) -> str:
    return day(date.fromisoformat(text))


# ── Whose turn it is ─────────────────────────────────────────────────────────────────────────────────────────────────


def turn_of(
    complaint: Complaint,
    respondents: Sequence[Respondent],
    requests: Iterable[Request],
    offers: Iterable[Offer] = (),
    *,
    on: date,
) -> Turn:
    """What is happening, who must act and by when, from the state and the clocks of that day."""
    offers = sorted(offers, key=lambda offer: offer.until) if complaint.is_open else []
    if due := next((offer for offer in offers if offer.is_due(on)), None):
        return _is_it_kept(due)
    asked = [request for request in requests if request.to == "consumer" and request.answered_at is None]
    if asked and complaint.is_open:
        first = min(asked, key=lambda request: request.due_on)
        late = _("期限过了也可以补。") if first.is_overdue(on) else ""
        sentence = _("轮到你了：协会请你在{date}前补充").format(date=day(first.due_on))
        return Turn("consumer", sentence, late, first.due_on, "warn")
    state = State(complaint.state)
    if state is State.PROMISED:
        return _promised(complaint, offers)
    if waiting := next((offer for offer in offers if offer.is_waiting(on)), None):
        return _offered(waiting)
    return _negotiating(respondents, on) if state is State.NEGOTIATING else _elsewhere(complaint, state)


def _is_it_kept(offer: Offer) -> Turn:
    told = {"party": party_name(offer.party), "date": day(offer.pay_by) if offer.pay_by else ""}
    sentence = _("轮到你了：{party}答应{date}前兑现，收到了吗？").format(**told)
    more = _("收到了，投诉就结束；没收到，投诉接着办，不用重新提。")
    return Turn("consumer", sentence, more, tone="warn")


def _promised(complaint: Complaint, offers: Sequence[Offer]) -> Turn:
    party = next((offer.party for offer in offers if offer.state == OfferState.ACCEPTED), None)
    name = party_name(party) if party else _("对方")
    sentence = _("在等{party}兑现").format(party=name)
    if complaint.due_on:
        sentence = _("在等{party}兑现，最晚{date}").format(party=name, date=day(complaint.due_on))
    return Turn("parties", sentence, _("收到了告诉我们，投诉才结束。到期没收到，投诉会接着办。"), complaint.due_on)


def _offered(offer: Offer) -> Turn:
    told = {"party": party_name(offer.party), "date": day(offer.until)}
    sentence = _("轮到你了：{party}提出了方案，{date}前回它").format(**told)
    more = _("可以接受、还价，也可以不接受。到期前不回，什么都不会丢。")
    return Turn("consumer", sentence, more, offer.until, "warn")


def _negotiating(respondents: Sequence[Respondent], on: date) -> Turn:
    standing = {respondent.party: str(standing_of(respondent, on)["code"]) for respondent in respondents}
    waiting = [respondent for respondent in respondents if standing[respondent.party] == "waiting"]
    silent = [respondent.party for respondent in respondents if standing[respondent.party] in {"lapsed", "overdue"}]
    overdue = ""
    if silent:
        overdue = _("{parties}到期没有答复，已记下并重新判定").format(parties=parties_listed(silent, start=True))
    if waiting:
        until = min(respondent.due_on for respondent in waiting if respondent.due_on)
        parties = parties_listed(respondent.party for respondent in waiting)
        sentence = _("在等{parties}答复，{date}截止") if is_settled(until) else _("在等{parties}答复，期限不早于{date}")
        sentence = sentence.format(parties=parties, date=day(until))
        return Turn("parties", sentence, overdue or _("到期没有答复也会记下来，重新判定。"), until)
    if unreached := [party for party, code in standing.items() if code == "not-reached"]:
        sentence = _("通知还没有送到{parties}").format(parties=parties_listed(unreached))
        more = _("送到那天起才算答复期限，没有收下的由协会用别的办法通知。不想等，现在就可以请协会受理，或者去12315。")
        return Turn("association", sentence, sentences(overdue, more) if overdue else more, tone="warn")
    if silent:
        return Turn("consumer", overdue, _("接下来由你选：请协会受理，或者去12315。"), tone="warn")
    if standing and all(code == "answered" for code in standing.values()):
        more = _("谈妥了就按约定办；没谈妥，可以请协会受理，或者去12315。")
        return Turn("consumer", _("三方都答复了，接下来由你选"), more)
    more = _("平台还没有接入本站。先把写好的话发给对方；也可以现在就请协会受理。")
    return Turn("consumer", _("还没有联系上三方"), more, tone="warn")


def _elsewhere(complaint: Complaint, state: State) -> Turn:
    until = complaint.due_on
    others = _("你还可以去12315，或者到法院起诉。")
    match state:
        case State.REFERRED | State.NEEDS_INFO:
            sentence = _("在等协会决定受不受理")
            if until:
                sentence = _("在等协会决定受不受理，{until}").format(until=until_words(until))
            return Turn("association", sentence, until=until)
        case State.ACCEPTED:
            sentence = _("协会正在调解")
            if until:
                sentence = _("协会正在调解，{until}").format(until=until_words(until))
            return Turn("association", sentence, _("鉴定、检测的时间不算在内。"), until)
        case State.SETTLED:
            return Turn("nobody", _("已解决：双方和解"), tone="ok")
        case State.DECLINED:
            return Turn("consumer", _("协会没有受理"), others, tone="warn")
        case State.TERMINATED:
            # O121 16(2): what an association has dealt with, 12315 refuses.
            return Turn("consumer", _("已结束，没有谈成"), _("你还可以到法院起诉；有违法行为可以举报。"), tone="warn")
        case State.HANDED_OFF:
            return Turn("nobody", _("已转到其他途径"), tone="plain")
    return Turn("nobody", _("你撤回了投诉"), _("别的途径不受影响。有人劝你撤，告诉我们。"), tone="plain")


def next_steps(
    complaint: Complaint, respondents: Sequence[Respondent], *, first_contact: str | None, on: date
) -> list[Step]:
    """What happens next, in at most four steps; exactly one of them is ``now`` while the case is open."""
    filed = Step(
        _("投诉已提交"),
        _("{time}提交，编号{reference}。").format(time=moment(complaint.filed_at), reference=complaint.reference),
        "done",
    )
    state = State(complaint.state)
    if state is State.NEGOTIATING:
        return [filed, *_steps_of_negotiation(respondents, first_contact, on)]
    offers = complaint.offers.promised() if state is State.PROMISED else ()
    turn = turn_of(complaint, respondents, (), offers, on=on)
    if state is State.PROMISED:
        return [
            filed,
            Step(_("你接受了方案"), _("谈妥了，还没有兑现。"), "done"),
            Step(turn.sentence, turn.more, "now"),
            Step(_("兑现了：投诉解决"), _("没有兑现：投诉自动接着办，判定重新算。")),
        ]
    if state in {State.REFERRED, State.NEEDS_INFO}:
        return [
            filed,
            Step(turn.sentence, _("受理前，三方随时可以答复。"), "now"),
            Step(
                _("受理以后：调解"),
                _("从受理起最多{length}。对方不同意调解，会告诉你还能走哪条路。").format(length=length_of("mediation")),
            ),
        ]
    if state is State.ACCEPTED:
        return [
            filed,
            Step(_("协会已受理"), _("同一件事，12315不再受理；举报和起诉不受影响。"), "done"),
            Step(turn.sentence, turn.more, "now"),
            Step(_("谈成：按约定办；谈不成：可以起诉"), _("谈不成也会把判定、证据和记录交给你。")),
        ]
    return [filed, Step(turn.sentence, turn.more, "done")]


def _steps_of_negotiation(respondents: Sequence[Respondent], first_contact: str | None, on: date) -> list[Step]:
    running = [respondent.due_on for respondent in respondents if standing_of(respondent, on)["code"] == "waiting"]
    codes = {standing_of(respondent, on)["code"] for respondent in respondents}
    if first_contact:
        title = _("把那段话发给{party}").format(party=party_name(first_contact))
        send = Step(title, _("用订单里的客服窗口发，留好截图。"), "now")
    else:
        send = Step(_("把还差的事补上"), _("补一件，判定就重新算一次。"), "now")
    choose = Step(_("没答复或谈不拢：由你选"), _("请协会受理，或者去12315。同一件事只能选一个；举报和起诉不受影响。"))
    if running:
        until = min(due_on for due_on in running if due_on)
        title = _("{date}前：等三方答复") if is_settled(until) else _("等三方答复，期限不早于{date}")
        wait = Step(title.format(date=day(until)), _("有答复就重新判定；没有答复也会记下来。"))
        return [send, wait, choose]
    if "not-reached" in codes:
        wait = Step(_("等通知送到三方"), _("送到那天起算答复期限。没有收下的，协会会用别的办法通知。"))
        return [send, wait, choose]
    if codes - {"not-asked"}:
        return [Step(_("三方的答复期限已过，或都已答复"), _("答复和沉默都算进了判定。"), "done"), send, choose]
    return [send, choose]
