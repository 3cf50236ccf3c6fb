"""Count the complaints of one month. What is counted here is not yet fit to be shown: complaints.figures.sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone

from complaints.figures.months import moments_of
from complaints.figures.words import CATEGORIES, NOBODY
from complaints.lifecycle import OfferState
from complaints.models import Complaint, Event, Feedback, Offer, Override, Respondent
from complaints.models.complaint import ComplaintQuerySet, Party
from complaints.rulings import ruling_with

CHUNK = 5000
GOOD = Feedback.Score.GOOD  # from here on the consumer counts as satisfied
TAKEN = (OfferState.ACCEPTED, OfferState.KEPT, OfferState.BROKEN)
ANSWERED_OFFERS = (*TAKEN, OfferState.REFUSED, OfferState.COUNTERED)
PASSED_ON = "not_ours"  # flow.responses.Position


@dataclass(slots=True)
class Answers:
    """How parties answered: how many were due, came in time, and passed the matter on; and after how many days."""

    due: int = 0
    in_time: int = 0
    came: int = 0
    passed_on: int = 0
    days: list[float] = field(default_factory=list)

    @property
    def median_days(self) -> float | None:
        return round(median(self.days), 1) if self.days else None


@dataclass(slots=True)
class Counted:
    """All there is to know of a month. ``None`` among the platforms stands for those that are not connected."""

    total: int = 0
    changed: int = 0
    rated: int = 0
    satisfied: int = 0
    heard: int = 0  # cases in which a party answered in time, of those …
    hearable: int = 0  # … whose parties were asked and had their time
    flow: Counter[tuple[str, str]] = field(default_factory=Counter)  # (letter, end)
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)  # (weekday, hour)
    answers: Answers = field(default_factory=Answers)
    platforms: Counter[int | None] = field(default_factory=Counter)
    of_platform: dict[int, Answers] = field(default_factory=dict)
    offers: dict[int, tuple[int, int]] = field(default_factory=dict)  # organisation → (taken, answered)


def count_month(month: date) -> Counted:
    """Read one month once, row by row: a few questions, however many cases."""
    start, end = moments_of(month)
    counted = Counted()
    _count_cases(counted, start, end)
    _count_answers(counted, start, end)
    cohort = Q(complaint__filed_at__gte=start, complaint__filed_at__lt=end, complaint__sandbox=None)
    turned = Event.objects.filter(cohort, kind="decided", body__has_key="changed")
    by_person = Event.objects.filter(cohort, kind="overridden").annotate(old=KT("body__from"), new=KT("body__to"))
    changed = Q(pk__in=turned.values("complaint")) | Q(pk__in=by_person.exclude(old=F("new")).values("complaint"))
    counted.changed = Complaint.objects.filter(changed).count()
    ratings = Feedback.objects.filter(cohort).aggregate(all=Count("pk"), good=Count("pk", filter=Q(score__gte=GOOD)))
    counted.rated, counted.satisfied = ratings["all"], ratings["good"]
    offered = Offer.objects.filter(cohort, state__in=ANSWERED_OFFERS, organisation__kind="platform")
    by_whom = offered.values("organisation").annotate(all=Count("pk"), taken=Count("pk", filter=Q(state__in=TAKEN)))
    counted.offers = {row["organisation"]: (row["taken"], row["all"]) for row in by_whom.order_by()}
    return counted


def _count_cases(counted: Counted, start: datetime, end: datetime) -> None:
    cases = _filed(start, end)
    by_person = _first_by_person(start, end)
    rows = cases.values_list("pk", "filed_at", "problems", "decision__output__first_contact")
    for pk, filed_at, problems, by_machine in rows.iterator(CHUNK):
        first = by_person.get(pk, by_machine)
        letter = problems[0] if problems and problems[0] in CATEGORIES else "X"
        local = timezone.localtime(filed_at)
        counted.total += 1
        counted.flow[letter, first or NOBODY] += 1
        counted.hours[local.weekday(), local.hour] += 1


def _first_by_person(start: datetime, end: datetime) -> Mapping[int, str | None]:
    """Whom to turn to as it stands, in the few cases in which an officer overrode a verdict."""
    made = Override.objects.in_force().filter(complaint__in=_filed(start, end))
    rows: dict[int, list[Override]] = {}
    for each in made.select_related("decision", "complaint__decision").order_by("number"):
        rows.setdefault(each.complaint_id, []).append(each)
    return {
        pk: ruling_with(latest, found).output["first_contact"]
        for pk, found in rows.items()
        if (latest := found[0].complaint.decision)
    }


def _count_answers(counted: Counted, start: datetime, end: datetime) -> None:
    hearable: set[int] = set()
    heard: set[int] = set()
    for row in _respondents(start, end):
        complaint, party, organisation, asked, lapsed, due_on, position, answered = row
        mine = None
        if party == Party.PLATFORM:
            counted.platforms[organisation] += 1
            if organisation is not None:
                mine = counted.of_platform.setdefault(organisation, Answers())
        if asked is None or (answered is None and lapsed is None):
            continue  # nobody asked, or the time still runs, or the case ended before
        in_time = answered is not None and lapsed is None and (due_on is None or _day(answered) <= due_on)
        hearable.add(complaint)
        if in_time:
            heard.add(complaint)
        for tally in filter(None, (counted.answers, mine)):
            tally.due += 1
            tally.in_time += in_time
            if answered is not None:
                tally.came += 1
                tally.passed_on += position == PASSED_ON
                tally.days.append((answered - asked).total_seconds() / 86400)
    counted.heard, counted.hearable = len(heard), len(hearable)


def _respondents(start: datetime, end: datetime) -> Iterator[tuple[Any, ...]]:
    """Each party with the moment of its first answer: the row itself remembers the last one."""
    answers = Event.objects.annotate(who=KT("body__party")).filter(complaint=OuterRef("complaint"), kind="answered")
    first = answers.filter(who=OuterRef("party")).order_by("sequence").values("at")[:1]
    columns = ("complaint_id", "party", "organisation_id", "asked_at", "lapsed_at", "due_on", "answer__position")
    found = Respondent.objects.filter(complaint__in=_filed(start, end))
    return found.values_list(*columns, Subquery(first)).iterator(CHUNK)


def _filed(start: datetime, end: datetime) -> ComplaintQuerySet:
    """What was really complained of in that time."""
    return Complaint.objects.real().filter(filed_at__gte=start, filed_at__lt=end)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
