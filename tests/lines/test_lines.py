"""An address from its first day to its last: who may change it, what it has to show, and what it gets meanwhile."""

from __future__ import annotations

import base64
import json
import socket
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils import timezone

from accounts.models import Endpoint, Membership
from accounts.sealing import seal
from complaints.flow import delivery as outbox
from complaints.flow import lines, sandbox
from complaints.flow.line_rules import MOST_LINES, CannotChangeLine, TooOften
from complaints.flow.noting import Sent
from complaints.lifecycle import Role
from complaints.models import Actor, Delivery, LineChange
from complaints.webhooks import meaning
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.lines.conftest import a_line, listening, member
from tests.platform.receivers import Receiver, answers

URL = "https://new.kuailive.example/in"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_a_new_address_gets_nothing_before_it_has_repeated_a_challenge(cast: Cast, engineer: Actor) -> None:
    with listening() as receiver:
        line, secret = lines.add_line(cast.kuailive, url=receiver.url, types=["case.opened"], actor=engineer, at=MONDAY)
        assert (line.state, line.secrets(MONDAY)) == ("unverified", [secret])
        a_complaint()
        assert not line.deliveries.exists()
        with pytest.raises(CannotChangeLine):
            lines.ping(line, actor=engineer, at=MONDAY)
        assert not receiver.messages
        probe = lines.verify_line(line, actor=engineer, at=MONDAY)
        assert (probe.passed, probe.attempt.status, line.state) == (True, 200, "active")
        (message,) = receiver.messages
        said = json.loads(message.body)
        assert (said["type"], said["test"], said["data"]["endpoint"]) == ("endpoint.verify", True, f"ep_{line.pk}")
        assert len(base64.urlsafe_b64decode(said["data"]["challenge"] + "=")) == 32
        assert secret not in str(receiver.messages)
        assert lines.ping(line, actor=engineer, at=MONDAY).passed
    a_complaint()
    assert [each.type for each in line.deliveries.exclude(type__startswith="endpoint.")] == ["case.opened"]
    assert [each.what for each in line.changes.order_by("pk")] == ["added", "verified"]


