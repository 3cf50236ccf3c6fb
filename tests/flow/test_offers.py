"""An offer is made, answered, kept or broken; nothing is settled before the consumer has it."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from complaints import timeline
from complaints.flow.clock import lapse_deadlines
from complaints.flow.consumer import refer_to_association, withdraw
from complaints.flow.offers import CannotOffer, accept_offer, counter_offer, make_offer, refuse_offer
from complaints.flow.promises import confirm_kept, report_broken, run_offers
from complaints.flow.responses import CannotAnswer
from complaints.flow.triage import accept
from complaints.lifecycle import MOVES, OFFER_MOVES, IllegalMove, OfferState, Role, State, after, offer_after
from complaints.models import Actor, Complaint, Delivery, Offer, Party
from complaints.narrative import turn_of
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

WORDS = "退一半，货不用退。canary-words"
PAY_BY = MONDAY + timedelta(days=8)  # accepted the day after it was offered, and seven days to keep it


def offered(complaint: Complaint, cast: Cast, **changed: Any) -> Offer:
    given: dict[str, Any] = {
        "party": Party.MERCHANT,
        "kind": Offer.Kind.REFUND,
        "amount": Decimal("200.00"),
        "words": WORDS,
        "until": (MONDAY + timedelta(days=5)).date(),
        "actor": cast.platform,
        "at": MONDAY,
    }
    return make_offer(complaint, **{**given, **changed})


def lin(cast: Cast) -> Actor:
    return Actor.consumer(cast.lin)


def accepted(complaint: Complaint, cast: Cast) -> Offer:
    return accept_offer(offered(complaint, cast), actor=lin(cast), at=MONDAY + timedelta(days=1))


def turn(complaint: Complaint, at: datetime) -> Any:
    complaint.refresh_from_db()
    parts = list(complaint.respondents.all()), complaint.requests.all(), complaint.offers.all()
    return turn_of(complaint, *parts, on=at.date())


def test_an_offer_makes_it_the_consumers_turn_until_its_day(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    offered(complaint, cast)
    assert (turn(complaint, MONDAY).who, str(turn(complaint, MONDAY).until)) == ("consumer", "2026-06-06")
    assert turn(complaint, MONDAY + timedelta(days=6)).who == "parties"
    assert run_offers(at=MONDAY + timedelta(days=5)) == 0
    assert run_offers(at=MONDAY + timedelta(days=6)) == 1
    assert complaint.offers.get().state == OfferState.LAPSED
    assert run_offers(at=MONDAY + timedelta(days=7)) == 0


def test_words_are_sealed_and_never_in_events_or_notices(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    offer = offered(complaint, cast)
    counter_offer(offer, amount=Decimal("469"), words="canary-reply", actor=lin(cast), at=MONDAY)
    offer.refresh_from_db()
    assert (offer.words, offer.reply, offer.counter_amount) == (WORDS, "canary-reply", Decimal("469"))
    assert "canary" not in offer.sealed_words + offer.sealed_reply
    assert not any("canary" in json.dumps(event.body, ensure_ascii=False) for event in complaint.events.all())
    assert not any(b"canary" in bytes(each.body) for each in Delivery.objects.all())
    told = json.loads(bytes(Delivery.objects.get(type="case.offer_countered").body))["data"]
    assert (told["party"], told["offer"]) == ("merchant", 1)


def test_accepting_settles_nothing_and_gives_the_party_seven_days(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    accepted(complaint, cast)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.due_on) == (State.PROMISED, PAY_BY.date())
    assert complaint.closed_at is None
    assert turn(complaint, MONDAY + timedelta(days=2)).who == "parties"
    assert Delivery.objects.filter(type="case.offer_accepted").exists()


def test_a_kept_promise_settles_the_case(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    confirm_kept(accepted(complaint, cast), actor=lin(cast), at=MONDAY + timedelta(days=3))
    complaint.refresh_from_db()
    assert (complaint.state, complaint.offers.get().state) == (State.SETTLED, OfferState.KEPT)
    assert Delivery.objects.filter(type="case.closed").exists()


@pytest.mark.parametrize("party", Party)
def test_a_broken_promise_reopens_the_case_and_the_law_is_read_again(cast: Cast, party: Party) -> None:
    complaint = a_complaint(consumer=cast.lin)
    offer = accept_offer(offered(complaint, cast, party=party), actor=lin(cast), at=MONDAY + timedelta(days=1))
    with pytest.raises(CannotOffer, match="还没到"):
        report_broken(offer, actor=lin(cast), at=PAY_BY)
    run_offers(at=PAY_BY + timedelta(days=1))
    assert "收到了吗" in turn(complaint, PAY_BY + timedelta(days=1)).sentence
    decision = report_broken(offer, actor=lin(cast), at=PAY_BY + timedelta(days=1))
    complaint.refresh_from_db()
    assert complaint.state == State.NEGOTIATING
    told = {"merchant": {"after_sales_stalled"}, "anchor": {"after_sales_stalled", "stalled_by_operator"}}
    said = dict(complaint.assertions.filter(speaker="consumer").order_by("pk").values_list("fact", "value"))
    assert all(said[fact] is True for fact in told.get(party, set()))
    assert "seller_promise_broken" not in said
    assert decision.number >= 1
    assert timeline.first_break(complaint.events.all(), expected=complaint.version) is None
    with pytest.raises(IllegalMove, match="没有兑现"):
        confirm_kept(offer, actor=lin(cast), at=PAY_BY + timedelta(days=2))


def test_silence_about_a_promise_reopens_the_case_and_asserts_nothing(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    offer = accepted(complaint, cast)
    run_offers(at=PAY_BY + timedelta(days=3))
    complaint.refresh_from_db()
    assert complaint.state == State.PROMISED
    assert run_offers(at=PAY_BY + timedelta(days=4)) == 1
    assert run_offers(at=PAY_BY + timedelta(days=5)) == 0
    complaint.refresh_from_db()
    assert complaint.state == State.NEGOTIATING
    assert not complaint.assertions.filter(at__gt=MONDAY + timedelta(days=2)).exists()
    confirm_kept(offer, actor=lin(cast), at=PAY_BY + timedelta(days=9))  # late, and still the truth
    complaint.refresh_from_db()
    assert complaint.state == State.SETTLED


def test_a_case_goes_back_to_where_it_stood(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    refer_to_association(complaint, actor=lin(cast), at=MONDAY)
    accept(complaint, actor=cast.officer, at=MONDAY)
    complaint.refresh_from_db()
    mediation_until = complaint.due_on
    report_broken(accepted(complaint, cast), actor=lin(cast), at=PAY_BY + timedelta(days=1))
    complaint.refresh_from_db()
    assert (complaint.state, complaint.due_on) == (State.ACCEPTED, mediation_until)

    referred = a_complaint(consumer=cast.lin, order={"order_number": "2"})
    refer_to_association(referred, actor=lin(cast), at=MONDAY)
    offer = accepted(referred, cast)
    run_offers(at=PAY_BY + timedelta(days=4))
    referred.refresh_from_db()
    assert referred.state == State.REFERRED
    confirm_kept(offer, actor=lin(cast), at=PAY_BY + timedelta(days=5))


def test_a_new_offer_of_the_same_party_replaces_the_one_that_waits(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    first = offered(complaint, cast)
    offered(complaint, cast, amount=Decimal("300"))
    offered(complaint, cast, party=Party.ANCHOR)
    assert [each.state for each in complaint.offers.all()] == ["replaced", "made", "made"]
    with pytest.raises(IllegalMove, match="已换成新方案"):
        accept_offer(first, actor=lin(cast), at=MONDAY)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": None}, "写明多少元"),
        ({"amount": Decimal(0)}, "比0大"),
        ({"until": (MONDAY - timedelta(days=1)).date()}, "已经过去"),
        ({"until": (MONDAY + timedelta(days=61)).date()}, "最长60天"),
        ({"kind": Offer.Kind.OTHER, "amount": None, "words": " "}, "什么办法"),
    ],
)
def test_an_offer_that_lacks_something_is_refused_with_the_reason(
    cast: Cast, changed: dict[str, Any], words: str
) -> None:
    complaint = a_complaint(consumer=cast.lin)
    with pytest.raises(CannotOffer, match=words):
        offered(complaint, cast, **changed)
    assert not complaint.offers.exists()


def test_only_who_speaks_for_the_party_or_an_officer_offers_and_only_in_an_open_case(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    with pytest.raises(CannotAnswer, match="不能代"):
        offered(complaint, cast, actor=Actor.machine(cast.yunji))
    assert offered(complaint, cast, actor=cast.officer).recorded_by == cast.chen
    withdraw(complaint, actor=lin(cast), at=MONDAY)
    with pytest.raises(IllegalMove, match="已经结束"):
        offered(complaint, cast)


def test_what_is_past_its_day_or_refused_cannot_be_accepted(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    offer = offered(complaint, cast)
    with pytest.raises(CannotOffer, match="已过期"):
        accept_offer(offer, actor=lin(cast), at=MONDAY + timedelta(days=6))
    refuse_offer(offer, reason="太少", actor=lin(cast), at=MONDAY)
    with pytest.raises(IllegalMove, match="没有接受"):
        accept_offer(offer, actor=lin(cast), at=MONDAY)
    complaint.refresh_from_db()
    assert complaint.state == State.NEGOTIATING


def test_nobody_but_the_consumer_answers_an_offer(cast: Cast) -> None:
    offer = offered(a_complaint(consumer=cast.lin), cast)
    for actor in (cast.officer, cast.platform, Actor()):
        with pytest.raises(IllegalMove):
            accept_offer(offer, actor=actor, at=MONDAY)
        with pytest.raises(IllegalMove):
            refuse_offer(offer, reason="", actor=actor, at=MONDAY)
        with pytest.raises(IllegalMove):
            counter_offer(offer, amount=Decimal(1), words="", actor=actor, at=MONDAY)


def test_each_move_is_allowed_to_whom_the_table_says_and_to_nobody_else() -> None:
    for (name, move), role, state in product(MOVES.items(), Role, State):
        if role in move.roles and state in move.sources:
            assert after(state, name, role) == move.target
        else:
            with pytest.raises(IllegalMove):
                after(state, name, role)
    for (name, step), role, standing in product(OFFER_MOVES.items(), Role, OfferState):
        if role in step.roles and standing in step.sources:
            assert offer_after(standing, name, role) == step.target
        else:
            with pytest.raises(IllegalMove):
                offer_after(standing, name, role)


def test_the_clocks_of_the_parties_run_on_while_a_promise_waits(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    accepted(complaint, cast)
    assert lapse_deadlines(at=MONDAY + timedelta(days=8)) == 3
    complaint.refresh_from_db()
    assert (complaint.state, complaint.due_on) == (State.PROMISED, PAY_BY.date())
