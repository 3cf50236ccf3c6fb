"""When a party was really reached: from then its time to answer runs. Until then nobody is silent, and whom nobody
reached is an officer's task with a last day.

Three things may come at the same time, each written where it happens: the first 2xx of the notice (flow.noting), the
first look at the case, an officer's word (flow.services). Whichever is first stands; the others change nothing.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from complaints import timeline
from complaints.deadlines import answer_by, extended_by, is_settled, local_day, reached_at, serve_by
from complaints.flow.moves import await_answers
from complaints.flow.record_serving import is_told, serve_waiting
from complaints.models import Actor, Complaint, Delivery, Extension, InventedCase, Party, Reached, Reminder, Respondent

UNTAKEN_FOR = timedelta(hours=24)

# ── The clock begins ─────────────────────────────────────────────────────────────────────────────────────────────────


def start_clocks(*, at: datetime, limit: int = 500) -> int:
    """Let the time run of everybody who was reached since, each case in a transaction of its own. Returns how many
    parties. The row that says "notified" is the promise: whatever died meanwhile, the next run finds it."""
    reached = Respondent.objects.unheard().filter(notified_at__isnull=False, due_on=None)
    reached = reached.filter(complaint__in=Complaint.objects.open())
    cases = reached.order_by("complaint").values_list("complaint", flat=True).distinct()[:limit]
    return sum(start_clock(pk, at=at) for pk in cases)


@transaction.atomic
def start_clock(complaint_id: int, *, at: datetime) -> int:
    """Those of this case who were reached have their days from that moment. Doing it twice changes nothing."""
    complaint = Complaint.objects.locked(complaint_id)
    if not complaint.is_open:
        return 0
    if complaint.sandbox_id:
        at = _time_in(complaint, at)
        complaint.respondents.filter(notified_at__gt=at).update(notified_at=at)
    return len(begin(complaint, actor="system", at=at))


def reach(respondent: Respondent, how: Reached, *, at: datetime) -> bool:
    """Note that word of the case came to a party, unless it had before: the first one stands. True where this was it.
    By compare-and-set, for a notice that is taken is noted without holding the case."""
    first = Respondent.objects.filter(pk=respondent.pk, notified_at=None).update(notified_at=at, notified_how=how)
    respondent.refresh_from_db(fields=["notified_at", "notified_how"])
    return bool(first)


def begin(complaint: Complaint, *, actor: str, at: datetime, kind: str = "reached") -> list[Respondent]:
    """Count the days of everybody who was reached and has none yet, write it down, and put the officers' task aside
    once nobody is left to tell. The caller holds the open case. Returns whose time has begun."""
    begun = count_days(complaint)
    for since, due_on, parties in _alike(begun):
        body = {
            "parties": {each.party: each.notified_how for each in parties},
            "since": since.astimezone(UTC).isoformat(timespec="seconds"),
            "due_on": due_on.isoformat(),
            **({} if is_settled(due_on) else {"provisional": True}),
        }
        timeline.record(complaint, kind, body, actor=actor, at=at)
    settle(complaint, at=at)
    if any(each.party == Party.PLATFORM for each in begun) and is_told(complaint):
        serve_waiting(complaint, actor=actor, at=at)
    return begun


def catch_up(complaint: Complaint, *, at: datetime) -> None:
    """The case was opened again: the days of whoever was reached while it was closed begin, and those of the records
    that waited for the platform. The caller holds the case."""
    begin(complaint, actor="system", at=at)
    if is_told(complaint):
        serve_waiting(complaint, actor="system", at=at)


def count_days(complaint: Complaint) -> list[Respondent]:
    """Write the last days of those who were reached and have none; nobody hears of it. The caller holds the case."""
    _pass_on(complaint)
    begun = list(complaint.respondents.unheard().filter(notified_at__isnull=False, due_on=None).order_by("pk"))
    for each in begun:
        since = reached_at(each)
        assert since is not None  # asked and notified, by the query
        due_on = answer_by(local_day(since)).day
        more = Extension.objects.filter(respondent=each, state=Extension.State.GRANTED).first()
        if more and more.until:  # given before the first reaching was taken back: it is worth as much from this day
            due_on = max(more.until, extended_by(due_on, more.days).day)
        each.due_on = due_on
        each.save(update_fields=["due_on"])
    if begun:
        await_answers(complaint)
    return begun


def _time_in(complaint: Complaint, at: datetime) -> datetime:
    """An invented case has its own time, behind ours or ahead of it; every other has ours."""
    ahead = InventedCase.objects.filter(pk=complaint.pk).values_list("ahead", flat=True).first()
    if ahead is None:
        return at
    last = complaint.events.order_by("-sequence").values_list("at", flat=True).first()
    return max(at + ahead, last) if last else at + ahead


def _pass_on(complaint: Complaint) -> None:
    """What the platform took it passes on: whom it speaks for was reached as it was."""
    platform = complaint.respondents.filter(party=Party.PLATFORM, organisation__isnull=False).first()
    if platform is not None and platform.notified_at is not None:
        beside = complaint.respondents.unreached().passed_on().values("pk")
        waiting = Respondent.objects.filter(pk__in=list(beside.values_list("pk", flat=True)))
        waiting.update(notified_at=platform.notified_at, notified_how=Reached.PASSED_ON)


def _alike(begun: Iterable[Respondent]) -> list[tuple[datetime, date, list[Respondent]]]:
    found: dict[tuple[datetime, date], list[Respondent]] = {}
    for each in begun:
        if (since := reached_at(each)) and each.due_on:
            found.setdefault((since, each.due_on), []).append(each)
    return [(since, due_on, parties) for (since, due_on), parties in found.items()]


def when_reached(respondent: Respondent) -> tuple[datetime, Reached] | None:
    """When and how word first came to a party by itself, read from what is on file; None where it never did."""
    took = Delivery.objects.filter(
        event__complaint=respondent.complaint_id,
        endpoint__organisation=respondent.organisation_id,
        endpoint__organisation__isnull=False,
        type="case.opened",
        state=Delivery.State.DONE,
    )
    opened = respondent.invitations.filter(opened_at__isnull=False)
    found = [
        *((at, Reached.NOTICE) for at in took.values_list("settled_at", flat=True) if at),
        *((at, Reached.ENTRANCE) for at in opened.values_list("opened_at", flat=True) if at),
        *([(respondent.seen_at, Reached.SEEN)] if respondent.seen_at else []),
        *([(respondent.answered_at, Reached.ANSWER)] if respondent.answered_at else []),
    ]
    return min(found, key=lambda each: each[0], default=None)


# ── The first look ───────────────────────────────────────────────────────────────────────────────────────────────────


def note_seen(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Enter that a party opened or fetched its case, the first time: delivered, seen and answered are three things. Who
    looks was reached, whatever became of its notice."""
    unseen = Respondent.objects.filter(complaint=complaint, seen_at=None)
    if actor.respondent_id is not None:
        unseen = unseen.filter(pk=actor.respondent_id)
    else:
        unseen = unseen.filter(organisation=actor.organisation, organisation__isnull=False, asked_at__isnull=False)
    if unseen.exists():
        _note_seen(complaint, list(unseen), at=at)