@pytest.mark.parametrize(
    ("spoil", "passes"),
    [
        (lambda challenge: json.dumps({"challenge": challenge}), True),
        (lambda challenge: f" {challenge}\n", True),
        (lambda challenge: challenge[:-1], False),
        (lambda challenge: json.dumps({"data": {"challenge": challenge}}), False),  # an echo of what we sent
        (lambda challenge: f"<p>{challenge}</p>", False),
        (lambda _challenge: '{"challenge": ["不是"]}', False),
        (lambda _challenge: "{", False),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_only_whoever_knows_what_to_repeat_passes(cast: Cast, engineer: Actor, spoil: object, passes: bool) -> None:
    with listening(spoil=spoil) as receiver:  # type: ignore[arg-type]
        line, _secret = lines.add_line(cast.kuailive, url=receiver.url, actor=engineer, at=MONDAY)
        assert lines.verify_line(line, actor=engineer, at=MONDAY).passed is passes
        assert line.state == ("active" if passes else "unverified")


@pytest.mark.django_db(transaction=True)
def test_a_challenge_answered_before_is_no_answer_to_the_next_and_one_of_another_url_to_none(
    cast: Cast, engineer: Actor
) -> None:
    seen: list[str] = []

    def first_one(challenge: str) -> str:
        seen.append(challenge)
        return seen[0]

    with listening(spoil=first_one) as receiver:
        line = a_line(cast, receiver.url, state="unverified")
        assert lines.verify_line(line, actor=engineer, at=MONDAY).passed
        with pytest.raises(CannotChangeLine, match="已经核对过"):
            lines.verify_line(line, actor=engineer, at=MONDAY)
        moved = lines.change_url(line, f"{receiver.url}?v=2", actor=engineer, at=MONDAY)
        assert not lines.verify_line(moved, actor=engineer, at=MONDAY + MINUTE).passed
        assert moved.state == "unverified"
        assert len(set(seen)) == 2

    def moves_meanwhile(challenge: str) -> str:
        Endpoint.objects.filter(pk=line.pk).update(url=URL)
        return challenge

    with listening(spoil=moves_meanwhile) as receiver:
        Endpoint.objects.filter(pk=line.pk).update(url=receiver.url)
        assert not lines.verify_line(line, actor=engineer, at=MONDAY + 2 * MINUTE).passed


def test_another_url_keeps_the_secret_and_is_verified_anew(cast: Cast, engineer: Actor) -> None:
    """S29: whoever takes over an account cannot turn the stream to an address that does not expect it."""
    a_complaint()
    moved = lines.change_url(cast.endpoint, URL, actor=engineer, at=MONDAY)
    assert (moved.state, moved.url, moved.secrets(MONDAY)) == ("unverified", URL, [cast.secret])
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parked"}
    a_complaint()
    with pytest.raises(CannotChangeLine):
        lines.resume(moved, actor=engineer, at=MONDAY)
    assert lines.change_url(moved, URL, actor=engineer, at=MONDAY).changes.count() == 1


def test_a_late_410_does_not_make_an_address_that_is_to_be_verified_one_that_may_be_resumed(
    cast: Cast, engineer: Actor
) -> None:
    a_complaint(reached=False)
    (late,) = outbox.claim(1, at=MONDAY)
    was = cast.endpoint.url
    for url in (URL, was):
        lines.change_url(cast.endpoint, url, actor=engineer, at=MONDAY)
    assert outbox.finish(late, Sent(meaning(410, None, "", at=MONDAY), 410), at=MONDAY)
    cast.endpoint.refresh_from_db()
    assert (cast.endpoint.state, cast.endpoint.failures_in_row) == ("unverified", 1)
    with pytest.raises(CannotChangeLine, match="先核对"):
        lines.resume(cast.endpoint, actor=engineer, at=MONDAY)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/in", "https://localhost/in", "ftp://a.example/", "https://a.example:22/"]
)
def test_an_address_we_would_not_call_is_not_kept(cast: Cast, engineer: Actor, url: str) -> None:
    with pytest.raises(CannotChangeLine):
        lines.add_line(cast.kuailive, url=url, actor=engineer, at=MONDAY)
    with pytest.raises(CannotChangeLine):
        lines.change_url(cast.endpoint, url, actor=engineer, at=MONDAY)
    assert Endpoint.objects.count() == 1


def test_the_same_address_stands_once_and_there_are_not_too_many(cast: Cast, engineer: Actor) -> None:
    with pytest.raises(CannotChangeLine, match="已经有了"):
        lines.add_line(cast.kuailive, url=cast.endpoint.url, actor=engineer, at=MONDAY)
    for number in range(MOST_LINES - 1):
        lines.add_line(cast.kuailive, url=f"{URL}/{number}", actor=engineer, at=MONDAY)
    with pytest.raises(CannotChangeLine, match="最多10个"):
        lines.add_line(cast.kuailive, url=URL, actor=engineer, at=MONDAY)
    lines.remove(cast.endpoint, actor=engineer, at=MONDAY)
    lines.add_line(cast.kuailive, url=cast.endpoint.url, actor=engineer, at=MONDAY)


def test_only_those_whose_part_it_is_change_an_address(cast: Cast, engineer: Actor) -> None:
    outsiders = (
        Actor(),
        cast.officer,
        Actor.machine(cast.yunji),
        Actor.receipt(1),
        Actor(Role.RESPONDENT, complaint_id=1, respondent_id=1),
        member(cast, "dafu", Membership.Part.ANSWERING),
    )
    for actor in outsiders:
        with pytest.raises(CannotChangeLine):
            lines.pause(cast.endpoint, actor=actor, at=MONDAY)
        with pytest.raises(CannotChangeLine):
            lines.rotate_secret(cast.endpoint, actor=actor, at=MONDAY)
    assert not LineChange.objects.exists()
    operator = Actor.officer(cast.zhou)
    cast.zhou.is_superuser = True
    for actor in (engineer, cast.platform, operator, member(cast, "guanli", Membership.Part.MANAGER)):
        lines.pause(cast.endpoint, actor=actor, at=MONDAY)
        lines.resume(cast.endpoint, actor=actor, at=MONDAY)
    assert list(lines.visible_to(engineer)) == [cast.endpoint]
    assert not lines.visible_to(Actor.machine(cast.yunji)).exists()
    assert not lines.visible_to(cast.officer).exists()


def test_an_address_taken_away_gets_nothing_forgets_its_secrets_and_leaves_its_log(cast: Cast, engineer: Actor) -> None:
    second = a_line(cast)
    a_complaint()
    before = second.deliveries.count()
    lines.remove(second, actor=engineer, at=MONDAY)
    second.refresh_from_db()
    assert (second.secrets(MONDAY), second.sealed_secret) == ([], "")
    a_complaint()
    assert second.deliveries.count() == before
    assert not second.deliveries.exclude(state="parked").exists()
    assert cast.endpoint.deliveries.filter(state="pending").exists()
    for verb in (lines.pause, lines.resume, lines.remove, lines.ping, lines.verify_line, lines.rotate_secret):
        with pytest.raises(CannotChangeLine, match="删掉"):
            verb(second, actor=engineer, at=MONDAY)
    with pytest.raises(CannotChangeLine, match="删掉"):
        lines.resend(second.deliveries.all()[0], actor=engineer, at=MONDAY)


# ── Secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_old_secrets_at_most_go_on_signing_each_until_its_own_end(cast: Cast, engineer: Actor) -> None:
    line = cast.endpoint
    second = lines.rotate_secret(line, overlap=7 * DAY, actor=engineer, at=MONDAY)
    third = lines.rotate_secret(line, overlap=DAY, actor=engineer, at=MONDAY)
    line.refresh_from_db()
    assert line.secrets(MONDAY) == [third, second, cast.secret]
    assert line.secrets(MONDAY + 2 * DAY) == [third, cast.secret]
    with pytest.raises(CannotChangeLine, match="旧密钥还在签名"):
        lines.rotate_secret(line, actor=engineer, at=MONDAY)
    newest = lines.rotate_secret(line, overlap=timedelta(), actor=engineer, at=MONDAY)
    line.refresh_from_db()
    assert line.secrets(MONDAY) == [newest]
    with pytest.raises(CannotChangeLine, match="选一个"):
        lines.rotate_secret(line, overlap=DAY * 365, actor=engineer, at=MONDAY)


def test_an_old_secret_sealed_before_there_could_be_two_still_signs(cast: Cast) -> None:
    line = cast.endpoint
    line.sealed_old_secret = seal("whsec_b2xk", owner=f"endpoint:{line.pk}")
    line.old_secret_until = MONDAY + DAY
    assert line.secrets(MONDAY) == [cast.secret, "whsec_b2xk"]
    assert line.secrets(MONDAY + DAY) == [cast.secret]


def test_a_secret_that_cannot_be_read_is_replaced(cast: Cast, engineer: Actor) -> None:
    Endpoint.objects.update(sealed_secret="s1.altered", sealed_old_secret="s1.altered")
    secret = lines.rotate_secret(cast.endpoint, actor=engineer, at=MONDAY)
    assert Endpoint.objects.get().secrets(MONDAY) == [secret]


def test_a_new_secret_sends_what_could_not_be_signed_and_nothing_else(cast: Cast, engineer: Actor) -> None:
    a_complaint()
    blocked, *_rest = Delivery.objects.order_by("pk")
    sealed = Endpoint.objects.get().sealed_secret
    Endpoint.objects.update(url="https://10.0.0.1/in")
    tried(blocked)
    Endpoint.objects.update(url=URL, sealed_secret="s1.altered")
    tried(*Delivery.objects.filter(state="pending").order_by("pk"))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parked"}
    count = Delivery.objects.count()
    lines.pause(cast.endpoint, actor=engineer, at=MONDAY)
    lines.rotate_secret(cast.endpoint, actor=engineer, at=MONDAY)
    assert Delivery.objects.filter(state="parked").count() == count  # out of use it sends nothing
    Endpoint.objects.update(state="active", sealed_secret=sealed)
    lines.rotate_secret(cast.endpoint, actor=engineer, at=MONDAY)
    assert list(Delivery.objects.filter(state="parked")) == [blocked]
    waiting = Delivery.objects.filter(state="pending")
    assert set(waiting.values_list("attempts", "settled_at")) == {(0, None)} and waiting.due(MONDAY).exists()


def test_headers_that_cannot_be_read_are_written_anew_and_what_waited_for_them_leaves(
    cast: Cast, engineer: Actor
) -> None:
    a_complaint()
    Endpoint.objects.update(url=URL, sealed_headers="s1.altered", sealed_signing_key="s1.altered")
    tried(*Delivery.objects.order_by("pk"))
    assert lines.public_key(Endpoint.objects.get()) == ""
    lines.use_signing_key(cast.endpoint, on=False, actor=engineer, at=MONDAY)
    lines.set_headers(cast.endpoint, {}, actor=engineer, at=MONDAY)
    assert Endpoint.objects.get().extra_headers() == {}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}


