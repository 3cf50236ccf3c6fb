"""Time-stamps by a real authority on this machine: asked for in the background, believed when all of it is right."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from complaints import outbound
from complaints.evidence import stamping
from complaints.flow import anchoring, stamps
from complaints.models import Anchor, Stamp
from tests.builders import a_complaint
from tests.cast import Cast
from tests.evidence.authority import POLICY, Authority, authority, openssl

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("bureau") / "own") as made:
        yield made


@pytest.fixture
def stamp(cast: Cast, bureau: Authority, settings: Settings) -> Stamp:
    settings.TIMESTAMP_URL, settings.TIMESTAMP_CA_FILE = bureau.url, str(bureau.roots)
    settings.TIMESTAMP_NETWORKS = ["127.0.0.0/8"]
    bureau.is_in("well")
    a_complaint()
    anchor = anchoring.make_anchor(at=timezone.now())
    assert anchor is not None
    return Stamp.objects.select_related("anchor").get(anchor=anchor)


def ask(stamp: Stamp) -> Stamp:
    stamps.ask_due(timezone.now, until=timezone.now() + timedelta(seconds=20))
    stamp.refresh_from_db()
    return stamp


def test_a_stamp_comes_and_openssl_believes_it_too(stamp: Stamp, bureau: Authority, tmp_path: Path) -> None:
    assert ask(stamp).stamped_at is not None
    assert (stamp.error, stamp.policy) == ("", POLICY)
    (tmp_path / "a.json").write_text(stamp.anchor.statement)
    (tmp_path / "a.tsr").write_bytes(bytes(stamp.token))
    told = ["-data", str(tmp_path / "a.json"), "-in", str(tmp_path / "a.tsr"), "-CAfile", str(bureau.roots)]
    done = openssl(bureau.folder, "ts", "-verify", *told)
    assert "Verification: OK" in done.stdout + done.stderr
    call_command("verify", quiet=True)


def test_one_that_is_away_is_asked_again_and_missed_after_a_day(
    stamp: Stamp, bureau: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    bureau.is_in("away")
    assert ask(stamp).error == "status-503"
    assert stamp.next_attempt_at > timezone.now()
    assert stamps.sweep(at=timezone.now()) == 0
    assert stamps.sweep(at=stamp.next_attempt_at) == 1
    assert stamps.missing(at=timezone.now()) == 0
    assert stamps.missing(at=timezone.now() + DAY) == 1
    assert "1 anchors have had none for 24 hours" in caplog.text
    bureau.is_in("well")
    Stamp.objects.update(next_attempt_at=timezone.now())
    assert ask(stamp).attempts == 2
    assert stamp.stamped_at is not None
    assert stamps.missing(at=timezone.now() + DAY) == 0


@pytest.mark.parametrize(("mood", "code"), [("garbled", "untrusted"), ("replay", "digest")])
def test_an_answer_that_is_not_right_is_not_kept(stamp: Stamp, bureau: Authority, mood: str, code: str) -> None:
    first = ask(stamp)
    assert first.stamped_at is not None
    a_complaint()
    second = anchoring.make_anchor(at=timezone.now())
    bureau.is_in(mood)
    found = ask(Stamp.objects.get(anchor=second))
    assert (found.error, found.stamped_at, bytes(found.token)) == (code, None, b"")


def test_each_thing_that_is_not_right_has_its_name(stamp: Stamp, bureau: Authority, settings: Settings) -> None:
    ask(stamp)
    token, statement, nonce = bytes(stamp.token), stamp.anchor.statement.encode(), int(stamp.nonce)

    def why(answer: bytes = token, said: bytes = statement, **told: object) -> str:
        with pytest.raises(stamping.NotStamped) as refusal:
            stamping.check(answer, said, **{"nonce": nonce, **told})  # type: ignore[arg-type]
        return refusal.value.code

    assert why(said=b"another") == "digest"
    assert why(nonce=nonce + 1) == "nonce"
    assert why(near=timezone.now() + timedelta(minutes=6)) == "time"
    assert why(answer=b"<html>") == "unreadable"
    settings.TIMESTAMP_POLICY = "1.2.3"
    assert why() == "policy"
    settings.TIMESTAMP_POLICY = POLICY
    stamping.check(token, statement, nonce=nonce)
    settings.TIMESTAMP_CA_FILE = str(bureau.folder / "other.pem")  # not a root this was signed under
    assert why() == "untrusted"


def test_who_may_not_stamp_time_is_not_believed(stamp: Stamp, bureau: Authority) -> None:
    """The same key under a certificate for another purpose: openssl refuses to sign with it, so the answer is none."""
    signer = (bureau.folder / "signer.pem").read_text()
    try:
        (bureau.folder / "signer.pem").write_text((bureau.folder / "other.pem").read_text())
        assert ask(stamp).stamped_at is None
    finally:
        (bureau.folder / "signer.pem").write_text(signer)
    assert stamp.error


def test_a_changed_stamp_is_named(stamp: Stamp) -> None:
    ask(stamp)
    token = bytearray(bytes(stamp.token))
    token[-20] ^= 1
    Stamp.objects.update(token=bytes(token))
    with pytest.raises(CommandError, match="anchor 1: its time-stamp does not hold"):
        call_command("verify", quiet=True)


def test_a_local_authority_is_called_only_where_the_operator_has_said_so(stamp: Stamp, settings: Settings) -> None:
    settings.TIMESTAMP_NETWORKS = []
    assert ask(stamp).error == "address"
    settings.TIMESTAMP_NETWORKS = ["10.0.0.0/8"]
    with pytest.raises(outbound.Blocked):
        outbound.post_to_authority(settings.TIMESTAMP_URL, b"", {}, networks=settings.TIMESTAMP_NETWORKS, cap=10)


def test_without_an_authority_nothing_is_asked(cast: Cast) -> None:
    a_complaint()
    assert anchoring.make_anchor(at=timezone.now()) is not None
    assert Anchor.objects.count() == 1
    assert not Stamp.objects.exists()