def note_answering(complaint: Complaint, respondent: Respondent, *, actor: Actor, at: datetime) -> None:
    """Who answers was reached, and so was who answers for it. The caller holds the open case."""
    own = complaint.respondents.unreached().filter(organisation=actor.organisation, organisation__isnull=False)
    for each in {respondent, *own} if respondent.notified_at is None else set(own):
        reach(each, Reached.ANSWER, at=at)
    if begin(complaint, actor="system", at=at):
        respondent.refresh_from_db(fields=["notified_at", "notified_how", "due_on"])


@transaction.atomic
def _note_seen(complaint: Complaint, mine: Iterable[Respondent], *, at: datetime) -> None:
    held = Complaint.objects.locked(complaint.pk)
    at = _time_in(held, at) if held.sandbox_id else at
    for each in mine:
        Respondent.objects.filter(pk=each.pk, seen_at=None).update(seen_at=at)
        reach(each, Reached.SEEN, at=at)
    if held.is_open:
        begin(held, actor="system", at=at)
        if any(each.party == Party.PLATFORM for each in mine):
            serve_waiting(held, actor="system", at=at)
    complaint.refresh_from_db()


# ── Whom nobody reached ──────────────────────────────────────────────────────────────────────────────────────────────


def remind_of_service(*, at: datetime, limit: int = 500) -> int:
    """Make it an officer's task, with a last day, to tell by other means a party that took no notice within a day of
    being asked, or has no channel at all. Returns how many cases are new. The reminders of that day, and word to who
    leads once it has passed, are those of every last day (flow.reminding)."""
    cases = Complaint.objects.real().open()
    late = Q(asked_at=None) | Q(asked_at__lte=at - UNTAKEN_FOR)
    waiting = Respondent.objects.unserved().filter(late, complaint__in=cases.filter(service_due_on=None))
    pks = list(waiting.order_by("complaint").values_list("complaint", flat=True).distinct()[:limit])
    still = Respondent.objects.unserved().filter(late, complaint=OuterRef("pk"))
    new = Complaint.objects.filter(Exists(still), pk__in=pks, service_due_on=None)
    made = new.update(service_due_on=serve_by(local_day(at)).day)
    over = Complaint.objects.real().filter(service_due_on__isnull=False, closed_at__isnull=True)
    left = Respondent.objects.unserved().filter(complaint=OuterRef("pk"))
    for pk in over.exclude(Exists(left)).values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            settle(Complaint.objects.locked(pk), at=at)
    return made


def settle(complaint: Complaint, *, at: datetime) -> None:
    """Everybody was reached after all: nobody need tell them by other means. The caller holds the case."""
    if complaint.service_due_on is None or complaint.respondents.unserved().exists():
        return
    complaint.service_due_on = None
    complaint.save(update_fields=["service_due_on"])
    told = Reminder.objects.filter(complaint=complaint, of=Reminder.Of.SERVICE, dismissed_at=None)
    told.update(dismissed_at=at)