def tried(*notices: Delivery) -> None:
    """Claimed and sent, one after another; none of them gets anywhere."""
    for notice in notices:
        Delivery.objects.exclude(pk=notice.pk).filter(state="pending").update(next_attempt_at=MONDAY + DAY)
        Delivery.objects.filter(pk=notice.pk).update(next_attempt_at=MONDAY)
        for one in outbox.claim(1, at=MONDAY):
            outbox.finish(one, outbox.send(one, at=MONDAY), at=MONDAY)


def test_a_signing_key_is_made_once_and_its_public_half_fits(cast: Cast, engineer: Actor) -> None:
    public = lines.use_signing_key(cast.endpoint, on=True, actor=engineer, at=MONDAY)
    assert lines.use_signing_key(cast.endpoint, on=True, actor=engineer, at=MONDAY) == public
    cast.endpoint.refresh_from_db()
    private = base64.b64decode(cast.endpoint.signing_key().removeprefix("whsk_"))
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(b"x")
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_"))).verify(signature, b"x")
    assert lines.use_signing_key(cast.endpoint, on=False, actor=engineer, at=MONDAY) == ""


# ── What its owner chooses ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_gets_the_types_it_takes(cast: Cast, engineer: Actor) -> None:
    lines.subscribe(cast.endpoint, ["case.decided", "case.opened", "case.decided"], actor=engineer, at=MONDAY)
    a_complaint()
    assert set(Delivery.objects.values_list("type", flat=True)) <= {"case.decided", "case.opened"}
    cast.endpoint.refresh_from_db()
    assert cast.endpoint.types == ["case.opened", "case.decided"]
    for unknown in (["case.nothing"], ["endpoint.ping"], ["*"]):
        with pytest.raises(CannotChangeLine, match="没有这种通知"):
            lines.subscribe(cast.endpoint, unknown, actor=engineer, at=MONDAY)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "a"},
        {"Content-Type": "a"},
        {"webhook-id": "a"},
        {"Cookie": "a"},
        {"X": "a\r\nY: b"},
        {"X": "中"},
        {"X Y": "a"},
        {"": "a"},
        {"X": "a" * 1025},
        {"X-A": "1", "x-a": "2"},
        {f"X-{n}": "a" for n in range(11)},
        {"Transfer-Encoding": "chunked"},
    ],
)
def test_headers_that_make_the_request_are_not_its_owners_to_write(
    cast: Cast, engineer: Actor, headers: dict[str, str]
) -> None:
    with pytest.raises(CannotChangeLine):
        lines.set_headers(cast.endpoint, headers, actor=engineer, at=MONDAY)


