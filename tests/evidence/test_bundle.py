"""A bundle holds what its reader is entitled to and everything that proves it; one byte changed anywhere is named."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.evidence import bundle as bytes_of
from complaints.evidence import custody, shelf, signing
from complaints.evidence.verifier import verify as verifier
from complaints.flow import anchoring, bundling, masks, stamps
from complaints.flow.viewing import ContactReason, reveal_contact
from complaints.models import Actor, Bundle, Complaint, Evidence, Notice
from complaints.narrative import Known
from complaints.news import news_of
from tests.builders import NAME, PHONE, a_complaint
from tests.cast import Cast
from tests.evidence.authority import Authority, authority, openssl

KEY = "--key"


def clock() -> datetime:
    return timezone.now()


def made(complaint: Complaint, actor: Actor, reason: str = "") -> Bundle:
    row = bundling.ask(complaint, actor=actor, at=clock(), reason=reason)
    bundling.make(row.pk, clock)
    row.refresh_from_db()
    assert row.state == Bundle.State.READY, row.failure
    return row


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(files=True, consumer=cast.lin)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("bureau") / "own") as found:
        yield found


@pytest.fixture
def whole(complaint: Complaint, bureau: Authority, settings: Settings) -> Bundle:
    """With everything that a bundle can hold: anchors of both chains, and a time-stamp."""
    settings.TIMESTAMP_URL, settings.TIMESTAMP_CA_FILE = bureau.url, str(bureau.roots)
    settings.TIMESTAMP_NETWORKS = ["127.0.0.0/8"]
    anchoring.make_anchor(at=clock())
    assert stamps.ask_due(clock, until=clock() + timedelta(seconds=20)) == 1
    return made(complaint, Actor.consumer(complaint.consumer))  # type: ignore[arg-type]


KEPT: dict[str, bytes] = {}  # the ZIP of the first test that needed one: setting its papers takes seconds


@pytest.fixture
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bundle with everything, as a file somebody was given."""
    if not KEPT:
        KEPT["zip"] = bundling.path_of(request.getfixturevalue("whole")).read_bytes()
    path = tmp_path / "given.zip"
    path.write_bytes(KEPT["zip"])
    return path


