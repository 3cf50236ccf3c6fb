"""What ends with a case, what may begin again, and who is told: nothing goes on for ever or behind somebody's back."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Endpoint
from complaints.deadlines import local_day
from complaints.flow import telling, testing, triage
from complaints.flow.aftermath import ReopenReason, reopen
from complaints.flow.consumer import withdraw
from complaints.flow.offers import accept_offer, make_offer
from complaints.flow.promises import run_offers
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Delivery, IdempotentAnswer, Notice, Offer, Party, Pressure
from complaints.narrative import Known, turn_of
from complaints.news import news_of
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast

LIN = Actor.receipt(1)
KIND = Offer.Kind.REFUND


def offered(case: Complaint, cast: Cast, party: Party = Party.MERCHANT) -> Offer:
    told = {"amount": Decimal(200), "words": "退两百", "until": local_day(MONDAY) + timedelta(days=9)}
    return make_offer(case, party=party, kind=KIND, actor=cast.platform, at=MONDAY, **told)  # type: ignore[arg-type]


def kinds(case: Complaint, endpoint: Endpoint) -> list[str]:
    return [each.type for each in Delivery.objects.filter(event__complaint=case, endpoint=endpoint).order_by("pk")]


@pytest.mark.django_db
def test_offers_that_wait_end_with_the_case_and_whose_they_were_is_told(cast: Cast) -> None:
    ends: list[Callable[[Complaint], Complaint]] = [
        lambda case: withdraw(case, actor=LIN, at=MONDAY),
        lambda case: triage.settle(case, actor=cast.officer, at=MONDAY),
        lambda case: triage.hand_off(case, route="court", actor=cast.officer, at=MONDAY),
    ]
    for end in ends:
        case = a_complaint()
        offer = offered(case, cast)
        end(case)
        offer.refresh_from_db()
        assert offer.state == "ended"
        assert "case.offer_ended" in kinds(case, cast.endpoint)
        events = [event.kind for event in case.events.order_by("sequence")][-2:]
        assert events[0] == "offer-ended" and events[1].startswith("moved.")
    case = a_complaint()
    first, second = offered(case, cast), offered(case, cast, Party.ANCHOR)
    accept_offer(first, actor=LIN, at=MONDAY)
    second.refresh_from_db()
    assert second.state == "made"  # an agreement with one ends nothing before it is kept


@pytest.mark.django_db
def test_notices_of_an_offer_reach_whom_it_concerns_only(cast: Cast) -> None:
    case = a_complaint()
    other = Endpoint.objects.create(organisation=cast.yunji, url="https://yunji.example/in", created_at=MONDAY)
    anchor = case.respondents.filter(party=Party.ANCHOR)
    anchor.update(organisation=cast.yunji)
    offer = offered(case, cast)  # the merchant's, for whom the platform speaks
    assert ("case.offer_made" in kinds(case, cast.endpoint), kinds(case, other)) == (True, [])
    accept_offer(offer, actor=LIN, at=MONDAY)
    assert kinds(case, cast.endpoint)[-1] == "case.offer_accepted"
    told = Delivery.objects.filter(endpoint=other).order_by("-pk")[0]
    data = json.loads(bytes(told.body))["data"]
    assert (told.type, data["state"], "offer" in data, data["party"]) == ("case.updated", "promised", False, "anchor")


@pytest.mark.django_db
def test_the_consumer_is_told_of_an_offer_and_asked_whether_it_was_kept(cast: Cast) -> None:
    case = a_complaint()
    offer = offered(case, cast)
    notice = Notice.objects.get(kind="offered")
    news = news_of(case, [notice], known=Known(), on=local_day(MONDAY), has_account=False)
    assert news.heading == "商家提出了方案"
    assert news.turn.who == "consumer" and "提出了方案" in news.turn.sentence
    accept_offer(offer, actor=LIN, at=MONDAY)
    run_offers(at=MONDAY + timedelta(days=8))
    assert Notice.objects.filter(kind="payment").count() == 1
    run_offers(at=MONDAY + timedelta(days=20))
    assert Notice.objects.filter(kind="resumed").count() == 1
    case.refresh_from_db()
    today = local_day(MONDAY + timedelta(days=20))
    turn = turn_of(case, list(case.respondents.all()), (), case.offers.all(), on=today)
    assert "收到了吗" in turn.sentence
    assert telling.send_due(lambda: MONDAY + timedelta(days=20), until=MONDAY + timedelta(days=20, minutes=1)) == 1


@pytest.mark.django_db
def test_a_case_is_opened_again_as_often_as_the_site_allows_and_no_more(
    cast: Cast, client: Client, settings: LazySettings
) -> None:
    case, at = a_complaint(consumer=cast.lin, at=timezone.now()), timezone.now()
    client.force_login(cast.lin)
    for left in (2, 1):
        assert f"还能恢复{left}次" in client.get(f"/case/{case.reference}/withdraw/").content.decode()
        withdraw(case, actor=LIN, at=at)
        reopen(case, reason=ReopenReason.MISTAKE, actor=LIN, at=at)
    assert "不能再恢复" in client.get(f"/case/{case.reference}/withdraw/").content.decode()
    withdraw(case, actor=LIN, at=at)
    with pytest.raises(IllegalMove, match="已经重新打开过2次"):
        reopen(case, reason=ReopenReason.MISTAKE, actor=LIN, at=at)
    page = client.get(f"/case/{case.reference}/").content.decode()
    assert "没解决？重新打开" not in page
    answer = client.get(f"/case/{case.reference}/reopen/", follow=True)
    assert "已经重新打开过2次，不能再打开" in answer.content.decode()
    settings.REOPEN_TIMES = 3
    reopen(case, reason=ReopenReason.MISTAKE, actor=LIN, at=at)


@pytest.mark.django_db
def test_who_was_pressed_to_withdraw_tells_the_association_and_nobody_else(cast: Cast, client: Client) -> None:
    case = a_complaint(consumer=cast.lin, at=timezone.now())
    client.force_login(cast.lin)
    words = "客服说撤了才给退两百canary"
    client.post(f"/case/{case.reference}/withdraw/", {"pressed": "on", "words": words, "understood": "on"})
    case.refresh_from_db()
    assert (case.state, Pressure.objects.get().words) == ("withdrawn", words)
    assert "canary" not in Pressure.objects.get().sealed_words
    assert case.events.get(kind="moved.withdraw").body["pressed"] is True
    client.force_login(cast.chen)
    assert words in client.get(reverse("admin:case", args=[case.reference])).content.decode()
    seen = client.get(f"/api/v1/cases/{case.reference}", headers={"Authorization": f"Bearer {cast.key.text}"})
    assert "canary" not in seen.content.decode() and "pressed" not in seen.content.decode()
    assert not any(b"pressed" in bytes(each.body) for each in Delivery.objects.all())


@pytest.mark.django_db
def test_testing_begins_before_the_last_day_of_mediation_is_over(cast: Cast) -> None:
    case = a_referred_complaint()
    until = triage.accept(case, actor=cast.officer, at=MONDAY)
    case.refresh_from_db()
    assert testing.can_be_tested(case, on=until.day)
    late = MONDAY + (until.day - local_day(MONDAY)) + timedelta(days=1)
    assert not testing.can_be_tested(case, on=date.fromordinal(until.day.toordinal() + 1))
    with pytest.raises(triage.CannotAct, match="期限没过才能送检"):
        testing.begin_testing(case, actor=cast.officer, at=late)
    testing.begin_testing(case, actor=cast.officer, at=late - timedelta(days=1))


@pytest.mark.django_db
def test_the_answer_kept_for_a_second_try_is_sealed_and_comes_back_the_same(cast: Cast, client: Client) -> None:
    case = a_complaint(at=timezone.now())
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    said = {"party": "merchant", "kind": "refund-only", "amount": "200.00", "words": "退两百canary", "until": until}
    sent = {"headers": {"Authorization": f"Bearer {cast.key.text}", "Idempotency-Key": "once"}}
    address = f"/api/v1/cases/{case.reference}/offers"
    answers = [client.post(address, said, content_type="application/json", **sent) for _ in range(2)]  # type: ignore[arg-type]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert "canary" in answers[1].content.decode()
    assert "canary" not in IdempotentAnswer.objects.get().sealed_body
