"""Where one thing that happens to evidence meets another: reading and masks, masks and erasure, bundles and erasure."""

import json
from typing import Any

import pytest
from django.test import Client

from complaints.evidence import burning, shelf
from complaints.flow import bundling, erasure, masks
from complaints.flow.consumer import withdraw
from complaints.flow.intake import add_evidence
from complaints.flow.removing import take_back
from complaints.models import Actor, Bundle, Complaint, Evidence, MaskedCopy, Reading, Speaker
from tests.builders import a_complaint, an_order_export
from tests.cast import MONDAY, Cast
from tests.evidence.pictures import cover_all, note_reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(files=True, consumer=cast.lin, platform={"platform": str(cast.kuailive.pk)})


def the_order(complaint: Complaint) -> Evidence:
    return complaint.evidence.select_related("blob").get(kind="order")


def end(complaint: Complaint) -> None:
    withdraw(complaint, actor=Actor.receipt(complaint.pk), at=MONDAY)
    erasure.ask(complaint, actor=Actor.receipt(complaint.pk), at=MONDAY)


@pytest.mark.parametrize("sheets", [[], [{"width": 0, "height": 0, "tilt": 0}]])
def test_of_half_a_reading_no_copy_is_made(complaint: Complaint, sheets: list[dict[str, int]]) -> None:
    piece = the_order(complaint)
    note_reading(piece.blob, [])
    Reading.objects.update(sheets=sheets)
    assert cover_all(piece.blob, at=MONDAY) == 0


def test_no_copy_is_made_where_nobody_could_look_for_faces(
    complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = the_order(complaint)
    note_reading(piece.blob, [])

    def broken(*_words: Any) -> str:
        raise burning.NotBurned("busy")

    monkeypatch.setattr(burning, "_run", broken)
    assert cover_all(piece.blob, at=MONDAY) == 0


def test_the_other_side_is_told_no_digest_that_opens_a_covered_text(
    complaint: Complaint, cast: Cast, client: Client
) -> None:
    export = an_order_export()
    piece = add_evidence(
        complaint, export, kind="chat", speaker=Speaker.CONSUMER, actor=Actor.consumer(cast.lin), at=MONDAY
    )
    assert cover_all(piece.blob, at=MONDAY) == 1
    machine = {"authorization": f"Bearer {cast.key.text}"}
    told = client.get(f"/api/v1/cases/{complaint.reference}", headers=machine).json()["evidence"]
    mine = next(each for each in told if each["id"] == piece.pk)
    assert (mine["copy"], mine["sha256"], mine["commitment"]) == ("masked", None, piece.blob.commitment)
    client.force_login(cast.lin)
    letter = client.get(f"/case/{complaint.reference}/letter/?to=merchant").content.decode()
    assert piece.blob.commitment in letter
    assert piece.blob.sha256 not in letter


def test_what_is_erased_leaves_no_digest_in_the_timeline(complaint: Complaint, cast: Cast) -> None:
    piece = the_order(complaint)
    sha256 = piece.blob.sha256
    masks.save(piece, [], actor=Actor.consumer(cast.lin), at=MONDAY)
    take_back(complaint, piece.pk, actor=Actor.consumer(cast.lin), at=MONDAY)
    end(complaint)
    erasure.grant(complaint, actor=cast.officer, at=MONDAY)
    assert sha256 not in json.dumps(list(complaint.events.values_list("body", flat=True)))
    assert not shelf.has(sha256)


def test_a_mask_that_is_made_while_its_file_is_erased_does_not_stand(
    complaint: Complaint, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece, burn = the_order(complaint), burning.burn
    end(complaint)

    def burned_and_then_erased(*words: Any) -> Any:
        copies = burn(*words)
        erasure.grant(complaint, actor=cast.officer, at=MONDAY)
        return copies

    monkeypatch.setattr(masks, "burn", burned_and_then_erased)
    with pytest.raises(masks.CannotCover):
        masks.save(piece, [], actor=cast.officer, at=MONDAY)
    assert not MaskedCopy.objects.exists()


def test_a_bundle_goes_with_the_evidence_that_was_erased(
    complaint: Complaint, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    owner = Actor.consumer(cast.lin)
    row = bundling.ask(complaint, actor=owner, at=MONDAY)
    Bundle.objects.filter(pk=row.pk).update(
        state=Bundle.State.READY, name="a.zip", expires_at=MONDAY.replace(year=2030)
    )
    row.refresh_from_db()
    path = bundling.path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK")
    end(complaint)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.grant(complaint, actor=cast.officer, at=MONDAY)
    row.refresh_from_db()
    assert row.state == Bundle.State.EXPIRED
    assert not path.exists()
    with pytest.raises(bundling.NotBundled):
        bundling.take_away(row, actor=owner, at=MONDAY)


def test_what_is_erased_is_opened_by_nobody_and_nothing_says_it_was(
    complaint: Complaint, cast: Cast, client: Client
) -> None:
    piece = the_order(complaint)
    end(complaint)
    erasure.grant(complaint, actor=cast.officer, at=MONDAY)
    client.force_login(cast.lin)
    before = piece.custody_entries.count()
    assert client.get(f"/evidence/{piece.pk}/original/").status_code == 404
    assert piece.custody_entries.count() == before
