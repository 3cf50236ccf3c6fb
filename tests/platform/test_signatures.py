"""Notices are signed so that a receiver's own library accepts them, and what each answer means."""

import base64
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.credentials import mint_signing_key, mint_signing_secret, public_key_of
from complaints import webhooks
from complaints.webhooks import Then, meaning
from tests.cast import MONDAY, Cast

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


def test_a_thousand_notices_verify_while_a_secret_is_renewed_and_the_old_one_only_until_its_end(cast: Cast) -> None:
    old, new, now = cast.secret, mint_signing_secret(), datetime.now(UTC)
    cast.endpoint.keep_secret(new, at=MONDAY, old_until=MONDAY + timedelta(seconds=500))
    for second in range(1000):
        moment = MONDAY + timedelta(seconds=second)
        headers = webhooks.headers(f"msg_{second}", BODY, cast.endpoint.secrets(moment), at=now, attempt=1)
        Webhook(new).verify(BODY, headers)
        if second < 500:
            Webhook(old).verify(BODY, headers)
        else:
            with pytest.raises(WebhookVerificationError):
                Webhook(old).verify(BODY, headers)


def test_a_key_signs_beside_the_secret_and_anybody_can_check_it_with_its_public_half() -> None:
    secret, key = mint_signing_secret(), mint_signing_key()
    headers = signed([secret, key])
    first, second = headers["webhook-signature"].split()
    Webhook(secret).verify(BODY, headers)
    raw = base64.b64decode(public_key_of(key).removeprefix("whpk_"))
    checked = Ed25519PublicKey.from_public_bytes(raw)
    content = f"msg_1.{headers['webhook-timestamp']}.".encode() + BODY
    assert (first[:3], second[:4]) == ("v1,", "v1a,")
    checked.verify(base64.b64decode(second[4:]), content)
    with pytest.raises(InvalidSignature):
        checked.verify(base64.b64decode(second[4:]), content + b" ")
    for confused in (f"v1,{second[4:]}", f"v1a,{first[3:]}", f"v2,{first[3:]}"):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, {**headers, "webhook-signature": confused})


def test_five_minutes_old_or_early_is_refused_by_the_reference_library() -> None:
    secret = mint_signing_secret()
    for seconds in (-301, 301):
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, webhooks.headers("msg_1", BODY, [secret], at=at, attempt=1))


def test_no_key_is_used_that_is_none() -> None:
    for bad in ("whsk_", "whsk_%%", "whsk_" + base64.b64encode(b"x" * 31).decode(), mint_signing_secret()):
        with pytest.raises(ValueError, match=r"key|base64|padding|character"):
            public_key_of(bad)


def test_further_headers_never_speak_for_us_nor_break_the_line() -> None:
    wanted = {f"X-Team-{number}": "a" for number in range(12)} | {"webhook-id": "other"}
    made = webhooks.headers("msg_1", BODY, [mint_signing_secret()], at=NOW, attempt=1, extra=wanted)
    assert made["webhook-id"] == "msg_1"
    assert len([name for name in made if name.startswith("X-Team-")]) == 10
    for name, value in (
        ("Host", "x"),
        ("Cookie", "x"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Webhook-Signature", "v1,x"),
        ("Proxy-Authorization", "x"),
        ("X Y", "x"),
        ("X:Y", "x"),
        ("X-Y\r\nZ", "x"),
        ("X-Y", "a\r\nHost: b"),
        ("X-Y", "a\x00"),
        ("X-Y", "投诉"),
        ("X-Y", "a" * 1025),
        ("X" * 65, "a"),
    ):
        assert not webhooks.may_carry(name, value)
    assert webhooks.may_carry("Authorization", "Bearer abc")


def test_ids_sort_by_time_and_hold_no_full_stop() -> None:
    made = [webhooks.new_id("msg_", NOW + timedelta(milliseconds=number)) for number in range(50)]
    assert made == sorted(set(made))
    assert {(len(one), one[16], one[20] in "89ab") for one in made} == {(36, "7", True)}


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


def test_what_no_answer_means() -> None:
    assert meaning(None, None, "timeout", at=NOW).at_least.total_seconds() == 60
    assert meaning(None, None, "refused", at=NOW).then is Then.RETRY
    assert meaning(None, None, "blocked", at=NOW).then is Then.STOP
