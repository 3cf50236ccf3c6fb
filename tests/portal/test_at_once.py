"""Two of one business act in the same moment: one of them is told, and nothing is lost or done twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from complaints.flow import members
from complaints.flow.colleagues import as_seen
from complaints.flow.members import CannotChangeMember
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.models import Event, Party
from tests.builders import a_referred_complaint
from tests.cast import PASSWORD, Cast
from tests.portal.test_members import acting, member
from tests.racing import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]
Part = Membership.Part


def test_in_one_moment_one_colleague_answers_one_manager_stays_and_one_joins(cast: Cast) -> None:
    now, case = timezone.now(), a_referred_complaint(at=timezone.now())
    li, mei = member("li", cast.kuailive, Part.ANSWERING), member("mei", cast.kuailive, Part.ANSWERING)
    platform = case.respondents.get(party=Party.PLATFORM)

    def answer(by: Membership) -> None:
        with as_seen(case, platform, ""):
            receive_response(
                case,
                party=Party.PLATFORM,
                position=Position.DISPUTED,
                words=by.user.username,
                claims={},
                actor=acting(by),
                at=now,
            )

    met = together(lambda: answer(li), lambda: answer(mei), refused=(CannotAnswer,))
    assert [each is None for each in met].count(True) == 1
    assert Event.objects.filter(complaint=case, kind="answered").count() == 1

    one, two = member("one", cast.kuailive, Part.MANAGER), member("two", cast.kuailive, Part.MANAGER)
    met = together(
        lambda: members.remove_member(one, actor=acting(two), at=now),
        lambda: members.remove_member(two, actor=acting(one), at=now),
        refused=(CannotChangeMember, Membership.DoesNotExist),
    )
    assert [each is None for each in met].count(True) == 1
    left = Membership.objects.get(organisation=cast.kuailive, duties__contains="manager")

    told: dict[str, Any] = {"whom": "newcomer", "parts": ["answering"], "by": left.user, "at": now}
    code = members.invite_member(cast.kuailive, actor=acting(left), **told).code
    join: dict[str, Any] = {"password": f"{PASSWORD}-new", "language": "zh", "at": now}
    met = together(
        lambda: members.accept_anew(code, **join),
        lambda: members.accept_anew(code, **join),
        refused=(CannotChangeMember,),
    )
    assert [each is None for each in met].count(True) == 1
    assert Membership.objects.filter(user__username="newcomer").count() == 1