def run(target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As a court would: this Python alone, nothing of ours on its path."""
    command = [sys.executable, "-I", "-S", str(bytes_of.VERIFIER), str(target), *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_verifier_finds_it_whole_as_a_zip_and_unpacked(packed: Path, tmp_path: Path) -> None:
    path = packed
    done = run(path, KEY, signing.public_key())
    assert done.returncode == 0, done.stdout
    assert "全部对得上" in done.stdout
    assert "Everything holds" in done.stdout
    assert "FAIL" not in done.stdout
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "open")
    own = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(tmp_path / "open" / "verify.py")], capture_output=True, check=False
    )
    assert own.returncode == 0, own.stdout.decode()
    assert run(path, KEY, "00" * 32).returncode == 1
    assert run(tmp_path / "nothing").returncode == 2


class InMemory:
    """A bundle as a dictionary, for the verifier's own functions."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.members = members

    def names(self) -> list[str]:
        return sorted(self.members)

    def open(self, name: str) -> io.BytesIO:
        if name not in self.members:
            raise verifier.Unreadable(name)
        return io.BytesIO(self.members[name])


def broken(members: dict[str, bytes]) -> list[str]:
    return verifier.check(InMemory(members)).broken


def test_one_byte_changed_in_any_member_is_named(packed: Path) -> None:
    members = unpacked(packed)
    assert broken(members) == []
    kinds = {"originals/01.png", "index.pdf", "timeline.jsonl", "custody.jsonl", "decision.json", "verify.py"}
    assert kinds | {"anchors/000001.json", "anchors/000001.sig", "timestamps/000001.tsr"} <= set(members)
    for name, body in members.items():
        for at in {0, len(body) // 2, len(body) - 2}:
            changed = bytearray(body)
            changed[at] ^= 1
            found = broken({**members, name: bytes(changed)})
            # Of manifest and signature nobody can say which of the two was touched: both are named.
            assert name in found or (name == "manifest.json" and "manifest.json.sig" in found), (name, at, found)
        without = {each: kept for each, kept in members.items() if each != name}
        if name == "manifest.json":
            with pytest.raises(verifier.Unreadable):
                broken(without)
        else:
            assert name in broken(without)
    assert broken({**members, "originals/99.png": b"x"}) == ["originals/99.png"]
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("index.pdf", b"another of that name")
    assert "index.pdf" in run(packed).stdout


def signed_anew(members: dict[str, bytes], name: str, body: bytes) -> dict[str, bytes]:
    """As somebody who has our key would: the list of files and its signature fit again."""
    changed = {**members, name: body}
    manifest = json.loads(members["manifest.json"])
    for each in manifest["files"]:
        each["size"], each["sha256"] = len(changed[each["name"]]), hashlib.sha256(changed[each["name"]]).hexdigest()
    changed["manifest.json"] = verifier.canonical(manifest)
    changed["manifest.json.sig"] = signing.sign(changed["manifest.json"]).encode()
    return changed


def test_even_with_our_key_chains_anchors_and_stamps_hold_each_other(packed: Path) -> None:
    members = unpacked(packed)
    other = members["originals/02.jpg"]
    assert broken(signed_anew(members, "originals/01.png", other)) == ["originals/01.png"]
    custody = members["custody.jsonl"].replace(b'"actor":"consumer"', b'"actor":"officer:1"', 1)
    assert "custody.jsonl" in broken(signed_anew(members, "custody.jsonl", custody))
    timeline = members["timeline.jsonl"].replace(b'"kind":"filed"', b'"kind":"taken"', 1)
    assert "timeline.jsonl" in broken(signed_anew(members, "timeline.jsonl", timeline))
    cut = b"".join(members["timeline.jsonl"].splitlines(keepends=True)[:-1])
    assert "timeline.jsonl" in broken(signed_anew(members, "timeline.jsonl", cut))
    anchor = members["anchors/000001.json"].replace(b'"number":1', b'"number":2')
    assert {"anchors/000001.json", "timestamps/000001.tsr"} <= set(
        broken(signed_anew(members, "anchors/000001.json", anchor))
    )
    proofs = json.loads(members["anchors/proofs.json"])
    proofs[0]["index"] ^= 1
    found = broken(signed_anew(members, "anchors/proofs.json", verifier.canonical(proofs)))
    assert "anchors/000001.json" in found


def test_openssl_believes_the_stamp_that_a_bundle_holds(packed: Path, bureau: Authority, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    told = ["-data", str(tmp_path / "anchors/000001.json"), "-in", str(tmp_path / "timestamps/000001.tsr")]
    done = openssl(bureau.folder, "ts", "-verify", *told, "-CAfile", str(bureau.roots))
    assert "Verification: OK" in done.stdout + done.stderr


def test_the_same_case_gives_the_same_bytes(whole: Bundle, complaint: Complaint) -> None:
    owner = Actor.consumer(complaint.consumer)  # type: ignore[arg-type]
    assert bundling.ask(complaint, actor=owner, at=clock()) == whole  # asked for twice: the one that is ready
    Bundle.objects.update(state=Bundle.State.EXPIRED)
    again = made(complaint, owner)
    assert (again.sha256, again.size) == (whole.sha256, whole.size)
    assert again.name != whole.name
    acts = list(complaint.custody_entries.filter(variant="bundle").values_list("act", flat=True))
    assert acts == ["exported"] * 3


def test_the_consumer_gets_their_own_an_officer_all_and_a_party_covered_copies(
    complaint: Complaint, cast: Cast
) -> None:
    Evidence.objects.filter(pk=complaint.evidence.latest("pk").pk).update(offered_by="merchant")
    machine = Actor.machine(cast.kuailive)
    sides = ({"consumer"}, {"consumer", "merchant", "anchor", "platform"}, {"platform"})
    entitled = [[bool(bytes_of.entitled(piece, own)) for piece in complaint.evidence.order_by("pk")] for own in sides]
    assert entitled == [[True, False], [True, True], [False, False]]
    own = complaint.evidence.earliest("pk")
    masks.save(own, [], actor=Actor.consumer(cast.lin), at=clock())
    reveal_contact(complaint, reason=ContactReason.REACH, actor=Actor.officer(cast.chen), at=clock())
    complaint.refresh_from_db()
    told_why = custody.Happening(custody.Act.DOWNLOADED, complaint.evidence.first(), clock(), "officer:3", "original")
    custody.enter(complaint.pk, [told_why])
    members = unpacked(bundling.path_of(made(complaint, machine)))
    assert broken(members) == []
    assert not [name for name in members if name.startswith("originals/")]
    assert [name for name in members if name.startswith("masked/")] == ["masked/01-1.webp"]
    told = b"".join(members.values())
    assert NAME.encode() not in told
    assert PHONE.encode() not in told
    assert b"contact-viewed" not in told
    assert b'"closed":true' in members["timeline.jsonl"]
    assert b'"closed":true' in members["custody.jsonl"]
    assert set(entries_in(members)) == {"consumer"}
    assert not [name for name in members if name.startswith("decision")]
    assert {each["salt"] for each in json.loads(members["manifest.json"])["evidence"]} == {""}


def entries_in(members: dict[str, bytes]) -> list[str]:
    """Who acted, in the lines of custody that are open."""
    lines = [json.loads(line) for line in members["custody.jsonl"].splitlines()]
    return [line["entry"]["actor"] for line in lines if "entry" in line]


def test_a_stored_file_that_was_changed_makes_no_bundle(complaint: Complaint, cast: Cast, settings: Settings) -> None:
    path = shelf.path_of(complaint.evidence.earliest("pk").blob.sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    row = bundling.ask(complaint, actor=Actor.consumer(cast.lin), at=clock())
    assert not bundling.make(row.pk, clock)
    row.refresh_from_db()
    assert (row.state, row.failure) == (Bundle.State.FAILED, "not-whole")
    assert list(settings.BUNDLE_DIR.iterdir()) == []


def test_a_worker_that_dies_is_followed_and_the_third_is_the_last(complaint: Complaint, cast: Cast) -> None:
    row = bundling.ask(complaint, actor=Actor.consumer(cast.lin), at=clock())
    taken = bundling._take(row.pk, clock())
    assert taken is not None
    assert not bundling.make(row.pk, clock)  # somebody has it
    for _time in range(2):
        Bundle.objects.update(taken_until=clock() - timedelta(seconds=1))
        assert bundling.sweep(at=clock()) == 1
        bundling._take(row.pk, clock())
    Bundle.objects.update(taken_until=clock() - timedelta(seconds=1))
    assert not bundling.make(row.pk, clock)
    row.refresh_from_db()
    assert (row.state, row.starts) == (Bundle.State.FAILED, 3)


def test_what_is_too_much_or_too_often_is_said(complaint: Complaint, cast: Cast, settings: Settings) -> None:
    owner = Actor.consumer(cast.lin)
    settings.BUNDLE_MAX_BYTES = 10
    with pytest.raises(bundling.NotBundled, match="一件一件下载"):
        bundling.ask(complaint, actor=owner, at=clock())
    settings.BUNDLE_MAX_BYTES, settings.BUNDLES_PER_CASE_AN_HOUR = 1 << 30, 0
    with pytest.raises(bundling.NotBundled, match="过一会儿再来"):
        bundling.ask(complaint, actor=owner, at=clock())
    with pytest.raises(bundling.NotBundled, match="为什么"):
        bundling.ask(complaint, actor=Actor.officer(cast.chen), at=clock())


def told_in_words(complaint: Complaint) -> str:
    """The subject of the letter about it, without the number."""
    notice = Notice.objects.get(kind=Notice.Kind.BUNDLED)
    news = news_of(complaint, [notice], known=Known(), on=timezone.localdate(), has_account=True)
    assert news.link.endswith(f"?next=/case/{complaint.reference}/bundle/")
    assert news.bundle.startswith("证据包做好了，留到")
    return news.subject.partition("：")[2]


@pytest.mark.django_db(transaction=True)
def test_on_its_page_it_is_asked_for_made_taken_and_gone_after_a_day(cast: Cast, client: Client) -> None:
    complaint = a_complaint(files=True, consumer=cast.lin)
    page = f"/case/{complaint.reference}/bundle/"
    assert client.get(page).status_code == 404
    client.force_login(cast.lin)
    assert "做一个证据包" in client.get(page).content.decode()
    assert client.post(page).headers["Location"] == page
    assert "排着队" in client.get(page).content.decode()
    row = Bundle.objects.get()
    address = f"{page}{row.pk}.zip"
    assert client.get(address).headers["Location"] == page  # not ready
    bundling.make(row.pk, clock)
    assert address in client.get(page).content.decode()
    assert told_in_words(complaint) == "证据包做好了"
    sent = client.get(address)
    body = b"".join(sent.streaming_content)  # type: ignore[attr-defined]
    row.refresh_from_db()
    assert hashlib.sha256(body).hexdigest() == row.sha256
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{complaint.reference}-evidence.zip"'
    taken = complaint.custody_entries.latest("sequence")
    assert (taken.act, taken.variant, taken.commitment) == ("downloaded", "bundle", row.sha256)
    client.force_login(cast.zhao)
    assert client.get(address).status_code == 404
    client.force_login(cast.lin)
    bundling.sweep(at=clock() + timedelta(hours=25))
    assert "过期了" in client.get(page).content.decode()
    assert not bundling.path_of(row).exists()


@pytest.mark.django_db(transaction=True)
def test_at_the_desk_a_reason_comes_first(cast: Cast, client: Client) -> None:
    complaint = a_complaint(files=True)
    page = f"/admin/case/{complaint.reference}/bundle/"
    client.force_login(cast.chen)
    assert "为什么要拿证据包" in client.get(page).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "法院调取"}).status_code == 302
    row = Bundle.objects.get()
    bundling.make(row.pk, clock)
    sent = client.get(f"{page}{row.pk}.zip")
    members = zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content)))  # type: ignore[attr-defined]
    assert {"originals/01.png", "originals/02.jpg"} < set(members.namelist())
    assert "法院调取".encode() not in b"".join(members.read(name) for name in members.namelist())
    assert complaint.custody_entries.get(act="exported").reason == "法院调取"
    client.force_login(cast.huang)  # another province
    assert client.get(page).status_code == 404


def test_the_arithmetic_is_that_of_rfc_8032() -> None:
    assert verifier.knows_ed25519()
    told = [bytes.fromhex(each) for each in verifier.VECTORS[2]]
    order = int.from_bytes(told[2][32:], "little") + verifier.L
    malleable = told[2][:32] + order.to_bytes(32, "little")
    assert not verifier.is_signed(told[0], told[1], malleable)


def test_the_verifier_needs_the_standard_library_of_python_3_8_only() -> None:
    source = bytes_of.verifier().decode()
    ast.parse(source, feature_version=(3, 8))
    names = {line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert names <= {"__future__", "hashlib", "json", "os", "sys", "zipfile", "datetime"}
