"""Requests for records, told: what is asked for and why it can be, by when, what was answered; alike at every door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from complaints.deadlines import local_day, records_of
from complaints.models import Complaint, RecordAnswer, RecordItem, RecordRequest
from complaints.models.record_request import IDENTITIES, OF_A_LIVESTREAM
from complaints.moment_words import MomentLine, moments_for_others, moments_told
from complaints.narrative import day, inner, language, side_name, until_words
from complaints.provable import NAMED
from complaints.provable import Kind as Piece
from complaints.record_keeping import Keeping, keeping_of, owed_by
from complaints.rulings import ruling_on
from routing import rulebook
from routing.engine.wording import Cited, Wording

Kind = RecordItem.Kind

# Which record would show what the law still asks for, by the kinds of evidence its own hints name.
WOULD_SHOW: Mapping[str, tuple[str, ...]] = {
    Piece.LIVE: (Kind.REPLAY, Kind.INTERACTION),
    Piece.ORDER: (Kind.PAGE,),
    Piece.PAYMENT: (Kind.PAYMENT,),
    Piece.CHAT: (Kind.CHAT,),
}
IDENTITY_GIVEN = {"seller_identity_given": Kind.SELLER, "operator_identity_given": Kind.OPERATOR}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer to one item; ``pieces`` are numbers of the case's evidence with their rows' keys."""

    answer: RecordAnswer
    says: str
    why: str
    words: str
    link: str
    when: str
    pieces: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item. ``code`` is waiting, lapsed, yes, partly, no, unserved or over (the case has ended); ``dates`` say when
    it was asked, ran out and was answered; ``answers`` stand newest first."""

    item: RecordItem
    title: str
    code: str
    tone: str
    word: str
    dates: str
    keep: str  # how long the law makes the platform keep it, as a sentence
    hurry: str
    basis: tuple[Cited, ...]
    answers: tuple[AnswerLine, ...]
    moments: tuple[MomentLine, ...]

    @property
    def is_open(self) -> bool:
        return self.code in {"waiting", "lapsed", "unserved"}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request with its items."""

    request: RecordRequest
    asked: str
    by: str
    until: str
    items: tuple[ItemLine, ...]

    @property
    def is_unserved(self) -> bool:
        return self.request.served_at is None


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that can be asked for now: what it is, how long it is kept, and whether the decision lacks it."""

    kind: str
    title: str
    keep: str
    basis: tuple[Cited, ...]
    is_preset: bool


def requests_told(
    complaint: Complaint, *, on: date, for_others: bool = False, numbers: Mapping[int, int] | None = None
) -> list[RequestLine]:
    """Everything that was asked of the platform, newest first; ``for_others``: as the platform reads it, with what
    people wrote themselves masked. ``numbers``: evidence → its number in the case. With a record of a livestream stand
    the sentences of its day as they stand now: what was taken back is shown to nobody there."""
    items = RecordItem.objects.prefetch_related(
        Prefetch("answers", RecordAnswer.objects.prefetch_related("evidence")),
    )
    found = complaint.record_requests.prefetch_related(Prefetch("items", items)).order_by("-number")
    return [_request(complaint, each, numbers or {}, on, for_others=for_others) for each in found]


def choices_of(complaint: Complaint, *, on: date) -> list[Choice]:
    """The records nobody has asked for yet, each with its law; those the decision lacks are ticked beforehand."""
    asked = set(complaint.record_items.values_list("kind", "about"))
    days = sorted({each.on for each in complaint.moments.standing()})
    lacking = lacks(complaint)
    found = []
    for kind in Kind:
        is_live = kind in (Kind.REPLAY, Kind.INTERACTION)
        about: Sequence[date | None] = (days or [None]) if is_live else [None]
        if is_live and not days:
            is_there = any(each == kind for each, _about in asked)
        else:
            is_there = all((kind.value, each.isoformat() if each else "") in asked for each in about)
        if not is_there:
            keeping = keeping_of(complaint, kind, about[0])
            title = title_of(complaint, kind, about[0] if len(about) == 1 else None)
            found.append(
                Choice(
                    kind.value, title, keep_words(keeping, kind, on), _cites(complaint, kind, keeping), kind in lacking
                )
            )
    return found


def lacks(complaint: Complaint) -> set[str]:
    """The kinds of record that would settle what the decision still asks for; the replay where a sentence was heard."""
    found: set[str] = {Kind.REPLAY} if complaint.moments.standing().exists() else set()
    if complaint.decision is None:
        return found
    facts = complaint.decision.input["facts"]
    for each in ruling_on(complaint.decision).output["missing"]:
        fact = rulebook().facts.get(each["fact"])
        if fact is None or not each["would_change"]:
            continue
        for piece, words in NAMED.items():
            if any(word in fact.evidence.in_("zh") for word in words):
                found |= set(WOULD_SHOW.get(piece, ()))
    # Who they are is asked for wherever it is not known: silence about a film is not read as silence about that.
    found |= {kind for fact, kind in IDENTITY_GIVEN.items() if fact not in facts}
    return found


def title_of(complaint: Complaint, kind: str, live_on: date | None, *, say: Callable[[date], str] = day) -> str:
    """What is asked for, with the room and the day where it is a record of a livestream; ``say`` writes the day."""
    room = complaint.room
    if kind == Kind.REPLAY and live_on:
        told = _("{date}“{room}”的完整直播回放") if room else _("{date}的完整直播回放")
        return told.format(date=say(live_on), room=inner(room))
    if kind == Kind.INTERACTION and live_on:
        told = _("{date}“{room}”的互动记录") if room else _("{date}的直播互动记录")
        return told.format(date=say(live_on), room=inner(room))
    return str(Kind(kind).label)


def preserve_words(complaint: Complaint, items: Sequence[ItemLine]) -> list[str]:
    """What comes before everything else on the platform's page: the replays to be kept."""
    days = [line.item.live_on for line in items if line.item.kind == Kind.REPLAY and line.is_open]
    room = complaint.room
    told = _("请保存{date}“{room}”的完整回放。") if room else _("请保存{date}直播的完整回放。")
    return [told.format(date=day(each), room=inner(room)) if each else _("请保存这场直播的完整回放。") for each in days]


