"""The list of cases of one business (``/r/inbox/``) at many cases, page by page and filter by filter."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from complaints.models import Actor, Assignment, Complaint, Respondent
from complaints.synthetic.words import SHOPS
from complaints.web.portal_list import WAITING, cases_of, page_of, tab_of
from tests.bench.filling import fill, settle

SIZES: Final = (1_000, 100_000)
ROUNDS: Final = 15
DAYS_ASKED: Final = 8  # from asking to the last day


@dataclass(frozen=True, slots=True)
class Taken:
    """Half of the answers came within ``p50`` ms, the quickest in ``best``; ``sql`` questions to the database for one
    answer, the quickest run of which took ``asked`` ms of it."""

    p50: float
    best: float
    asked: float
    sql: int


def figures() -> dict[int, dict[str, Taken]]:
    """Fill, measure, fill on."""
    sizes = [int(each) for each in os.environ.get("BENCH_SIZES", "").split()] or list(SIZES)
    house = Organisation.objects.create(kind=Organisation.Kind.PLATFORM, name_zh="星河直播")
    users = [_colleague(house, number) for number in range(5)]
    taken, there = {}, 0
    for size in sizes:
        filled = fill(size - there, seed=size, present=timezone.now())
        _hand_over(house, users, first=filled.first)
        there = size
        taken[size] = {name: _taken(users[0], address) for name, address in _works(house, users).items()}
        for name, each in taken[size].items():
            told = f"{each.p50:7.1f} ms, at best {each.best:6.1f}; {each.sql:>3} SQL in {each.asked:6.1f} ms"
            print(f"  {size:>9,}  {name:<28} {told}", flush=True)
    return taken


def _colleague(house: Organisation, number: int) -> User:
    user = User.objects.create(username=f"inbox-{number}", password="!")
    Membership.objects.create(user=user, organisation=house, duties=[Membership.Part.ANSWERING.value])
    return user


def _hand_over(house: Organisation, users: list[User], *, first: int) -> None:
    """Make the house the platform of the cases: asked as they were filed, every second open one answered, every tenth
    given to a colleague."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "UPDATE complaints_respondent r SET asked_at = c.filed_at, due_on = c.filed_at::date + %s,"
            " answered_at = CASE WHEN c.closed_at IS NOT NULL OR c.id %% 2 = 0 THEN c.filed_at END,"
            " organisation_id = CASE WHEN r.party = 'platform' THEN %s::bigint END"
            " FROM complaints_complaint c WHERE c.id = r.complaint_id AND c.id >= %s",
            [DAYS_ASKED, house.pk, first],
        )
        cursor.execute("RESET statement_timeout")
    cases = Complaint.objects.open().filter(pk__gte=first).values_list("pk", "filed_at")
    given = [
        Assignment(complaint_id=pk, organisation=house, user=users[pk % len(users)], at=at)
        for pk, at in cases
        if pk % 10 == 0
    ]
    Assignment.objects.bulk_create(given, batch_size=5_000)
    settle(Complaint, Respondent, Assignment)


def _works(house: Organisation, users: list[User]) -> Mapping[str, str]:
    inbox, actor = reverse("complaints:portal-inbox"), Actor.representative(users[0], house)
    _rows, after = page_of(tab_of(cases_of(actor), WAITING), WAITING, "")
    number = Complaint.objects.order_by("pk")[500].reference
    asked = {
        "first page": "",
        "overdue": "due=late",
        "due today": "due=today",
        "this week": "due=week",
        "answered": "tab=answered",
        "ended": "tab=ended",
        "a shop": f"merchant={SHOPS[0]}",
        "a shop that is not": "merchant=没有这家店",
        "a shop, ended": f"tab=ended&merchant={SHOPS[0]}",
        "a shop that is not, ended": "tab=ended&merchant=没有这家店",
        "an anchor": "anchor=小",
        "a kind": "kind=F",
        "a kind, ended": "tab=ended&kind=F",
        "a sum": "least=1000&most=3000",
        "a sum that is not, ended": "tab=ended&least=900000000",
        "mine": f"who={users[0].pk}",
        "nobody's": "who=nobody",
        "three filters": f"kind=F&least=100&merchant={SHOPS[0]}",
        "a number": f"q={number}",
        "an order that is not": "q=0000000000000000",
    }
    return {name: f"{inbox}?{query}" for name, query in asked.items()} | {"second page": f"{inbox}?after={after}"}


def _signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _taken(user: User, address: str) -> Taken:
    browser = _signed_in(user)

    def ask() -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    ask()
    rounds = [_counted(ask) for _ in range(ROUNDS)]
    return Taken(
        1000 * median(took for took, _asked, _count in rounds),
        1000 * min(took for took, _asked, _count in rounds),
        1000 * min(asked for _took, asked, _count in rounds),
        max(count for _took, _asked, count in rounds),
    )


def _counted(work: Callable[[], object]) -> tuple[float, float, int]:
    """Seconds it took, seconds of them that the database had, and the questions. ``BENCH_PLANS`` shows the slowest."""
    with CaptureQueriesContext(connection) as told:
        took = _seconds(work)
        queries = list(told.captured_queries)
    slowest = max(queries, key=lambda each: float(each["time"]))
    if os.environ.get("BENCH_PLANS") and float(slowest["time"]) > 0.05:
        print(slowest["time"], slowest["sql"], flush=True)
    return took, sum(float(each["time"]) for each in queries), len(queries)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """On PostgreSQL, in a database of its own."""
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    figures()
