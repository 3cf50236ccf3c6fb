"""What each ground takes and which piece shows it; taking a piece back drops what only it showed."""

from __future__ import annotations

import random

import pytest
from django.test import Client
from django.utils import timezone

from complaints.elements import GAPS, grounds_of
from complaints.flow import removing, showings
from complaints.flow.facts import gather
from complaints.flow.intake import add_evidence
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Assertion, Complaint, Evidence, Speaker
from complaints.provable import Shown
from complaints.timeline import first_break
from tests.builders import a_screenshot, filed
from tests.cast import Cast

FACTS = ("seller_displayed", "claim_on_shop_page", "seller_knew", "false_claim", "claim_mattered", "below_standard")
UNSURE = {"shown": {"shown": "unsure", "disclaimed": "unsure"}, "more": {"fact-claim_mattered": "unsure"}}


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return filed(at=timezone.now(), consumer=cast.lin, files=True, reached=True, **UNSURE).complaint


def add(case: Complaint, seed: int, shows: list[Shown], actor: Actor) -> Evidence:
    upload = a_screenshot(f"{seed}.png", f"#{seed % 4096 + 0x1000:06x}")
    at = timezone.now()
    return add_evidence(case, upload, kind="other", speaker=Speaker.CONSUMER, actor=actor, at=at, shows=shows)


def standing_words(case: Complaint) -> dict[str, bool]:
    return {fact: value for fact, value in gather(case).facts.items() if fact in FACTS}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_removing_a_piece_drops_exactly_the_facts_only_it_showed(case: Complaint, cast: Cast, seed: int) -> None:
    chance, lin = random.Random(seed), Actor.consumer(cast.lin)
    told = set(standing_words(case))  # said in her own words: no piece takes these away
    shows: dict[int, set[str]] = {}
    for number in range(4):
        wanted = chance.sample(FACTS, chance.randrange(1, 4))
        shows[add(case, seed * 10 + number, [(fact, True) for fact in wanted], lin).pk] = set(wanted)
    while shows:
        assert set(standing_words(case)) == told.union(*shows.values())
        pk = chance.choice(list(shows))
        alone = shows[pk] - told.union(*(facts for other, facts in shows.items() if other != pk))
        before = standing_words(case)
        removing.take_back(case, pk, actor=lin, at=timezone.now())
        assert set(before) - set(standing_words(case)) == alone
        assert set(case.events.filter(kind="evidence-removed").latest("sequence").body["no_longer"]) == alone
        if chance.random() < 0.5:
            removing.put_back(case, pk, actor=lin, at=timezone.now())
            assert standing_words(case) == before
            removing.take_back(case, pk, actor=lin, at=timezone.now())
        del shows[pk]
    case.refresh_from_db()
    assert first_break(case.events.order_by("sequence"), expected=case.version) is None


@pytest.mark.django_db
def test_what_was_denied_since_is_not_said_again_by_putting_a_piece_back(case: Complaint, cast: Cast) -> None:
    lin = Actor.consumer(cast.lin)
    piece = add(case, 7, [("seller_displayed", True), ("below_standard", True)], lin)
    removing.take_back(case, piece.pk, actor=lin, at=timezone.now())
    row = {"complaint": case, "fact": "seller_displayed", "value": False, "speaker": Speaker.CONSUMER}
    Assertion.objects.create(**row, at=timezone.now())
    removing.put_back(case, piece.pk, actor=lin, at=timezone.now())
    assert showings.standing(piece) == {"below_standard": True}
    assert (gather(case).facts["seller_displayed"], gather(case).facts["below_standard"]) == (False, True)
    case.refresh_from_db()
    head = case.version
    removing.put_back(case, piece.pk, actor=lin, at=timezone.now())  # twice is once
    case.refresh_from_db()
    assert case.version == head


