"""A private authority and a certificate of ours, over real TLS: checked, sealed, watched, never shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from accounts import factors
from accounts.models import Endpoint, Membership
from accounts.names import move
from complaints import outbound
from complaints.certificates import own_tls, shown_of
from complaints.flow import line_tls, lines
from complaints.flow.line_rules import CannotChangeLine, Unsound
from complaints.models import Actor, Delivery, LineChange
from complaints.outbound import Failed, Reply
from complaints.tls import CannotLoad, OwnTls, trust_with
from tests.accounts.test_second_factor import code_of
from tests.browsers import long_ago
from tests.builders import a_complaint
from tests.cast import MONDAY, PASSWORD, Cast
from tests.desk.conftest import SignIn, signed_in  # noqa: F401  # a fixture
from tests.lines.conftest import a_line, member
from tests.lines.test_api import Keeper
from tests.platform import receivers
from tests.platform.calls import told
from tests.platform.receivers import NAME, Authority, Receiver
from tests.platform.test_outbox import tried

Caller = Callable[..., Reply]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of a business: nobody else trusts it."""
    return receivers.an_authority(tmp_path_factory.mktemp("theirs"))


@pytest.fixture
def call(settings: Settings) -> Caller:
    """Call a receiver on this machine by a public name, by what the system trusts and the address brings along."""

    def post(receiver: Receiver, own: OwnTls | None = None) -> Reply:
        settings.WEBHOOK_PORTS = {receiver.port}
        return outbound.post(receiver.url, b"{}", {}, deadline=3, find=lambda *_: ["127.0.0.1"], own=own)

    return post


def test_a_private_authority_is_trusted_where_it_was_given_and_nowhere_else(call: Caller, theirs: Authority) -> None:
    with Receiver(receivers.answers(), tls=theirs.server) as receiver:
        assert call(receiver, OwnTls(authority=theirs.pem)).status == 200
        for own in (None, OwnTls()):
            with pytest.raises(Failed, match="certificate"):
                call(receiver, own)
    # The name is checked as ever.
    with Receiver(receivers.answers(), tls=theirs.wrong_name) as other, pytest.raises(Failed, match="certificate"):
        call(other, OwnTls(authority=theirs.pem))


