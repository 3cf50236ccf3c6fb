"""Every limit of the law files ends on the day that was worked out by hand."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from complaints.deadlines import calendar
from routing import rulebook
from routing.engine.counting import Pause
from routing.engine.deadlines import Due, Happened, Kind, Waiting, compute
from routing.engine.limits import Since, Stop

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = tomllib.loads((HERE / "vectors.toml").read_text("utf-8"))["vector"]
USUAL = {"purchased": date(2026, 5, 20), "filed": date(2026, 6, 1)}


@pytest.mark.parametrize("given", VECTORS, ids=[f"{each['limit']}: {each['why']}" for each in VECTORS])
def test_a_limit_ends_on_the_day_worked_out_by_hand(given: dict[str, Any]) -> None:
    days = {Since(since): day for since, day in {**USUAL, **given["days"]}.items()}
    pauses = (Pause(Stop.TESTING, **given["testing"]),) if "testing" in given else ()
    found = compute(rulebook().limits[given["limit"]], Happened(days, pauses), calendar, length=given.get("length"))
    if given.get("none"):
        assert found is None
        return
    if given.get("waits"):
        assert isinstance(found, Waiting)
        return
    assert isinstance(found, Due)
    assert found.last == given.get("last", given.get("not_before"))
    assert found.provisional is ("not_before" in given)
    assert found.left == given.get("left", 0)
    assert found.warn_on == given.get("warn")
    extended = next((step.day for step in found.steps if step.kind is Kind.EXTENDED), None)
    assert extended == given.get("extended")


def test_every_limit_has_been_worked_out() -> None:
    assert {each["limit"] for each in VECTORS} == set(rulebook().limits)
