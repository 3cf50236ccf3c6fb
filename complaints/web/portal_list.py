"""What the portal's list shows: tabs, what is due when, filters, and pages that stay whole while cases come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from complaints.figures.words import CATEGORIES
from complaints.lifecycle import OPEN
from complaints.models import Actor, Assignment, Complaint, Invitation, Party, Respondent
from complaints.models.complaint import RespondentQuerySet
from complaints.narrative import heading_name, verdict_word
from complaints.references import tidy_reference
from complaints.web.case_cards import Clock, clock_of
from complaints.web.portal_members import member_name

SIZE = 30
CAP = 999  # nobody counts on from there
WAITING, ANSWERED, ENDED = "waiting", "answered", "ended"
TABS: Mapping[str, Any] = {WAITING: _("待答复"), ANSWERED: _("已答复等对方"), ENDED: _("已结束")}
DUE: Mapping[str, Any] = {"today": _("今天到期"), "late": _("已超期"), "week": _("本周到期")}
NOBODY = "nobody"
_BY_DAY = (F("next_due").asc(nulls_last=True), "pk")

Marked: TypeAlias = Any  # cases as ``cases_of`` gives them: the stubs do not see what they are annotated with


@dataclass(frozen=True, slots=True)
class Row:
    """One case, as the business sees it in its list."""

    case: Complaint
    problem: Any
    clock: Clock | None
    own: frozenset[str]  # the parties it answers for
    found: list[tuple[str, str, str]]  # role, verdict, its word: of each party the business answers for
    shop: str
    assigned: str


def spoken_for(organisation: Organisation) -> RespondentQuerySet:
    """For a query of the house's cases: the respondents of each that it answers for (as ``answered_by``). Whether it
    passes notices on is asked case by case only where it is the platform of some and not of others."""
    rows = Respondent.objects.filter(complaint=OuterRef("pk"), asked_at__isnull=False)
    own, is_own = Respondent.objects.filter(organisation=organisation), Q(organisation=organisation)
    if not own.filter(party=Party.PLATFORM).exists():
        return rows.filter(is_own)
    opened = Invitation.objects.filter(respondent=OuterRef("pk"), opened_at__isnull=False)
    passed_on = Q(organisation=None) & ~Q(Exists(opened))
    if own.filter(party__in=[party for party in Party if party != Party.PLATFORM]).exists():
        relays = own.filter(complaint=OuterRef("complaint"), party=Party.PLATFORM, asked_at__isnull=False)
        passed_on &= Q(Exists(relays))
    return rows.filter(is_own | passed_on)


def cases_of(actor: Actor) -> Marked:
    """Every case of the business, with ``next_due``: the nearest last day of those of its parties that have not
    answered."""
    assert actor.organisation is not None
    waiting = spoken_for(actor.organisation).filter(answered_at=None)
    nearest = waiting.order_by().values("complaint").annotate(day=Min("due_on")).values("day")
    return Complaint.objects.visible_to(actor).annotate(is_waiting=Exists(waiting), next_due=Subquery(nearest))


def tab_of(cases: Marked, tab: str) -> Marked:
    """The cases of one tab: what is to be answered, what was answered, what has ended."""
    if tab == ENDED:
        return cases.exclude(state__in=OPEN)
    return cases.open().filter(is_waiting=tab == WAITING)


def strip_of(waiting: Marked, *, on: date) -> dict[str, int]:
    """How many of the waiting cases are due when, and how many wait at all (``waiting``): counted in one go."""
    when = {due: Count("pk", filter=_due(due, on)) for due in DUE}
    counted: dict[str, int] = waiting.order_by().aggregate(waiting=Count("pk"), **when)
    return counted


def _due(due: str, on: date) -> Q:
    sunday = on + timedelta(days=6 - on.weekday())
    return {"today": Q(next_due=on), "late": Q(next_due__lt=on)}.get(due, Q(next_due__gte=on, next_due__lte=sunday))


def due_in(cases: Marked, due: str, *, on: date) -> Marked:
    """Of those that wait for an answer: due on the day itself, before it, or from it to the end of its week."""
    return cases.filter(_due(due, on)) if due in DUE else cases


def filtered(cases: Marked, given: Mapping[str, Any], actor: Actor) -> Marked:
    """Shop, anchor, kind of problem, sum, and who works on it; a number finds its case or its order in every tab."""
    for party in (Party.MERCHANT, Party.ANCHOR):
        if name := given.get(party.value):
            named = Respondent.objects.filter(complaint=OuterRef("pk"), party=party, name__icontains=name)
            cases = cases.filter(Exists(named))
    if letter := given.get("kind"):
        cases = cases.filter(letters__contains=f'"{letter}"')
    if isinstance(least := given.get("least"), Decimal):
        cases = cases.filter(price__gte=least)
    if isinstance(most := given.get("most"), Decimal):
        cases = cases.filter(price__lte=most)
    if who := given.get("who"):
        own = Assignment.objects.filter(complaint=OuterRef("pk"), organisation=actor.organisation)
        cases = cases.filter(~Exists(own) if who == NOBODY else Exists(own.filter(user=who)))
    return cases


def numbered(cases: Marked, number: str) -> Marked:
    """The case of this reference, or of this order."""
    reference = tidy_reference(number) or number.upper()
    return cases.filter(Q(reference=reference) | Q(order_number=number))


def page_of(cases: Marked, tab: str, after: str) -> tuple[list[Complaint], str]:
    """The rows after a place, and the place the next ones begin at, empty at the end. What waits comes by its last
    day, everything else newest first; a place that cannot be read is the beginning."""
    day, pk = _place(after)
    if tab == WAITING:
        if day and pk:
            cases = cases.filter(Q(next_due__gt=day) | Q(next_due=day, pk__gt=pk) | Q(next_due=None))
        elif pk:  # behind the last of those with a day
            cases = cases.filter(next_due=None, pk__gt=pk)
        ordered = cases.order_by(*_BY_DAY)
    else:
        ordered = (cases.filter(pk__lt=pk) if pk else cases).order_by("-pk")
    rows = list(ordered[: SIZE + 1])
    if len(rows) <= SIZE:
        return rows, ""
    last = rows[SIZE - 1]
    due = getattr(last, "next_due", None) if tab == WAITING else None
    return rows[:SIZE], f"{due:%Y%m%d}.{last.pk}" if due else f".{last.pk}"


def _place(after: str) -> tuple[date | None, int]:
    day, _dot, pk = after.partition(".")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None, 0
    try:
        return date.fromisoformat(day) if day else None, int(pk)
    except ValueError:
        return None, 0


def rows_of(cases: Sequence[Complaint], actor: Actor, *, on: date) -> Iterable[Row]:
    """The cases as lines: a few questions for all of them together."""
    assert actor.organisation is not None
    pks = [case.pk for case in cases]
    parties: dict[int, list[Respondent]] = {}
    found = Respondent.objects.filter(complaint__in=pks).order_by("pk").prefetch_related("invitations")
    for each in found:
        parties.setdefault(each.complaint_id, []).append(each)
    assigned = {
        each.complaint_id: member_name(each.user)
        for each in Assignment.objects.filter(complaint__in=pks, organisation=actor.organisation).select_related("user")
    }
    for case in cases:
        beside = parties.get(case.pk, [])
        yield _row(case, _own(beside, actor.organisation), beside, assigned.get(case.pk, ""), on)


def _row(case: Complaint, own: list[Respondent], beside: list[Respondent], assigned: str, on: date) -> Row:
    open_ones = sorted((each for each in own if not each.answered_at), key=lambda each: each.due_on or date.max)
    first = next(iter(open_ones or own), None)
    told = case.verdicts
    return Row(
        case=case,
        problem=CATEGORIES.get(case.problems[0] if case.problems else "X", CATEGORIES["X"]),
        clock=clock_of(first, tone="brand", running=case.is_open, on=on) if first else None,
        own=frozenset(each.party for each in own),
        found=[
            (heading_name(each.party), told[each.party], verdict_word(told[each.party]))
            for each in own
            if each.party in told
        ],
        shop=next((each.name for each in beside if each.party == Party.MERCHANT), ""),
        assigned=assigned,
    )


def _own(beside: list[Respondent], organisation: Organisation) -> list[Respondent]:
    """As ``answered_by``, of rows that are read already."""
    asked = [each for each in beside if each.asked_at]
    own = [each for each in asked if each.organisation_id == organisation.pk]
    if not any(each.party == Party.PLATFORM for each in own):
        return own
    passed_on = [
        each
        for each in asked
        if each.organisation_id is None and not any(code.opened_at for code in each.invitations.all())
    ]
    return own + passed_on


def capped(cases: Marked) -> str:
    """How many, and ``999+`` from there; it is counted no further."""
    return told(cases.order_by().values("pk")[: CAP + 1].count())


def told(number: int) -> str:
    return str(number) if number <= CAP else f"{CAP}+"


def choices_of(members: Iterable[User]) -> list[tuple[str, str]]:
    """Whom cases can be given to, for a list to choose from."""
    return [(str(each.pk), member_name(each)) for each in members]