def keep_words(keeping: Keeping, kind: str, on: date) -> str:
    """How long the law makes the platform keep a record."""
    if kind in IDENTITIES:
        return ""
    if not keeping.basis:
        return _("法律没有写明这一项要存多久，仍可以要。")
    if keeping.until is None:
        return _("依法要保存三年，从交易完成或直播结束算起。")
    if keeping.is_over(on):
        return _("依法保存的期限{date}已经过了，平台可能已经删除。").format(date=day(keeping.until))
    return _("依法至少保存到{date}。").format(date=day(keeping.until))


def records_words(kinds: Sequence[str]) -> str:
    """Kinds of record, listed: ``直播回放、付款记录``."""
    return _("、").join(str(Kind(kind).label) for kind in kinds if kind in Kind.values)


def _request(
    complaint: Complaint, request: RecordRequest, numbers: Mapping[int, int], on: date, *, for_others: bool
) -> RequestLine:
    return RequestLine(
        request=request,
        asked=day(request.asked_at),
        by=side_name("association") if request.by == "officer" else pgettext("inside", "消费者"),
        until=until_words(request.due_on),
        items=tuple(_item(complaint, request, item, numbers, on, for_others) for item in request.items.all()),
    )


def _item(
    complaint: Complaint, request: RecordRequest, item: RecordItem, numbers: Mapping[int, int], on: date, masks: bool
) -> ItemLine:
    answers = sorted(item.answers.all(), key=lambda each: -each.pk)
    code = _code(complaint, request, item, answers)
    tone, word = _standing(request, item, code, answers, on)
    keeping = keeping_of(complaint, item.kind, item.live_on)
    told = complaint.moments.standing().prefetch_related("places")
    moments = list(told.filter(on=item.live_on)) if item.live_on and item.kind in OF_A_LIVESTREAM else []
    return ItemLine(
        item=item,
        title=title_of(complaint, item.kind, item.live_on),
        code=code,
        tone=tone,
        word=word,
        dates=_dates(request, item),
        keep=keep_words(keeping, item.kind, on),
        hurry=_("保存期快满了，请先存好。")
        if keeping.is_near(on) and code in {"waiting", "lapsed", "unserved"}
        else "",
        basis=_cites(complaint, item.kind, keeping),
        answers=tuple(_answer(each, numbers) for each in answers),
        moments=tuple(moments_for_others(moments, complaint) if masks else moments_told(moments, complaint)),
    )


def _code(complaint: Complaint, request: RecordRequest, item: RecordItem, answers: Sequence[RecordAnswer]) -> str:
    if answers:
        return answers[0].says
    if item.lapsed_at:
        return "lapsed"
    if not complaint.is_open:
        return "over"
    return "waiting" if request.served_at else "unserved"


def _standing(
    request: RecordRequest, item: RecordItem, code: str, answers: Sequence[RecordAnswer], on: date
) -> tuple[str, str]:
    match code:
        case "yes":
            return "ok", _("给了")
        case "partly":
            return "joint", _("给了一部分")
        case "no":
            return "resp", _("没有给")
        case "lapsed":
            return "resp", _("到期没有答复")
        case "over":
            return "plain", _("投诉结束了，不用再答复")
        case "unserved":
            return "plain", _("还没有送到平台")
    until = records_of(request)
    left = (until.day - on).days if until and not until.provisional else None
    if left is None or left < 0:
        return "brand", _("等平台答复")
    if left == 0:
        return "brand", _("等平台答复，今天到期")
    return "brand", ngettext("等平台答复，还有{n}天", "等平台答复，还有{n}天", left).format(n=left)


def _dates(request: RecordRequest, item: RecordItem) -> str:
    """All the dates there are: one that was answered late shows both."""
    told = [_("{date}要的").format(date=day(request.asked_at))]
    if request.served_at and local_day(request.served_at) != local_day(request.asked_at):
        told.append(_("{date}送到").format(date=day(request.served_at)))
    if item.lapsed_at and request.due_on:
        told.append(_("到{date}没有答复").format(date=day(request.due_on)))
    if item.answered_at:
        told.append(pgettext("record", "{date}答复").format(date=day(item.answered_at)))
    return _("，").join(told)


def _answer(answer: RecordAnswer, numbers: Mapping[int, int]) -> AnswerLine:
    pieces = [(numbers[piece.pk], piece.pk) for piece in answer.evidence.all() if piece.pk in numbers]
    return AnswerLine(
        answer=answer,
        says=str(answer.get_says_display()),
        why=str(answer.get_why_display()) if answer.why else "",
        words=answer.words,
        link=answer.link,
        when=day(answer.at),
        pieces=tuple(sorted(pieces)),
    )


def _cites(complaint: Complaint, kind: str, keeping: Keeping) -> tuple[Cited, ...]:
    """Why it can be asked for, and how long it is kept; what nobody has compared with the official text is left out."""
    codes = dict.fromkeys((*keeping.basis, *owed_by(complaint, kind)))
    return Wording(rulebook(), language()).cites(tuple(codes))
