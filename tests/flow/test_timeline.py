"""The chain: whatever is changed, removed or cut off is found."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from complaints import timeline
from complaints.models import CannotChange, Event
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast, assemble

WORDS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20
)  # what JSON columns hold
BODIES = st.dictionaries(WORDS, st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), WORDS), max_size=4)


class Chain(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        bodies=st.lists(BODIES, min_size=1, max_size=6),
        touched=st.integers(0, 5),
        how=st.sampled_from(["body", "kind", "drop"]),
    )
    def test_a_touched_chain_is_always_found(self, bodies: list[dict[str, Any]], touched: int, how: str) -> None:
        assemble()
        complaint = a_complaint()
        for body in bodies:
            timeline.record(complaint, "decided", body, actor="system", at=MONDAY)
        events = list(complaint.events.order_by("sequence"))
        assert timeline.first_break(events, expected=complaint.version) is None

        index = touched % len(events)
        if how == "drop":
            del events[index]
        elif how == "body":
            events[index].body = {**events[index].body, "x": "changed"}
        else:
            events[index].kind += "-x"
        found = timeline.first_break(events, expected=complaint.version)
        assert found is not None
        assert found.sequence == index + 1


@pytest.mark.django_db
def test_events_cannot_be_changed_or_deleted(cast: Cast) -> None:
    event = a_complaint().events.first()
    assert event is not None
    for attempt in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="x")):
        with pytest.raises(CannotChange):
            attempt()
