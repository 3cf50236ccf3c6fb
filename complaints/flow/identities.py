"""Who the seller and the operator are: asked for under a clock, given, reported unreachable, and given again.

An identity is what the law means only where somebody can be reached at it (CPL 44(1), SPC-OC 14: true name, address,
working contact). The consumer's report makes a given one uncertain, and the platform is asked again under a new clock
(``RESPONSE_WORKING_DAYS``, policy of the site: no statute fixes a day, law.md D11). If that runs out too, the law reads
"not given" against the platform (burden B2), on present information. An officer's report is a finding and works at
once. Another identity turns both back; every date stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import answer_by, local_day, reached_at
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts, gather
from complaints.flow.identity_requests import request_identities, write_out
from complaints.flow.record_requests import LONGEST, Answered, CannotAnswerRecord, answer_records
from complaints.flow.record_serving import is_told
from complaints.flow.responses import respondent_for
from complaints.flow.silence import IDENTITY_FACTS
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove, Role
from complaints.models import (
    Actor,
    Assertion,
    Complaint,
    DecisionRecord,
    Evidence,
    Party,
    RecordAnswer,
    RecordItem,
    Speaker,
    Unreachable,
)

Says = RecordAnswer.Says


@dataclass(frozen=True, slots=True)
class Asked:
    """One identity that is asked for: since when, until when, and where it stands.

    ``state``: waiting, given, not_given (refused), overdue (its day passed in silence), unreachable (given, and
    reported), unserved (the platform is not connected and nobody handed the letter over). ``by_request`` is the number
    of the request for records it stands in; None where it was asked for with the complaint itself, and runs with the
    platform's time to answer.
    """

    kind: str
    state: str
    asked_on: date | None
    due_on: date | None
    by_request: int | None
    items: tuple[RecordItem, ...] = ()
    reports: tuple[Unreachable, ...] = field(default=())


def asked_in(complaint: Complaint) -> list[Asked]:
    """The identities that are asked for in this case, seller first."""
    gathered = gather(complaint)
    facts = gathered.facts
    items = list(complaint.record_items.filter(kind__in=IDENTITY_FACTS).select_related("request").order_by("pk"))
    reports = list(complaint.unreachable.select_related("answer").order_by("pk"))
    platform = complaint.respondents.filter(party=Party.PLATFORM).first()
    found = []
    for kind, (asked, given) in IDENTITY_FACTS.items():
        own = tuple(item for item in items if item.kind == kind)
        said = tuple(report for report in reports if report.kind == kind)
        if not own and facts.get(asked) is not True:
            continue
        last = own[-1] if own else None
        if last is not None:
            served = last.request.served_at
            asked_on, due_on, number = (local_day(served) if served else None), last.request.due_on, last.request.number
        else:
            asked_at = reached_at(platform) if platform else None
            due_on, number = (platform.due_on if platform else None), None
            asked_on = local_day(asked_at) if asked_at else None
        is_silent = platform is not None and platform.lapsed_at is not None and platform.answered_at is None
        word = facts.get(given, gathered.sources.get(given, {}).get("said", {}).get(Speaker.PLATFORM.value))
        state = _state(last, said, word, is_silent=is_silent, is_served=asked_on is not None)
        found.append(Asked(kind, state, asked_on, due_on, number, own, said))
    return found


def _state(
    last: RecordItem | None, reports: Sequence[Unreachable], given: bool | None, *, is_silent: bool, is_served: bool
) -> str:
    is_reported = any(report.ended_at is None for report in reports)
    if last is not None and last.answered_at is None:
        if last.lapsed_at is not None:
            return "overdue"
        return "unreachable" if is_reported else "waiting" if is_served else "unserved"
    if is_reported:
        return "unreachable"
    if last is not None and last.answer is not None:
        return "given" if last.answer.says == Says.YES else "not_given"
    if given is not None:
        return "given" if given else "not_given"
    return "overdue" if is_silent else "waiting" if is_served else "unserved"


@transaction.atomic
def give_identity(
    complaint: Complaint,
    kind: str,
    *,
    says: RecordAnswer.Says,
    parts: Mapping[str, str],
    why: str = "",
    words: str = "",
    evidence: Sequence[Evidence] = (),
    actor: Actor,
    at: datetime,
) -> RecordItem:
    """The platform answers a request for an identity: with ``name``, ``address`` and ``contact`` in ``parts``, or why
    it does not. A late answer turns back what silence decided. Asked for with the complaint itself, the request is
    written out first, with the days it had.

    Raises CannotAnswer, CannotAnswerRecord, CannotAct (nobody asked), IllegalMove; nothing has changed then.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    respondent_for(complaint, Party.PLATFORM, actor)
    item = complaint.record_items.filter(kind=kind).order_by("pk").last() or _written_out(complaint, kind)
    told = words.strip()
    if says == Says.YES:
        missing = [name for name in ("name", "address", "contact") if not parts.get(name, "").strip()]
        if missing:
            raise CannotAnswerRecord(item.pk, missing[0], _("真实名称、地址、联系得上的联系方式都要写。"))
        lines = (
            _("名称：{text}").format(text=parts["name"].strip()),
            _("地址：{text}").format(text=parts["address"].strip()),
            _("联系方式：{text}").format(text=parts["contact"].strip()),
        )
        told = "\n".join(filter(None, (*lines, told)))
    answer_records(complaint, [Answered(item.pk, says, why, told, "", evidence)], actor=actor, at=at)
    return complaint.record_items.filter(kind=kind).select_related("request").order_by("pk").last() or item


