"""Agreements: drawn up, confirmed by both in their own doors, declined, kept or not; and two confirmations at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from complaints.deadlines import local_day
from complaints.flow import agreements, consumer, offers, performing, promises, triage
from complaints.flow.responses import CannotAnswer
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove, OfferState
from complaints.models import Actor, Agreement, Complaint, Delivery, Notice, Offer, Party
from complaints.permissions import NotAllowed
from tests.builders import a_referred_complaint
from tests.cast import MONDAY, Cast

PAY_BY = date(2026, 6, 12)
TERMS: dict[str, Any] = {
    "party": Party.MERCHANT,
    "kind": Offer.Kind.RETURN,
    "payer": Agreement.Payer.PARTY,
    "amount": Decimal("469.00"),
    "pay_by": PAY_BY,
    "duties": "消费者6月5日前寄回，运费canary商家出。",
    "otherwise": "",
}


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """In mediation."""
    complaint = a_referred_complaint(consumer=cast.lin)
    triage.accept(complaint, actor=cast.officer, at=MONDAY)
    complaint.refresh_from_db()
    return complaint


def drawn(case: Complaint, cast: Cast, **given: Any) -> Agreement:
    return agreements.draw_up(case, **{**TERMS, **given}, actor=cast.officer, at=MONDAY)


def yes(made: Agreement, cast: Cast, side: str) -> Agreement:
    actor = Actor.consumer(cast.lin) if side == "consumer" else cast.platform
    return agreements.confirm_agreement(made, side=side, actor=actor, at=MONDAY)


@pytest.mark.django_db
@pytest.mark.parametrize("order", [("consumer", "party"), ("party", "consumer")])
def test_the_second_yes_makes_it_a_promise(case: Complaint, cast: Cast, order: tuple[str, str]) -> None:
    made = drawn(case, cast)
    yes(made, cast, order[0])
    yes(made, cast, order[0])  # pressed twice
    case.refresh_from_db()
    assert case.state == "accepted"
    assert case.events.filter(kind="agreement-confirmed").count() == 1
    yes(made, cast, order[1])
    case.refresh_from_db()
    made.refresh_from_db()
    assert (case.state, case.due_on, made.state) == ("promised", PAY_BY, "confirmed")
    assert made.offer
    assert (made.offer.state, made.offer.amount, made.offer.pay_by) == (OfferState.ACCEPTED, Decimal("469.00"), PAY_BY)
    told = "".join(str(each.body) for each in case.events.all())
    told += "".join(bytes(each.body).decode() for each in Delivery.objects.all())
    assert "canary" not in told
    assert agreements.digest_of(made) == made.digest
    assert {"case.agreement_made", "case.agreement_confirmed", "case.offer_accepted"} <= set(
        Delivery.objects.values_list("type", flat=True)
    )


@pytest.mark.django_db
def test_a_no_of_either_leaves_the_case_in_mediation_and_another_version_may_come(case: Complaint, cast: Cast) -> None:
    made = drawn(case, cast)
    yes(made, cast, "party")
    with pytest.raises(CannotAct, match="哪里不同意"):
        agreements.decline_agreement(made, side="consumer", reason=" ", actor=Actor.consumer(cast.lin), at=MONDAY)
    agreements.decline_agreement(made, side="consumer", reason="运费写错了", actor=Actor.consumer(cast.lin), at=MONDAY)
    with pytest.raises(CannotAct, match="没有同意"):
        yes(made, cast, "party")
    case.refresh_from_db()
    assert (case.state, case.offers.count()) == ("accepted", 0)
    second = drawn(case, cast, amount=Decimal("500"))
    third = drawn(case, cast, amount=Decimal("480"))
    second.refresh_from_db()
    assert (second.state, third.number) == ("replaced", 3)
    with pytest.raises(CannotAct, match="换了新的一版"):
        yes(second, cast, "party")


@pytest.mark.django_db
def test_nobody_says_yes_for_another_and_no_other_duty_draws_one_up(case: Complaint, cast: Cast) -> None:
    made = drawn(case, cast)
    for actor, side in (
        (cast.officer, "consumer"),
        (cast.officer, "party"),
        (Actor.consumer(cast.lin), "party"),
        (cast.platform, "consumer"),
        (Actor(), "party"),
    ):
        with pytest.raises(CannotAct):
            agreements.confirm_agreement(made, side=side, actor=actor, at=MONDAY)
    with pytest.raises(CannotAnswer):
        agreements.confirm_agreement(made, side="party", actor=Actor.machine(cast.yunji), at=MONDAY)
    for duty in ("intake", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            agreements.draw_up(
                case, **TERMS, actor=replace(cast.officer, duties=frozenset({duty})), at=MONDAY
            )  # fmt: skip
    consumer.withdraw(case, actor=Actor.consumer(cast.lin), at=MONDAY)
    with pytest.raises(IllegalMove, match="已经结束"):
        yes(made, cast, "consumer")
    made.refresh_from_db()
    assert (made.state, made.consumer_at) == ("ended", None)


@pytest.mark.django_db
def test_what_is_missing_from_the_terms_is_said(case: Complaint, cast: Cast) -> None:
    for wrong, words in (
        ({"amount": None}, "多少元"),
        ({"payer": ""}, "谁付给谁"),
        ({"payer": Agreement.Payer.CONSUMER}, "重新选谁付钱"),
        ({"kind": Offer.Kind.OTHER, "payer": "", "amount": None, "duties": ""}, "做什么"),
        ({"pay_by": MONDAY.date() - timedelta(days=1)}, "已经过去"),
        ({"amount": Decimal("0")}, "比0大"),
    ):
        with pytest.raises(CannotAct, match=words):
            drawn(case, cast, **wrong)
    assert not case.agreements.exists()


@pytest.mark.django_db
def test_an_agreement_upon_an_accepted_offer_moves_its_day_and_not_the_case(case: Complaint, cast: Cast) -> None:
    until = MONDAY.date() + timedelta(days=3)
    told: dict[str, Any] = {"kind": Offer.Kind.REFUND, "amount": Decimal("300"), "words": "退三百", "until": until}
    made = offers.make_offer(case, party=Party.MERCHANT, **told, actor=cast.platform, at=MONDAY)
    offers.accept_offer(made, actor=Actor.consumer(cast.lin), at=MONDAY)
    paper = agreements.draw_up_offer(made, pay_by=PAY_BY, duties="", otherwise="", actor=cast.officer, at=MONDAY)
    assert (paper.amount, paper.duties) == (Decimal("300"), "退三百")
    agreements.decline_agreement(paper, side="party", reason="日子太近", actor=cast.platform, at=MONDAY)
    made.refresh_from_db()
    assert made.state == OfferState.ACCEPTED  # saying no to the paper takes no promise back
    paper = agreements.draw_up_offer(made, pay_by=PAY_BY, duties="", otherwise="", actor=cast.officer, at=MONDAY)
    yes(paper, cast, "consumer")
    yes(paper, cast, "party")
    made.refresh_from_db()
    case.refresh_from_db()
    assert (made.pay_by, case.due_on, case.state) == (PAY_BY, PAY_BY, "promised")
    assert case.events.filter(kind="moved.agree").count() == 1


@pytest.mark.django_db
def test_what_an_accepted_offer_overtook_cannot_bind_later(case: Complaint, cast: Cast) -> None:
    paper = drawn(case, cast)
    yes(paper, cast, "party")
    told: dict[str, Any] = {"kind": Offer.Kind.REFUND, "amount": Decimal("300"), "words": "退三百"}
    until = MONDAY.date() + timedelta(days=3)
    made = offers.make_offer(case, party=Party.MERCHANT, **told, until=until, actor=cast.platform, at=MONDAY)
    offers.accept_offer(made, actor=Actor.consumer(cast.lin), at=MONDAY)
    paper.refresh_from_db()
    assert paper.state == "ended"
    assert case.events.get(kind="agreement-ended").body["because"] == "agreed"
    assert Delivery.objects.filter(type="case.agreement_ended").exists()
    promises.report_broken(made, actor=Actor.consumer(cast.lin), at=MONDAY + timedelta(days=30))
    case.refresh_from_db()
    assert case.state == "accepted"
    with pytest.raises(CannotAct, match="不再有效"):
        yes(paper, cast, "consumer")


@pytest.mark.django_db
def test_an_officer_checks_whether_it_was_kept(case: Complaint, cast: Cast) -> None:
    made = drawn(case, cast)
    yes(made, cast, "consumer")
    offer = yes(made, cast, "party").offer
    assert offer
    late = MONDAY + timedelta(days=13)
    told: dict[str, Any] = {"words": "消费者说没到账，商家拿不出流水。", "actor": cast.officer}
    with pytest.raises(CannotAct, match="凭证"):
        performing.record_performance(offer, kept=True, piece=None, **told, at=MONDAY)
    with pytest.raises(CannotAct, match="还没到"):
        performing.record_performance(offer, kept=False, piece=None, **told, at=MONDAY)
    intake = replace(cast.officer, duties=frozenset({"intake"}))
    with pytest.raises(NotAllowed):
        performing.record_performance(offer, kept=False, piece=None, words="查", actor=intake, at=late)
    performing.record_performance(offer, kept=False, piece=None, **told, at=late)
    case.refresh_from_db()
    assert (case.state, str(case.due_on)) == ("accepted", "2026-07-31")  # the day of the mediation runs again
    found = case.assertions.get(fact="after_sales_stalled", speaker="officer")
    assert (found.value, found.officer) == (True, cast.chen)
    with pytest.raises(IllegalMove):
        performing.record_performance(offer, kept=False, piece=None, **told, at=late)


@pytest.mark.django_db
def test_kept_upon_a_piece_settles_the_case(cast: Cast) -> None:
    case = a_referred_complaint(consumer=cast.lin, files=True)
    other = a_referred_complaint(files=True)
    triage.accept(case, actor=cast.officer, at=MONDAY)
    made = drawn(case, cast)
    yes(made, cast, "consumer")
    offer = yes(made, cast, "party").offer
    assert offer
    piece, foreign = (each.evidence.of_dispute().first() for each in (case, other))
    told: dict[str, Any] = {"kept": True, "words": "到账截图对得上。", "actor": cast.officer, "at": MONDAY}
    with pytest.raises(CannotAct, match="不在本案里"):
        performing.record_performance(offer, piece=foreign, **told)
    performing.record_performance(offer, piece=piece, **told)
    case.refresh_from_db()
    offer.refresh_from_db()
    assert (case.state, offer.state, offer.checked_by) == ("settled", "kept", cast.chen)
    assert Notice.objects.filter(contact__complaint=case, kind="ended").exists()  # closed by another: that is told
    assert promises.run_offers(at=MONDAY + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_both_sides_confirm_in_their_own_doors(cast: Cast, client: Any) -> None:
    now = timezone.now()
    case = a_referred_complaint(consumer=cast.lin, at=now)
    triage.accept(case, actor=cast.officer, at=now)
    terms = {**TERMS, "pay_by": local_day(now) + timedelta(days=9)}
    made = agreements.draw_up(case, **terms, actor=cast.officer, at=now)
    address = reverse("complaints:case-agreement", args=[case.reference, 1])
    client.force_login(cast.zhao)
    assert client.get(address).status_code == 404
    client.force_login(cast.lin)
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "看协议，再确认" in page
    assert client.post(address, {"says": "no"}).status_code == 200  # why is missing: asked for, nothing done
    assert client.post(address, {"says": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.consumer_at
    api = f"/api/v1/cases/{case.reference}/agreements/1"
    told = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {cast.key.text}"}}
    seen = client.get(api, **told).json()
    assert (seen["amount"], seen["party_confirmed_at"]) == ("469.00", None)
    stranger = {**told, "headers": {"Authorization": f"Bearer {cast.other_key.text}"}}
    assert client.get(api, **stranger).status_code == 404
    told["headers"] = {**told["headers"], "Idempotency-Key": "a-first-key"}  # type: ignore[dict-item]
    wrong = client.post(api, {"says": "confirm", "digest": "0" * 64}, **told)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "other_version")
    told["headers"] = {**told["headers"], "Idempotency-Key": "a-second-key"}  # type: ignore[dict-item]
    done = client.post(api, {"says": "confirm", "digest": made.digest}, **told)
    assert (done.status_code, done.json()["case"]["state"]) == (201, "promised")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to race for")
@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_make_one_promise(cast: Cast) -> None:
    case = a_referred_complaint(consumer=cast.lin)
    triage.accept(case, actor=cast.officer, at=MONDAY)
    made = drawn(case, cast)
    gate, failed = threading.Barrier(2), []

    def say(side: str) -> None:
        try:
            mine = Agreement.objects.get(pk=made.pk)
            gate.wait(timeout=20)
            yes(mine, cast, side)
        except Exception as error:  # told below, with which side it was
            failed.append((side, error))
        finally:
            connections.close_all()

    pair = [threading.Thread(target=say, args=(side,)) for side in ("consumer", "party")]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    assert not failed
    case.refresh_from_db()
    made.refresh_from_db()
    assert (case.state, made.state, case.offers.count()) == ("promised", "confirmed", 1)
    assert made.consumer_at
    assert made.party_at
