"""Two officers on one case: who is looking, what a stale form is shown, and what a real race comes to."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from complaints import timeline
from complaints.admin.acting import ChangedMeanwhile, carry_out
from complaints.admin.acts import ACTS
from complaints.admin.merging import Merge
from complaints.flow import presence
from complaints.flow.triage import Declined, decline, make_finding
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Assertion, Complaint, Presence
from tests import racing
from tests.builders import a_referred_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn

together = partial(racing.together, refused=(ChangedMeanwhile, IllegalMove))


@pytest.fixture
def wu(cast: Cast) -> User:
    user = User.objects.create_user("wuqian", last_name="吴", first_name="倩", is_staff=True)
    user.memberships.create(organisation=cast.zhejiang, duties=[Membership.Duty.LEAD])
    return user


def opened(case: Complaint) -> int:
    """The version that a form opened now stands on."""
    return Complaint.objects.get(pk=case.pk).version


def act(browser: Client, case: Complaint, name: str, version: int, **given: Any) -> Any:
    address = reverse("admin:case-act", args=[case.reference, name])
    return browser.post(address, {"version": version, **given})


@pytest.mark.django_db
def test_a_stale_form_is_laid_beside_what_has_changed(cast: Cast, signed_in: SignIn, wu: User) -> None:
    case = a_referred_complaint(at=timezone.now())
    chen, before = signed_in(cast.chen), opened(case)
    make_finding(
        case, fact="seller_displayed", value=True, reason="看过录屏。", actor=Actor.officer(wu), at=timezone.now()
    )
    act(signed_in(wu), case, "accept", opened(case))
    given = {"ground": "no-proof", "words": "没有凭证，查不到。"}
    page = act(chen, case, "decline", before, **given)
    text, merge = page.content.decode(), page.context["merge"]
    assert page.status_code == 409
    assert isinstance(merge, Merge)
    assert [each.words for each in merge.typed] == [("没有任何凭证，也查不到",), ("没有凭证，查不到。",)]
    assert {entry.by for entry in merge.news} == {"吴倩"}
    moved = {shift.what: (shift.before, shift.now) for shift in merge.shifts}
    assert moved["状态"] == ("待受理", "已受理")
    assert moved["承办人"] == ("待分派", "吴倩")
    assert len(moved) > 2  # and what the finding changed in facts and verdicts
    assert not merge.still_applies
    assert "你这一步现在办不了了" in text
    assert "放下我的，回到案件" in text
    assert "没有凭证，查不到。" in text
    assert not re.search(r"<button[^>]*>(?:(?!</button>).)*按现在的情况照办", text, re.S)


@pytest.mark.django_db
def test_what_still_applies_is_done_on_the_case_as_it_is_now(cast: Cast, signed_in: SignIn, wu: User) -> None:
    case = a_referred_complaint(at=timezone.now())
    chen, before = signed_in(cast.chen), opened(case)
    act(signed_in(wu), case, "assign", before, officer=wu.pk)
    page = act(chen, case, "assign", before, officer=cast.chen.pk)
    assert page.context["merge"].still_applies
    assert "按现在的情况照办" in page.content.decode()
    case.refresh_from_db()
    assert case.officer == wu
    now = page.context["form"].data["version"]
    assert act(chen, case, "assign", now, officer=cast.chen.pk).status_code == 302
    case.refresh_from_db()
    assert case.officer == cast.chen

    page = act(chen, case, "decline", before, ground="", words="写了一半")  # stale and not whole: both are said
    assert (page.status_code, page.context["merge"].still_applies) == (422, True)
    assert "写了一半" in page.content.decode()


@pytest.mark.django_db
def test_who_else_has_it_open_is_named_with_the_form_they_hold(cast: Cast, signed_in: SignIn, wu: User) -> None:
    case = a_referred_complaint(at=timezone.now())
    page, here = reverse("admin:case", args=[case.reference]), reverse("admin:case-here", args=[case.reference])
    chen = signed_in(cast.chen)
    assert "正在看" not in chen.get(page).content.decode()  # oneself is not told of oneself
    signed_in(wu).get(reverse("admin:case-act", args=[case.reference, "decline"]))
    text = chen.get(page).content.decode()
    assert "吴倩正在看" in text
    assert "开着“不予受理”" in text
    assert "吴倩正在看" in chen.post(here, {"form": "nonsense"}).content.decode()
    at = timezone.now()
    assert presence.looking_at([case.pk], at=at) == {case.pk: [cast.chen, wu]}
    assert presence.looking_at([case.pk], at=at, besides=wu) == {case.pk: [cast.chen]}
    version, events = opened(case), case.events.count()
    Presence.objects.filter(user=wu).update(seen_at=at - presence.STALE)
    assert "吴倩" not in chen.post(here, {"form": ""}).content.decode()
    assert presence.sweep(at=at) == 1
    Presence.objects.update(seen_at=at - timedelta(seconds=9))
    chen.post(here, {"form": "accept", "leave": "1"})  # another page of mine
    assert Presence.objects.count() == 1
    chen.post(here, {"form": "", "leave": "1"})
    assert not Presence.objects.exists()
    assert (opened(case), case.events.count()) == (version, events)  # it is no record
    assert signed_in(cast.huang).post(here, {"form": ""}).status_code == 404
    assert signed_in(cast.lin).post(here, {"form": ""}).status_code == 404


Doing = Callable[[Complaint, Actor, int], object]


def _through_the_door(name: str, **given: object) -> Doing:
    """As the page does it, on the version the officer saw."""

    def do(case: Complaint, actor: Actor, version: int) -> object:
        own = {key: actor.user if value == "me" else value for key, value in given.items()}
        return carry_out(ACTS[name], case, {"version": version, **own}, actor, at=timezone.now())

    return do


def _find(value: bool) -> Doing:
    def do(case: Complaint, actor: Actor, version: int) -> object:
        reason = f"凭第{int(value) + 1}件证据。"
        return make_finding(case, fact="seller_displayed", value=value, reason=reason, actor=actor, at=timezone.now())

    return do


def _decline(case: Complaint, actor: Actor, version: int) -> object:
    return decline(case, ground=Declined.NO_PROOF, words="没有凭证。", actor=actor, at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
@pytest.mark.parametrize(
    ("one", "other", "wins"),
    [
        (_through_the_door("accept"), _through_the_door("accept"), 1),
        (_through_the_door("accept"), _decline, None),  # a verb that was called without a page in front of it
        (_through_the_door("accept"), _through_the_door("decline", ground="no-proof", words="没有凭证。"), 1),
        (_find(True), _find(False), 2),  # straight to the verb: both, one after the other
        (
            _through_the_door("finding", fact="seller_displayed", value=True, reason="看过录屏。"),
            _through_the_door("finding", fact="seller_displayed", value=False, reason="没有看到。"),
            1,
        ),
        (_through_the_door("assign", officer="me"), _through_the_door("assign", officer="me"), 1),
    ],
    ids=["accept-accept", "accept-decline-verb", "accept-decline", "find-find-verbs", "find-find", "assign-assign"],
)
def test_two_officers_at_once_never_lose_a_word(
    cast: Cast, wu: User, one: Doing, other: Doing, wins: int | None
) -> None:
    case = a_referred_complaint(at=timezone.now())
    version, said = opened(case), Assertion.objects.filter(complaint=case, speaker="officer").count()
    ends = together(
        lambda: one(case, Actor.officer(cast.chen), version), lambda: other(case, Actor.officer(wu), version)
    )
    done = ends.count(None)
    assert done == (wins or 1)
    for refusal in filter(None, ends):
        assert isinstance(refusal, ChangedMeanwhile) or "这件投诉现在是" in str(refusal)
    case.refresh_from_db()
    assert timeline.first_break(case.events.all(), expected=case.version) is None
    kinds = [event.kind for event in case.events.filter(sequence__gt=version)]
    assert sum(kind in {"moved.accept", "moved.decline"} for kind in kinds) <= 1
    found = Assertion.objects.filter(complaint=case, speaker="officer").count() - said
    assert found == kinds.count("found")
    if found:
        assert case.decision is not None
        last = Assertion.objects.filter(complaint=case, speaker="officer").latest("pk")
        assert case.decision.input["facts"]["seller_displayed"] is last.value
