"""How many wrong codes one network has sent this hour: guessing stops being worth it."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from complaints.models import Tally
from complaints.networks import network_mark

WRONG_CODES_PER_HOUR = 10  # from one network; the codes would bear far more


def is_out_of_tries(request: HttpRequest, *, at: datetime) -> bool:
    """Whether this network has sent so many wrong codes that even a right one is not looked at."""
    count = Tally.objects.filter(what=network_of(request), window=hour_of(at)).values_list("count", flat=True).first()
    return (count or 0) >= WRONG_CODES_PER_HOUR


def count_wrong(request: HttpRequest, *, at: datetime) -> bool:
    """Count one more wrong code. True where that was one too many."""
    return Tally.objects.count_up(what=network_of(request), window=hour_of(at)) > WRONG_CODES_PER_HOUR


def wait_page(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Too many: when to come again."""
    left = hour_of(at) + timedelta(hours=1) - at
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    response = render(request, "case/track_wait.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(minutes * 60)
    return silent(response)


def silent(response: HttpResponse) -> HttpResponse:
    """Nobody outside learns that this page was open. (``no-referrer`` would take the Origin from our own form too.)"""
    response["Referrer-Policy"] = "same-origin"
    return response


def hour_of(at: datetime) -> datetime:
    """The window tries are counted in."""
    return at.replace(minute=0, second=0, microsecond=0)


def network_of(request: HttpRequest, what: str = "receipt-code") -> str:
    """The caller's network as a keyed hash (complaints.networks), with what is counted of it."""
    return f"{what}:{network_mark(request.META.get('REMOTE_ADDR', ''))}"
