"""What happened to a case after it was filed: one function for each act of stories.toml, each calling the real verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from complaints.deadlines import answer_of
from complaints.demo import cast, files
from complaints.demo.stories import Story, moment
from complaints.flow import (
    agreements,
    clock,
    consumer,
    group_acts,
    groups,
    intake,
    messages,
    moments,
    notes,
    offers,
    record_requests,
    responses,
    reviews,
    sessions,
    terminating,
    transferring,
    triage,
)
from complaints.models import (
    Agreement,
    Complaint,
    Evidence,
    Group,
    GroupAct,
    Offer,
    RecordAnswer,
    Review,
    Session,
    Side,
    Transfer,
)
from complaints.models.actor import Actor
from complaints.models.assertion import Speaker
from complaints.models.complaint import Party

LAPSE_AT = time(0, 10)  # the sweep after midnight


@dataclass(frozen=True, slots=True)
class Scene:
    """A filed case, and who can act in it."""

    story: Story
    complaint: Complaint
    consumer: Actor
    today: date

    @property
    def officer(self) -> Actor:
        return Actor.officer(self.officer_user)

    @property
    def officer_user(self) -> User:
        return cast.officer_of(self.complaint.association)

    @property
    def platform(self) -> Actor:
        organisation = self.complaint.respondents.get(party=Party.PLATFORM).organisation
        assert organisation is not None  # only cases of a connected platform have answers in their course
        return Actor.machine(organisation)


def play(scene: Scene) -> None:
    """Let the course of a story happen, act by act."""
    for step in scene.story.course:
        at = moment(scene.today, step["ago"], step["at"]) if "ago" in step else scene.complaint.filed_at
        ACTS[step["act"]](scene, step, at)
        scene.complaint.refresh_from_db()


def _answer(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    party = Party(step["party"])
    responses.receive_response(
        scene.complaint,
        party=party,
        position=responses.Position(step["position"]),
        words=step["words"],
        claims=step["claims"],
        evidence=list(Evidence.objects.filter(complaint=scene.complaint, offered_by=party)),
        actor=scene.platform,
        at=at,
    )


def _not_us(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    """A party points at another, by a rule."""
    responses.receive_response(
        scene.complaint,
        party=Party(step["party"]),
        position=responses.Position.NOT_OURS,
        words=step["words"],
        claims=step.get("claims", {}),
        points_to=Party(step["points_to"]),
        instead=step["instead"],
        rule=step["rule"],
        actor=scene.platform,
        at=at,
    )


def _offer(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    offers.make_offer(
        scene.complaint,
        party=Party(step["party"]),
        kind=Offer.Kind(step["kind"]),
        amount=Decimal(step["amount"]),
        words=step["words"],
        until=scene.today + timedelta(days=step["days"]),
        actor=scene.platform,
        at=at,
    )


def _take(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    offers.accept_offer(scene.complaint.offers.get(), actor=scene.consumer, at=at)


def _evidence(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    file = step["file"]
    upload = files.draw(file["draw"], file["words"], name=str(Evidence.Kind(file["kind"]).label))
    piece = intake.add_evidence(
        scene.complaint,
        upload,
        kind=file["kind"],
        speaker=Speaker(step["party"]),
        actor=scene.platform,
        at=at,
    )
    files.cover(piece, file["draw"], file["words"], at=at)


def _lapse(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    """The night after the last day of everybody who is still silent."""
    ends = [until for each in scene.complaint.respondents.unheard() if (until := answer_of(each))]
    last = max(until.likely or until.day for until in ends)
    clock.lapse(scene.complaint.pk, at=timezone.make_aware(datetime.combine(last + timedelta(days=1), LAPSE_AT)))


def _refer(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    consumer.refer_to_association(scene.complaint, actor=scene.consumer, at=at)


def _assign(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    triage.assign(scene.complaint, to=scene.officer_user, actor=scene.officer, at=at)


def _accept(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    triage.accept(scene.complaint, actor=scene.officer, at=at)


def _decline(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    ground = triage.Declined(step["ground"])
    triage.decline(scene.complaint, ground=ground, words=step["words"], actor=scene.officer, at=at)


def _ask(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    triage.ask(
        scene.complaint,
        to=step["to"],
        facts=step["facts"],
        words=step["words"],
        due_on=timezone.localtime(at).date() + timedelta(days=step["days"]),
        actor=scene.officer,
        at=at,
    )


def _find(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    triage.make_finding(
        scene.complaint, fact=step["fact"], value=step["value"], reason=step["reason"], actor=scene.officer, at=at
    )


def _let(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    messages.open_thread(scene.complaint, party=Party(step["party"]), actor=scene.consumer, at=at)


def _write(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    """A message ``by`` the consumer to the ``thread``, or by the other side of it."""
    other = Side(step["thread"])
    others = scene.officer if other == Side.ASSOCIATION else scene.platform
    actor = scene.consumer if step["by"] == "consumer" else others
    messages.write(scene.complaint, other=other, words=step["words"], press=str(at), actor=actor, at=at)


def _note(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    """The national association points the case's officer to something."""
    author = Actor.officer(User.objects.get(username=cast.ZHOU))
    mentioned = [scene.officer_user]
    notes.write(scene.complaint, words=step["words"], mentioned=mentioned, press=str(at), actor=author, at=at)


