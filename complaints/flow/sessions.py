"""Mediation sessions: an officer calls, moves, cancels and records them; each side says whether it comes.

A session moves no state and stops no clock. What is told of it outside the case is its number and its time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.flow.appointments import cancel, tell_session
from complaints.flow.responses import respondent_for
from complaints.flow.triage import CannotAct
from complaints.lifecycle import Role, State
from complaints.models import Actor, Attendance, Complaint, Party, Session
from complaints.models.session import LONGEST_MINUTES

CONSUMER = "consumer"  # the side that is always asked
AHEAD = timedelta(days=180)  # no session is called further ahead: policy of the site
LONGEST_WORDS = 2000


@transaction.atomic
def call_session(
    complaint: Complaint,
    *,
    starts_at: datetime,
    minutes: int,
    how: Session.How,
    where: str,
    parties: Collection[str],
    actor: Actor,
    at: datetime,
) -> Session:
    """Set a session of a case in mediation; the consumer and those parties are told when. Calling the same one twice
    makes one. Raises CannotAct or IllegalMove; nothing has changed then."""
    permissions.require(actor, "session")
    complaint = Complaint.objects.locked(complaint.pk)
    _require_mediation(complaint)
    if same := complaint.sessions.filter(starts_at=starts_at, state=Session.State.PLANNED).first():
        return same  # pressed twice
    made = _new(complaint, starts_at, minutes, how, where, _checked(parties), actor, at)
    tell_session(complaint, "session-set", made, actor=actor.label, at=at)
    return made


@transaction.atomic
def move_session(
    session: Session, *, starts_at: datetime, where: str, reason: str, actor: Actor, at: datetime
) -> Session:
    """Another time for the same people: the session stays on file as moved, a new one takes its place. Raises CannotAct
    or IllegalMove."""
    permissions.require(actor, "session")
    complaint, session = _planned(session)
    if not reason.strip():
        raise CannotAct(_("写一句为什么改期，各方会看到。"))
    if starts_at == session.starts_at:
        raise CannotAct(_("新的时间和原来一样，换一个时间。"))
    session.state = Session.State.MOVED
    session.keep_reason(reason.strip())
    session.save(update_fields=["state", "sealed_reason"])
    how, where = Session.How(session.how), where.strip() or session.where
    made = _new(complaint, starts_at, session.minutes, how, where, session.parties, actor, at, replaces=session)
    tell_session(complaint, "session-moved", made, {"replaces": session.number}, actor=actor.label, at=at)
    return made


@transaction.atomic
def cancel_session(session: Session, *, reason: str, actor: Actor, at: datetime) -> Session:
    """It does not take place; everybody who was asked is told. Raises CannotAct or IllegalMove."""
    permissions.require(actor, "session")
    complaint, session = _planned(session)
    if not reason.strip():
        raise CannotAct(_("写一句为什么取消，各方会看到。"))
    cancel(complaint, session, reason.strip(), actor=actor.label, at=at)
    return session


@transaction.atomic
def record_session(
    session: Session,
    *,
    came: Collection[str],
    words: str,
    result: Session.Result,
    actor: Actor,
    at: datetime,
) -> Session:
    """Write down who came, what was said in short, and what came of it. No state moves: terms go into an agreement, and
    a mediation that failed is ended by a verb of its own. Raises CannotAct or IllegalMove."""
    permissions.require(actor, "session")
    complaint, session = _planned(session)
    if at < session.starts_at:
        raise CannotAct(_("调解会还没有开始，开过以后再记。要改时间，用“改期”。"))
    asked = [CONSUMER, *session.parties]
    there = [side for side in asked if side in came]
    if set(came) - set(asked):
        raise CannotAct(_("有一方没有请过，重新选谁来了。"))
    if not words.strip():
        raise CannotAct(_("写几句各方说了什么。"))
    if result == Session.Result.AGREED and (CONSUMER not in there or len(there) < 2):
        raise CannotAct(_("双方没有都来，不能记成谈妥了。"))
    session.state = Session.State.HELD if there == asked else Session.State.ABSENT
    session.came, session.result = there, result
    session.recorded_by, session.recorded_at = actor.user, at
    session.keep_record(words.strip())
    session.save()
    body = {"result": result, "came": there, "absent": [side for side in asked if side not in there]}
    tell_session(complaint, "session-held", session, body, actor=actor.label, at=at)
    return session


@transaction.atomic
def answer_session(session: Session, *, side: str, comes: bool, words: str, actor: Actor, at: datetime) -> Attendance:
    """Say for one side that it comes, or that it cannot and why; the last word counts. Raises CannotAct, CannotAnswer
    or IllegalMove."""
    complaint = Complaint.objects.locked(session.complaint_id)
    complaint.require_open()
    session = complaint.sessions.get(pk=session.pk)
    _require_side(complaint, session, side, actor)
    if session.state != Session.State.PLANNED:
        raise CannotAct(_("这次调解会已经{state}，不用再回了。").format(state=session.get_state_display()))
    if at >= session.starts_at:
        raise CannotAct(_("调解会的时间已经过了，请直接联系协会。"))
    words = words.strip()
    if not comes and not words:
        raise CannotAct(_("写一句为什么来不了，协会好另定时间。"))
    if len(words) > LONGEST_WORDS:
        raise CannotAct(_("最多{n}字，删短一些。").format(n=LONGEST_WORDS))
    said = session.attendances.filter(side=side).first()
    if said and (said.comes, said.words) == (comes, words):
        return said  # pressed twice
    said = said or Attendance(session=session, side=side)
    said.comes, said.at = comes, at
    said.keep_words(words)
    said.save()
    body = {"session": session.number, "side": side, "comes": comes}
    timeline.record(complaint, "session-answered", body, actor=actor.label, at=at)
    return said


def parties_that_can_come(complaint: Complaint) -> list[Party]:
    """Those who were told of the case: nobody else can be called to a session."""
    asked = set(complaint.respondents.filter(asked_at__isnull=False).values_list("party", flat=True))
    return [party for party in Party if party in asked]


def _require_mediation(complaint: Complaint) -> None:
    complaint.require_open()
    if complaint.state != State.ACCEPTED:
        raise CannotAct(_("受理以后、调解期间才能约调解会。"))


def _require_side(complaint: Complaint, session: Session, side: str, actor: Actor) -> None:
    if actor.role == Role.CONSUMER and side == CONSUMER:
        return
    if actor.role != Role.RESPONDENT or side not in session.parties:
        raise CannotAct(_("这次调解会没有请这一方。"))
    respondent_for(complaint, Party(side), actor)


def _planned(session: Session) -> tuple[Complaint, Session]:
    complaint = Complaint.objects.locked(session.complaint_id)
    complaint.require_open()
    session = complaint.sessions.get(pk=session.pk)
    if session.state != Session.State.PLANNED:
        raise CannotAct(_("这次调解会已经{state}，不能再动。").format(state=session.get_state_display()))
    return complaint, session


def _checked(parties: Iterable[str]) -> list[str]:
    asked = set(parties)
    if not asked or asked - set(Party.values):
        raise CannotAct(_("选一下请谁来：至少请一方。"))
    return [party.value for party in Party if party in asked]


def _new(
    complaint: Complaint,
    starts_at: datetime,
    minutes: int,
    how: Session.How,
    where: str,
    parties: list[str],
    actor: Actor,
    at: datetime,
    *,
    replaces: Session | None = None,
) -> Session:
    if starts_at <= at:
        raise CannotAct(
            _("这个时间已经过了：现在是{now}。写一个以后的时间。").format(
                now=timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
            )
        )
    if starts_at > at + AHEAD:
        raise CannotAct(_("最远约到{n}天以后，写近一点的时间。").format(n=AHEAD.days))
    if not 10 <= minutes <= LONGEST_MINUTES:
        raise CannotAct(_("写10到{n}分钟。").format(n=LONGEST_MINUTES))
    if not where.strip():
        raise CannotAct(_("写清楚在哪里、打哪个电话，或者会议链接。"))
    if set(parties) - set(parties_that_can_come(complaint)):
        raise CannotAct(_("有一方还没有通知到，先给它一个答复入口，再请它来。"))
    if complaint.sessions.planned().filter(starts_at=starts_at).exists():
        raise CannotAct(_("这个时间已经约了一次，换一个时间。"))
    assert actor.user is not None  # officers are people
    made = Session(
        complaint=complaint,
        number=complaint.sessions.count() + 1,
        starts_at=starts_at,
        minutes=minutes,
        how=how,
        parties=parties,
        called_by=actor.user,
        called_at=at,
        replaces=replaces,
    )
    made.keep_where(where.strip())
    made.save()
    return made
