"""What is not known to be sound counts as handed in, and is shown to nobody; whoever looks at it is held in limits."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_q.models import OrmQ
from pytest_django import Settings

from complaints.evidence import antivirus, looking, quarantine, shelf, vault
from complaints.evidence.sniff import PNG
from complaints.flow import erasure, looks
from complaints.flow.facts import gather
from complaints.flow.intake import Filed, add_evidence, add_evidence_to_draft
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Blob, Complaint, Delivery, Evidence, Notice, Speaker
from complaints.turns import turn
from tests.builders import a_draft, a_picture, a_screenshot, filed
from tests.cast import MONDAY, Cast
from tests.evidence.scanner import EICAR, drips, limited, scanner

BUYER = Actor(Role.CONSUMER)
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Filed:
    return filed(consumer=cast.lin)


@pytest.fixture
def complaint(case: Filed) -> Complaint:
    return case.complaint


@pytest.fixture
def lin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lin)
    return client


def told_by(said: str) -> SimpleUploadedFile:
    """A picture by its beginning, which makes the bad checker do as it says."""
    return SimpleUploadedFile("图.png", a_picture("PNG") + f"#{said}#".encode())


@pytest.fixture
def bad_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "CHECKER", "tests.evidence.bad_checker")
    monkeypatch.setattr(looking, "WALL_SECONDS_ELSE", 4)
    monkeypatch.setattr(vault, "PATIENCE_SECONDS", 4)


def hand_in(complaint: Complaint, upload: SimpleUploadedFile, **named: object) -> Evidence:
    given = {"kind": "order", "speaker": Speaker.CONSUMER, "actor": BUYER, "at": MONDAY, **named}
    return add_evidence(complaint, upload, **given)  # type: ignore[arg-type]


def waiting(complaint: Complaint, **named: object) -> Evidence:
    """A piece that found no place to be looked into."""
    with turn("slot", places=1, seconds=0):
        return hand_in(complaint, a_screenshot("等着.png", "#123456"), **named)


@pytest.fixture
def no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "SLOTS", 1)
    monkeypatch.setattr(quarantine, "SLOT_SECONDS", 0.1)


# ── The process that looks ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["crash", "alloc"])
def test_bytes_that_kill_their_checker_are_looked_at_three_times_and_then_held(
    cast: Cast, bad_checker: None, said: str
) -> None:
    piece = add_evidence_to_draft(a_draft(), told_by(said), kind="order", at=MONDAY)
    assert (piece.blob.state, piece.blob.starts) == ("quarantined", 1)  # handed in all the same
    for state, starts in (("quarantined", 2), ("held", 3), ("held", 3)):
        looks.look(piece.blob_id, at=MONDAY)
        piece.blob.refresh_from_db()
        assert (piece.blob.state, piece.blob.starts) == (state, starts)
    assert piece.blob.report == {"why": "crashed"}


def test_whoever_sleeps_or_starts_others_is_ended_by_the_clock_with_all_of_them(
    cast: Cast, bad_checker: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "WALL_SECONDS_ELSE", 1.5)
    noted = tmp_path / "child"
    for said in ("sleep", f"fork:{noted}"):
        source = tmp_path / "upload.look"
        source.write_bytes(told_by(said).read())
        began = time.monotonic()
        with pytest.raises(looking.Broke):
            looking.look_into(source, PNG)
        assert time.monotonic() - began < 4
    if noted.exists():
        child = int(noted.read_text())
        for _wait in range(20):
            if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"{child} lives on")


def test_what_it_says_without_end_fills_nothing(cast: Cast, bad_checker: None, tmp_path: Path) -> None:
    source = tmp_path / "upload.look"
    source.write_bytes(told_by("endless").read())
    with pytest.raises(looking.Broke):
        looking.look_into(source, PNG)


def test_it_has_three_descriptors_no_secrets_no_rights_and_little_memory(
    cast: Cast, bad_checker: None, tmp_path: Path
) -> None:
    source = tmp_path / "upload.look"
    source.write_bytes(told_by("what").read())
    with open(os.devnull, "rb"):
        found = looking.look_into(source, PNG).report
    assert found["descriptors"] == [0, 1, 2]
    assert set(found["environment"]) <= {"PATH", "LC_ALL", "LC_CTYPE"}
    assert (found["rights"], found["limits"]) == ("1", [1 << 30, 32, 0])


def test_a_checker_that_cannot_tell_leaves_it_to_a_person(cast: Cast, bad_checker: None) -> None:
    piece = add_evidence_to_draft(a_draft(), told_by("held"), kind="order", at=MONDAY)
    assert (piece.blob.state, piece.blob.report) == ("held", {"family": "image", "why": "unchecked"})


# ── The scanner: a stand-in for clamd, a real server made in the test ────────────────────────────────────────────────


def test_what_the_scanner_finds_is_held_and_cannot_be_had(
    settings: Settings, cast: Cast, complaint: Complaint, lin: Client, tmp_path: Path
) -> None:
    with scanner(tmp_path / "clamd") as settings.CLAMD_URL:
        settings.AV_REQUIRED = True
        ill = hand_in(complaint, SimpleUploadedFile("聊天.txt", b"chat " + EICAR))
        well = hand_in(complaint, SimpleUploadedFile("聊天2.txt", b"chat"))
    assert (ill.blob.state, ill.blob.report) == ("held", {"why": "infected", "found": "Eicar-Signature"})
    assert (well.blob.state, well.blob.report["scan"]) == ("stored", "clean")
    assert lin.get(f"/evidence/{ill.pk}/original/").status_code == 404
    assert lin.get(f"/evidence/{well.pk}/original/").status_code == 200
    assert "不用再传，在那之前它不给别人看" in lin.get(f"/case/{complaint.reference}/evidence/").content.decode()


@pytest.mark.parametrize(
    ("serve", "verdict"),
    [
        ({}, antivirus.CLEAN),
        ({"says": limited}, antivirus.TOO_LARGE),
        ({"most": 1 << 20}, antivirus.TOO_LARGE),
        ({"says": drips}, antivirus.ERROR),
        ({"says": lambda _heard: b"nonsense\0"}, antivirus.ERROR),
    ],
)
def test_every_answer_of_a_scanner_has_one_meaning(
    settings: Settings, tmp_path: Path, serve: dict[str, object], verdict: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(3 << 20))
    with scanner(**serve) as settings.CLAMD_URL:  # type: ignore[arg-type]
        began = time.monotonic()
        assert antivirus.scan(path, seconds=1).verdict == verdict
        assert time.monotonic() - began < 1.5  # one deadline for all of it


def test_without_its_scanner_a_file_waits_and_nothing_is_held_against_it(settings: Settings, cast: Cast) -> None:
    settings.CLAMD_URL, settings.AV_REQUIRED = "unix:/nowhere/clamd", True
    piece = add_evidence_to_draft(a_draft(), a_screenshot(), kind="order", at=MONDAY)
    looks.look(piece.blob_id, at=MONDAY)
    piece.blob.refresh_from_db()
    assert (piece.blob.state, piece.blob.starts) == ("quarantined", 0)
    with scanner() as settings.CLAMD_URL:
        looks.look(piece.blob_id, at=MONDAY)
    piece.blob.refresh_from_db()
    assert (piece.blob.state, piece.blob.starts) == ("stored", 1)


# ── What follows for a case ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_waits_is_shown_to_its_owner_and_to_nobody_else_until_it_is_sound(
    cast: Cast, complaint: Complaint, lin: Client, no_place: None
) -> None:
    piece = waiting(complaint)
    page = f"/case/{complaint.reference}/evidence/"
    assert "收到了，正在检查" in lin.get(page).content.decode()
    assert lin.get(f"/evidence/{piece.pk}/original/").status_code == 404
    assert not Evidence.objects.visible_to(cast.platform).stored().filter(pk=piece.pk).exists()
    assert not Delivery.objects.filter(type="case.evidence_added").exists()  # nobody is told of what nobody may see
    assert not any(piece.pk in said["evidence"] for said in gather(complaint).sources.values())

    looks.look(piece.blob_id, at=LATER)
    looks.look(piece.blob_id, at=LATER)  # twice is once
    shown = lin.get(page).content.decode()
    assert "收到了，正在检查" not in shown
    assert "一件证据检查完了，没有问题" in lin.get(f"/case/{complaint.reference}/").content.decode()
    checked = complaint.events.filter(kind="evidence-checked")
    assert [event.body["state"] for event in checked] == ["stored"]
    assert b"".join(lin.get(f"/evidence/{piece.pk}/preview/")).startswith(b"RIFF")


def test_what_is_refused_later_proves_nothing_any_more_and_the_buyer_is_told(
    cast: Cast, complaint: Complaint, lin: Client, no_place: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = "steered_off_platform"
    with turn("slot", places=1, seconds=0):
        broken = SimpleUploadedFile("半张.png", a_picture("PNG", size=(400, 400))[:300])
        piece = hand_in(complaint, broken, shows=[(fact, True)])
    assert gather(complaint).facts[fact] is True  # the buyer's own word stands, as it does without a file
    looks.look(piece.blob_id, at=LATER)
    piece.blob.refresh_from_db()
    assert piece.blob.state == "rejected"
    assert not piece.showings.standing().exists()
    assert fact not in gather(complaint).facts
    assert Notice.objects.filter(kind="refused").exists()
    assert "没有收下：这张图片打不开" in lin.get(f"/case/{complaint.reference}/evidence/").content.decode()
    with pytest.raises(vault.Unacceptable, match="之前传过，没有收下"):  # the same bytes are refused at once
        hand_in(complaint, SimpleUploadedFile("半张.png", a_picture("PNG", size=(400, 400))[:300]))
    assert shelf.has(piece.blob.sha256)  # for whoever disputes it, for a while
    erasure.erase_due(at=MONDAY + timedelta(days=31))
    assert not shelf.has(piece.blob.sha256)
    assert Blob.objects.get(pk=piece.blob_id).state == "rejected"  # what it was, and why, stays with the case


def test_a_party_cannot_prove_with_what_is_not_known_to_be_sound(
    cast: Cast, complaint: Complaint, no_place: None
) -> None:
    piece = waiting(complaint, speaker=Speaker.PLATFORM, actor=cast.platform)
    assert list(complaint.evidence.of_dispute().sound_or_of(["merchant"])) == []
    assert list(complaint.evidence.of_dispute().sound_or_of(["platform"])) == [piece]


def test_an_officer_settles_what_is_held_once_and_nobody_else_may(
    cast: Cast, complaint: Complaint, client: Client, bad_checker: None
) -> None:
    piece = hand_in(complaint, told_by("held"))
    with pytest.raises(IllegalMove):
        looks.settle_held(complaint, piece.pk, verdict=looks.Verdict.OPENED, actor=BUYER, at=LATER)
    client.force_login(cast.chen)
    page = f"/admin/case/{complaint.reference}/act/file/"
    assert client.get(f"/evidence/{piece.pk}/original/").status_code == 404  # not even to an officer
    assert "这个文件没法自动检查" in client.get(page).content.decode()
    complaint.refresh_from_db()
    given = {"version": complaint.version, "piece": piece.pk, "verdict": "unsafe"}
    assert client.post(page, given).status_code == 302
    piece.blob.refresh_from_db()
    assert piece.blob.state == "rejected"
    event = complaint.events.filter(kind="evidence-checked").latest("pk")
    assert (event.body["why"], event.actor) == ("unsafe", f"officer:{cast.chen.pk}")
    with pytest.raises(IllegalMove, match="已经有结果了"):
        looks.settle_held(complaint, piece.pk, verdict=looks.Verdict.OPENED, actor=Actor.officer(cast.chen), at=LATER)


def test_what_nobody_handed_in_leaves_after_two_days_and_a_refusal_leaves_only_its_digest(cast: Cast) -> None:
    nobodys = vault.keep(a_screenshot(), at=MONDAY)
    with pytest.raises(vault.Unacceptable):
        vault.keep(SimpleUploadedFile("半张.png", a_picture("PNG", size=(400, 400))[:300]), at=MONDAY)
    refused = Blob.objects.get(state="rejected")
    assert not shelf.has(refused.sha256)
    assert shelf.has(nobodys.sha256)
    looks.forget(at=MONDAY + timedelta(days=3))
    assert not shelf.has(nobodys.sha256)
    assert list(Blob.objects.all()) == [refused]
    looks.forget(at=MONDAY + timedelta(days=31))
    assert not Blob.objects.exists()


def test_who_waited_for_the_same_bytes_is_told_when_somebody_elses_look_ends(
    cast: Cast, complaint: Complaint, no_place: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        piece = waiting(complaint)
    other = add_evidence_to_draft(a_draft(), a_screenshot("别名.png", "#123456"), kind="order", at=LATER)
    assert other.blob_id == piece.blob_id
    assert Blob.objects.filter(pk=piece.blob_id, state="stored", is_news=True).exists()
    rung = [(each.key, each.func(), each.args()) for each in OrmQ.objects.filter(key="media")]
    assert rung == [("media", "complaints.tasks.look", (piece.blob_id,))]  # in a cluster of its own
    looks.look(piece.blob_id, at=LATER)
    assert complaint.events.filter(kind="evidence-checked", body__state="stored").count() == 1
    assert not Blob.objects.waiting(LATER).exists()


@pytest.mark.parametrize(("size", "taken"), [(0, False), (1, True), (10, True), (11, False)])
def test_sizes_are_held_to_the_byte_and_what_is_refused_leaves_no_bytes(
    settings: Settings, cast: Cast, size: int, taken: bool
) -> None:
    settings.EVIDENCE_MAX_BYTES = {**settings.EVIDENCE_MAX_BYTES, "text": 10}
    upload = SimpleUploadedFile("a.txt", b"a" * size)
    if taken:
        assert add_evidence_to_draft(a_draft(), upload, kind="chat", at=MONDAY).blob.size == size
    else:
        with pytest.raises(vault.Unacceptable):
            add_evidence_to_draft(a_draft(), upload, kind="chat", at=MONDAY)
        assert not [path for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file()]
    assert not [path for path in settings.FILE_UPLOAD_TEMP_DIR.iterdir() if path.suffix != ".lock"]


def test_an_account_has_its_share_of_a_day_from_whatever_network(
    settings: Settings, cast: Cast, complaint: Complaint, lin: Client
) -> None:
    settings.UPLOAD_MIB_PER_ACCOUNT_A_DAY = 1
    page = f"/case/{complaint.reference}/evidence/"
    lin.post(page, {"pieces": a_screenshot(), "kind": "order"}, REMOTE_ADDR="203.0.113.5")
    again = lin.post(page, {"pieces": a_screenshot(colour="#aa0000"), "kind": "order"}, REMOTE_ADDR="198.51.100.7")
    assert "你的账号今天传的文件太多了" in again.content.decode()
    assert complaint.evidence.count() == 1
