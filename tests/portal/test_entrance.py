"""A party without a system of its own: let in by an officer's code, to one case, as itself."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from complaints.flow.dispatch import speaker_for
from complaints.flow.intake import add_evidence, hash_of
from complaints.flow.inviting import open_invitation
from complaints.flow.messages import close_thread
from complaints.flow.offers import make_offer
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.lifecycle import Role
from complaints.models import (
    Actor,
    Complaint,
    Event,
    Invitation,
    Message,
    Offer,
    Party,
    Respondent,
    Side,
    Speaker,
    Thread,
)
from complaints.models.showing import Showing
from complaints.references import new_receipt_code
from routing import rulebook
from tests.behalf.test_who_sees_what import filed_for_lin
from tests.builders import EMAIL, NAME, PHONE, a_complaint, a_referred_complaint, a_screenshot, an_order_export, covered
from tests.cast import Cast
from tests.platform.calls import Machine, told
from tests.portal.conftest import code_for

pytestmark = pytest.mark.django_db

BLAMES = {
    "position": "not_ours",
    "points_to": "anchor",
    "instead": "星河传媒有限公司，400-0000",
    "words": "是主播说的。",
}


@pytest.fixture
def receipt_code(complaint: Complaint) -> str:
    """A receipt code of the case (the one of its filing is not kept)."""
    code = new_receipt_code()
    Complaint.objects.filter(pk=complaint.pk).update(receipt_hash=hash_of(code))
    return code


def at(complaint: Complaint, page: str = "") -> str:
    return f"/r/case/{complaint.reference}/{page}"


def merchant(complaint: Complaint) -> Respondent:
    return complaint.respondents.get(party=Party.MERCHANT)


def test_opening_the_code_is_the_service_and_starts_the_clock(complaint: Complaint, cast: Cast) -> None:
    Respondent.objects.filter(complaint=complaint).update(asked_at=None, notified_at=None, due_on=None)
    code = code_for(complaint, cast)
    assert merchant(complaint).notified_at is None
    Client().post("/r/", {"code": f" {code.lower().replace('-', ' ')}"})
    told = merchant(complaint)
    assert told.notified_at
    assert told.asked_at
    assert told.due_on and told.due_on > timezone.localdate()
    first = told.notified_at
    Client().post("/r/", {"code": code})  # on a second device
    assert merchant(complaint).notified_at == first
    assert Event.objects.filter(complaint=complaint, kind="invitation-opened").count() == 1


def test_a_new_code_ends_the_old_one_and_time_ends_both(complaint: Complaint, cast: Cast, shop: Client) -> None:
    new = code_for(complaint, cast)
    assert shop.get(at(complaint)).status_code == 404
    assert shop.post("/r/", {"code": new}).status_code == 302
    assert shop.get(at(complaint)).status_code == 200
    Invitation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert shop.get(at(complaint)).status_code == 404
    assert "没有找到" in Client().post("/r/", {"code": new}).content.decode()


def test_it_sees_one_case_only_and_nothing_of_who_complained(complaint: Complaint, cast: Cast, shop: Client) -> None:
    other = a_referred_complaint(at=timezone.now())
    assert shop.get(at(other)).status_code == 404
    for path in (f"/case/{complaint.reference}/", f"/case/{complaint.reference}/decision/", "/admin/queue/"):
        assert shop.get(path).status_code in {302, 404}
    for page in ("", "answer/", "proof/", "offer/"):
        answer = shop.get(at(complaint, page))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        for secret in (NAME, PHONE, EMAIL):
            assert secret not in answer.content.decode()
    piece = complaint.evidence.first()
    assert piece
    assert shop.get(at(complaint, f"evidence/{piece.pk}/preview/")).status_code == 404
    assert "正在遮盖个人信息" in shop.get(at(complaint)).content.decode()
    covered(complaint)
    assert shop.get(at(complaint, f"evidence/{piece.pk}/preview/"))["Content-Type"] == "image/webp"
    assert shop.get(at(complaint, f"evidence/{piece.pk}/original/")).status_code == 404
    foreign = other.evidence.first()
    assert foreign is None or shop.get(at(complaint, f"evidence/{foreign.pk}/preview/")).status_code == 404


def test_a_code_that_is_wrong_says_so_and_guessing_ends() -> None:
    browser = Client()
    assert "少了或错了一位" in browser.post("/r/", {"code": "ABCD"}).content.decode()
    unknown = "0000-0000-0000-0000-0000-0000-0000"
    answers = [browser.post("/r/", {"code": unknown}).status_code for _try in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_an_answer_is_looked_at_before_it_is_sent(complaint: Complaint, shop: Client) -> None:
    given = {"position": "disputed", "words": "面料与页面一致 <b>😀</b>"}
    page = shop.post(at(complaint, "answer/"), given).content.decode()
    assert "还没有发出" in page
    assert "&lt;b&gt;😀" in page
    assert merchant(complaint).answered_at is None
    page = shop.post(at(complaint, "answer/"), {**given, "again": "1"}).content.decode()
    assert "面料与页面一致 &lt;b&gt;😀&lt;/b&gt;</textarea>" in page
    shop.post(at(complaint, "answer/"), {**given, "send": "1"})
    assert merchant(complaint).answer["position"] == "disputed"


def test_passing_on_needs_a_name_and_without_proof_is_on_record_as_such(
    complaint: Complaint, shop: Client, receipt_code: str
) -> None:
    nameless = shop.post(at(complaint, "answer/"), {"position": "not_ours", "words": "不归我们。", "send": "1"})
    page = nameless.content.decode()
    assert "选一下应由哪一方负责" in page
    assert "写上那一方的全称和联系方式" in page
    assert merchant(complaint).answered_at is None

    assert "推责无据" in shop.post(at(complaint, "answer/"), BLAMES).content.decode()
    shop.post(at(complaint, "answer/"), {**BLAMES, "send": "1"})
    assert merchant(complaint).answer["proof"] is False
    body = Event.objects.filter(complaint=complaint, kind="answered").latest("pk").body
    assert body["proof"] is False
    assert "星河" not in str(body)
    browser = Client()
    browser.post("/track/", {"code": receipt_code})
    assert "没有附证明" in browser.get(f"/case/{complaint.reference}/").content.decode()


def test_with_proof_it_is_a_claim_and_no_longer_without(complaint: Complaint, shop: Client) -> None:
    shop.post(at(complaint, "proof/"), {"file": a_screenshot("合同.png", "#112233"), "kind": "other"})
    piece = complaint.evidence.get(offered_by="merchant")
    page = shop.post(at(complaint, "answer/"), {**BLAMES, "proofs": str(piece.pk)}).content.decode()
    assert "推责无据" not in page
    shop.post(at(complaint, "answer/"), {**BLAMES, "proofs": str(piece.pk), "send": "1"})
    assert merchant(complaint).answer["proof"] is True
    foreign = complaint.evidence.exclude(pk=piece.pk).first()
    assert foreign
    stolen = shop.post(at(complaint, "answer/"), {**BLAMES, "proofs": str(foreign.pk), "send": "1"})
    assert "有一份证明已经不在了" in stolen.content.decode()


def test_an_offer_reaches_the_consumer_and_what_it_lacks_is_said(complaint: Complaint, shop: Client) -> None:
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    assert (
        "退款或赔偿要写明多少元"
        in shop.post(at(complaint, "offer/"), {"kind": "refund-only", "until": until}).content.decode()
    )
    shop.post(at(complaint, "offer/"), {"kind": "refund-only", "amount": "200", "until": until, "words": "退200"})
    offer = Offer.objects.get(complaint=complaint)
    assert (offer.party, str(offer.amount)) == ("merchant", "200.00")


def test_a_party_speaks_for_itself_alone(complaint: Complaint, cast: Cast, shop: Client) -> None:
    own = merchant(complaint)
    actor = Actor.invited(complaint_id=complaint.pk, respondent_id=own.pk)
    with pytest.raises(CannotAnswer):
        receive_response(
            complaint,
            party=Party.ANCHOR,
            position=Position.ACCEPTED,
            words="主播承担。",
            claims={},
            actor=actor,
            at=timezone.now(),
        )


def test_who_is_in_the_entrance_is_no_longer_spoken_for_by_the_platform(
    complaint: Complaint, cast: Cast, shop: Client
) -> None:
    now, until = timezone.now(), timezone.localdate() + timedelta(days=3)
    shop.post(at(complaint, "answer/"), {"position": "disputed", "words": "不认可。", "send": "1"})
    shop.post(at(complaint, "offer/"), {"kind": "refund-only", "amount": "100", "until": until.isoformat()})
    with pytest.raises(CannotAnswer, match="自己答复"):
        receive_response(
            complaint,
            party=Party.MERCHANT,
            position=Position.ACCEPTED,
            words="商家全认。",
            claims={},
            actor=cast.platform,
            at=now,
        )
    with pytest.raises(CannotAnswer):
        make_offer(
            complaint,
            party=Party.MERCHANT,
            kind=Offer.Kind.REFUND,
            amount=Decimal(1),
            words="",
            until=until,
            actor=cast.platform,
            at=now,
        )
    assert merchant(complaint).answer["position"] == "disputed"
    assert Offer.objects.get(complaint=complaint).state == "made"
    machine = Machine(cast.key)
    seen = told(machine.get(f"/cases/{complaint.reference}"), 200)
    assert seen["asked_of_you"]["parties"] == ["anchor", "platform"]  # the room has not come in
    assert seen["offers"] == []
    assert speaker_for(complaint, Party.MERCHANT) is None
    assert speaker_for(complaint, Party.ANCHOR) == cast.platform.organisation


def test_an_invited_party_sees_its_own_conversation_alone(cast: Cast) -> None:
    complaint = a_complaint(at=timezone.now(), consumer=cast.lin)
    invitation = open_invitation(code_for(complaint, cast), at=timezone.now())
    assert invitation
    shop = Actor.invited(complaint_id=complaint.pk, respondent_id=invitation.respondent_id)
    for other in Side.ANCHOR, Side.MERCHANT, Side.PLATFORM, Side.ASSOCIATION:
        Thread.objects.create(complaint=complaint, other=other, opened_at=timezone.now())
    assert list(Thread.objects.visible_to(shop).values_list("other", flat=True)) == ["merchant"]
    relayed = Thread.objects.visible_to(cast.platform).values_list("other", flat=True)
    assert sorted(relayed) == ["anchor", "platform"]  # and the shop's is the shop's now
    assert not Thread.objects.visible_to(Actor(Role.RESPONDENT)).exists()


def test_an_ended_case_can_be_read_and_no_longer_answered(complaint: Complaint, cast: Cast, shop: Client) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(state="withdrawn")
    assert "已经结束" in shop.get(at(complaint)).content.decode()
    for page in ("answer/", "proof/", "offer/"):
        assert shop.get(at(complaint, page))["Location"] == at(complaint)


def test_a_case_that_ended_before_the_code_was_opened_says_so_and_counts_once_it_is_open_again(
    complaint: Complaint, cast: Cast
) -> None:
    Respondent.objects.filter(complaint=complaint).update(asked_at=None, notified_at=None, due_on=None)
    code, state, browser = code_for(complaint, cast), complaint.state, Client()
    Complaint.objects.filter(pk=complaint.pk).update(state="withdrawn")
    assert "这件投诉已经结束" in browser.post("/r/", {"code": code}).content.decode()
    assert browser.get("/r/").status_code == 200
    assert Invitation.objects.get().opened_at is None
    assert merchant(complaint).notified_at is None
    Complaint.objects.filter(pk=complaint.pk).update(state=state)
    entered = browser.post("/r/", {"code": code})
    assert browser.get(entered["Location"]).status_code == 200
    assert merchant(complaint).asked_at
    assert merchant(complaint).due_on
    assert Event.objects.filter(complaint=complaint, kind="invitation-opened").count() == 1


def test_a_code_can_be_taken_back_without_another(complaint: Complaint, cast: Cast, shop: Client) -> None:
    address, desk = f"/admin/case/{complaint.reference}/invite/merchant/", Client()
    desk.force_login(cast.chen)
    assert "只收回" in desk.get(address).content.decode()
    assert "入口码已收回" in desk.post(address, {"withdraw": "1"}, follow=True).content.decode()
    assert shop.get(at(complaint)).status_code == 404
    assert not Invitation.objects.good(timezone.now()).exists()
    assert Event.objects.filter(complaint=complaint, kind="invitation-withdrawn").count() == 1
    assert "没有办成" in desk.post(address, {"withdraw": "1"}).content.decode()


def test_the_consumer_and_an_invited_party_talk_with_each_other(cast: Cast) -> None:
    complaint = a_complaint(at=timezone.now(), consumer=cast.lin)
    shop, lin = Client(), Client()
    shop.post("/r/", {"code": code_for(complaint, cast)})
    lin.force_login(cast.lin)
    assert shop.get(at(complaint, "messages/")).status_code == 404  # the consumer has not begun it
    assert "还没有接入" not in lin.get(f"/case/{complaint.reference}/messages/merchant/").content.decode()
    lin.post(f"/case/{complaint.reference}/messages/merchant/open/")
    lin.post(f"/case/{complaint.reference}/messages/merchant/", {"words": "什么时候退？", "key": "k"})
    assert "看消息，回消息" in shop.get(at(complaint)).content.decode()
    conversation = shop.get(at(complaint, "messages/")).content.decode()
    assert "什么时候退？" in conversation
    assert "<b>消费者</b>" in conversation
    for _press in range(2):
        shop.post(at(complaint, "messages/"), {"words": "明天退，打13912340000", "key": "k"})
    assert Message.objects.filter(by=Side.MERCHANT).count() == 1
    page = lin.get(f"/case/{complaint.reference}/messages/merchant/").content.decode()
    assert "明天退" in page
    assert "13912340000" not in page
    close_thread(complaint, party=Party.MERCHANT, actor=Actor.consumer(cast.lin), at=timezone.now())
    late = shop.post(at(complaint, "messages/"), {"words": "还在吗", "key": "l"}).content.decode()
    assert "还在吗</textarea>" in late
    assert Message.objects.filter(by=Side.MERCHANT).count() == 1


def test_it_reads_as_much_as_a_connected_party(cast: Cast) -> None:
    complaint = filed_for_lin(account=cast.zhao).complaint
    fact, known = next((key, fact) for key, fact in rulebook().facts.items() if not fact.input and not fact.officer)
    piece = add_evidence(
        complaint,
        an_order_export(),
        kind="chat",
        speaker=Speaker.CONSUMER,
        actor=Actor.consumer(cast.zhao),
        at=timezone.now(),
    )
    Showing.objects.create(evidence=piece, fact=fact, value=True, at=timezone.now())
    covered(complaint)
    shop = Client()
    shop.post("/r/", {"code": code_for(complaint, cast)})
    page = shop.get(at(complaint)).content.decode()
    assert "由他人代为提交" in page
    assert escape(known.yes.zh) in page
    text = shop.get(at(complaint, f"evidence/{piece.pk}/text/"))
    assert (text.status_code, text["Content-Type"]) == (200, "application/octet-stream")
    assert text["Content-Disposition"].startswith("attachment")
    assert piece.custody_entries.filter(actor__startswith="respondent:", variant="masked-text").exists()
    picture = complaint.evidence.of_dispute().exclude(blob__preview="").first()
    assert picture is None or shop.get(at(complaint, f"evidence/{picture.pk}/text/")).status_code == 404


def test_the_desk_shows_the_code_once_and_only_to_officers_of_the_case(complaint: Complaint, cast: Cast) -> None:
    address = f"/admin/case/{complaint.reference}/invite/merchant/"
    for user, status in ((cast.huang, 404), (cast.lin, 404), (cast.chen, 200)):
        browser = Client()
        browser.force_login(user)
        assert browser.post(address).status_code == status
    page = browser.post(address).content.decode()
    code = re.search(r'id="code"[^>]*>([0-9A-Z-]+)<', page)
    assert code
    assert f"#{code[1]}" in page  # behind the #: no browser sends it
    assert code[1] not in browser.get(address).content.decode()
    assert not Invitation.objects.filter(code_hash=code[1]).exists()
    assert "没有办成" in browser.post(f"/admin/case/{complaint.reference}/invite/platform/").content.decode()


def test_whoever_answers_is_told_that_you_is_the_consumer(complaint: Complaint, shop: Client) -> None:
    for page in ("", "answer/"):
        assert "“你”，指的是消费者" in shop.get(at(complaint, page)).content.decode()
