"""Notices are signed so that a receiver's own library accepts them, and what each answer means."""

import base64
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.credentials import mint_signing_secret
from complaints import webhooks
from complaints.webhooks import BACKOFF, Then, meaning, wait_before

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
BODY = '{"type":"case.opened","data":{"case":"投诉"}}'.encode()


def signed(secrets: list[str], body: bytes = BODY) -> dict[str, str]:
    return webhooks.headers("msg_1", body, secrets, at=datetime.now(UTC), attempt=1)


def test_the_reference_library_accepts_our_signature() -> None:
    secret = mint_signing_secret()
    assert Webhook(secret).verify(BODY, signed([secret]))["type"] == "case.opened"


def test_one_byte_changed_anywhere_is_refused() -> None:
    secret = mint_signing_secret()
    headers = signed([secret])
    for place in random.Random(1).sample(range(len(BODY)), 12):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises((WebhookVerificationError, UnicodeDecodeError)):
            Webhook(secret).verify(changed, headers, json_parse=False)
    for name in ("webhook-id", "webhook-timestamp"):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, {**headers, name: headers[name] + "1"})


def test_while_a_secret_is_rotated_both_sign_and_the_new_one_leads() -> None:
    new, old, other = (mint_signing_secret() for _ in range(3))
    headers = signed([new, old])
    assert headers["webhook-signature"].count("v1,") == 2
    assert headers["webhook-signature"].split()[0] == signed([new])["webhook-signature"]
    Webhook(new).verify(BODY, headers)
    Webhook(old).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, headers)


def test_the_published_example_of_the_standard_signs_as_printed() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = webhooks.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret])
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_clock_of_another_time_zone_signs_the_same_second() -> None:
    secret = mint_signing_secret()
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    made = [webhooks.headers("msg_1", BODY, [secret], at=at, attempt=1) for at in (NOW, shanghai)]
    assert made[0] == made[1]


def test_nothing_is_sent_without_a_usable_secret() -> None:
    for useless in ([], ["whsec_%%%"]):
        with pytest.raises(webhooks.NoSecret):
            webhooks.sign("msg_1", 1, BODY, useless)
    assert base64.b64decode(mint_signing_secret().removeprefix("whsec_"))


def test_a_notice_stays_below_eight_kibibytes() -> None:
    with pytest.raises(ValueError, match="at most 8192"):
        webhooks.envelope("case.opened", {"case": "x" * 8192}, event_id="evt_1", at=NOW)


@pytest.mark.parametrize(
    ("status", "retry_after", "then", "seconds", "holds"),
    [
        (200, None, Then.DONE, 0, False),
        (204, None, Then.DONE, 0, False),
        (299, None, Then.DONE, 0, False),
        (301, None, Then.RETRY, 0, False),
        (304, None, Then.RETRY, 0, False),
        (400, None, Then.RETRY, 0, False),
        (404, "5", Then.RETRY, 0, False),
        (410, "5", Then.GONE, 0, False),
        (429, None, Then.RETRY, 60, False),
        (429, "5", Then.RETRY, 5, True),
        (429, "120", Then.RETRY, 120, True),
        (429, "1000000000", Then.RETRY, 86400, True),
        (429, "-1", Then.RETRY, 60, False),
        (429, "abc", Then.RETRY, 60, False),
        (429, "１２", Then.RETRY, 60, False),
        (429, "Mon, 01 Jun 2026 02:10:00 GMT", Then.RETRY, 600, True),
        (429, "Mon, 01 Jun 2026 01:00:00 GMT", Then.RETRY, 60, False),
        (429, "Mon, 01 Jun 2099 01:00:00 GMT", Then.RETRY, 86400, True),
        (500, None, Then.RETRY, 0, False),
        (502, None, Then.RETRY, 60, False),
        (503, None, Then.RETRY, 0, False),
        (503, "30", Then.RETRY, 30, True),
        (504, None, Then.RETRY, 60, False),
        (999, None, Then.RETRY, 0, False),
    ],
)
def test_what_each_answer_means(status: int, retry_after: str | None, then: Then, seconds: int, holds: bool) -> None:
    found = meaning(status, retry_after, "", at=NOW)
    assert (found.then, found.at_least.total_seconds(), found.holds_line) == (then, seconds, holds)


def test_what_no_answer_means() -> None:
    assert meaning(None, None, "timeout", at=NOW).at_least.total_seconds() == 60
    assert meaning(None, None, "refused", at=NOW).then is Then.RETRY
    assert meaning(None, None, "blocked", at=NOW).then is Then.STOP


def test_the_plan_is_eleven_attempts_over_three_days_each_spread_by_a_fifth() -> None:
    assert len(BACKOFF) == 11
    assert timedelta(seconds=sum(BACKOFF)) == timedelta(hours=75, minutes=36, seconds=5)
    plain = meaning(500, None, "", at=NOW)
    for attempts in range(1, len(BACKOFF)):
        drawn = [wait_before(attempts, plain) for _ in range(200)]
        seconds = [one.total_seconds() for one in drawn if one]
        assert len(seconds) == 200
        assert BACKOFF[attempts] * 0.8 <= min(seconds) < max(seconds) <= BACKOFF[attempts] * 1.2
    assert wait_before(len(BACKOFF), plain) is None
