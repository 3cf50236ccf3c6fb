"""Whatever PostgreSQL has counted, and when: right after a burst a claim is as quick as ever."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from complaints import outbox
from complaints.flow.claiming import claim
from complaints.models import Delivery
from tests.bench.delivery import fill
from tests.cast import Cast

BURST = 1200
CLAIMED = 4
OURS = ["complaints\\_%", "accounts\\_%", "delivery\\_%"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's plan does not hang on what it has counted")
@pytest.mark.parametrize("counted", ["never", "while few were there", "while all were done", "as none", "now"])
def test_a_claim_touches_few_rows_however_many_are_due(cast: Cast, *, counted: str) -> None:
    cast.endpoint.deliveries.all().delete()
    if counted.startswith("while"):
        fill(BURST // 4, lines=1, in_flight=CLAIMED)
        if counted.endswith("done"):
            Delivery.objects.update(state=Delivery.State.DONE, settled_at=timezone.now())
        _count()
        Delivery.objects.exclude(state=Delivery.State.DONE).delete()
    fill(BURST, lines=1, in_flight=CLAIMED)
    if counted == "now":
        _count()
    if counted == "as none":  # as after the rows of many broken-off transactions were cleared away
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE relname LIKE ANY(%s)", [OURS])
    asked: list[tuple[str, Any]] = []
    with connection.execute_wrapper(_noting(asked)):
        assert len(claim(CLAIMED, at=timezone.now() - timedelta(seconds=1))) == CLAIMED
        assert outbox.note_done(list(Delivery.objects.filter(state="leased")[:CLAIMED]), at=timezone.now())
    for statement in (outbox.LINES, outbox.CLAIM, outbox.DONE):
        text, told = next(one for one in asked if one[0].startswith(statement[:30]))
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", told)
            ((found,),) = cursor.fetchall()
        assert max(_rows(found[0]["Plan"])) <= 10 * CLAIMED, statement


def _count() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _noting(asked: list[tuple[str, Any]]) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    return wrapper


def _rows(plan: dict[str, Any]) -> Iterator[float]:
    """How many rows each step of a plan gave, over all its rounds, and how many it looked at in vain."""
    vain = sum(value for key, value in plan.items() if key.startswith("Rows Removed"))
    yield (plan["Actual Rows"] + vain) * plan["Actual Loops"]
    inner: Sequence[dict[str, Any]] = plan.get("Plans", ())
    for each in inner:
        yield from _rows(each)
