"""How many: exact up to a cap, so that a number above a list costs the same at a thousand cases and at ten million."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

CAP = 999
KEPT_SECONDS = 10  # so long the numbers beside the list may be behind what colleagues do; never behind what one did
ACTED = "desk-acted"  # in the session: when this officer last sent a form


class CountOf(Subquery):
    """How many rows a query finds, as a value beside others."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def capped_counts(queries: Mapping[str, QuerySet[Any]], *, me: User) -> dict[str, int]:
    """How many each query finds, and no more than one above the cap; all in one question to the database."""
    if not queries:
        return {}
    capped = {f"n{place}": query.order_by().values("pk")[: CAP + 1] for place, query in enumerate(queries.values())}
    row = User.objects.filter(pk=me.pk).values_list(*[CountOf(query) for query in capped.values()]).get()
    return dict(zip(queries, row, strict=True))


def kept_counts(request: HttpRequest, name: str, work: Callable[[], dict[str, int]]) -> dict[str, int]:
    """What ``work`` counts for this officer, as of some seconds ago at most, and anew after everything they did."""
    key = f"desk-counts:{request.session.session_key}:{request.session.get(ACTED, '')}:{name}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        found = work()
        cache.set(key, found, KEPT_SECONDS)
    return found


def note_act(request: HttpRequest) -> None:
    """From now on this officer's numbers are counted anew. In the session, which all processes read alike."""
    request.session[ACTED] = timezone.now().isoformat()


def counted(number: int) -> str:
    """``38``; ``999+`` where nobody counted on."""
    return str(number) if number <= CAP else f"{CAP}+"
