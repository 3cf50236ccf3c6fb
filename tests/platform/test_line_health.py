"""Fair between lines, gentle with slow ones; who looks after a line hears of its failing, and nothing is dropped."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail

from accounts.models import Endpoint, Membership
from accounts.names import move
from complaints import webhooks
from complaints.flow import delivery as outbox
from complaints.flow import failing, noting, reaching, reminding, upkeep
from complaints.models import Attempt, Delivery, Pace, Reminder, Respondent, Trigger
from complaints.webhooks import meaning
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.platform import receivers
from tests.platform.receivers import Receiver

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_line(cast: Cast, **columns: object) -> Endpoint:
    """Another address of the platform, or of whom it is said."""
    line = Endpoint.objects.create(
        **{"organisation": cast.kuailive, "url": "https://two.example/", "created_at": MONDAY, **columns}
    )
    line.keep_secret(cast.secret, at=MONDAY)
    return line


def notices(line: Endpoint, count: int, *, at: datetime = MONDAY) -> None:
    """So many notices for a line that are about no case."""
    Delivery.objects.bulk_create(
        Delivery(
            endpoint=line,
            message_id=webhooks.new_id("msg_", at),
            type="case.updated",
            body=b"{}",
            next_attempt_at=at,
            created_at=at,
        )
        for _ in range(count)
    )


def sent(status: int | None, at: datetime, *, ms: int = 50) -> outbox.Sent:
    found = meaning(status, None, "" if status else "timeout", at=at)
    return outbox.Sent(found, status, peer="203.0.113.7", tls="TLSv1.3", duration_ms=ms)


def goes(line: Endpoint, status: int | None, at: datetime, *, ms: int = 50) -> None:
    """One attempt on this line, that ends so. What waits for its time or its breaker has it now."""
    Endpoint.objects.filter(pk=line.pk).update(closed_until=None)
    if not line.deliveries.filter(state="pending").exists():
        notices(line, 2, at=at)
    Delivery.objects.filter(state="pending").update(next_attempt_at=at + 99 * DAY)
    least_tried = line.deliveries.filter(state="pending").order_by("attempts", "pk")[0]
    Delivery.objects.filter(pk=least_tried.pk).update(next_attempt_at=at)
    (claimed,) = outbox.claim(1, at=at)
    assert outbox.finish(claimed, sent(status, at, ms=ms), at=at)


def test_each_line_keeps_to_its_own_limit_and_the_longest_untouched_goes_first(cast: Cast) -> None:
    wide = a_line(cast, max_in_flight=5)
    huge = a_line(cast, max_in_flight=900)
    for line in (cast.endpoint, wide, huge):
        notices(line, 20)
    taken = [one.endpoint_id for one in outbox.claim(30, at=MONDAY)]
    assert [taken.count(line.pk) for line in (cast.endpoint, wide, huge)] == [2, 5, 8]
    assert outbox.claim(30, at=MONDAY) == []
    Delivery.objects.update(state="pending")
    Endpoint.objects.filter(pk=wide.pk).update(last_claimed_at=MONDAY - HOUR)
    assert {one.endpoint_id for one in outbox.claim(5, at=MONDAY)} == {wide.pk}


def test_lines_that_fail_or_drag_share_a_quarter_and_never_shut_the_quick_out(cast: Cast) -> None:
    for number in range(6):
        slow = a_line(cast, failures_in_row=2 if number % 2 else 0)
        Pace.objects.create(endpoint=slow, slow=0 if number % 2 else 0b101)
        notices(slow, 4)
    quick = a_line(cast, last_claimed_at=MONDAY, max_in_flight=8)
    notices(quick, 9)
    claimed = outbox.claim(6, at=MONDAY, slow=2)
    assert [one.endpoint_id == quick.pk for one in claimed].count(True) == 4
    assert len(claimed) == 6
    assert {one.endpoint_id for one in outbox.claim(6, at=MONDAY, slow=0)} == {quick.pk}


def test_a_line_is_slow_after_two_of_twenty_and_quick_again_after_twenty_more(cast: Cast) -> None:
    for status, ms in ((200, 6000), (200, 50), (None, 15000)):
        goes(cast.endpoint, status, MONDAY, ms=ms)
    assert Pace.objects.get().slow == 0b101
    for _ in range(20):
        goes(cast.endpoint, 200, MONDAY)
    assert Pace.objects.get().slow == 0


def test_owners_are_told_after_an_hour_a_day_and_three_and_after_five_days_nothing_more_is_tried(cast: Cast) -> None:
    keeper = cast.zhao
    move(keeper, "keeper@kuailive.example")
    Membership.objects.create(user=keeper, organisation=cast.kuailive, duties=["engineer"])
    other = a_line(cast, url="https://other.example/")
    told = []
    for hours in (0, 0.5, 1, 2, 24, 25, 72, 96, 119):
        at = MONDAY + hours * HOUR
        goes(cast.endpoint, 500, at)
        failing.watch(at=at)
        told.append(len(mail.outbox))
    assert told == [0, 0, 1, 1, 2, 2, 3, 3, 3]
    assert [one.type for one in other.deliveries.order_by("pk")] == ["endpoint.failing"] * 3
    assert "hooks.kuailive.example" in str(mail.outbox[0].body)
    late = MONDAY + 5 * DAY
    failing.watch(at=late)
    assert Endpoint.objects.get(pk=cast.endpoint.pk).state == "active"  # nine failures are not ten
    goes(cast.endpoint, 500, late)
    notices(cast.endpoint, 3, at=late)
    failing.watch(at=late)
    failing.watch(at=late)
    assert Endpoint.objects.get(pk=cast.endpoint.pk).state == "disabled"
    assert set(cast.endpoint.deliveries.values_list("state", flat=True)) == {"parked"}
    assert other.deliveries.latest("pk").type == "endpoint.disabled"
    assert len(mail.outbox) == 4
    assert outbox.reopen_line(cast.endpoint, at=late) == cast.endpoint.deliveries.count()


def test_one_success_on_the_fourth_day_and_every_other_notice_that_fails_disable_nothing(cast: Cast) -> None:
    for day in range(4):
        for _ in range(4):
            goes(cast.endpoint, 500, MONDAY + day * DAY)
    goes(cast.endpoint, 200, MONDAY + 4 * DAY)
    for half_day in range(10, 30):
        at = MONDAY + half_day * DAY / 2
        goes(cast.endpoint, 500 if half_day % 2 else 200, at)
        failing.watch(at=at)
    assert Endpoint.objects.get().state == "active"


def test_a_single_notice_that_nobody_can_take_disables_nothing(cast: Cast) -> None:
    notices(cast.endpoint, 1)
    for hours in range(0, 121, 12):
        Delivery.objects.update(state="pending", attempts=0)
        goes(cast.endpoint, 500, MONDAY + hours * HOUR)
    failing.watch(at=MONDAY + 6 * DAY)
    assert Endpoint.objects.get().failures_in_row >= 10
    assert Endpoint.objects.get().state == "active"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 415])
def test_what_only_the_owner_can_put_right_is_told_at_once_and_once(cast: Cast, status: int) -> None:
    other = a_line(cast, url="https://other.example/")
    for _ in range(2):
        goes(cast.endpoint, status, MONDAY)
        failing.watch(at=MONDAY)
    (notice,) = other.deliveries.all()
    assert f'"reason":"http-{status}"' in bytes(notice.body).decode()


def test_a_ping_goes_to_a_line_in_any_state_and_says_nothing_of_its_health(cast: Cast) -> None:
    Endpoint.objects.update(state="unverified", failures_in_row=3, failing_since=MONDAY)
    before = Endpoint.objects.values().get()
    for reply, outcome in (("200 OK", "taken"), ("410 Gone", "refused")):
        with Receiver(receivers.answers(reply, body=b"challenge-0123456789abcdef01234")) as receiver:
            Endpoint.objects.update(url=receiver.url)
            line = Endpoint.objects.get()
            now = datetime.now().astimezone()
            attempt, answer = outbox.send_now(line, "endpoint.ping", b"{}", trigger=Trigger.PING, at=now)
        assert (attempt.outcome, attempt.trigger, attempt.address) == (outcome, "ping", "127.0.0.1")
        assert answer == b"challenge-0123456789abcdef01234"
        assert attempt.reply == "chal****"
        assert receiver.messages[0].headers["x-whoanswers-trigger"] == "ping"
    after = Endpoint.objects.values().get()
    assert {**before, "url": ""} == {**after, "url": ""}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done", "dead"}
    assert outbox.sweep(at=now) == 0


def test_what_a_receiver_answers_keeps_no_number_and_no_key() -> None:
    said = "order 42 of 13812345678, 110101199003078515, key zz_live_abcdefgh_0123456789abcdef, Bearer eyJhbGciOi.J9x1"
    kept = noting.as_text(said.encode())
    assert "order 42" in kept
    for secret in ("13812345678", "110101199003078515", "0123456789abcdef", "eyJhbGciOi"):
        assert secret not in kept


def test_answers_are_forgotten_after_a_month_and_bodies_after_three(cast: Cast) -> None:
    for days in (29, 31, 89, 91):
        notices(cast.endpoint, 1, at=MONDAY - days * DAY)
        (claimed,) = outbox.claim(1, at=MONDAY - days * DAY)
        said = sent(200, MONDAY)
        outbox.finish(claimed, outbox.Sent(said.meaning, 200, b"fine"), at=MONDAY - days * DAY)
    upkeep.forget(at=MONDAY)
    assert list(Attempt.objects.order_by("pk").values_list("reply", flat=True)) == ["fine", "", "", ""]
    bodies = [bytes(body) for body in Delivery.objects.order_by("pk").values_list("body", flat=True)]
    assert bodies == [b"{}", b"{}", b"{}", b""]
    with pytest.raises(outbox.CannotResend, match="按期限删除"):
        outbox.replay(Delivery.objects.latest("pk"), at=MONDAY)


def test_a_party_that_takes_no_notice_for_a_day_is_an_officers_task_until_it_is_reached(cast: Cast) -> None:
    complaint = a_complaint(reached=False)
    assert reaching.remind_of_service(at=MONDAY + 23 * HOUR) == 0
    assert reaching.remind_of_service(at=MONDAY + 25 * HOUR) == 1
    assert reaching.remind_of_service(at=MONDAY + 26 * HOUR) == 0
    reminding.remind_officers(at=MONDAY + 26 * HOUR)
    reminder = Reminder.objects.standing().get()
    assert (reminder.complaint, reminder.said) == (complaint, "通知没有送到，请用别的办法通知")
    platform = Respondent.objects.get(party="platform")
    assert (platform.notified_at, platform.seen_at, platform.answered_at) == (None, None, None)
    (claimed,) = outbox.claim(1, at=MONDAY + 26 * HOUR)
    outbox.finish(claimed, sent(200, MONDAY + 26 * HOUR), at=MONDAY + 26 * HOUR)
    reaching.start_clocks(at=MONDAY + 26 * HOUR)
    assert not Reminder.objects.standing().exists()
    reaching.note_seen(complaint, actor=cast.platform, at=MONDAY + 27 * HOUR)
    reaching.note_seen(complaint, actor=cast.platform, at=MONDAY + 28 * HOUR)
    platform.refresh_from_db()
    assert (platform.notified_at, platform.seen_at) == (MONDAY + 26 * HOUR, MONDAY + 27 * HOUR)
    assert platform.answered_at is None
    assert Respondent.objects.exclude(pk=platform.pk).filter(seen_at__isnull=False).count() == 0
