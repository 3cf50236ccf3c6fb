"""The list of one's own cases: those that wait for oneself first, then the open ones, then the ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from complaints.models import Actor, Complaint, Thread
from complaints.models.helper import helper_of
from complaints.narrative import Turn, turn_of

WEEK = 7  # the ring of a due day is full from a week on


@dataclass(frozen=True, slots=True)
class Helped:
    """That a case was filed for its buyer. ``by_reader``: by whoever reads the list; ``buyer`` is empty once erased."""

    by_reader: bool
    buyer: str


@dataclass(frozen=True, slots=True)
class Row:
    """One case as its card shows it; ``days`` are left for whoever's turn it is, None where no day is set."""

    complaint: Complaint
    turn: Turn
    days: int | None
    helped: Helped | None
    unread: int  # messages

    @property
    def total(self) -> int:
        return max(WEEK, self.days or 0)


@cache_control(private=True, no_store=True)
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The signed-in person's complaints, in three groups."""
    assert request.user.is_authenticated
    today = timezone.localdate()
    own = Complaint.objects.visible_to(Actor.consumer(request.user)).order_by("-filed_at")
    own = own.select_related("helper", "contact").prefetch_related("respondents", "requests", "offers")
    unread = Thread.objects.filter(complaint__in=own).unread_by_consumer()
    rows = [_row(each, request.user, today, unread.get(each.pk, 0)) for each in own]
    groups = (
        ("turn", _("轮到你了"), [row for row in rows if row.complaint.is_open and row.turn.who == "consumer"]),
        ("open", _("在办"), [row for row in rows if row.complaint.is_open and row.turn.who != "consumer"]),
        ("ended", _("已结束"), [row for row in rows if not row.complaint.is_open]),
    )
    return render(request, "case/mine.html", {"groups": [each for each in groups if each[2]]})


def turns_waiting_for(person: User) -> int:
    """How many complaints of this account wait for its owner."""
    own = Complaint.objects.visible_to(Actor.consumer(person)).prefetch_related("respondents", "requests", "offers")
    rows = (_turn(each, timezone.localdate()) for each in own if each.is_open)
    return sum(turn.who == "consumer" for turn in rows)


def _turn(complaint: Complaint, today: date) -> Turn:
    given = list(complaint.respondents.all()), complaint.requests.all(), complaint.offers.all()
    return turn_of(complaint, *given, on=today)


def _row(complaint: Complaint, reader: User, today: date, unread: int) -> Row:
    turn = _turn(complaint, today)
    days = (turn.until - today).days if turn.until and complaint.is_open else None
    return Row(complaint, turn, days, _helped(complaint, reader), unread)


def _helped(complaint: Complaint, reader: User) -> Helped | None:
    helper = helper_of(complaint)
    if helper is None:
        return None
    return Helped(helper.account_id == reader.pk, complaint.contact.reveal()["name"])
