"""The figures are numbers first: their totals agree, whatever is drawn."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints.admin.figures import ENDS, Recent, flow_of, heat_of
from complaints.admin.measures import measures_of

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
recents = st.builds(
    Recent,
    filed_at=st.datetimes(datetime(2026, 5, 3), datetime(2026, 6, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    letter=st.sampled_from("ABCDEFGHXZ"),
    first=st.sampled_from(ENDS),
    acted_at=st.none() | st.just(NOON + timedelta(days=1)),
    changed=st.booleans(),
)


@given(st.lists(recents, min_size=1, max_size=60))
def test_the_flow_neither_loses_nor_invents_a_case(recent: list[Recent]) -> None:
    flow = flow_of(recent)
    assert flow
    assert sum(node.count for node in flow.starts) == sum(node.count for node in flow.ends) == len(recent)
    assert sum(sum(mix.counts) for mix in flow.mixes) == len(recent)
    assert len(flow.bands) == sum(1 for mix in flow.mixes for count in mix.counts if count)
    for node in (*flow.starts, *flow.ends):
        assert float(node.y) >= 0
        assert float(node.y) + float(node.height) <= 346.5


@given(st.lists(recents, min_size=1, max_size=60))
def test_the_heat_table_holds_every_case_once(recent: list[Recent]) -> None:
    heat = heat_of(recent)
    assert heat
    cells = [cell for _day, row in heat.rows for cell in row]
    assert sum(cell.count for cell in cells) == len(recent)
    assert max(cell.shade for cell in cells) == 4
    assert all((cell.shade == 0) == (cell.count == 0) for cell in cells)


def test_nothing_is_drawn_of_nothing() -> None:
    assert flow_of([]) is None
    assert heat_of([]) is None


def test_the_measures_say_what_they_count() -> None:
    on = NOON.date()
    recent = [
        Recent(NOON - timedelta(hours=6), "C", "merchant", NOON, changed=True),
        Recent(NOON - timedelta(hours=2), "C", "merchant", NOON, changed=False),
        Recent(NOON, "D", "", None, changed=False),
    ]
    answers = [(on, True), (on, True), (on, False)]
    new, hours, in_time, changed = measures_of(recent, answers, {"filed_today": 3, "filed_yesterday": 2}, on=on)
    assert (new.value, new.change, new.tone) == ("3", "+50%", "up")
    assert (hours.value, in_time.value, changed.value) == ("4.0", "67", "33")
