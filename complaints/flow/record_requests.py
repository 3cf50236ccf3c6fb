"""Ask the platform for its records, take its answer item by item, and let silence be a dated fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import answer_by, local_day, records_of
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts, gather
from complaints.flow.record_serving import assert_asked, begin, is_told, serve, told_of
from complaints.flow.responses import respondent_for
from complaints.flow.silence import IDENTITY_FACTS, flag_unread
from complaints.flow.triage import CannotAct
from complaints.lifecycle import Role
from complaints.models import (
    Actor,
    Assertion,
    Complaint,
    DecisionRecord,
    Evidence,
    Party,
    RecordAnswer,
    RecordItem,
    RecordRequest,
    Speaker,
)
from complaints.models.record_request import IDENTITIES, OF_A_LIVESTREAM
from complaints.narrative import day
from complaints.record_keeping import is_owed, keeping_of

LONGEST, LONGEST_LINK = 1000, 300  # characters
MOST_FILES = 20
Says, Why = RecordAnswer.Says, RecordAnswer.Why


class CannotAsk(CannotAct):
    """A request that asks for nothing, with a sentence that says what to do."""


class CannotAnswerRecord(Exception):
    """An answer to an item that lacks something: which item, which field, and a sentence that says what to do."""

    def __init__(self, item: int, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.item, self.field = item, field


@dataclass(frozen=True, slots=True)
class Answered:
    """What the platform says to one item."""

    item: int
    says: RecordAnswer.Says
    why: str = ""
    words: str = ""
    link: str = ""
    evidence: Sequence[Evidence] = ()


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask_for_records(
    complaint: Complaint, kinds: Iterable[str], *, actor: Actor, at: datetime
) -> tuple[RecordRequest | None, list[RecordItem]]:
    """Ask the platform for these records: one item each, of a livestream one for each day of it.

    What is being asked for already is not asked again, nor what was answered, but that an officer may ask for what was
    not given in full. Returns the request, None where nothing was left to ask, and its items. Where the platform was
    told of the case its clock runs at once. Raises CannotAsk for no known kind, IllegalMove for an ended case.
    """
    permissions.require(actor, "records")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    wanted = [kind for kind in RecordItem.Kind.values if kind in set(kinds)]
    if not wanted:
        raise CannotAsk(_("选一下要哪些记录。"))
    new = [(kind, about) for kind, about in _spread(complaint, wanted) if _may_ask(complaint, kind, about, actor)]
    if not new:
        return None, []
    last = complaint.record_requests.aggregate(last=Max("number"))["last"] or 0
    request = RecordRequest.objects.create(
        complaint=complaint,
        number=last + 1,
        by=Role.OFFICER if actor.role == Role.OFFICER else Role.CONSUMER,
        officer=actor.user if actor.role == Role.OFFICER else None,
        asked_at=at,
    )
    items = [_item(request, kind, about, at=at) for kind, about in new]
    comes_to_it = is_told(complaint)
    if comes_to_it:
        serve(request, at=at)
    body = {**told_of(request, items), "served": comes_to_it}
    announce(complaint, timeline.record(complaint, "records-asked", body, actor=actor.label, at=at), at=at)
    if comes_to_it:
        assert_asked(complaint, items, at=at)
        decide_again(complaint, because=DecisionRecord.Because.ANSWERS, actor=actor.label, at=at)
    return request, items


@transaction.atomic
def note_served(request: RecordRequest, *, actor: Actor, at: datetime) -> RecordRequest:
    """An officer notes that the letter was handed over: its clock runs from then. Twice is once. Raises IllegalMove."""
    permissions.require(actor, "records-served")
    complaint = Complaint.objects.locked(request.complaint_id)
    complaint.require_open()
    request = complaint.record_requests.get(pk=request.pk)
    if request.served_at is None:
        begin(complaint, request, actor=actor.label, at=at)
    return request


def run_anew(complaint: Complaint, *, at: datetime) -> None:
    """The case was opened again: what was not answered has its whole time again. The caller holds the case."""
    running = RecordItem.objects.filter(complaint=complaint).running().values("request")
    complaint.record_requests.filter(pk__in=running).update(served_at=at, due_on=answer_by(local_day(at)).day)


def _spread(complaint: Complaint, kinds: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Each kind with the day of the livestream it is about; one without a day where nobody told any."""
    told = complaint.moments.standing().values_list("on", flat=True)
    days = sorted({on.isoformat() for on in told}) or [_watched_on(complaint)]
    for kind in kinds:
        yield from ((kind, about) for about in (days if kind in OF_A_LIVESTREAM else [""]))


def _watched_on(complaint: Complaint) -> str:
    told = complaint.statement.get("when", {})
    return str(told.get("watched_on", "")) if told.get("when") == "date" else ""


def _may_ask(complaint: Complaint, kind: str, about: str, actor: Actor) -> bool:
    last = complaint.record_items.filter(kind=kind, about=about).order_by("-pk").first()
    if last is None:
        return True
    said = last.answer
    return said is not None and said.says != Says.YES and actor.role == Role.OFFICER