def _written_out(complaint: Complaint, kind: str) -> RecordItem:
    """The request that came with the complaint, as one for records: with the platform's own days."""
    asked, _given = IDENTITY_FACTS[kind]
    if gather(complaint).facts.get(asked) is not True:
        raise CannotAct(_("没有人要过这项身份。"))
    return write_out(complaint, [kind], complaint.respondents.get(party=Party.PLATFORM))[0]


@transaction.atomic
def report_unreachable(
    complaint: Complaint, kind: str, *, why: Unreachable.Why, words: str, actor: Actor, at: datetime
) -> Unreachable:
    """Nobody can be reached at the identity that was given. Said twice is said once, until another is given.

    The platform is asked again, with a clock of its own; of an officer it is a finding as well. Raises CannotAct where
    none was given, IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "unreachable")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    if actor.role not in {Role.CONSUMER, Role.OFFICER}:
        raise IllegalMove(_("只有投诉的人和协会可以说联系不上。"))
    if kind not in IDENTITY_FACTS:
        raise CannotAct(_("选一下是谁的身份。"))
    by = Role.OFFICER if actor.role == Role.OFFICER else Role.CONSUMER
    standing = complaint.unreachable.standing().filter(kind=kind, by=by).first()
    if standing is not None:
        return standing
    if not was_given(complaint, kind):
        raise CannotAct(_("平台还没有给过这项身份。到期不给，会按没有给来判。"))
    words = words.strip()
    if by == Role.OFFICER and not words:
        raise CannotAct(_("写明是怎么联系的、结果怎样，各方都看得到。"))
    if len(words) > LONGEST:
        raise CannotAct(_("最多{n}字，现在有{count}字。").format(n=LONGEST, count=len(words)))
    item = complaint.record_items.filter(kind=kind).order_by("pk").last()
    report = Unreachable(
        complaint=complaint,
        kind=kind,
        answer=item.answer if item else None,
        by=by,
        officer=actor.user if by == Role.OFFICER else None,
        why=why,
        at=at,
    )
    report.keep(words)
    report.save()
    again = item if item is not None and item.answered_at is None else _asked_again(complaint, kind, by, actor, at)
    asked, given = IDENTITY_FACTS[kind]
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts={asked: True}, at=at)
    if by == Role.OFFICER:
        _find(
            complaint, given, False, reason=f"{report.get_why_display()}：{words}"[:500], officer=report.officer, at=at
        )
    else:
        assert_facts(complaint, speaker=Speaker.CONSUMER, facts={given: False}, at=at)
    due_on = again.request.due_on
    body = {
        "identity": kind,
        "by": str(by),
        "why": str(why),
        "request": again.request.number,
        "due_on": due_on.isoformat() if due_on else None,
    }
    announce(complaint, timeline.record(complaint, "identity-unreachable", body, actor=actor.label, at=at), at=at)
    because = DecisionRecord.Because.FINDING if by == Role.OFFICER else DecisionRecord.Because.ANSWERS
    decide_again(complaint, because=because, actor=actor.label, at=at)
    return report


def was_given(complaint: Complaint, kind: str) -> bool:
    """Whether somebody says that this identity was given: the platform item by item, or anybody as a fact."""
    if RecordAnswer.objects.filter(item__complaint=complaint, item__kind=kind, says=Says.YES).exists():
        return True
    said = complaint.assertions.filter(fact=IDENTITY_FACTS[kind][1]).order_by("pk").last()
    return said is not None and said.value is True


def _asked_again(complaint: Complaint, kind: str, by: Role, actor: Actor, at: datetime) -> RecordItem:
    due_on = answer_by(local_day(at)).day if is_told(complaint) else None
    return request_identities(complaint, [kind], by=by, at=at, due_on=due_on, actor=actor)[0]


def _find(complaint: Complaint, fact: str, value: bool | None, *, reason: str, officer: Any, at: datetime) -> None:
    Assertion.objects.create(
        complaint=complaint, fact=fact, value=value, speaker=Speaker.OFFICER, officer=officer, reason=reason, at=at
    )