@pytest.mark.django_db
def test_the_owner_sees_each_ground_with_what_shows_it_and_what_is_missing(case: Complaint, cast: Cast) -> None:
    pieces = list(case.evidence.of_dispute().prefetch_related("showings"))
    assert case.decision
    grounds = grounds_of(case.decision, pieces)
    first = next(each for each in grounds if each.id == "M01")
    states = {(each.fact, each.value): each for each in first.elements}
    assert first.is_held and states["purchase_proved", True].pieces == (1,)
    assert states["not_as_described", True].state == "said" and states["not_as_described", True].hint
    order = [each.moves for each in grounds]
    assert order == sorted(order, reverse=True) and order[0] > 0
    for ground in grounds:
        gaps = [each.is_gap for each in ground.elements]
        assert gaps == sorted(gaps, reverse=True)
        weights = [each.moves for each in ground.elements if each.is_gap]
        assert weights == sorted(weights, reverse=True)
        assert all(each.statement and (each.state in GAPS) == each.is_gap for each in ground.elements)
        known = case.decision.input["facts"]
        assert all(known.get(each.fact, each.value) == each.value for each in ground.elements)
    lin, desk = Client(), Client()
    lin.force_login(cast.lin)
    desk.force_login(cast.chen)
    hers = lin.get(f"/case/{case.reference}/evidence/").content.decode()
    assert "每条理由要证明什么" in hers and "你说了，还没有证据" in hers and "关系到" in hers
    theirs = desk.get(f"/admin/case/{case.reference}/").content.decode()
    assert "每条理由的证据" in theirs and "消费者说了，还没有证据" in theirs
    assert (
        "Evidence ground by ground" not in hers and lin.get(f"/en/case/{case.reference}/evidence/").status_code == 200
    )


@pytest.mark.django_db
def test_taking_back_asks_first_tells_what_goes_and_is_told_by_the_decision(case: Complaint, cast: Cast) -> None:
    lin = Client()
    lin.force_login(cast.lin)
    piece = add(case, 1, [("seller_displayed", False)], Actor.consumer(cast.lin))
    case.refresh_from_db()
    base = f"/case/{case.reference}/evidence/"
    url, held = f"{base}{piece.pk}/remove/", case.decision and case.decision.number
    assert url in lin.get(base).content.decode()
    asked = lin.get(url).content.decode()
    assert "没有清楚写明实际卖家是谁" in asked and "文件留在记录里" in asked
    assert "请先勾选" in lin.post(url).content.decode()
    assert not case.events.filter(kind="evidence-removed").exists()
    done = lin.post(url, {"understood": "on"}, follow=True).content.decode()
    assert "已撤下证据3。判定更新为第" in done and "你撤下的1件" in done
    case.refresh_from_db()
    assert case.decision and held and case.decision.number == held + 1
    told = lin.get(f"/case/{case.reference}/decision/").content.decode()
    assert "你撤下了证据：其他（1.png）" in told
    assert "你撤下了一件证据" in lin.get(f"/case/{case.reference}/").content.decode()

    key = {"Authorization": f"Bearer {cast.key.text}"}
    theirs = Client().get(f"/api/v1/cases/{case.reference}", headers=key).json()
    assert piece.pk not in [each.get("id") for each in theirs["evidence"]] and len(theirs["evidence"]) == 2
    assert not Evidence.objects.visible_to(cast.platform).filter(pk=piece.pk).exists()
    desk = Client()
    desk.force_login(cast.chen)
    assert "消费者撤下的1件" in desk.get(f"/admin/case/{case.reference}/").content.decode()

    back = lin.post(f"{base}{piece.pk}/restore/", follow=True).content.decode()
    assert "放回来了" in back and "你撤下的1件" not in back
    assert "你把撤下的证据放回来了：其他" in lin.get(f"/case/{case.reference}/decision/").content.decode()


@pytest.mark.django_db
def test_nobody_else_takes_a_piece_back_nor_after_the_end(case: Complaint, cast: Cast) -> None:
    piece = case.evidence.of_dispute().first()
    assert piece
    url = f"/case/{case.reference}/evidence/{piece.pk}/remove/"
    for user in (cast.zhao, cast.chen):
        stranger = Client()
        stranger.force_login(user)
        assert stranger.post(url, {"understood": "on"}).status_code in {302, 404}
    assert Client().post(url, {"understood": "on"}).status_code in {302, 404}
    lin = Client()
    lin.force_login(cast.lin)
    assert lin.post(url.replace(str(piece.pk), str(piece.pk + 10**6)), {"understood": "on"}).status_code == 404
    Evidence.objects.filter(pk=piece.pk).update(offered_by="merchant")
    assert lin.post(url, {"understood": "on"}).status_code == 404
    with pytest.raises(Evidence.DoesNotExist):
        removing.take_back(case, piece.pk, actor=Actor.consumer(cast.lin), at=timezone.now())
    Evidence.objects.filter(pk=piece.pk).update(offered_by="consumer")
    lin.post(f"/case/{case.reference}/withdraw/", {"understood": "on"})
    lin.post(url, {"understood": "on"})
    case.refresh_from_db()
    with pytest.raises(IllegalMove):
        removing.take_back(case, piece.pk, actor=Actor.consumer(cast.lin), at=timezone.now())
    assert case.evidence.get(pk=piece.pk).removed_at is None
