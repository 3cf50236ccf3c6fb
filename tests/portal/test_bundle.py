"""A party takes its bundle at the entrance: its own originals, covered copies of the rest, checked offline."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from complaints.evidence import signing
from complaints.flow import bundling
from complaints.flow.intake import add_evidence
from complaints.models import Actor, Blob, Bundle, Complaint, Evidence, Invitation, Speaker
from tests.builders import NAME, PHONE, a_picture, a_referred_complaint, a_screenshot, covered
from tests.cast import Cast
from tests.evidence.test_bundle import run, unpacked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """Lin's two files, covered, a telephone number wherever words are; the shop's, the platform's; one unchecked."""
    case = covered(a_referred_complaint(at=timezone.now(), files=True, consumer=cast.lin))
    for piece, colour in ((Speaker.MERCHANT, "#112233"), (Speaker.PLATFORM, "#221133"), (Speaker.CONSUMER, "#331122")):
        shot = a_screenshot("证明.png", colour=colour)
        last = add_evidence(case, shot, kind="chat", speaker=piece, actor=cast.officer, at=timezone.now())
    Blob.objects.filter(pk=last.blob_id).update(state=Blob.State.QUARANTINED)
    Evidence.objects.filter(offered_by="consumer").update(caption=f"打{PHONE}", name=f"{NAME}.png")
    return case


def at(complaint: Complaint, file: str = "") -> str:
    return f"/r/case/{complaint.reference}/bundle/{file}"


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def assert_holds_own_and_covered_copies(members: Mapping[str, bytes], own: bytes) -> None:
    """The one original is the reader's own; of Lin only covered sheets; no name, no number, nobody else's acts."""
    names = [name for name in members if name.startswith(("originals/", "masked/"))]
    assert [members[name] for name in names if name.startswith("originals/")] == [own]
    assert [name for name in names if name.startswith("masked/")] == ["masked/01-1.webp", "masked/02-1.webp"]
    manifest = json.loads(members["manifest.json"])
    listed = {each["number"]: (each["offered_by"], each["variant"], each["name"]) for each in manifest["evidence"]}
    assert listed[1] == listed[2] == ("consumer", "masked", "")
    assert 5 not in listed  # what nobody found sound yet does not exist to others
    told = b"".join(members.values()).decode("utf-8", "replace") + words_of(members["index.pdf"])
    assert NAME not in told
    assert PHONE not in told
    assert not [name for name in members if name.startswith("decision")]
    assert b'"closed":true' in members["timeline.jsonl"]


def test_a_party_takes_its_own_originals_and_covered_copies_and_checks_them_offline(
    complaint: Complaint, shop: Client, cast: Cast, tmp_path: Path
) -> None:
    lins = bundling.ask(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    assert at(complaint) in shop.get(f"/r/case/{complaint.reference}/").content.decode()
    assert "做一个证据包" in shop.get(at(complaint)).content.decode()
    assert shop.post(at(complaint)).headers["Location"] == at(complaint)
    row = Bundle.objects.exclude(pk=lins.pk).get()
    assert "排着队" in shop.get(at(complaint)).content.decode()
    assert shop.get(at(complaint, f"{row.pk}.zip")).headers["Location"] == at(complaint)  # not ready
    assert "还没做好" in shop.get(at(complaint)).content.decode()
    Complaint.objects.filter(pk=complaint.pk).update(state="settled", closed_at=timezone.now())
    assert bundling.make(row.pk, timezone.now)  # the case has ended meanwhile: what was asked for is still theirs
    assert at(complaint, f"{row.pk}.zip") in shop.get(at(complaint)).content.decode()
    sent = shop.get(at(complaint, f"{row.pk}.zip"))
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{complaint.reference}-evidence.zip"'
    given = tmp_path / "given.zip"
    given.write_bytes(body_of(sent))
    done = run(given, "--key", signing.public_key())
    assert done.returncode == 0, done.stdout
    assert_holds_own_and_covered_copies(unpacked(given), a_picture(colour="#112233"))
    taken = complaint.custody_entries.latest("sequence")
    assert (taken.act, taken.variant, taken.actor) == ("downloaded", "bundle", row.asked_by)
    assert shop.get(at(complaint, f"{lins.pk}.zip")).status_code == 404
    client = Client()
    client.force_login(cast.lin)
    assert client.get(f"/case/{complaint.reference}/bundle/{row.pk}.zip").status_code == 404
    assert client.get(at(complaint)).status_code == 404


def test_it_is_gone_after_its_day_and_with_the_code(complaint: Complaint, shop: Client) -> None:
    shop.post(at(complaint))
    row, before = Bundle.objects.get(), timezone.now() - timedelta(seconds=1)
    Bundle.objects.update(state=Bundle.State.READY, name="x.zip", expires_at=before)
    assert "上次做的过期了" in shop.get(at(complaint)).content.decode()  # before any sweep
    assert shop.get(at(complaint, f"{row.pk}.zip")).headers["Location"] == at(complaint)
    Bundle.objects.update(state=Bundle.State.FAILED, failure="no-room")
    assert "没做成" in shop.get(at(complaint)).content.decode()
    Complaint.objects.filter(pk=complaint.pk).update(state="settled", closed_at=timezone.now())
    assert shop.post(at(complaint)).status_code == 302  # an ended case can still be taken along
    assert Bundle.objects.count() == 2
    Invitation.objects.update(ends_at=before)
    for path in (at(complaint), at(complaint, f"{row.pk}.zip")):
        assert shop.get(path).status_code == 404
    assert shop.post(at(complaint)).status_code == 404
