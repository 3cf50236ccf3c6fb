"""The table of moves at the doors: each move works where it is allowed, and elsewhere is refused in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.flow.offers import make_offer
from complaints.lifecycle import MOVES, OPEN, OfferState, Role, State
from complaints.models import Complaint, Offer, Party
from tests.builders import a_complaint
from tests.cast import Cast

UNDERSTOOD = {"understood": "on"}

# The moves of a person by the page they stand on. What the clock moves, and what the law makes follow from an answer
# (supply, resume…), has no button.
BY_CONSUMER: Mapping[str, tuple[str, dict[str, str]]] = {
    "refer": ("complaints:refer", UNDERSTOOD),
    "withdraw": ("complaints:withdraw", UNDERSTOOD),
    "reopen": ("complaints:reopen", {"reason": "not-kept"}),
    "agree": ("complaints:offer", {"do": "accept", **UNDERSTOOD}),
    "keep": ("complaints:offer", {"do": "kept", **UNDERSTOOD}),
}
BY_OFFICER: Mapping[str, tuple[str, dict[str, str]]] = {
    "query": ("ask", {"to": "consumer", "words": "请补一张吊牌的照片。", "due_on": "2099-01-04"}),
    "accept": ("accept", {}),
    "decline": ("decline", {"ground": "no-proof", "words": "没有订单，也查不到付款。"}),
    "settle": ("settle", {}),
    "terminate": ("terminate", {"ground": "impasse", "words": "谈了两次，差得太远。"}),
    "hand-off": ("hand-off", {"route": "court"}),
}


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """One of Lin's, with an offer that waits."""
    made = a_complaint(at=timezone.now(), consumer=cast.lin)
    make_offer(
        made,
        party=Party.MERCHANT,
        kind=Offer.Kind.REFUND,
        amount=Decimal("234.50"),
        words="退一半，东西留着用。",
        until=timezone.localdate() + timedelta(days=5),
        actor=cast.officer,
        at=timezone.now(),
    )
    made.refresh_from_db()
    return made


def stand(case: Complaint, state: State, *, offer: OfferState = OfferState.MADE) -> dict[str, Any]:
    """Put the case there, as if it had come by the right way; and what of it must not change."""
    now = timezone.now()
    ended = state not in OPEN
    accepted = now if state in {State.ACCEPTED, State.PROMISED, State.TERMINATED} else None
    Complaint.objects.filter(pk=case.pk).update(state=state, accepted_at=accepted, closed_at=now if ended else None)
    pay_by = timezone.localdate() if offer == OfferState.ACCEPTED else None
    case.offers.filter(number=1).update(state=offer, pay_by=pay_by)
    case.refresh_from_db()
    return {"state": state, "version": case.version, "head": case.head}


def now_of(case: Complaint) -> dict[str, Any]:
    case = Complaint.objects.get(pk=case.pk)
    return {"state": State(case.state), "version": case.version, "head": case.head}


def sentence_of(answer: HttpResponse, browser: Client) -> str:
    """What the person reads: on the page, or as a message carried to the next one."""
    if answer.status_code < 300 or answer.status_code >= 400:
        return answer.content.decode()
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))  # type: ignore[attr-defined]


def pressing(case: Complaint, browser: Client, move: str, *, by: Role) -> HttpResponse:
    if by == Role.CONSUMER:
        page, fields = BY_CONSUMER[move]
        where = {"number": 1} if page == "complaints:offer" else {}
        answer = browser.post(reverse(page, kwargs={"reference": case.reference, **where}), fields)
    else:
        name, fields = BY_OFFICER[move]
        where_to = reverse("admin:case-act", args=[case.reference, name])
        answer = browser.post(where_to, {**fields, "version": str(case.version)})
    return answer  # type: ignore[return-value]  # the test client's is one


@pytest.mark.django_db
@pytest.mark.parametrize("move", [*BY_CONSUMER, *BY_OFFICER])
def test_a_move_works_from_its_page_where_the_table_allows_it_and_nowhere_else(
    cast: Cast, case: Complaint, client: Client, move: str
) -> None:
    by = Role.CONSUMER if move in BY_CONSUMER else Role.OFFICER
    client.force_login(cast.lin if by == Role.CONSUMER else cast.chen)
    for state in State:
        offer = OfferState.ACCEPTED if move == "keep" else OfferState.MADE
        before = stand(case, state, offer=offer)
        answer = pressing(case, client, move, by=by)
        allowed = state in MOVES[move].sources
        if allowed:
            assert now_of(case)["state"] == MOVES[move].target, (move, state, sentence_of(answer, client))
            continue
        if move == "query" and state in OPEN:  # one may ask all along; from one state it moves the case
            assert now_of(case)["state"] == state
            continue
        assert now_of(case) == before, (move, state)
        assert "。" in sentence_of(answer, client), (move, state)


@pytest.mark.django_db
@pytest.mark.parametrize("move", [*BY_CONSUMER, *BY_OFFICER])
def test_nobody_makes_anothers_move_not_even_at_their_door(
    cast: Cast, case: Complaint, client: Client, move: str
) -> None:
    """The consumer at the desk's address, the officer at the consumer's, a stranger and a machine at both."""
    by = Role.CONSUMER if move in BY_CONSUMER else Role.OFFICER
    wrong = [cast.zhao, cast.huang, cast.chen if by == Role.CONSUMER else cast.lin]
    state = sorted(MOVES[move].sources)[0]
    before = stand(case, state, offer=OfferState.ACCEPTED if move == "keep" else OfferState.MADE)
    for person in wrong:
        client.force_login(person)
        assert pressing(case, client, move, by=by).status_code in {302, 403, 404}
        assert now_of(case) == before
    client.logout()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {cast.key.text}"
    assert pressing(case, client, move, by=by).status_code in {302, 403, 404}
    assert now_of(case) == before


@pytest.mark.django_db
def test_a_platforms_answers_and_offers_by_the_api_move_no_case(cast: Cast, case: Complaint, client: Client) -> None:
    """A party speaks; whether the case moves is the consumer's, the association's or the clock's to say."""
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {cast.key.text}"
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    offer = {"party": "platform", "kind": "compensate", "amount": "50.00", "words": "补一张券。", "until": until}
    answer = {"party": "platform", "position": "accepted", "words": "我们认。"}
    for state in State:
        stand(case, state)
        for page, body in (("offers", offer), ("responses", answer)):
            reply = client.post(
                f"/api/v1/cases/{case.reference}/{page}",
                body,
                content_type="application/json",
                headers={"Idempotency-Key": f"{state}-{page}"},
            )
            told = reply.json()
            assert now_of(case)["state"] == state
            if state not in OPEN:
                assert reply.status_code == 409, told
                assert told["detail"].endswith("。")
            else:
                assert reply.status_code < 300, told
