"""Who may write to whom, who reads it, and that no word leaves the conversation."""

import json
import logging
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.sealing import CannotUnseal
from complaints import timeline
from complaints.flow import messages, takeout, telling
from complaints.flow.consumer import withdraw
from complaints.flow.messages import CannotWrite, TooManyMessages, close_thread, mark_read, open_thread
from complaints.flow.responses import CannotAnswer
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Delivery, Event, Message, Notice, Party, Side, Thread
from complaints.models.evidence import CannotChange
from tests.builders import a_complaint
from tests.cast import Cast
from tests.messages.conftest import say

CANARY = "canary-words"


def test_a_party_writes_only_after_the_consumer_has_let_it_and_until_the_consumer_closes(
    cast: Cast, complaint: Complaint, lin: Actor
) -> None:
    now = timezone.now()
    with pytest.raises(CannotWrite, match="没有请商家"):
        say(complaint, cast.platform, "在吗")
    with pytest.raises(CannotWrite, match="先点"):
        say(complaint, lin, "在吗")
    open_thread(complaint, party=Party.MERCHANT, actor=lin, at=now)
    open_thread(complaint, party=Party.MERCHANT, actor=lin, at=now)  # twice is once
    say(complaint, cast.platform, "您好")
    close_thread(complaint, party=Party.MERCHANT, actor=lin, at=now)
    with pytest.raises(CannotWrite, match="关上了"):
        say(complaint, cast.platform, "还在吗")
    open_thread(complaint, party=Party.MERCHANT, actor=lin, at=now)
    assert say(complaint, cast.platform, "还在吗").number == 2
    told = complaint.events.filter(kind__startswith="thread-").values_list("kind", flat=True)
    assert list(told) == ["thread-opened", "thread-closed", "thread-opened"]
    complaint.refresh_from_db()
    assert timeline.first_break(complaint.events.all(), expected=complaint.version) is None


def test_nobody_is_invited_to_write_where_nobody_would_read(cast: Cast, lin: Actor) -> None:
    unconnected = a_complaint(consumer=cast.lin, platform={"name": "没有接入的平台"})
    with pytest.raises(CannotWrite, match="还没有接入"):
        open_thread(unconnected, party=Party.PLATFORM, actor=lin, at=timezone.now())


def test_each_reads_and_writes_only_its_own(cast: Cast, talking: Complaint, lin: Actor) -> None:
    talking.respondents.filter(party="anchor").update(organisation=cast.yunji, asked_at=timezone.now())
    open_thread(talking, party=Party.ANCHOR, actor=lin, at=timezone.now())
    say(talking, lin, "协会你好", to=Side.ASSOCIATION)
    anchor, stranger = Actor.machine(cast.yunji), Actor.consumer(cast.zhao)

    def seen(actor: Actor) -> set[str]:
        return set(Thread.objects.visible_to(actor).values_list("other", flat=True))

    assert seen(cast.platform) == {"merchant"}  # of the platform's own nobody spoke; the anchor answers for itself
    assert seen(anchor) == {"anchor"}
    assert seen(lin) == seen(cast.officer) == {"merchant", "anchor", "association"}
    for actor in (stranger, Actor(), Actor.officer(cast.huang)):
        assert seen(actor) == set()
    with pytest.raises(CannotAnswer):
        say(talking, anchor, "我来说", to=Side.MERCHANT)
    for actor, to in ((cast.officer, Side.MERCHANT), (cast.platform, Side.ASSOCIATION), (Actor(), Side.MERCHANT)):
        with pytest.raises(IllegalMove):
            say(talking, actor, "我来说", to=to)


def test_two_presses_at_once_are_one_message_and_new_words_under_an_old_key_are_not_lost(
    talking: Complaint, lin: Actor
) -> None:
    for _ in range(3):
        say(talking, lin, "什么时候退？", press="form-1")
    assert say(talking, lin, "改了一下：哪天退？", press="form-1").number == 2
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_one_moment_are_one_message(cast: Cast) -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.skip("threads of one database in memory share a connection")
    lin, complaint = Actor.consumer(cast.lin), a_complaint(at=timezone.now(), consumer=cast.lin)
    open_thread(complaint, party=Party.MERCHANT, actor=lin, at=timezone.now())

    def press(_turn: int) -> None:
        try:
            say(complaint, lin, "同一句", press="form-1")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))
    assert Message.objects.count() == 1


def test_numbers_never_reach_the_other_side_and_the_author_keeps_the_own_words(
    cast: Cast, talking: Complaint, lin: Actor
) -> None:
    secret = f"打13912340000，订单{talking.order_number}"
    message = say(talking, lin, secret)
    assert message.is_masked
    assert message.words == f"打****，订单{talking.order_number}"
    assert message.original == secret
    assert "13912340000" in takeout_of(cast)
    theirs = say(talking, cast.platform, "加微信：lan_2026")
    assert theirs.words == "加微信：****"
    assert "lan_2026" not in takeout_of(cast)
    office = say(talking, cast.officer, "打0571-87654321找我", to=Side.ASSOCIATION)
    assert not office.is_masked


def takeout_of(cast: Cast) -> str:
    with zipfile.ZipFile(takeout.pack(cast.lin, at=timezone.now())) as archive:
        return archive.read("data.json").decode()


