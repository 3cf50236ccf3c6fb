"""Whoever stands at a page reads nothing of another member; and whatever members and officers do, nobody is bound by
another's word."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from complaints.flow import groups, offers
from complaints.flow.offers import CannotOffer
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Event, Group, GroupAct, GroupMember, Offer, Party
from complaints.models.group import MOST_REPRESENTATIVES
from tests.cast import MONDAY, PASSWORD, Cast
from tests.groups.making import a_group, own, secrets_of, some_cases
from tests.groups.test_groups import found, offered

UNTIL = (MONDAY + timedelta(days=9)).date()


def people_of(cases: list[Complaint]) -> list[Client]:
    """Everybody at a browser of their own, signed in with their case."""
    browsers = []
    for place, case in enumerate(cases):
        person = User.objects.create_user(f"member{place}", password=PASSWORD)
        Complaint.objects.filter(pk=case.pk).update(consumer=person)
        browsers.append(Client())
        browsers[-1].force_login(person)
    return browsers


@pytest.mark.django_db
def test_a_consumer_joins_speaks_and_leaves_by_their_own_page(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases, cast, joins=False)
    first, second, third = people_of(cases)
    page = reverse("complaints:case-group", args=[cases[0].reference])
    assert "要不要和别人一起办" in first.get(reverse("complaints:case", args=[cases[0].reference])).content.decode()
    for browser in (second, Client()):
        assert browser.get(page).status_code == 404
        assert browser.post(page, {"do": "join"}).status_code == 404
    assert "你不是代表" not in first.post(page, {"do": "speak"}, follow=True).content.decode()
    assert not GroupMember.objects.filter(is_willing=True).exists()
    assert first.post(page, {"do": "anything"}).status_code == 404
    assert "已加入" in first.post(page, {"do": "join"}, follow=True).content.decode()
    assert "我愿意当代表" in first.get(page).content.decode()
    first.post(page, {"do": "speak"})
    assert group.members.get(complaint=cases[0]).is_willing
    assert "单独办" in first.post(page, {"do": "alone"}, follow=True).content.decode()
    assert first.get(page).status_code == 404
    assert third.post(reverse("complaints:case-group", args=[cases[2].reference]), {"do": "alone"}).status_code == 302
    assert list(group.members.order_by("pk").values_list("state", flat=True)) == ["left", "invited", "declined"]


@pytest.mark.django_db
def test_no_page_of_a_member_or_representative_shows_another_members_data(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases, cast)
    browsers = people_of(cases)
    for case in cases[:2]:
        groups.offer_to_represent(case, willing=True, actor=own(case), at=MONDAY)
        group.refresh_from_db()
        groups.choose_representative(group, case, stands=True, seen=group.version, actor=cast.officer, at=MONDAY)
    found(group, cast.officer)
    offered(group, cast.officer)
    offers.refuse_offer(cases[2].offers.get(), reason="太少canary。", actor=own(cases[2]), at=MONDAY)
    for case, browser in zip(cases, browsers, strict=True):
        others = set.union(*(secrets_of(other) for other in cases if other != case)) | {"太少canary"}
        others -= {"太少canary"} if case == cases[2] else set()
        for name in ("case-group", "case", "decision", "trace", "case-evidence", "messages", "days"):
            text = browser.get(reverse(f"complaints:{name}", args=[case.reference])).content.decode()
            assert not [secret for secret in others if secret in text], name
        for other in cases:
            status = browser.get(reverse("complaints:case-group", args=[other.reference])).status_code
            assert status == (200 if other == case else 404)
    spoken = browsers[0].get(reverse("complaints:case-group", args=[cases[0].reference])).content.decode()
    assert "共同认定的事实" in spoken and "各按实付的50%" in spoken and "现在3位消费者一起" in spoken
    assert (
        "共同认定的事实"
        not in browsers[2].get(reverse("complaints:case-group", args=[cases[2].reference])).content.decode()
    )
    assert Group.objects.visible_to(own(cases[0])).get() == group
    assert not Group.objects.visible_to(cast.platform).exists()


def snapshot(case: Complaint) -> tuple[str, list[tuple[int, str]]]:
    case.refresh_from_db()
    return case.state, list(case.offers.order_by("number").values_list("number", "state"))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_no_members_word_moves_another_case(cast: Cast, seed: int) -> None:
    rng, cases = random.Random(seed), some_cases(4)
    group = a_group(cases, cast, joins=False)
    said: dict[int, bool] = {}
    for _step in range(40):
        case = rng.choice(cases)
        others = {other.pk: snapshot(other) for other in cases if other != case}
        group.refresh_from_db()
        seen, officer = group.version - (rng.random() < 0.1), cast.officer
        try:
            match rng.choice(
                ("join", "join", "alone", "speak", "choose", "split", "find", "offer", "accept", "refuse")
            ):
                case "join" | "alone" as word:
                    groups.answer(case, joins=word == "join", actor=own(case), at=MONDAY)
                    said[case.pk] = word == "join"
                case "speak":
                    groups.offer_to_represent(case, willing=rng.random() < 0.8, actor=own(case), at=MONDAY)
                case "choose":
                    groups.choose_representative(group, case, stands=True, seen=seen, actor=officer, at=MONDAY)
                case "split" if rng.random() < 0.2:
                    groups.split(group, case, seen=seen, actor=officer, at=MONDAY)
                case "find":
                    found(group, officer, rng.choice((True, False, None)))
                    continue
                case "offer":
                    offered(group, officer, rule="fixed", amount="80", percent="")
                    continue
                case "accept":
                    offers.accept_offer(Offer.objects.filter(complaint=case)[0], actor=own(case), at=MONDAY)
                case "refuse":
                    offers.refuse_offer(
                        Offer.objects.filter(complaint=case, state="made")[0], reason="", actor=own(case), at=MONDAY
                    )
        except (IllegalMove, CannotAct, CannotOffer, IndexError):
            pass
        assert {other.pk: snapshot(other) for other in cases if other != case} == others
        members = list(group.members.all())
        assert all(said.get(each.complaint_id) for each in members if each.state == "joined")
        spoken = [each for each in members if each.is_representative]
        assert len(spoken) <= MOST_REPRESENTATIVES and all(each.state == "joined" and each.stands for each in spoken)
    sums = GroupAct.objects.filter(group=group, kind="offer").values_list("party", flat=True)
    assert set(sums) <= {Party.MERCHANT}
    references = {case.reference for case in cases}
    for case in cases:
        for body in Event.objects.filter(complaint=case, kind__startswith="group-").values_list("body", flat=True):
            assert not references & set(map(str, body.values()))
