"""The answer in five steps: kept as it is written, for colleagues too; shown as the consumer reads it; sent once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from complaints import timeline
from complaints.flow.answering import answer_with_offer
from complaints.flow.responses import CannotAnswer, Position
from complaints.flow.upkeep import forget
from complaints.models import Actor, AnswerDraft, Blob, Complaint, Offer, Party, Respondent
from complaints.party_timeline import last_days, party_lines
from tests.builders import a_referred_complaint, a_screenshot
from tests.cast import Cast
from tests.portal.test_members import member

pytestmark = pytest.mark.django_db
WORDS = "这件四件套我们核对过吊牌，给您退款200元，运费由我们出。"


def signed_in(user: Membership) -> Client:
    browser = Client()
    browser.force_login(user.user)
    return browser


def at(complaint: Complaint, step: int | str) -> str:
    return f"/r/case/{complaint.reference}/answer/{step}/"


def party(complaint: Complaint, which: Party = Party.MERCHANT) -> Respondent:
    return complaint.respondents.get(party=which)


def fill(browser: Client, complaint: Complaint) -> None:
    """The steps of an answer with an offer."""
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    answer = browser.post(at(complaint, 1), {"position": "accepted_in_part", "next": "1"})
    assert answer["Location"] == at(complaint, 2)
    browser.post(at(complaint, 2), {"next": "1"})
    offer = {"offer-kind": "refund-only", "offer-amount": "200", "offer-until": until}
    assert browser.post(at(complaint, 3), {**offer, "next": "1"})["Location"] == at(complaint, 4)
    assert browser.post(at(complaint, 4), {"words": WORDS, "next": "1"})["Location"] == at(complaint, 5)


def test_an_invited_party_walks_the_steps_and_answer_and_offer_go_out_together(
    complaint: Complaint, shop: Client
) -> None:
    fill(shop, complaint)
    page = shop.get(at(complaint, 5)).content.decode()
    assert "还没有发出" in page and WORDS in page and "¥200" in page
    assert party(complaint).answered_at is None
    draft = AnswerDraft.objects.get()
    assert WORDS not in draft.sealed_text
    sent = shop.post(at(complaint, 5), {"mark": str(draft.mark)})
    assert sent["Location"] == at(complaint, "sent")
    told = shop.get(at(complaint, "sent")).content.decode()
    assert complaint.reference in told and WORDS in told
    assert party(complaint).answer["position"] == "accepted_in_part"
    assert Offer.objects.get().amount == 200
    assert not AnswerDraft.objects.exists()


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_sent(complaint: Complaint, shop: Client) -> None:
    assert shop.get(at(complaint, 5))["Location"] == at(complaint, 1)  # nothing is written yet
    assert shop.post(at(complaint, 1), {"position": "not_ours", "next": "1"})["Location"] == at(complaint, 1)
    page = shop.get(at(complaint, 1)).content.decode()
    assert "选一下应由哪一方负责" in page and "写上那一方的全称和联系方式" in page
    shop.post(at(complaint, 3), {"offer-kind": "refund-only", "next": "1"})
    page = shop.get(at(complaint, 3)).content.decode()
    assert 'id="id_offer-until_error"' in page and 'id="id_offer-amount_error"' in page
    late = {"offer-kind": "replace", "offer-until": "2020-01-01", "next": "1"}
    shop.post(at(complaint, 3), late)
    assert "有效期已经过去了" in shop.get(at(complaint, 3)).content.decode()
    page = shop.post(at(complaint, 5), {"mark": "2"}).content.decode()
    assert "还差一点" in page and "写一两句给消费者的话" in page
    assert party(complaint).answered_at is None
    assert "推责无据" in shop.get(at(complaint, 2)).content.decode()


def test_proof_is_handed_in_and_ticked_on_its_step(complaint: Complaint, shop: Client) -> None:
    shop.post(at(complaint, 2), {"file": a_screenshot("合同.png", "#112233"), "kind": "other", "upload": "1"})
    piece = complaint.evidence.get(offered_by="merchant")
    assert AnswerDraft.objects.get().answers["2"]["proofs"] == [str(piece.pk)]
    assert "合同.png" in shop.get(at(complaint, 2)).content.decode()


def test_a_file_still_being_checked_is_waited_for_and_never_left_out_unsaid(complaint: Complaint, shop: Client) -> None:
    fill(shop, complaint)
    given = {"file": a_screenshot("合同.png", "#112233"), "kind": "other", "next": "1"}
    assert shop.post(at(complaint, 2), given)["Location"] == at(complaint, 3)
    pk = complaint.evidence.get(offered_by="merchant").blob_id
    Blob.objects.filter(pk=pk).update(state=Blob.State.QUARANTINED)
    step = shop.get(at(complaint, 2)).content.decode()
    assert "合同.png（还在检查）" in step and "checked" in step
    mark = {"mark": str(AnswerDraft.objects.get().mark)}
    page = shop.post(at(complaint, 5), mark).content.decode()
    assert "还在检查，查完再发" in page and party(complaint).answered_at is None
    Blob.objects.filter(pk=pk).update(state=Blob.State.REJECTED)
    assert "有一份证明已经不在了" in shop.post(at(complaint, 5), mark).content.decode()
    Blob.objects.filter(pk=pk).update(state=Blob.State.STORED)
    assert shop.post(at(complaint, 5), mark)["Location"] == at(complaint, "sent")


def test_a_file_handed_in_beside_a_colleagues_words_is_ticked_on_the_page_that_says_so(
    complaint: Complaint, cast: Cast
) -> None:
    li, mei = (signed_in(member(name, cast.kuailive, Membership.Part.ANSWERING)) for name in ("li", "mei"))
    own = {"file": a_screenshot("李.png", "#445566"), "kind": "other", "seen": "0", "upload": "1"}
    li.post(at(complaint, 2), own)
    theirs = {"file": a_screenshot("梅.png", "#112233"), "kind": "other", "seen": "0", "upload": "1"}
    told = mei.post(at(complaint, 2), theirs)
    assert told.status_code == 409
    pk = complaint.evidence.order_by("pk").last().pk
    box = re.search(rf'<input[^>]*name="proofs"[^>]*value="{pk}"[^>]*>', told.content.decode())
    assert box and "checked" in box.group()


def test_the_draft_outlives_a_sign_out_and_the_second_of_two_colleagues_is_told(
    complaint: Complaint, cast: Cast
) -> None:
    li, mei = (member(name, cast.kuailive, Membership.Part.ANSWERING) for name in ("li", "mei"))
    first, second = signed_in(li), signed_in(mei)
    first.post(at(complaint, 4), {"words": "李写的话。", "seen": "0", "later": "1"})
    first.logout()
    page = second.get(at(complaint, 4)).content.decode()
    assert "李写的话。</textarea>" in page and "可能还在写" in page
    again = signed_in(li)
    again.post(at(complaint, 4), {"words": "李改过的话。", "seen": "1", "next": "1"})
    told = second.post(at(complaint, 4), {"words": "梅的话。", "seen": "1", "next": "1"})
    assert told.status_code == 409
    page = told.content.decode()
    assert "刚改过这一步" in page and "李改过的话。" in page and "梅的话。</textarea>" in page
    assert AnswerDraft.objects.get().answers["4"]["words"] == ["李改过的话。"]
    quiet = second.post(at(complaint, 4), {"words": "梅", "seen": "1"}, headers={"accept": "application/json"})
    assert (quiet.status_code, "刚改过" in quiet.json()["said"]) == (409, True)
    kept = second.post(at(complaint, 4), {"words": "梅的话。", "seen": "2"}, headers={"accept": "application/json"})
    assert kept.json()["seen"] == 3


def test_what_changed_since_the_last_look_is_looked_at_again(complaint: Complaint, cast: Cast, shop: Client) -> None:
    fill(shop, complaint)
    mark = AnswerDraft.objects.get().mark
    shop.post(at(complaint, 4), {"words": "改过的话，请再看。", "next": "1"})
    page = shop.post(at(complaint, 5), {"mark": str(mark)})
    assert page.status_code == 409
    assert "改过的话" in page.content.decode()
    assert party(complaint).answered_at is None


def test_words_a_colleague_kept_in_the_moment_of_sending_are_neither_sent_nor_lost(
    complaint: Complaint, cast: Cast, shop: Client
) -> None:
    shop.post(at(complaint, 4), {"words": "改过的话。", "next": "1"})
    draft, actor = (
        AnswerDraft.objects.get(),
        Actor.invited(complaint_id=complaint.pk, respondent_id=party(complaint).pk),
    )

    def send(seen: int | None) -> None:
        answer_with_offer(
            complaint,
            party=Party.MERCHANT,
            position=Position.DISPUTED,
            words=WORDS,
            claims={},
            checking={},
            evidence=[],
            points_to=None,
            instead="",
            rule="",
            note="",
            proposal=None,
            seen=seen,
            actor=actor,
            at=timezone.now(),
        )

    with pytest.raises(CannotAnswer, match="有人改过"):
        send(draft.mark - 1)
    assert AnswerDraft.objects.get().answers["4"]["words"] == ["改过的话。"]
    assert party(complaint).answered_at is None
    draft.delete()
    with pytest.raises(CannotAnswer, match="已经发出"):
        send(draft.mark)
    assert party(complaint).answered_at is None
    send(None)  # written on one page, without a draft
    assert party(complaint).answered_at is not None


def test_nobody_else_reads_a_draft_and_time_takes_it_away(complaint: Complaint, cast: Cast, shop: Client) -> None:
    shop.post(at(complaint, 4), {"words": WORDS, "later": "1"})
    relays = signed_in(member("li", cast.kuailive, Membership.Part.ANSWERING))
    other = relays.get(at(complaint, 4))
    assert WORDS not in other.content.decode()
    forget(at=timezone.now())
    assert AnswerDraft.objects.exists()
    forget(at=timezone.now() + settings.DRAFT_LIFETIME + timedelta(days=1))
    assert not AnswerDraft.objects.exists()


def test_words_almost_the_same_as_others_are_shown_once_more(complaint: Complaint, shop: Client) -> None:
    for _case in range(2):
        other = a_referred_complaint(at=timezone.now())
        name = party(complaint).name
        said = {"position": "disputed", "words": WORDS}
        Respondent.objects.filter(complaint=other, party=Party.MERCHANT).update(
            name=name, answer=said, answered_at=timezone.now()
        )
    for expected in (4, 5):
        answer = shop.post(at(complaint, 4), {"words": WORDS, "next": "1"})
        assert answer["Location"] == at(complaint, expected)
    assert "几乎一样" in shop.get(at(complaint, 4)).content.decode()


def test_a_party_reads_what_happened_as_it_may_see_it(complaint: Complaint, shop: Client) -> None:
    fill(shop, complaint)
    shop.post(at(complaint, 5), {"mark": str(AnswerDraft.objects.get().mark)})
    complaint.refresh_from_db()
    timeline.record(complaint, "contact-viewed", {"reason": "call"}, actor="officer:1", at=timezone.now())
    timeline.record(complaint, "offer-made", an_offer_of("anchor"), actor="organisation:1", at=timezone.now())
    lines = party_lines(complaint, party(complaint))
    told = " ".join(line.title for line in lines)
    for expected in ("消费者提交了投诉", "作出初步判定（第1版）", "贵方答复：", "贵方提出方案：", "请贵方答复这件投诉"):
        assert expected in told
    assert "联系方式" not in told and told.count("提出方案") == 1
    assert [each.words for each in last_days(complaint, party(complaint), on=timezone.localdate())] == [
        "消费者回复方案：退款，不用退货，¥200"
    ]
    page = shop.get(f"/r/case/{complaint.reference}/").content.decode()
    assert "办理记录" in page and "贵方答复：" in page


def an_offer_of(who: str) -> dict[str, object]:
    return {"offer": 9, "party": who, "amount": "1.00", "kind": "refund-only", "until": "2030-01-01", "replaces": None}