def test_no_word_stands_in_events_webhooks_notices_logs_or_open_columns(
    cast: Cast, talking: Complaint, lin: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    say(talking, cast.platform, f"{CANARY} 13912340000")
    say(talking, lin, f"{CANARY} 回话")
    say(talking, cast.officer, f"{CANARY} 协会", to=Side.ASSOCIATION)
    at = timezone.localtime().replace(hour=10) + timedelta(days=1)
    telling.send_due(lambda: at, until=at + timedelta(minutes=1))
    letter = mail.outbox[-1]
    told = [json.dumps(body, default=str) for body in Event.objects.values_list("body", flat=True)]
    told += [bytes(body).decode() for body in Delivery.objects.values_list("body", flat=True)]
    told += [str(row) for row in [*Message.objects.values(), *Thread.objects.values()]]
    html = str(letter.alternatives[0].content)
    told += [str(letter.subject), str(letter.body), html, caplog.text]
    for text in told:
        assert CANARY not in text
        assert "1391234" not in text
    assert "商家给你写了消息" in str(letter.body)
    assert "协会给你写了消息" in str(letter.body)


def test_only_who_speaks_for_the_party_is_told_that_the_consumer_wrote(
    cast: Cast, talking: Complaint, lin: Actor
) -> None:
    def rung() -> list[tuple[str, str, int | None]]:
        sent = Delivery.objects.filter(type__startswith="message.").order_by("pk")
        data = [(one.type, json.loads(bytes(one.body))["data"]) for one in sent]
        return [(kind, each["party"], each.get("message")) for kind, each in data]

    assert rung() == [("message.invited", "merchant", None)]
    say(talking, lin, "什么时候退？")
    say(talking, lin, "协会你好", to=Side.ASSOCIATION)
    say(talking, cast.platform, "明天。")
    assert rung()[1:] == [("message.posted", "merchant", 1)]
    talking.respondents.filter(party="merchant").update(organisation=cast.yunji)  # it has no endpoint
    say(talking, lin, "好")
    assert len(rung()) == 2


def test_who_has_unread_messages_is_not_told_of_each(cast: Cast, talking: Complaint, lin: Actor) -> None:
    wrote = Notice.objects.filter(kind="wrote")
    say(talking, cast.platform, "一")
    say(talking, cast.platform, "二")
    assert wrote.count() == 1
    mark_read(talking, other=Side.MERCHANT, up_to=2, actor=lin)
    say(talking, cast.platform, "三")
    say(talking, lin, "四")
    assert wrote.count() == 2


def test_what_is_new_is_counted_until_it_was_looked_at_and_no_further(
    cast: Cast, talking: Complaint, lin: Actor
) -> None:
    def unread() -> int:
        return Thread.objects.visible_to(lin).unread_by_consumer().get(talking.pk, 0)

    say(talking, lin, "在吗")
    assert unread() == 0
    say(talking, cast.platform, "在")
    say(talking, cast.platform, "您说")
    say(talking, cast.officer, "材料收到了", to=Side.ASSOCIATION)
    assert unread() == 3
    mark_read(talking, other=Side.MERCHANT, up_to=2, actor=lin)
    mark_read(talking, other=Side.MERCHANT, up_to=1, actor=lin)  # an older page does not make it new again
    assert unread() == 2
    mark_read(talking, other=Side.MERCHANT, up_to=99, actor=lin)
    say(talking, cast.platform, "还有")
    assert unread() == 2


def test_a_message_to_the_association_marks_the_case_until_it_is_read_or_answered(
    cast: Cast, complaint: Complaint, lin: Actor
) -> None:
    def marked() -> bool:
        complaint.refresh_from_db()
        return complaint.has_message

    say(complaint, lin, "收到检测报告了", to=Side.ASSOCIATION)
    assert marked()
    mark_read(complaint, other=Side.ASSOCIATION, up_to=1, actor=cast.officer)
    assert not marked()
    say(complaint, lin, "还有一份", to=Side.ASSOCIATION)
    assert marked()
    say(complaint, cast.officer, "好的", to=Side.ASSOCIATION)
    assert not marked()


@pytest.mark.parametrize(
    ("words", "why"), [("", "写一句"), (" \n\u200b\u2060 ", "写一句"), ("字" * 1001, "最多1000字，现在有1001字")]
)
def test_what_is_no_message_is_refused_with_the_reason(talking: Complaint, lin: Actor, words: str, why: str) -> None:
    with pytest.raises(CannotWrite, match=why):
        say(talking, lin, words)
    assert not Message.objects.exists()


def test_a_flood_is_stopped_for_one_side_and_flows_again_after_an_hour(
    cast: Cast, talking: Complaint, lin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_AN_HOUR", 3)
    for number in range(3):
        say(talking, lin, f"第{number}条")
    with pytest.raises(TooManyMessages, match="60分钟后"):
        say(talking, lin, "第4条")
    say(talking, cast.platform, "慢慢说")
    later = timezone.now() + timedelta(hours=1, seconds=1)
    messages.write(talking, other=Side.MERCHANT, words="第4条", press="x", actor=lin, at=later)


def test_an_ended_case_is_only_read_and_what_was_written_is_never_changed(
    cast: Cast, talking: Complaint, lin: Actor
) -> None:
    message = say(talking, lin, "最后一句", press="f")
    withdraw(talking, actor=lin, at=timezone.now())
    for actor, to in ((lin, Side.MERCHANT), (lin, Side.ASSOCIATION), (cast.platform, Side.MERCHANT)):
        with pytest.raises(IllegalMove, match="已经结束"):
            say(talking, actor, "还有", to=to)
    with pytest.raises(IllegalMove):
        open_thread(talking, party=Party.ANCHOR, actor=lin, at=timezone.now())
    assert say(talking, lin, "最后一句", press="f") == message  # it was taken before: a retry hears so
    with pytest.raises(CannotChange):
        message.save()
    with pytest.raises(CannotChange):
        message.delete()
    with pytest.raises(CannotChange):
        Message.objects.all().delete()
    moved = Message(thread=message.thread, number=2, sealed_words=message.sealed_words)
    with pytest.raises(CannotUnseal):
        _ = moved.words
