"""Two of one business act in the same moment: one of them is told, and nothing is lost or done twice."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from complaints.flow import members
from complaints.flow.answering import Overtaken, keep_step
from complaints.flow.colleagues import as_seen
from complaints.flow.importing_responses import carry_on, order_responses, read_responses, sheet_of
from complaints.flow.members import CannotChangeMember
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.models import AnswerDraft, Event, Party
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


def test_in_one_moment_one_word_sends_a_table_and_one_colleague_keeps_a_step(cast: Cast) -> None:
    now, case = timezone.now(), a_referred_complaint(at=timezone.now())
    li, mei = member("li", cast.kuailive, Part.ANSWERING), member("mei", cast.kuailive, Part.ANSWERING)
    platform = case.respondents.get(party=Party.PLATFORM)

    def keep(by: Membership) -> None:
        keep_step(platform, "4", {"words": [by.user.username]}, seen=0, actor=acting(by), at=now)

    met = together(lambda: keep(li), lambda: keep(mei), refused=(Overtaken,))
    assert [each is None for each in met].count(True) == 1
    assert AnswerDraft.objects.count() == 1

    table = f"case,party,position,words\n{case.reference},platform,disputed,面料与页面一致。\n".encode()
    sheet, ordered = read_responses(io.BytesIO(table), acting(li), at=now), list[bool]()

    def send(by: Membership) -> None:
        ordered.append(order_responses(sheet.key, actor=acting(by), at=now))
        carry_on(sheet.key, timezone.now)

    assert together(lambda: send(li), lambda: send(mei), refused=()) == [None, None]
    assert sorted(ordered) == [False, True]
    assert [row.code for row in sheet_of(sheet.key, acting(li)).rows] == ["sent"]
    assert Event.objects.filter(complaint=case, kind="answered").count() == 1