def _item(request: RecordRequest, kind: str, about: str, *, at: datetime) -> RecordItem:
    complaint, live_on = request.complaint, date.fromisoformat(about) if about else None
    return RecordItem.objects.create(
        request=request,
        complaint=complaint,
        kind=kind,
        about=about,
        is_owed=is_owed(complaint, kind, live_on, on=local_day(at)),
        kept_until=keeping_of(complaint, kind, live_on).until,
    )


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def answer_records(
    complaint: Complaint, answers: Sequence[Answered], *, actor: Actor, at: datetime
) -> list[RecordAnswer]:
    """Take what the platform says to one item or more, by itself or by an officer who was told of it by letter; a late
    answer turns back what silence decided.

    A later answer stands in the place of an earlier one, which stays on file; saying the same again adds nothing.
    Raises CannotAnswer (not the platform of this case), CannotAnswerRecord, RecordItem.DoesNotExist, IllegalMove;
    nothing has changed then.
    """
    permissions.require(actor, "records-answer")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    if actor.role != Role.OFFICER:
        respondent_for(complaint, Party.PLATFORM, actor)
    made: list[RecordAnswer] = []
    facts: dict[str, bool | None] = {}
    for each in answers:
        item = _newest(complaint, complaint.record_items.select_related("request").get(pk=each.item))
        _check(item, each)
        _check_is_another(complaint, item, each)
        if _is_same(item.answer, each):
            continue
        made.append(_take(item, each, actor=actor, at=at))
        if item.kind in IDENTITY_FACTS:
            facts[IDENTITY_FACTS[item.kind][1]] = {Says.YES: True, Says.NO: False}.get(each.says)
    if not made:
        return []
    end_reports(complaint, made, actor=actor, at=at)
    for fact, value in facts.items():
        proof = [piece for one in made if _fact_of(one.item) == fact for piece in one.evidence.all()]
        assert_facts(complaint, speaker=Speaker.PLATFORM, facts={fact: value}, evidence=proof, at=at)
    if any(one.says != Says.YES for one in made):
        _flag(complaint)
    for number, of_request in _by_request(made).items():
        body = {
            "request": number,
            "party": Party.PLATFORM.value,
            "items": {one.item.kind: one.says for one in of_request},
            "late": any(one.is_late for one in of_request),
        }
        timeline.record(complaint, "records-answered", body, actor=actor.label, at=at)
    decide_again(complaint, because=DecisionRecord.Because.RESPONSE, actor=actor.label, at=at)
    return made


def _take(item: RecordItem, given: Answered, *, actor: Actor, at: datetime) -> RecordAnswer:
    until = records_of(item.request)
    answer = RecordAnswer(
        item=item,
        says=given.says,
        why=given.why if given.says != Says.YES else "",
        organisation=actor.organisation if actor.role == Role.RESPONDENT else None,
        officer=actor.user if actor.role == Role.OFFICER else None,
        is_late=item.lapsed_at is not None or (until is not None and until.is_over(local_day(at))),
        at=at,
    )
    answer.keep(words=given.words.strip(), link=given.link.strip())
    answer.save()
    answer.evidence.set(given.evidence)
    item.answered_at = item.answered_at or at
    item.save(update_fields=["answered_at"])
    return answer


def _newest(complaint: Complaint, item: RecordItem) -> RecordItem:
    """The item an answer is taken for: an identity that was asked for again is answered there."""
    if item.kind not in IDENTITY_FACTS or item.answered_at is None:
        return item
    again = complaint.record_items.select_related("request").filter(kind=item.kind, answered_at=None)
    return again.order_by("pk").last() or item


def _check_is_another(complaint: Complaint, item: RecordItem, given: Answered) -> None:
    """Raises CannotAnswerRecord where the very identity comes once more at which nobody could be reached."""
    for report in complaint.unreachable.standing().filter(kind=item.kind).select_related("answer"):
        if given.says == Says.YES and _is_same(report.answer, given):
            words = _("这和{date}说过联系不上的一样。另给一个联系得上的。").format(date=day(report.at))
            raise CannotAnswerRecord(item.pk, "words", words)


def end_reports(complaint: Complaint, made: Sequence[RecordAnswer], *, actor: Actor, at: datetime) -> None:
    """Another identity was given: what was said of the one before is over, and each takes its word back. The caller
    holds the case. An officer's finding was about the former identity; who made it stands beside its taking back."""
    given = {one.item.kind for one in made if one.says == Says.YES and one.item.kind in IDENTITY_FACTS}
    for report in complaint.unreachable.standing().filter(kind__in=given):
        report.ended_at = at
        report.save(update_fields=["ended_at"])
        fact = IDENTITY_FACTS[report.kind][1]
        if report.by == Role.OFFICER:
            Assertion.objects.create(
                complaint=complaint,
                fact=fact,
                value=None,
                speaker=Speaker.OFFICER,
                officer=report.officer,
                reason=_("平台另给了身份，原来的认定说的是前一个。"),
                at=at,
            )
        else:
            assert_facts(complaint, speaker=Speaker.CONSUMER, facts={fact: None}, at=at)
        body = {"identity": report.kind, "by": report.by, "reported_on": local_day(report.at).isoformat()}
        announce(complaint, timeline.record(complaint, "identity-renewed", body, actor=actor.label, at=at), at=at)


