"""Evidence goes when its time is over or when it is granted; what stays says so, and the chain still holds."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import Endpoint
from complaints.evidence import shelf, vault
from complaints.evidence.named import belonging_to
from complaints.flow import drafting, erasure, sandbox
from complaints.flow.consumer import withdraw
from complaints.flow.erasure import CannotErase
from complaints.flow.intake import add_evidence, add_evidence_to_draft
from complaints.flow.sandbox_cases import invent
from complaints.flow.sandbox_events import provoke
from complaints.models import Actor, Blob, Complaint, Delivery, Evidence, Hold, Speaker, Tombstone
from tests.builders import a_complaint, a_draft, a_screenshot
from tests.cast import MONDAY, Cast

LATER = MONDAY + timedelta(days=1)
YEARS_LATER = MONDAY + timedelta(days=4 * 365)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """Lin's, with two pieces of evidence, and ended."""
    made = a_complaint(files=True, consumer=cast.lin)
    return ended(made)


def ended(complaint: Complaint) -> Complaint:
    withdraw(complaint, pressed=False, words="", actor=Actor.receipt(complaint.pk), at=LATER)
    complaint.refresh_from_db()
    return complaint


def digests_of(complaint: Complaint) -> set[str]:
    return {digest for piece in complaint.evidence.all() for digest in belonging_to(piece.blob)}


def test_what_was_granted_is_gone_from_the_shelf_and_can_be_guessed_no_more(complaint: Complaint, cast: Cast) -> None:
    digests = digests_of(complaint)
    pieces = list(complaint.evidence.select_related("blob").order_by("pk"))
    told = [(piece.blob.sha256, piece.blob.salt) for piece in pieces]
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=LATER)
    assert erasure.grant(complaint, actor=cast.officer, at=LATER) == 2
    assert len(digests) >= 4 and not any(shelf.has(digest) for digest in digests)
    stones = list(Tombstone.objects.order_by("evidence"))
    for stone, (sha256, salt) in zip(stones, told, strict=True):
        assert stone.commitment == hashlib.sha256(bytes.fromhex(salt) + bytes.fromhex(sha256)).hexdigest()
        assert (stone.basis, stone.remains, stone.actor) == ("request", "row", cast.officer.label)
    rows = " ".join(
        json.dumps(list(model.objects.values()), default=str) for model in (Blob, Evidence, Tombstone)
    ) + json.dumps(list(complaint.events.values("body")))
    assert not any(text in rows for pair in told for text in pair)
    event = complaint.events.get(kind="evidence-erased")
    filed = complaint.events.get(kind="filed")
    assert sorted(event.body["commitments"]) == sorted(filed.body["evidence"])
    notice = json.loads(bytes(Delivery.objects.get(event=event).body))
    assert notice["type"] == "case.erased" and notice["data"]["evidence"] == [piece.pk for piece in pieces]


def test_verify_holds_afterwards_and_counts_what_was_erased(
    complaint: Complaint, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    a_complaint(files=True, story={"story": "另一件"})
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=LATER)
    erasure.grant(complaint, actor=cast.officer, at=LATER)
    call_command("verify")
    assert "2 were erased, each with its tombstone" in capsys.readouterr().out


def test_a_file_stays_while_another_case_has_it(complaint: Complaint, cast: Cast) -> None:
    other = a_complaint()
    add_evidence(other, a_screenshot(), kind="order", speaker=Speaker.CONSUMER, actor=Actor.receipt(other.pk), at=LATER)
    kept = other.evidence.get().blob
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=LATER)
    erasure.grant(complaint, actor=cast.officer, at=LATER)
    assert other.evidence.get().blob == kept and all(shelf.has(digest) for digest in belonging_to(kept))
    piece = complaint.evidence.select_related("blob").get(kind="order")
    assert piece.blob.erased_at == LATER and not belonging_to(piece.blob)[1:] and not piece.blob.may_be_opened
    assert piece.tombstone.remains == "shared" and piece.tombstone.commitment == kept.commitment
    erasure.ask(ended(other), actor=Actor.receipt(other.pk), at=LATER)
    erasure.grant(other, actor=cast.officer, at=LATER)
    assert not shelf.has(kept.sha256)
    call_command("verify", quiet=True)


