"""A consumer asks a person to look: one review at a time, answered with a reason, and not for ever."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.deadlines import review_by
from complaints.flow import reviews, telling
from complaints.flow.consumer import withdraw
from complaints.flow.intake import add_evidence
from complaints.flow.triage import CannotAct, decline, make_finding
from complaints.flow.triage import Declined as Ground
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Clarity, Complaint, Event, Notice, Review, Speaker
from tests.builders import a_referred_complaint, a_screenshot
from tests.cast import Cast
from tests.reviews.conftest import Decide

OWN_WORDS = "主播自己说过是厂里直发，\u202e漏了\u200b这段录屏😀"


def ask(case: Complaint, cast: Cast, *reasons: Review.Reason, words: str = "") -> Review:
    wanted = reasons or (Review.Reason.FACT,)
    actor = Actor.consumer(cast.lin)
    return reviews.ask_for_review(case, reasons=wanted, words=words, actor=actor, at=timezone.now())


def keep(case: Complaint, actor: Actor, words: str = "看过录屏，主播没有这样说。") -> Review:
    return reviews.answer_review(case, outcome=Review.Outcome.KEPT, words=words, actor=actor, at=timezone.now())


@pytest.mark.django_db
def test_a_review_goes_from_the_page_to_the_desk_and_back_with_a_reason(
    cast: Cast, case: Complaint, client: Client
) -> None:
    client.force_login(cast.lin)
    address = f"/case/{case.reference}/review/"
    assert "我不同意，申请人工复核" in client.get(f"/case/{case.reference}/decision/").content.decode()
    assert "5个工作日内有人看，结果会写明理由。" in client.get(address).content.decode()
    nothing = client.post(address, {"words": OWN_WORDS})
    assert "选一下你觉得哪里不对" in nothing.content.decode() and "漏了" in nothing.content.decode()
    too_long = client.post(address, {"reasons": ["fact"], "words": "长" * 5000})
    assert "最多1000字，现在有5000字" in too_long.content.decode()
    assert client.post(address, {"reasons": ["fact", "evidence"], "words": OWN_WORDS}).status_code == 302
    review = Review.objects.get()
    assert (review.reasons, review.words, review.due_on) == (
        ["fact", "evidence"],
        OWN_WORDS,
        review_by(timezone.localdate()).day,
    )
    event = case.events.get(kind="review-asked")
    assert "漏了" not in json.dumps(event.body, ensure_ascii=False) and "漏了" not in review.sealed_words
    assert "已经有一次复核在办" in client.get(address).content.decode()
    assert client.post(address, {"reasons": ["fact"]}).status_code == 302
    assert Review.objects.count() == 1

    client.force_login(cast.chen)
    queue = client.get(reverse("admin:queue") + "?view=review").content.decode()
    assert case.reference in queue and "待复核" in queue
    act = reverse("admin:case-act", args=[case.reference, "review"])
    assert "漏了" in client.get(reverse("admin:case", args=[case.reference])).content.decode()
    case.refresh_from_db()
    answer = {"version": case.version, "words": "看过录屏，主播没有这样说。"}
    assert client.post(act, {**answer, "outcome": "redecided"}).status_code == 422  # nothing was decided anew
    assert client.post(act, {**answer, "outcome": "kept"}).status_code == 302
    assert case.reference not in client.get(reverse("admin:queue") + "?view=review").content.decode()

    client.force_login(cast.lin)
    for page in ("decision/", "", "review/"):
        text = client.get(f"/case/{case.reference}/{page}").content.decode()
        assert "维持原判定" in text and "看过录屏，主播没有这样说。" in text, page
    assert "上一次复核以后还没有新的情况" in client.get(address).content.decode()
    assert Notice.objects.filter(kind="reviewed").count() == 1


@pytest.mark.django_db
def test_one_may_ask_again_with_something_new_or_after_a_change(cast: Cast, case: Complaint, decide: Decide) -> None:
    officer = Actor.officer(cast.chen)
    ask(case, cast)
    keep(case, officer)
    with pytest.raises(IllegalMove, match="还没有新的情况"):
        ask(case, cast)
    lin = Actor.consumer(cast.lin)
    add_evidence(case, a_screenshot(), kind="live", speaker=Speaker.CONSUMER, actor=lin, at=timezone.now())
    ask(case, cast)
    decide(case, "platform", "joint")  # the answer to it, in the officer's words
    answered = case.reviews.get(number=2)
    assert (answered.outcome, answered.answer[:2], answered.answered_by) == ("overridden", "录屏", cast.chen)
    assert Notice.objects.filter(kind="reviewed").count() == 1  # the override tells of itself
    ask(case, cast)
    make_finding(case, fact="seller_identity_given", value=False, reason="退信", actor=officer, at=timezone.now())
    given = {"words": "按退信重新认定了。", "actor": officer, "at": timezone.now()}
    reviews.answer_review(case, outcome=Review.Outcome.REDECIDED, **given)  # type: ignore[arg-type]
    ask(case, cast)


@pytest.mark.django_db
def test_only_the_consumer_asks_and_only_officers_of_the_case_answer(cast: Cast, case: Complaint) -> None:
    given = {"reasons": [Review.Reason.FACT], "words": "", "at": timezone.now()}
    for actor in (Actor.officer(cast.chen), cast.platform, Actor()):
        with pytest.raises(IllegalMove):
            reviews.ask_for_review(case, actor=actor, **given)  # type: ignore[arg-type]
    ask(case, cast)
    for actor in (Actor.officer(cast.huang), Actor.consumer(cast.lin), cast.platform, Actor()):
        with pytest.raises(CannotAct):
            keep(case, actor)
    with pytest.raises(CannotAct, match="写明理由"):
        keep(case, Actor.officer(cast.zhou), words=" \n")
    keep(case, Actor.officer(cast.zhou))
    with pytest.raises(CannotAct, match="没有在等答复的复核"):
        keep(case, Actor.officer(cast.chen))


@pytest.mark.django_db
def test_a_review_ends_with_the_consumers_own_end_and_is_still_answered_after_a_refusal(cast: Cast) -> None:
    taken_back, declined = a_referred_complaint(consumer=cast.lin), a_referred_complaint(consumer=cast.lin)
    for case in (taken_back, declined):
        ask(case, cast)
    withdraw(taken_back, actor=Actor.consumer(cast.lin), at=timezone.now())
    taken_back.refresh_from_db()
    assert (taken_back.review_due_on, taken_back.reviews.get().outcome) == (None, "ended")
    officer = Actor.officer(cast.chen)
    decline(declined, ground=Ground.NO_PROOF, words="没有凭证", actor=officer, at=timezone.now())
    declined.refresh_from_db()
    assert declined.review_due_on is not None
    keep(declined, officer)
    with pytest.raises(IllegalMove, match="已经结束"):
        ask(declined, cast)


@pytest.mark.django_db
def test_whether_a_finding_was_clear_is_kept_once_for_each_version_without_who(
    cast: Cast, case: Complaint, client: Client
) -> None:
    address = f"/case/{case.reference}/clear/"
    assert client.post(address, {"v": "1", "clear": "yes"}).status_code == 404  # a stranger
    client.force_login(cast.lin)
    events = Event.objects.count()
    for said in ("yes", "no", "no"):
        assert client.post(address, {"v": "1", "clear": said})["Location"].endswith("/decision/#clear")
    assert [(each.decision_id, each.is_clear) for each in Clarity.objects.all()] == [(case.decision_id, False)]
    assert Event.objects.count() == events
    assert "请人讲清楚" in client.get(f"/case/{case.reference}/decision/").content.decode()
    for nonsense in ({"v": "9"}, {"v": "x"}, {"v": "²"}, {"v": "1", "clear": "maybe"}, {}):
        assert client.post(address, {"clear": "yes", **nonsense} if nonsense else {}).status_code == 404


@pytest.mark.django_db
def test_the_letter_about_an_override_says_so_without_personal_data(
    cast: Cast, case: Complaint, decide: Decide
) -> None:
    decide(case, "platform", "joint")
    noon = timezone.localtime().replace(hour=12) + timedelta(days=1)
    assert telling.send_due(lambda: noon, until=noon + timedelta(minutes=1))
    assert "协会改判：平台由“可能要负责”改为“一起负责（连带）”" in mail.outbox[-1].body