def _look(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    messages.mark_read(scene.complaint, other=Side(step["thread"]), up_to=step["up_to"], actor=scene.consumer)


def _ask_review(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    reasons = [Review.Reason(each) for each in step["reasons"]]
    reviews.ask_for_review(scene.complaint, reasons=reasons, words=step["words"], actor=scene.consumer, at=at)


def _hear(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    """A sentence from the livestream on the day of the purchase, carried by the film of it where there is one."""
    films = Evidence.objects.filter(complaint=scene.complaint, kind=Evidence.Kind.LIVE, offered_by=Speaker.CONSUMER)
    places = {film.pk: "" for film in films}
    heard = moments.Heard(scene.complaint.purchased_on, step["sentence"], code=step["code"], places=places)
    moments.say(scene.complaint, heard, actor=scene.consumer, at=at)


def _ask_records(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    record_requests.ask_for_records(scene.complaint, step["kinds"], actor=scene.consumer, at=at)


def _answer_record(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    item = scene.complaint.record_items.get(kind=step["kind"])
    says = RecordAnswer.Says(step["says"])
    told = record_requests.Answered(item.pk, says, step.get("why", ""), step.get("words", ""), step.get("link", ""))
    record_requests.answer_records(scene.complaint, [told], actor=scene.platform, at=at)


def _pass_on(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    to = Organisation.objects.get(kind=cast.ASSOCIATION, region=step["to"])
    reason = Transfer.Reason(step["reason"])
    transferring.propose(scene.complaint, to=to, reason=reason, words=step["words"], actor=scene.officer, at=at)


def _call(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    sessions.call_session(
        scene.complaint,
        starts_at=moment(scene.today, -step["in-days"], step["clock"]),
        minutes=60,
        how=Session.How(step["how"]),
        where=step["where"],
        parties=step["parties"],
        actor=scene.officer,
        at=at,
    )


def _come(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    planned = scene.complaint.sessions.get()
    sessions.answer_session(planned, side=sessions.CONSUMER, comes=True, words="", actor=scene.consumer, at=at)


def _draw_up(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    agreements.draw_up(
        scene.complaint,
        party=Party(step["party"]),
        kind=Offer.Kind(step["kind"]),
        payer=Agreement.Payer.PARTY,
        amount=Decimal(step["amount"]),
        pay_by=scene.today + timedelta(days=step["days"]),
        duties=step["duties"],
        otherwise="",
        actor=scene.officer,
        at=at,
    )


def _settle(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    triage.settle(scene.complaint, actor=scene.consumer, at=at)


def _terminate(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    ground = terminating.Ground(step["ground"])
    terminating.terminate(scene.complaint, ground=ground, words=step["words"], actor=scene.officer, at=at)


def _withdraw(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    consumer.withdraw(scene.complaint, actor=scene.consumer, at=at)


def _group(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    """With every earlier case of its room: all join, the association finds one fact for them and notes one offer."""
    cases = list(Complaint.objects.filter(room=scene.complaint.room, filed_at__lte=scene.complaint.filed_at))
    who = scene.officer
    group = groups.make(cases, title=step["title"], matter=step["matter"], actor=who, at=at)
    for case in cases:
        groups.answer(case, joins=True, actor=Actor.receipt(case.pk), at=at)
    groups.offer_to_represent(cases[0], willing=True, actor=Actor.receipt(cases[0].pk), at=at)
    group.refresh_from_db()
    found = group_acts.find_common(
        group, fact=step["fact"], value=False, reason=step["reason"], seen=group.version, actor=who, at=at
    )
    group_acts.carry_on(found, actor=who, at=at)
    offered = group_acts.offer_common(
        group,
        party=Party.PLATFORM,
        kind=Offer.Kind.COMPENSATE,
        rule=GroupAct.Rule.SHARE,
        amount=None,
        percent=Decimal(step["percent"]),
        words=step["words"],
        until=scene.today + timedelta(days=step["days"]),
        seen=Group.objects.get(pk=group.pk).version,
        actor=who,
        at=at,
    )
    group_acts.carry_on(offered, actor=who, at=at)


def _hand_off(scene: Scene, step: dict[str, Any], at: datetime) -> None:
    triage.hand_off(scene.complaint, route=step["route"], actor=scene.consumer, at=at)


ACTS: dict[str, Callable[[Scene, dict[str, Any], datetime], None]] = {
    "answer": _answer,
    "not-us": _not_us,
    "evidence": _evidence,
    "offer": _offer,
    "take": _take,
    "lapse": _lapse,
    "refer": _refer,
    "assign": _assign,
    "accept": _accept,
    "decline": _decline,
    "ask": _ask,
    "find": _find,
    "let": _let,
    "write": _write,
    "note": _note,
    "look": _look,
    "ask-review": _ask_review,
    "hear": _hear,
    "ask-records": _ask_records,
    "answer-record": _answer_record,
    "call": _call,
    "come": _come,
    "draw-up": _draw_up,
    "settle": _settle,
    "terminate": _terminate,
    "pass-on": _pass_on,
    "withdraw": _withdraw,
    "group": _group,
    "hand-off": _hand_off,
}