def test_what_somebody_practises_with_goes_with_the_file_it_was_copied_from(complaint: Complaint, cast: Cast) -> None:
    house, _key = sandbox.open_new("练手", at=MONDAY)
    Endpoint.objects.create(organisation=house, url="https://hooks.a.example/in", created_at=MONDAY, verified_at=MONDAY)
    invented = invent(house, "not-as-described", at=MONDAY)
    told: dict[str, Any] = {"kind": "order", "speaker": Speaker.PLATFORM, "actor": Actor.machine(house), "at": LATER}
    copy = add_evidence(invented, a_screenshot(), **told)
    digests = belonging_to(copy.blob)
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=LATER)
    assert erasure.grant(complaint, actor=cast.officer, at=LATER) == 2
    assert digests and not any(shelf.has(digest) for digest in digests)
    copy.refresh_from_db()
    assert (copy.name, copy.tombstone.remains, copy.blob.erased_at) == ("", "row", LATER)
    assert complaint.evidence.get(kind="order").tombstone.remains == "row"
    event = invented.events.get(kind="evidence-erased")
    assert (event.body["evidence"], event.body["basis"], event.actor) == ([copy.pk], "retention", "system")
    assert (copy.tombstone.basis, copy.tombstone.actor) == ("retention", "system")
    # Nobody who practises is told that it lay in a real case, which somebody asked to be erased just now.
    assert not Delivery.objects.filter(event=event).exists()
    call_command("verify", quiet=True)


def test_what_is_erased_in_practice_takes_nothing_real_along(cast: Cast) -> None:
    real = a_complaint(files=True)
    house, _key = sandbox.open_new("练手", at=MONDAY)
    invented = invent(house, "not-as-described", at=MONDAY)
    told: dict[str, Any] = {"kind": "order", "speaker": Speaker.PLATFORM, "actor": Actor.machine(house), "at": LATER}
    copy = add_evidence(invented, a_screenshot(), **told)
    provoke(invented, "case.erased", at=LATER)
    copy.refresh_from_db()
    assert (copy.blob.may_be_opened, copy.tombstone.remains) == (False, "shared")
    assert all(shelf.has(digest) for digest in digests_of(real))


def test_a_file_handed_in_while_it_is_erased_elsewhere_is_not_lost_in_silence(
    complaint: Complaint, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, actor = a_complaint(), Actor.consumer(cast.lin)
    erasure.ask(complaint, actor=actor, at=LATER)
    keep = vault.keep

    def kept_and_then_erased(*args: Any, **kwargs: Any) -> Blob:
        blob = keep(*args, **kwargs)
        erasure.grant(complaint, actor=cast.officer, at=LATER)
        return blob

    def send() -> Evidence:
        return add_evidence(other, a_screenshot(), kind="order", speaker=Speaker.CONSUMER, actor=actor, at=LATER)

    monkeypatch.setattr(vault, "keep", kept_and_then_erased)
    with pytest.raises(vault.Unacceptable, match="再传"):
        send()
    monkeypatch.undo()
    assert shelf.has(send().blob.sha256)


def test_an_open_case_and_a_held_one_keep_everything(complaint: Complaint, cast: Cast) -> None:
    going_on = a_complaint(files=True, goods={"goods": "另一样"})
    with pytest.raises(CannotErase):
        erasure.ask(going_on, actor=Actor.receipt(going_on.pk), at=LATER)
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=LATER)
    erasure.hold(complaint, reason=Hold.Reason.COURT, actor=cast.officer, at=LATER)
    with pytest.raises(CannotErase):
        erasure.grant(complaint, actor=cast.officer, at=LATER)
    assert complaint.erasure_requests.get().answer == ""
    assert erasure.erase_due(at=YEARS_LATER) == 0
    erasure.lift(complaint, actor=cast.officer, at=YEARS_LATER)
    assert erasure.erase_due(at=LATER + timedelta(days=3 * 365)) == 0
    assert erasure.erase_due(at=YEARS_LATER) == 2
    assert erasure.erase_due(at=YEARS_LATER) == 0
    assert {stone.basis for stone in Tombstone.objects.all()} == {"retention"}
    complaint.refresh_from_db()
    assert complaint.contact.erase_at_end
    call_command("verify", quiet=True)


