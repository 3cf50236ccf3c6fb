"""An officer's acts. Each is one transaction, checks the table of moves, and leaves an event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from complaints import permissions, timeline
from complaints.case_limits import limits_of
from complaints.channels import channels_of
from complaints.deadlines import Deadline, local_day, mediation_by
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance
from complaints.lifecycle import IllegalMove, Role, State, after
from complaints.models import (
    Actor,
    Assertion,
    Complaint,
    DecisionRecord,
    Event,
    Party,
    Reminder,
    Request,
    Speaker,
    those_out_of,
)
from routing import Rulebook, decide, read_inquiry, rulebook

# What of a supposition a note keeps beside the facts: days and codes, no sums.
SUPPOSED = (
    *("purchase_date", "filed_date", "delivered_date", "harm_known_date", "debtor_known_date"),
    *("category", "lapsed"),
)
HAND_OFF_ROUTES = ("regulator", "report", "court")


class Declined(StrEnum):
    """The grounds on which a case is declined (law.md 6.1–6.2)."""

    NOT_CONSUMER = "not-consumer"
    NO_RESPONDENT = "no-respondent"
    TAKEN_ELSEWHERE = "taken-elsewhere"
    SETTLED = "settled"
    NO_PROOF = "no-proof"
    OUT_OF_TIME = "out-of-time"
    NOT_COMPETENT = "not-competent"


DECLINE_LABELS = {
    Declined.NOT_CONSUMER: gettext_lazy("不是生活消费引起的争议"),
    Declined.NO_RESPONDENT: gettext_lazy("找不到明确的被投诉方"),
    Declined.TAKEN_ELSEWHERE: gettext_lazy("法院、仲裁、主管部门或其他组织已经受理"),
    Declined.SETTLED: gettext_lazy("双方已经和解并履行"),
    Declined.NO_PROOF: gettext_lazy("没有任何凭证，也查不到"),
    Declined.OUT_OF_TIME: gettext_lazy("超过了时限"),
    Declined.NOT_COMPETENT: gettext_lazy("不属于本协会的范围"),
}


# Facts that the law has weighed by several circumstances together (complaints.flow.weighing has their form).
WEIGHED = frozenset({"room_found_seller"})


class CannotAct(Exception):
    """An act that lacks something, with a sentence that says what."""


@transaction.atomic
def assign(complaint: Complaint, *, to: User | None, actor: Actor, at: datetime) -> Complaint:
    """Give a case to an officer, or back to the queue. Raises IllegalMove for one who keeps out of it."""
    permissions.require(actor, "assign")
    return hand_to(Complaint.objects.locked(complaint.pk), to, by=actor.label, at=at)


def hand_to(complaint: Complaint, to: User | None, *, by: str, at: datetime) -> Complaint:
    """As assign, on a locked row, where something else brings it about: an officer who leaves."""
    complaint.require_open()
    if to is not None and to.pk in those_out_of(complaint):
        raise IllegalMove(_("这位同事要回避这件投诉，不能分给这个人。"))
    complaint.officer = to
    complaint.save(update_fields=["officer"])
    complaint.reminders.standing().exclude(step=Reminder.Step.AFTER).update(to=to)
    timeline.record(complaint, "assigned", {"officer": to.pk if to else None}, actor=by, at=at)
    return complaint


@transaction.atomic
def accept(complaint: Complaint, *, actor: Actor, at: datetime) -> Deadline:
    """Take the case for mediation. From here 12315 is closed for the same dispute, and the time of mediation runs."""
    complaint = Complaint.objects.locked(complaint.pk)
    until = mediation_by(complaint, local_day(at))
    assert until is not None  # nothing is tested before a case is accepted
    complaint.accepted_at = at
    complaint.due_on = until.day
    complaint.officer = complaint.officer or actor.user
    body = {"mediation_until": until.day.isoformat(), "provisional": until.provisional}
    event = advance(complaint, "accept", actor=actor, at=at, body=body)
    complaint.save(update_fields=["accepted_at", "due_on", "officer"])
    announce(complaint, event, at=at)
    return until


@transaction.atomic
def decline(complaint: Complaint, *, ground: Declined, words: str, actor: Actor, at: datetime) -> Complaint:
    """Decline with a ground of the list and words to the consumer, who is shown the other ways that stay open."""
    if not words.strip():
        raise CannotAct(_("写一句理由，消费者会看到。"))
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.statement = {**complaint.statement, "declined": {"ground": ground, "words": words.strip()}}
    event = advance(complaint, "decline", actor=actor, at=at, body={"ground": ground})
    complaint.save(update_fields=["statement"])
    announce(complaint, event, at=at)
    return complaint


@transaction.atomic
def ask(
    complaint: Complaint,
    *,
    to: str,
    facts: Sequence[str],
    words: str,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> Request:
    """Ask the consumer or a party for something, until a day. A question to the consumer before acceptance holds the
    case at ``needs-info``; no clock stops silently."""
    permissions.require(actor, "ask")
    if not words.strip():
        raise CannotAct(_("写清楚要什么。"))
    if due_on < timezone.localtime(at).date():
        raise CannotAct(_("期限已经过去了，选今天或以后的日子。"))
    if to not in {"consumer", *Party.values}:
        raise CannotAct(_("选一个要问的对象。"))
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    assert actor.user is not None  # officers are people; Actor.officer gives none other
    made = Request.objects.create(
        complaint=complaint,
        to=to,
        facts=list(facts),
        words=words.strip(),
        asked_by=actor.user,
        asked_at=at,
        due_on=due_on,
    )
    body = {"request": made.pk, "to": to, "facts": list(facts), "due_on": due_on.isoformat()}
    event = timeline.record(complaint, "asked", body, actor=actor.label, at=at)
    if to == "consumer":
        if complaint.state == "referred":
            advance(complaint, "query", actor=actor, at=at, body={"request": made.pk})
    else:
        announce(complaint, event, at=at)
    return made


@transaction.atomic
def make_finding(
    complaint: Complaint,
    *,
    fact: str,
    value: bool | None,
    reason: str,
    is_weighed: bool = False,
    actor: Actor,
    at: datetime,
) -> DecisionRecord:
    """An officer settles a fact, with a reason; ``None`` takes an earlier finding back. The law is read again.
    ``is_weighed``: by ``weighing.weigh``, which alone settles what the law has weighed as a whole."""
    permissions.require(actor, "finding")
    if fact not in rulebook().facts:
        raise CannotAct(_("没有“{fact}”这项事实。").format(fact=fact))
    if fact in WEIGHED and value is not None and not is_weighed:
        raise CannotAct(_("这一项法律要求综合几种情况来判断，用“综合判断”来办。"))
    if not reason.strip():
        raise CannotAct(_("写明认定的理由。"))
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    Assertion.objects.create(
        complaint=complaint,
        fact=fact,
        value=value,
        speaker=Speaker.OFFICER,
        officer=actor.user,
        reason=reason.strip(),
        at=at,
    )
    timeline.record(complaint, "found", {"fact": fact, "value": value}, actor=actor.label, at=at)
    return decide_again(complaint, because=DecisionRecord.Because.FINDING, actor=actor.label, at=at)


@transaction.atomic
def note_whatif(
    complaint: Complaint, *, supposed: Mapping[str, Any], book: Rulebook, actor: Actor, at: datetime
) -> Event:
    """Write down what an officer supposed and what would follow; nothing of the case changes, nobody is told.

    ``supposed`` is a decide input that ``book`` can read. The event keeps where it differs from the latest decision:
    keys of facts, days and codes, never a sum.
    """
    permissions.require(actor, "whatif")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    latest = complaint.decision
    assert latest is not None  # a complaint is decided as it is filed
    inquiry = read_inquiry(supposed, book, today=date.min)
    verdicts = {party.value: answer.verdict.value for party, answer in decide(book, inquiry).parties.items()}
    was, now = latest.input, inquiry.read
    facts = {
        key: now["facts"].get(key)
        for key in sorted({*was["facts"], *now["facts"]})
        if was["facts"].get(key) != now["facts"].get(key)
    }
    given = {key: now.get(key) for key in SUPPOSED if was.get(key) != now.get(key)}
    if not facts and not given and book.digest == latest.rulebook:
        raise CannotAct(_("除了金额，和案件现在一样，没有可写的。"))
    body: dict[str, Any] = {
        "decision": latest.number,
        "facts": facts,
        "given": given,
        "verdicts": verdicts,
        "changed": {
            party: [latest.verdict(party), verdict]
            for party, verdict in verdicts.items()
            if latest.verdict(party) != verdict
        },
        "rulebook": book.digest,
    }
    last = complaint.events.order_by("-sequence").first()
    if last and (last.kind, last.body, last.actor) == ("whatif-noted", body, actor.label):
        return last  # pressed twice
    return timeline.record(complaint, "whatif-noted", body, actor=actor.label, at=at)


@transaction.atomic
def settle(complaint: Complaint, *, actor: Actor, at: datetime) -> Complaint:
    """The parties have come to terms."""
    complaint = Complaint.objects.locked(complaint.pk)
    announce(complaint, advance(complaint, "settle", actor=actor, at=at), at=at)
    return complaint


@transaction.atomic
def hand_off(complaint: Complaint, *, route: str, actor: Actor, at: datetime) -> Complaint:
    """Go on elsewhere: regulator, report or court (the routes of routing/law/procedure.toml). Ends the case here. A
    route that the law bars for this case is refused with why."""
    if route not in HAND_OFF_ROUTES:
        raise CannotAct(_("选一条可走的途径。"))
    complaint = Complaint.objects.locked(complaint.pk)
    after(State(complaint.state), "hand-off", Role(actor.role) if actor.role else Role.CLOCK)
    if why := barred_routes(complaint, on=local_day(at)).get(route):
        raise CannotAct(_("这条路现在走不了：{why}").format(why=why))
    announce(complaint, advance(complaint, "hand-off", actor=actor, at=at, body={"route": route}), at=at)
    return complaint


def barred_routes(complaint: Complaint, *, on: date) -> dict[str, str]:
    """The routes of a hand-off that are closed for this case on this day, each with why, in words."""
    respondents = list(complaint.respondents.order_by("pk"))
    ways = channels_of(complaint, respondents, limits_of(complaint, respondents), on=on)
    return {way.id: way.reason for way in ways if way.id in HAND_OFF_ROUTES and way.is_closed}
