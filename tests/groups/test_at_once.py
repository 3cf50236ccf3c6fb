"""Two at once: nothing is done twice, nothing is lost, and nobody is in two groups."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from complaints.flow import clusters, group_acts, groups
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import GroupMember, Speaker, Suggestion
from tests import racing
from tests.cast import MONDAY, Cast
from tests.groups.making import a_group, own, some_cases

at_once = partial(racing.together, refused=(CannotAct, IllegalMove))


@pytest.mark.django_db(transaction=True)
def test_whatever_two_do_at_once_is_done_once(cast: Cast) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes one writer at a time; the PostgreSQL lane shows two at once")
    cases = some_cases(4)

    def join(case_number: int) -> Callable[[], object]:
        return lambda: groups.make(
            [cases[case_number], cases[3]], title="一", matter="二", actor=cast.officer, at=MONDAY
        )

    made = at_once(join(0), join(1), join(2))  # all three want the last case
    assert sum(isinstance(each, CannotAct) for each in made) == 2
    assert GroupMember.objects.standing().filter(complaint=cases[3]).count() == 1
    first = GroupMember.objects.standing().get(complaint=cases[3]).group
    groups.close(first, seen=first.version, actor=cast.officer, at=MONDAY)

    group = a_group(cases[:3], cast)
    told = {"fact": "seller_displayed", "value": False, "reason": "没有。", "seen": group.version}

    def find() -> object:
        return group_acts.find_common(group, **told, actor=cast.officer, at=MONDAY)  # type: ignore[arg-type]

    refused = [each for each in at_once(find, find) if isinstance(each, groups.GroupChanged)]
    act = group.acts.get()
    assert len(refused) == 1

    def carry_on() -> object:
        return group_acts.carry_on(act, actor=cast.officer, at=MONDAY)

    def leave() -> object:
        return groups.answer(cases[0], joins=False, actor=own(cases[0]), at=MONDAY)

    at_once(carry_on, leave, carry_on)
    assert not act.results.filter(outcome="waiting").exists()
    for case in cases[1:3]:
        assert case.assertions.filter(speaker=Speaker.OFFICER).count() == 1
    assert group.members.get(complaint=cases[0]).state == "left"
    at_once(*(lambda case=case: clusters.look_at(case.pk, at=MONDAY) for case in cases))
    assert Suggestion.objects.count() <= 1