def test_further_headers_are_kept_sealed_and_the_cap_within_bounds(cast: Cast, engineer: Actor) -> None:
    lines.set_headers(cast.endpoint, {"X-Api-Gateway": "sesame"}, actor=engineer, at=MONDAY)
    cast.endpoint.refresh_from_db()
    assert cast.endpoint.extra_headers() == {"X-Api-Gateway": "sesame"}
    assert "sesame" not in str(Endpoint.objects.values())
    for most in (0, 9, -1):
        with pytest.raises(CannotChangeLine):
            lines.set_pace(cast.endpoint, most, actor=engineer, at=MONDAY)
    assert lines.set_pace(cast.endpoint, 8, actor=engineer, at=MONDAY).max_in_flight == 8


@pytest.mark.django_db(transaction=True)
def test_six_pings_in_a_minute_are_one_too_many_and_none_says_the_line_is_ill(cast: Cast, engineer: Actor) -> None:
    at = timezone.now().replace(second=1)
    with Receiver(answers("500 Oops")) as receiver:
        Endpoint.objects.update(url=receiver.url)
        for _time in range(5):
            assert not lines.ping(cast.endpoint, actor=engineer, at=at).passed
        with pytest.raises(TooOften) as refusal:
            lines.ping(cast.endpoint, actor=engineer, at=at)
        assert refusal.value.wait == timedelta(seconds=59) - timedelta(microseconds=at.microsecond)
        assert len(receiver.messages) == 5
        assert not lines.ping(cast.endpoint, actor=engineer, at=at + MINUTE).passed
    cast.endpoint.refresh_from_db()
    assert (cast.endpoint.failures_in_row, cast.endpoint.failing_since) == (0, None)
    assert set(cast.endpoint.deliveries.values_list("state", "is_test")) == {("dead", True)}