def test_who_asks_who_calls_is_shown_our_certificate(
    call: Caller, theirs: Authority, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = theirs.issue("whoanswers")
    stranger = receivers.an_authority(tmp_path_factory.mktemp("x")).issue("whoanswers")
    with Receiver(receivers.answers(), tls=theirs.asking(tmp_path)) as receiver:
        shown = OwnTls(authority=theirs.pem, client=ours.certificate + ours.key)
        assert call(receiver, shown).status == 200
        for wrong in ("", stranger.certificate + stranger.key):
            with pytest.raises(Failed) as failure:
                call(receiver, OwnTls(authority=theirs.pem, client=wrong))
            assert failure.value.code in {"client-certificate", "reset"}
    assert len(receiver.messages) == 1


def test_the_key_is_in_no_file_and_no_handle_once_it_is_loaded(theirs: Authority) -> None:
    ours = theirs.issue("whoanswers")
    before = set(Path("/proc/self/fd").iterdir()) if Path("/proc/self/fd").exists() else set()
    trust_with(OwnTls(client=ours.certificate + ours.key))
    with pytest.raises(CannotLoad):
        trust_with(OwnTls(client=ours.certificate))
    assert not {each for each in Path("/proc/self/fd").iterdir() if each.exists()} - before


def test_what_is_given_is_checked_and_the_refusal_says_what_to_do(
    cast: Cast, engineer: Actor, theirs: Authority
) -> None:
    line, now = a_line(cast), timezone.now()
    ours, other = theirs.issue("whoanswers"), theirs.issue("somebody")
    old = theirs.issue("whoanswers", at=datetime.now(UTC) - timedelta(days=800))
    for pem, words in (
        ("nonsense", "读不出证书"),
        (ours.certificate, "不是CA证书"),
        (theirs.pem + ours.key, "有私钥"),
        (theirs.pem * 6, "最多5张"),
    ):
        with pytest.raises(Unsound, match=words):
            line_tls.trust_authority(line, pem, actor=engineer, at=now)
    for certificate, key, words in (
        (ours.certificate, other.key, "对不上"),
        (old.certificate, old.key, "已经过期"),
        (ours.certificate, "nonsense", "读不出私钥"),
        (ours.certificate, "", "还缺私钥"),
        (theirs.issue(NAME, server=True).certificate, "", "还缺私钥"),
    ):
        with pytest.raises(Unsound, match=words):
            line_tls.show_certificate(line, certificate, key, actor=engineer, at=now)
    with pytest.raises(CannotChangeLine, match="什么都没有改动"):
        line_tls.trust_authority(line, theirs.pem, actor=member(cast, "qita", Membership.Part.ANSWERING), at=now)
    line.refresh_from_db()
    assert (line.sealed_ca, line.sealed_client, line.tls_shown) == ("", "", {})


def test_it_is_sealed_told_of_and_forgotten_with_the_address(cast: Cast, engineer: Actor, theirs: Authority) -> None:
    line, now, ours = a_line(cast), timezone.now(), theirs.issue("whoanswers")
    line_tls.trust_authority(line, theirs.pem, actor=engineer, at=now)
    line_tls.show_certificate(line, ours.certificate, ours.key, actor=engineer, at=now)
    line.refresh_from_db()
    assert "BEGIN" not in line.sealed_ca + line.sealed_client + json.dumps(line.tls_shown)
    found = own_tls(line)
    assert found is not None
    assert ours.key.strip() in found.client
    (shown,) = shown_of(line, "client")
    assert shown.subject == "CN=whoanswers"
    assert len(shown.fingerprint) == 64
    whats = list(line.changes.values_list("what", flat=True)[:2])
    assert whats == [LineChange.What.CLIENT, LineChange.What.CA]
    line_tls.show_certificate(line, "", "", actor=engineer, at=now)
    line.refresh_from_db()
    assert (line.sealed_client, list(line.tls_shown)) == ("", ["ca"])
    lines.remove(line, actor=engineer, at=now)
    line.refresh_from_db()
    assert (line.sealed_ca, line.tls_shown, line.tls_ends_at) == ("", {}, None)


def test_its_end_is_told_thirty_seven_and_one_days_before_each_once(
    cast: Cast, engineer: Actor, theirs: Authority
) -> None:
    assert engineer.user is not None
    move(engineer.user, "weihu@kuailive.example")
    other = a_line(cast, "https://three.kuailive.example/in")
    line, now = a_line(cast), timezone.now()
    line_tls.trust_authority(line, theirs.pem, actor=engineer, at=now)
    line.refresh_from_db()
    assert line.tls_ends_at is not None
    rung = Delivery.objects.filter(type="endpoint.certificate_expiring")
    for days, count in ((31, 0), (29, 1), (28, 1), (6.5, 2), (0.5, 3), (0.2, 3), (-1, 3)):
        line_tls.tell_of_certificates(at=line.tls_ends_at - timedelta(days=days))
        assert rung.filter(endpoint=other).count() == count, days
    assert not rung.filter(endpoint=line).exists()  # not to the address it is about
    body = json.loads(bytes(rung.order_by("pk")[0].body))
    assert (body["data"]["endpoint"], body["data"]["certificate"]) == (line.code, "extra_ca")
    assert len(mail.outbox) == 3
    assert f"/r/webhooks/{line.pk}/tls/" in str(mail.outbox[0].body)


def test_by_the_api_it_is_given_and_only_what_may_be_shown_comes_back(cast: Cast, theirs: Authority) -> None:
    line, ours = a_line(cast), theirs.issue("whoanswers")
    given = {"extra_ca": theirs.pem, "client_certificate": {"certificate": ours.certificate, "key": ours.key}}
    keeper = Keeper(cast.key)
    came = keeper.patch(f"/endpoints/{line.code}", given)
    assert "BEGIN" not in came.content.decode()
    assert told(came, 200)["extra_ca"][0]["subject"] == "CN=Test Authority"
    wrong = {"types": ["case.opened"], "client_certificate": {"certificate": ours.certificate, "key": theirs.pem}}
    refused = keeper.patch(f"/endpoints/{line.code}", wrong)
    assert told(refused, 422)["code"] == "endpoint_not_allowed"
    line.refresh_from_db()
    assert line.types == []  # all or nothing
    gone = told(keeper.patch(f"/endpoints/{line.code}", {"extra_ca": None, "client_certificate": None}), 200)
    assert (gone["extra_ca"], gone["client_certificate"]) == (None, None)


def test_the_page_takes_them_and_shows_no_key_back(
    cast: Cast,
    engineer: Actor,
    signed_in: SignIn,  # noqa: F811
    theirs: Authority,
) -> None:
    line, ours, other = a_line(cast), theirs.issue("whoanswers"), theirs.issue("somebody")
    assert engineer.user
    engineers_door, page = signed_in(engineer.user), f"/r/webhooks/{line.pk}/tls/"
    long_ago(engineers_door)
    typed = {"of": "client", "certificate": ours.certificate, "key": ours.key}
    for asked in (engineers_door.get(page), engineers_door.post(page, typed)):
        said = asked.content.decode()  # who signed in long ago shows again that it is them, before a key is typed
        assert "proof-password" in said
        assert "PRIVATE KEY" not in said
        assert not asked.context["kept"]
    assert engineers_door.post(page, {"proof-password": PASSWORD})["Location"] == page
    wrong = engineers_door.post(page, {"of": "client", "certificate": ours.certificate, "key": other.key})
    assert wrong.status_code == 422
    page_again = wrong.content.decode()
    assert "对不上" in page_again
    assert other.key.splitlines()[1] not in page_again
    for given in ({"of": "ca", "ca": theirs.pem}, {"of": "client", "certificate": ours.certificate, "key": ours.key}):
        assert engineers_door.post(page, given).status_code == 302
    shown = engineers_door.get(page).content.decode()
    assert "CN=whoanswers" in shown
    assert "BEGIN" not in shown.replace("-----BEGIN CERTIFICATE-----", "").replace("-----BEGIN PRIVATE KEY-----", "")
    assert engineers_door.post(page, {"of": "no-client"}).status_code == 302
    line.refresh_from_db()
    assert list(line.tls_shown) == ["ca"]
    factors.add_totp(engineer.user, seed := factors.new_seed(), step=0)
    assert "proof-code" in engineers_door.get(page).content.decode()  # the password of a moment ago is not enough
    waiting = engineers_door.post(page, {"of": "no-ca"})  # nothing secret: it waits, and is done after the proof
    assert waiting.context["kept"] == [("of", "no-ca")]
    proof = {"proof-password": PASSWORD, "proof-code": code_of(seed, timezone.now())}
    assert engineers_door.post(page, {"of": "no-ca", **proof}).status_code == 302
    line.refresh_from_db()
    assert (line.tls_shown, engineers_door.get(page).context["form"]) == ({}, None)


def test_what_stands_around_a_certificate_is_left_out_and_an_unreadable_one_is_refused(
    cast: Cast, engineer: Actor, theirs: Authority
) -> None:
    line, now, ours = a_line(cast), timezone.now(), theirs.issue("whoanswers")
    around = "Certificate: 快买自己的CA\n    Data:\n{}\n# 完\n"
    line_tls.trust_authority(line, around.format(theirs.pem), actor=engineer, at=now)
    line_tls.show_certificate(line, around.format(ours.certificate), ours.key, actor=engineer, at=now)
    line.refresh_from_db()
    own = own_tls(line)
    assert own is not None
    trust_with(own)
    assert own.authority.strip() == theirs.pem.strip()
    assert "快买" not in own.client
    assert ours.key.splitlines()[1] not in repr(own)
    with pytest.raises(CannotLoad):
        trust_with(OwnTls(authority=around.format(theirs.pem)))
    for pem in (badly_extended(), theirs.pem + badly_extended()):
        with pytest.raises(Unsound, match="张证书里有读不懂的内容"):
            line_tls.trust_authority(line, pem, actor=engineer, at=now)


def badly_extended() -> str:
    """A certificate with an extension that is none: well signed, and known only when it is read."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime.now(UTC)).not_valid_after(datetime.now(UTC) + timedelta(days=9))
    made = made.add_extension(x509.UnrecognizedExtension(ExtensionOID.BASIC_CONSTRAINTS, b"\xff"), critical=True)
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def test_what_could_not_be_sent_without_its_certificate_is_sent_once_it_is_given_anew(
    cast: Cast, engineer: Actor, theirs: Authority
) -> None:
    line = cast.endpoint
    a_complaint(reached=False)
    Endpoint.objects.filter(pk=line.pk).update(sealed_ca="s1.altered")
    (one,) = tried(MONDAY, limit=1)
    one.refresh_from_db()
    assert (one.state, one.tries.get().error) == (Delivery.State.PARKED, "no-secret")
    line_tls.trust_authority(line, theirs.pem, actor=engineer, at=timezone.now())
    one.refresh_from_db()
    assert (one.state, one.attempts) == (Delivery.State.PENDING, 0)


@pytest.mark.django_db(transaction=True)
def test_a_real_notice_goes_out_with_them(
    cast: Cast, engineer: Actor, theirs: Authority, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = theirs.issue("whoanswers")
    monkeypatch.setattr(outbound, "public_addresses", lambda *_: ["127.0.0.1"])
    with Receiver(receivers.answers(), tls=theirs.asking(tmp_path)) as receiver:
        settings.WEBHOOK_PORTS = {receiver.port}
        line = a_line(cast, receiver.url)
        Endpoint.objects.filter(pk=line.pk).update(verified_at=timezone.now())
        assert not lines.ping(line, actor=engineer, at=timezone.now()).passed
        line_tls.trust_authority(line, theirs.pem, actor=engineer, at=timezone.now())
        line_tls.show_certificate(line, ours.certificate, ours.key, actor=engineer, at=timezone.now())
        line.refresh_from_db()
        assert lines.ping(line, actor=engineer, at=timezone.now()).passed