def _is_same(last: RecordAnswer | None, given: Answered) -> bool:
    if last is None:
        return False
    why = given.why if given.says != Says.YES else ""
    said = (last.says, last.why, last.words, last.link, {piece.pk for piece in last.evidence.all()})
    return said == (given.says, why, given.words.strip(), given.link.strip(), {piece.pk for piece in given.evidence})


def _check(item: RecordItem, given: Answered) -> None:
    def refuse(field: str, sentence: str) -> CannotAnswerRecord:
        return CannotAnswerRecord(item.pk, field, sentence)

    words, link = given.words.strip(), given.link.strip()
    if len(words) > LONGEST:
        raise refuse("words", _("最多{n}字，现在有{count}字。").format(n=LONGEST, count=len(words)))
    if len(link) > LONGEST_LINK:
        raise refuse("link", _("最多{n}字，现在有{count}字。").format(n=LONGEST_LINK, count=len(link)))
    if len(given.evidence) > MOST_FILES:
        raise refuse("evidence", _("一项最多附{n}个文件。").format(n=MOST_FILES))
    if given.says == Says.YES:
        if item.kind in IDENTITIES and not (words or given.evidence):
            raise refuse("words", _("写上真实名称、地址和联系得上的联系方式，或者附上文件。"))
        if item.kind not in IDENTITIES and not (link or given.evidence):
            raise refuse("evidence", _("附上文件，或者写明在哪里能拿到（网址或编号）。"))
        return
    if given.why not in Why.values:
        raise refuse("why", _("选一下为什么给不全。") if given.says == Says.PARTLY else _("选一下为什么不给。"))
    if not words:
        raise refuse("words", _("写明缺什么。") if given.says == Says.PARTLY else _("用一两句话说明原因。"))


def _fact_of(item: RecordItem) -> str:
    return IDENTITY_FACTS.get(item.kind, ("", ""))[1]


def _by_request(made: Sequence[RecordAnswer]) -> Mapping[int, list[RecordAnswer]]:
    found: dict[int, list[RecordAnswer]] = {}
    for one in made:
        found.setdefault(one.item.request.number, []).append(one)
    return found


# ── Silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def lapse_records(*, at: datetime, limit: int = 500) -> int:
    """Record every silence about records past its last day, each case in a transaction of its own. Returns how many."""
    late = RecordItem.objects.out_of_time(local_day(at)).filter(complaint__in=Complaint.objects.real().open())
    lapsed = 0
    for pk in late.order_by("complaint").values_list("complaint", flat=True).distinct()[:limit]:
        lapsed += lapse_records_of(pk, at=at)
    return lapsed


@transaction.atomic
def lapse_records_of(complaint_id: int, *, at: datetime) -> int:
    """Let the time of this case's unanswered items run out, and decide again. Doing it twice changes nothing.

    What happened is the fact: asked on a day, not answered by another. The law reads it as the platform's silence where
    it owed the record (P18, B9); where that would also be read as silence about an identity nobody asked for in this
    way, an officer looks first.
    """
    complaint = Complaint.objects.locked(complaint_id)
    if not complaint.is_open:
        return 0
    today, lapsed = local_day(at), 0
    for request in complaint.record_requests.filter(due_on__lt=today):
        items = list(request.items.filter(answered_at=None, lapsed_at=None))
        until = records_of(request)
        if not items or until is None or not until.is_over(today):
            continue
        if until.day != request.due_on:  # the calendar of that year has come out meanwhile
            request.due_on = until.day
            request.save(update_fields=["due_on"])
        request.items.filter(pk__in=[item.pk for item in items]).update(lapsed_at=at)
        lapsed += len(items)
        body = {**told_of(request, items), "party": Party.PLATFORM.value}
        body |= {"asked_on": local_day(request.served_at or request.asked_at).isoformat()}
        announce(complaint, timeline.record(complaint, "records-lapsed", body, actor="clock", at=at), at=at)
    if lapsed:
        decide_again(complaint, because=DecisionRecord.Because.LAPSE, actor="clock", at=at)
        flag_unread(complaint, gather(complaint).facts)
    return lapsed


@transaction.atomic
def note_looked(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """An officer has looked at what the platform says of its records. Twice is once."""
    permissions.require(actor, "records-looked")
    complaint = Complaint.objects.locked(complaint.pk)
    if complaint.has_records:
        Complaint.objects.filter(pk=complaint.pk).update(has_records=False)
        timeline.record(complaint, "records-looked-at", {}, actor=actor.label, at=at)


def _flag(complaint: Complaint) -> None:
    complaint.has_records = True
    complaint.save(update_fields=["has_records"])