def test_a_file_that_was_not_taken_goes_after_its_time(cast: Cast, settings: Settings) -> None:
    complaint = a_complaint(files=True)
    piece = complaint.evidence.select_related("blob").get(kind="order")
    Blob.objects.filter(pk=piece.blob_id).update(state=Blob.State.REJECTED)
    assert erasure.erase_due(at=MONDAY + timedelta(days=29)) == 0
    assert erasure.erase_due(at=MONDAY + timedelta(days=31)) == 1
    assert not shelf.has(piece.blob.sha256)
    assert Tombstone.objects.get().basis == "rejected"
    call_command("verify", quiet=True)


def test_a_draft_with_a_file_that_was_erased_still_goes(cast: Cast) -> None:
    draft = a_draft()
    blob = add_evidence_to_draft(draft, a_screenshot(), kind="order", at=MONDAY).blob
    Blob.objects.filter(pk=blob.pk).update(state=Blob.State.REJECTED, report={"problem": "infected", "seen": 1})
    assert erasure.erase_due(at=MONDAY + timedelta(days=31)) == 1
    assert Blob.objects.get().report == {"problem": "infected"}
    assert drafting.discard_expired(at=MONDAY + timedelta(days=40)) == 1
    assert Tombstone.objects.get().evidence is None
    call_command("verify", quiet=True)


def test_pages_say_erased_where_the_picture_was(complaint: Complaint, cast: Cast, client: Client) -> None:
    piece = complaint.evidence.get(kind="order")
    client.force_login(cast.lin)
    address = f"/case/{complaint.reference}/evidence/"
    assert "请协会删除证据" in client.get(address).content.decode()
    assert client.post(f"{address}erasure/").status_code == 302
    assert client.get(f"{address}erasure/").status_code == 302
    assert "等回复" in client.get(address).content.decode()
    desk = Client()
    desk.force_login(cast.chen)
    case = f"/admin/case/{complaint.reference}/"
    assert f"{case}act/erase/" in desk.get(case).content.decode()
    complaint.refresh_from_db()
    desk.post(f"{case}act/erase/", {"version": complaint.version})
    assert complaint.evidence.filter(blob__erased_at=None).count() == 0
    for page in (client.get(address), desk.get(case)):
        text = page.content.decode()
        assert "已按规定删除（本人要求删除，" in text and f'"/evidence/{piece.pk}/' not in text
    for variant in ("thumb", "preview", "original"):
        assert client.get(f"/evidence/{piece.pk}/{variant}/").status_code == 404
    assert client.get(f"/case/{complaint.reference}/").status_code == 200
    told = client.get(
        f"/api/v1/cases/{complaint.reference}", headers={"authorization": f"Bearer {cast.key.text}"}
    ).json()
    assert [(each["sha256"], each["href"]) for each in told["evidence"]] == [(None, None)] * 2


def test_who_may_not_see_a_case_cannot_ask(complaint: Complaint, cast: Cast, client: Client) -> None:
    client.force_login(cast.zhao)
    assert client.post(f"/case/{complaint.reference}/evidence/erasure/").status_code == 404
    assert not complaint.erasure_requests.exists()


def test_what_a_restore_brings_back_is_erased_again(complaint: Complaint, cast: Cast, tmp_path: Path) -> None:
    before = {piece.pk: (piece.name, piece.blob_id) for piece in complaint.evidence.all()}
    rows = list(Blob.objects.values())
    bodies = {digest: shelf.path_of(digest).read_bytes() for digest in digests_of(complaint)}
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=LATER)
    erasure.grant(complaint, actor=cast.officer, at=LATER)
    stones = tmp_path / "stones.jsonl"
    call_command("export_tombstones", stones)
    assert not any(digest in stones.read_text() for digest in bodies)

    Tombstone.objects.all().delete()  # the backup of the day before
    for row in rows:
        Blob.objects.filter(pk=row["id"]).update(**{name: value for name, value in row.items() if name != "id"})
    for pk, (name, blob) in before.items():
        Evidence.objects.filter(pk=pk).update(name=name, blob_id=blob)
    for digest, body in bodies.items():
        path = tmp_path / digest
        path.write_bytes(body)
        shelf.put(path, digest)

    call_command("replay_tombstones", stones)
    call_command("replay_tombstones", stones)
    assert not any(shelf.has(digest) for digest in bodies)
    assert {(stone.basis, stone.at) for stone in Tombstone.objects.all()} == {("request", LATER)}
    assert Blob.objects.filter(erased_at=LATER).count() == 2
    call_command("verify", quiet=True)
