"""The queue's first page at growing numbers of cases, beside the smallest honest page of the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path, reverse
from django.utils import timezone

from accounts.models import User
from complaints.admin.counting import ACTED
from complaints.admin.listing import Filters, rows_of
from complaints.models import Actor, Complaint
from complaints.synthetic.words import PLATFORMS
from config.urls import urlpatterns as site_urls
from tests.bench.filling import Filled, fill
from tests.builders import a_complaint

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "queue-figures.md"
SIZES: Final = (10_000, 100_000, 1_000_000)
ROUNDS: Final = 15
BARE: Final = "/bare/"
ANEW: Final = "all, numbers counted anew"
HOME, NATIONAL = "44", ""  # Guangdong, where one case in ten is; and the association that sees all

ROWS: Final = """{% load i18n %}<html lang="zh"><body><table>{% for case in cases %}
<tr><td><a href="?open={{ case.reference }}">{{ case.goods }}</a></td><td>{{ case.reference }}</td>
<td>{{ case.due_on|date:"Y-m-d" }}</td><td>{{ case.get_state_display }}</td><td>{{ case.price }}</td>
<td>{% translate "待受理" %}</td></tr>{% endfor %}</table></body></html>"""


def bare(request: HttpRequest) -> HttpResponse:
    """One SELECT of 25 rows and a template, behind the same middleware and the same sign-in."""
    request.user.is_authenticated  # noqa: B018  # as the desk: session and user are read
    cases = Complaint.objects.order_by("pk").defer("story", "statement")[:25]
    return HttpResponse(engines["django"].from_string(ROWS).render({"cases": cases}, request))


urlpatterns = [path(BARE.strip("/") + "/", bare), *site_urls]


@dataclass(frozen=True, slots=True)
class Taken:
    """Half of the answers came within ``p50`` ms, and half of the bare page's, asked in turn with it, within ``bare``;
    ``sql`` questions to the database for one answer."""

    p50: float
    bare: float
    sql: int

    @property
    def times(self) -> float:
        return self.p50 / self.bare


def figures() -> None:
    """Fill, measure, fill on; at the end the page in docs/ is written."""
    sizes = [int(each) for each in os.environ.get("BENCH_SIZES", "").split()] or list(SIZES)
    taken: dict[int, dict[str, Taken]] = {}
    filled, there = None, 0
    for size in sizes:
        filled = fill(size - there, seed=size, also=_also)
        there = size
        taken[size] = _measured(filled)
        for work, each in taken[size].items():
            print(f"  {size:>9,}  {work:<28} {each.p50:7.1f} ms  {each.times:5.1f} ×  {each.sql:>3} SQL", flush=True)
    PAGE.write_text(_page(taken), "utf-8")


def _also(chance: Random, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the queue keeps beside a case, as filing and deciding would have written it."""
    waits = known["closed_at"] is None and chance.random() < 0.3
    return {"platform_name": chance.choice(PLATFORMS)[0], "needs_person": waits}


def _measured(filled: Filled) -> dict[str, Taken]:
    whole = a_complaint(at=timezone.now(), contact={"region": HOME}, files=True)  # decided, to stand beside the list
    home, national = (User.objects.get(pk=filled.officers[region][0]) for region in (HOME, NATIONAL))
    queue = f"{reverse('admin:queue')}?open={whole.reference}"
    second = _second_page(home)
    works = {
        "all": (home, queue),
        "mine": (home, f"{queue}&view=mine"),
        "late": (home, f"{queue}&view=late"),
        "new": (home, f"{queue}&view=new"),
        "a category": (home, f"{queue}&category=F"),
        "a platform": (home, f"{queue}&platform={PLATFORMS[-1][0]}"),
        "a verdict": (home, f"{queue}&verdict=platform.responsible"),
        "a state": (home, f"{queue}&state=needs-info"),
        "an ended state": (home, f"{queue}&state=declined"),
        "three filters": (home, f"{queue}&category=F&verdict=anchor.possible&state=accepted"),
        "second page": (home, f"{queue}{second}"),
        "every case": (home, f"{queue}&view=every"),
        "national: all": (national, queue),
        "national: late": (national, f"{queue}&view=late"),
        "national: a platform": (national, f"{queue}&platform={PLATFORMS[-1][0]}"),
        "national: a verdict": (national, f"{queue}&verdict=platform.responsible"),
        "national: every case": (national, f"{queue}&view=every"),
        "how many came meanwhile": (home, f"{reverse('admin:queue-news')}?since={int(time.time() * 1e6)}"),
        "preview alone": (home, reverse("admin:queue-preview", args=[whole.reference])),
    }
    with override_settings(ROOT_URLCONF="tests.bench.queue"):
        taken = {name: _taken(user, address) for name, (user, address) in works.items()}
        return {ANEW: _taken(home, queue, anew=True), **taken}


def _taken(user: User, address: str, *, anew: bool = False) -> Taken:
    """``anew``: the numbers are counted for every answer, as after a form was sent."""
    browser = Client()
    browser.force_login(user)
    assert SESSION_KEY in browser.session

    def forget() -> None:
        session = browser.session
        session[ACTED] = str(time.perf_counter_ns())
        session.save()

    def ask(wanted: str = address) -> None:
        answer = browser.get(wanted)
        assert answer.status_code == 200, (wanted, answer.status_code)

    ask()
    ask(BARE)
    if anew:
        forget()
    with CaptureQueriesContext(connection) as asked:
        ask()
        sql = len(asked)
    both = []
    for _ in range(ROUNDS):
        if anew:
            forget()
        both.append((_seconds(ask), _seconds(lambda: ask(BARE))))
    return Taken(1000 * median(own for own, _bare in both), 1000 * median(bare for _own, bare in both), sql)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _second_page(user: User) -> str:
    actor, now = Actor.officer(user), timezone.localtime()
    _rows, more = rows_of(Complaint.objects.visible_to(actor), Filters(), at=now, me=user)
    return f"&after={more}"


def _page(taken: Mapping[int, Mapping[str, Taken]]) -> str:
    return "\n".join(_lines(taken))


def _lines(taken: Mapping[int, Mapping[str, Taken]]) -> Iterator[str]:
    sizes = list(taken)
    yield "# The queue in figures"
    yield ""
    yield (
        "Written by `make bench PART=queue` on PostgreSQL from the package index: one client, one process, two cores. "
        "Half of the answers came within the milliseconds shown. In brackets: times the bare page, asked in turn with "
        "it (one SELECT of 25 rows and a template, behind the same middleware and sign-in); then the questions to the "
        "database. Each page shows thirty rows, all counts (kept for ten seconds unless one acts: counted anew in the "
        "first line), both pictures, and a decided case beside the list."
    )
    yield ""
    yield "| page | " + " | ".join(f"{size:,} cases" for size in sizes) + " |"
    yield "|---|" + "---|" * len(sizes)
    for work in taken[sizes[0]]:
        cells = []
        for size in sizes:
            each = taken[size][work]
            cells.append(f"{each.p50:.0f} ms ({each.times:.1f} ×) · {each.sql} SQL")
        yield f"| {work} | " + " | ".join(cells) + " |"
    yield ""


def main() -> None:
    """On PostgreSQL, in a database of its own."""
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    figures()
