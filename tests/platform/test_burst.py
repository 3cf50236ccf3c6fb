"""Right after a burst PostgreSQL knows nothing yet of how many rows there are; a claim is quick all the same."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from complaints import outbox
from complaints.flow.claiming import claim
from tests.bench.delivery import fill
from tests.cast import Cast

BURST = 1200
CLAIMED = 4


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's plan does not hang on what it has counted")
@pytest.mark.parametrize("has_counted", [False, True])
def test_a_claim_touches_few_rows_however_many_are_due(cast: Cast, *, has_counted: bool) -> None:
    cast.endpoint.deliveries.all().delete()
    fill(BURST, lines=1, in_flight=CLAIMED)
    if has_counted:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    asked: list[tuple[str, Any]] = []
    with connection.execute_wrapper(_noting(asked)):
        assert len(claim(CLAIMED, at=timezone.now() - timedelta(seconds=1))) == CLAIMED
    text, told = next(one for one in asked if one[0].startswith(outbox.CLAIM[:20]))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", {**told, "room": 1})
        ((found,),) = cursor.fetchall()
    assert max(_rows(found[0]["Plan"])) <= 10 * CLAIMED


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
