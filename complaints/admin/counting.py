"""How many: exact up to a cap, so that a number above a list costs the same at a thousand cases and at ten million."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from accounts.models import User

CAP = 999


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


def counted(number: int) -> str:
    """``38``; ``999+`` where nobody counted on."""
    return str(number) if number <= CAP else f"{CAP}+"
