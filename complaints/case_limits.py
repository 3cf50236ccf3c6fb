"""Every time limit of one case: what happened in it, as days, counted by the law of the folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from complaints.deadlines import (
    Deadline,
    Timed,
    answer_of,
    calendar,
    days_to_answer,
    local_day,
    pauses_of,
    reached_at,
    referred_on,
    timed_of,
)
from complaints.lifecycle import State
from complaints.models import Assertion, Complaint, Respondent, Speaker
from routing import BadInput, read_inquiry, rulebook
from routing.engine.deadlines import Due, Happened, Waiting, compute, concerned
from routing.engine.limits import Limit, Since
from routing.engine.logic import Truth

# By these facts a hidden seller or room becomes known.
IDENTITY_GIVEN = ("seller_identity_given", "operator_identity_given")

# Days nobody is asked for, and the event whose day stands in.
STANDS_IN = (
    (Since.PAID, Since.PURCHASED),
    (Since.COMPLETED, Since.DELIVERED),
    (Since.LIVE_ENDED, Since.PURCHASED),
    (Since.HARMED, Since.DELIVERED),
    (Since.GROUND_KNOWN, Since.HARM_KNOWN),
)


@dataclass(frozen=True, slots=True)
class CaseLimit:
    """A limit in one case. ``matters`` is unknown where it depends on facts nobody has told yet.

    ``parties`` are those whose answer it waits for, ``done_on`` the day the step was taken, ``length`` what the site
    has set where the law leaves it to the site.
    """

    limit: Limit
    found: Due | Waiting
    matters: Truth = True
    parties: tuple[str, ...] = ()
    done_on: date | None = None
    length: int | None = None


def limits_of(complaint: Complaint, respondents: Sequence[Respondent]) -> list[CaseLimit]:
    """Every limit that is encoded for this case and not known to be beside the point, in the order of the law file.

    The association's and the parties' limits stand in an ended case only where they ever ran.
    """
    timed = timed_of(complaint)
    happened = happened_in(complaint, timed)
    matters = _matters(complaint)
    found: list[CaseLimit] = []
    for id, limit in rulebook().limits.items():
        if limit.since is Since.ASKED:
            found += _answers(limit, complaint, respondents, happened)
            continue
        due = compute(limit, happened, calendar)
        if due is None or matters.get(id) is False or (limit.policy and _never_ran(complaint, due)):
            continue
        found.append(CaseLimit(limit, due, matters.get(id), done_on=_done_on(complaint, limit, timed)))
    return found


def happened_in(complaint: Complaint, timed: Iterable[Timed]) -> Happened:
    """What the case says of days. A day nobody is asked for has another that stands in for it, and says so."""
    days: dict[Since, date | None] = {
        Since.FILED: local_day(complaint.filed_at),
        Since.PURCHASED: complaint.purchased_on,
        Since.DELIVERED: complaint.delivered_on,
        Since.HARM_KNOWN: complaint.harm_known_on,
        Since.LIVE_ENDED: _watched_on(complaint),
        Since.DEBTOR_KNOWN: _debtor_known_on(complaint),
        Since.REFERRED: referred_on(timed),
        Since.ACCEPTED: None if complaint.accepted_at is None else local_day(complaint.accepted_at),
    }
    assumed = {}
    for since, stands_in in STANDS_IN:
        if days.get(since) is None and days.get(stands_in) is not None:
            days[since] = days[stands_in]
            assumed[since] = stands_in
    return Happened({since: day for since, day in days.items() if day is not None}, pauses_of(timed), assumed)


def _answers(
    limit: Limit, complaint: Complaint, respondents: Sequence[Respondent], happened: Happened
) -> Iterable[CaseLimit]:
    """One for each last day, with the parties that share it."""
    alike: dict[tuple[date, Deadline, date | None], list[str]] = {}
    for each in respondents:
        if (since := reached_at(each)) and (until := answer_of(each)):
            ended = each.answered_at or each.lapsed_at or complaint.closed_at
            done_on = None if ended is None else local_day(ended)
            alike.setdefault((local_day(since), until, done_on), []).append(each.party)
    if not alike and complaint.is_open and (waiting := compute(limit, happened, calendar)):
        yield CaseLimit(limit, waiting, length=settings.RESPONSE_WORKING_DAYS)
    for (asked_on, until, done_on), parties in alike.items():
        length = days_to_answer(asked_on, until)
        days = {**happened.days, Since.ASKED: asked_on}
        found = compute(limit, Happened(days), calendar, length=length)
        if found is not None:
            yield CaseLimit(limit, found, parties=tuple(parties), done_on=done_on, length=length)


def _never_ran(complaint: Complaint, found: Due | Waiting) -> bool:
    return isinstance(found, Waiting) and not complaint.is_open


def _done_on(complaint: Complaint, limit: Limit, timed: Iterable[Timed]) -> date | None:
    """The day the association's step was taken; other steps are not on file."""
    if limit.since is Since.REFERRED and complaint.state not in {State.REFERRED, State.NEEDS_INFO, State.PROMISED}:
        ended = complaint.accepted_at or complaint.closed_at
    elif limit.since is Since.ACCEPTED:
        ended = complaint.closed_at
    else:
        return None
    return None if ended is None else local_day(ended)


def _matters(complaint: Complaint) -> Mapping[str, Truth]:
    """Which limits matter by the latest decision; all of them may, where its input can no longer be read."""
    record = complaint.decision
    if record is None:
        return {}
    try:
        return concerned(rulebook(), read_inquiry(record.input, rulebook(), today=local_day(complaint.filed_at)))
    except BadInput:
        return {}


def _watched_on(complaint: Complaint) -> date | None:
    told = complaint.statement.get("when", {})
    return date.fromisoformat(told["watched_on"]) if told.get("when") == "date" and told.get("watched_on") else None


def _debtor_known_on(complaint: Complaint) -> date | None:
    """The day a seller nobody had named was named by the platform or found out by an officer; None otherwise."""
    shop = complaint.statement.get("shop", {})
    if shop.get("shop") or shop.get("company"):
        return None
    told = Assertion.objects.filter(complaint=complaint, fact__in=IDENTITY_GIVEN, value=True)
    first = told.filter(speaker__in=(Speaker.PLATFORM, Speaker.OFFICER)).order_by("at").first()
    return None if first is None else local_day(first.at)