# ── What nobody gets out of, and what nobody can hold ────────────────────────────────────────────────────────────────


def test_who_pauses_moves_or_takes_away_its_address_is_asked_all_the_same(cast: Cast, engineer: Actor) -> None:
    def is_asked() -> bool:
        return a_complaint().respondents.get(party="platform").asked_at is not None

    lines.pause(cast.endpoint, actor=engineer, at=MONDAY)
    assert is_asked()
    lines.change_url(cast.endpoint, URL, actor=engineer, at=MONDAY)
    assert is_asked()
    lines.remove(cast.endpoint, actor=engineer, at=MONDAY)
    assert is_asked()
    Endpoint.objects.all().update(removed_at=None, state="unverified", verified_at=None)
    assert not is_asked()  # it never showed that it takes notices, and nobody there answers
    member(cast, "dafu", Membership.Part.ANSWERING)
    assert is_asked()


@pytest.mark.django_db(transaction=True)
def test_probes_hold_two_threads_of_a_business_and_two_of_all_who_practise(cast: Cast, engineer: Actor) -> None:
    at = timezone.now().replace(second=1)
    houses = [sandbox.open_new(f"练习{n}", at=at)[0] for n in range(4)]
    met: list[object] = []

    def hung(line: socket.socket) -> None:
        """While one waits, the others try."""
        if len(met) < 3:
            met.append(None)
            try:
                lines.ping(theirs[len(met)], actor=Actor.machine(houses[len(met)]), at=at)
            except TooOften as refusal:
                met.append(refusal)
        answers()(line)

    with Receiver(hung) as receiver:
        theirs = [
            Endpoint.objects.create(organisation=house, url=receiver.url, created_at=at, verified_at=at)
            for house in houses
        ]
        for line in theirs:
            line.keep_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", at=at)
        lines.ping(theirs[0], actor=Actor.machine(houses[0]), at=at)
        assert [type(each) for each in met] == [type(None), type(None), TooOften]
        lines.ping(theirs[3], actor=Actor.machine(houses[3]), at=at)  # the places are free again
        Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)
        assert lines.ping(cast.endpoint, actor=engineer, at=at).passed
