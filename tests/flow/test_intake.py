"""A form becomes a complaint, decided at once, with nothing half-saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from complaints import timeline
from complaints.evidence import quarantine, shelf, vault
from complaints.flow import intake, looks
from complaints.flow.intake import add_evidence, add_evidence_to_draft, file_complaint, hash_of
from complaints.models import Actor, Blob, Complaint, Delivery, Event, Evidence, Speaker
from complaints.references import new_reference
from complaints.statement import filing_from
from complaints.turns import turn
from tests.builders import (
    EMAIL,
    NAME,
    PHONE,
    a_complaint,
    a_draft,
    a_photo,
    a_picture,
    a_screenshot,
    an_order_export,
    filed,
)
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def test_filing_decides_at_once_and_asks_the_parties(cast: Cast) -> None:
    complaint = filed(files=True).complaint

    assert complaint.association == cast.zhejiang
    assert complaint.decision is not None
    assert complaint.decision.verdict("merchant") == "responsible"
    assert complaint.decision.verdict("anchor") == "responsible"  # the room never showed who sells: SPC-OC 12(1)
    assert [r.party for r in complaint.respondents.unheard()] == ["merchant", "anchor", "platform"]
    assert str(complaint.due_on) == "2026-06-08"  # five working days after Monday, 1 June 2026
    assert [event.kind for event in complaint.events.all()] == ["filed", "parties-asked", "decided", "reached"]
    assert timeline.first_break(complaint.events.all(), expected=complaint.version) is None


def test_the_notices_are_written_with_the_complaint(cast: Cast) -> None:
    a_complaint()
    assert list(Delivery.objects.order_by("pk").values_list("type", flat=True)) == ["case.opened", "case.decided"]
    assert {delivery.endpoint for delivery in Delivery.objects.all()} == {cast.endpoint}


def test_no_personal_data_is_in_the_timeline_or_the_notices(cast: Cast) -> None:
    complaint = filed(files=True).complaint
    told = str(list(Event.objects.values_list("body", flat=True))) + str(
        [bytes(delivery.body).decode() for delivery in Delivery.objects.all()]
    )
    for secret in (NAME, PHONE, EMAIL, complaint.order_number, complaint.story):
        assert secret not in told


def test_the_contact_is_sealed_at_rest_and_masked_when_shown(cast: Cast) -> None:
    contact = a_complaint().contact
    assert PHONE not in contact.sealed
    assert contact.reveal() == {"name": NAME, "phone": PHONE, "email": EMAIL}
    assert contact.masked() == {"name": "林*", "phone": "138****5678", "email": "c***@mail.example"}


def test_filing_twice_makes_one_complaint_and_shows_the_code_once(cast: Cast) -> None:
    draft = a_draft()
    filing = filing_from(draft.answers)
    first = file_complaint(draft, filing, consumer=None, at=MONDAY)
    second = file_complaint(draft, filing, consumer=None, at=MONDAY)
    assert first.complaint == second.complaint
    assert first.receipt_code and second.receipt_code is None
    assert hash_of(first.receipt_code) == first.complaint.receipt_hash


def test_a_filing_that_breaks_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = a_draft()
    filing = filing_from(draft.answers)
    cast.endpoint.url = "x" * 9000  # the notice itself stays small; the failure is forced below
    monkeypatch.setattr("complaints.webhooks.MAX_BODY_BYTES", 10)
    with pytest.raises(ValueError, match="a notice of"):
        file_complaint(draft, filing, consumer=None, at=MONDAY)
    assert not Complaint.objects.exists()
    draft.refresh_from_db()
    assert draft.filed_as is None
    assert draft.answers["story"]["story"] == filing.story


def test_a_taken_number_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["ZZ-260601-AAAA", "ZZ-260601-AAAA", "ZZ-260601-BBBB"])
    monkeypatch.setattr(intake, "new_reference", lambda day, crowded: next(drawn))
    assert [a_complaint().reference, a_complaint().reference] == ["ZZ-260601-AAAA", "ZZ-260601-BBBB"]
    assert new_reference(MONDAY.date()).startswith("ZZ-260601-")


def test_a_platform_we_do_not_know_starts_no_clock(cast: Cast) -> None:
    complaint = a_complaint(platform={"platform": "other", "other": "没接入的平台"})
    assert not complaint.respondents.unheard().exists()
    assert complaint.due_on is None
    assert not Delivery.objects.exists()


def test_an_order_screenshot_proves_the_purchase(cast: Cast) -> None:
    bare = a_complaint(order={"order_number": "", "none": True})
    assert "purchase_proved" not in bare.decision.input["facts"]
    add_evidence(bare, a_screenshot(), kind="order", speaker=Speaker.CONSUMER, actor=Actor.receipt(bare.pk), at=MONDAY)
    bare.refresh_from_db()
    assert bare.decision.number == 2
    assert bare.decision.input["facts"]["purchase_proved"] is True
    assert bare.decision.sources["purchase_proved"]["evidence"] == [bare.evidence.get().pk]


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_original_is_kept_byte_for_byte_and_copies_carry_no_metadata(cast: Cast) -> None:
    photo = a_photo()
    raw = photo.read()
    item = add_evidence_to_draft(a_draft(), photo, kind="goods", at=MONDAY)
    with vault.open_blob(item.blob.sha256) as stored:
        assert stored.read() == raw
    assert b"CanaryPhone" in raw
    for copy in (item.blob.preview, item.blob.thumb):
        with vault.open_blob(copy) as stored:
            shown = stored.read()
        assert b"Canary" not in shown
        assert b"canary" not in shown
        with shelf.path_of(copy).open("rb") as again, Image.open(again, formats=["WEBP"]) as picture:
            assert picture.size == (60, 90)


def test_an_order_export_is_taken_as_text(cast: Cast) -> None:
    item = add_evidence_to_draft(a_draft(), an_order_export(), kind="order", at=MONDAY)
    assert (item.blob.media_type, item.blob.preview) == ("text/plain", "")


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("空.png", b"", "empty", "空的"),
        ("假图.jpg", b"MZ\x90\x00" + bytes(2000), "type", "这是程序.*截个图"),
        ("页面.png", b"<html><script>alert(1)</script></html>", "type", "这是网页.*截个图"),
        ("矢量.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type", "矢量图"),
        ("半张.png", a_picture("PNG", size=(400, 400))[:300], "damaged", "重新截图"),
        ("大图.png", b"\x89PNG\r\n\x1a\n" + bytes(21 << 20), "too-big", "21.0MB，最多20MB"),
        ("大文档.pdf", b"%PDF-1.7" + bytes(60 << 20) + b"%%EOF", "too-big", "60.0MB，最多30MB"),
        ("压缩包.zip", b"PK\x03\x04" + bytes(100), "type", "解开以后把里面的图片和视频一张张传"),
        ("a.exe", b"only words", "name", "以“.exe”结尾的文件不收。图片用.jpg.*文字记录用.txt或.csv"),
        ("聊天.txt.BAT ", b"del *", "name", "以“.bat”结尾"),
        ("记录.js", b"alert(1)", "name", "以“.js”结尾"),
        ("page.html.", b"only words", "name", "以“.html”结尾"),
        ("订单.svg", a_picture("PNG"), "name", "以“.svg”结尾"),
        ("订单.docx", "订单号,店铺".encode(), "name", "里面是文字，名字却以“.docx”结尾"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() and len(value) < 12 else "",
)
def test_a_file_we_cannot_take_is_refused_in_words_and_nothing_is_kept(
    cast: Cast, name: str, content: bytes, code: str, says: str
) -> None:
    draft = a_draft()
    with pytest.raises(vault.Unacceptable, match=says) as refused:
        add_evidence_to_draft(draft, SimpleUploadedFile(name, content), kind="other", at=MONDAY)
    assert refused.value.code == code
    assert not Evidence.objects.exists()
    assert not any(shelf.has(digest) for digest in Blob.objects.values_list("sha256", flat=True))


def test_a_picture_of_too_many_pixels_is_refused_before_it_fills_the_memory(cast: Cast) -> None:
    bomb = a_picture("PNG", size=(13_000, 13_000))  # 169 megapixels in under a megabyte
    with pytest.raises(vault.Unacceptable, match="5000万像素"):
        add_evidence_to_draft(a_draft(), SimpleUploadedFile("大.png", bomb), kind="other", at=MONDAY)


def test_the_same_file_twice_is_one_piece(cast: Cast) -> None:
    draft = a_draft()
    add_evidence_to_draft(draft, a_screenshot(), kind="order", at=MONDAY)
    with pytest.raises(vault.Unacceptable, match="已经传过"):
        add_evidence_to_draft(draft, a_screenshot("again.png"), kind="other", at=MONDAY)
    other = add_evidence_to_draft(a_draft(), a_screenshot(), kind="order", at=MONDAY)
    assert Blob.objects.count() == 1
    assert other.blob == draft.evidence.get().blob


def test_twenty_files_are_enough(cast: Cast, settings: Settings) -> None:
    settings.EVIDENCE_MAX_FILES = 1
    draft = a_draft()
    add_evidence_to_draft(draft, a_screenshot(), kind="order", at=MONDAY)
    with pytest.raises(vault.Unacceptable, match="最多1个文件"):
        add_evidence_to_draft(draft, a_photo(), kind="goods", at=MONDAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\订单.png", "订单.png"), ("a\u202egnp.exe", "agnp.exe"), ("", "未命名")],
)
def test_a_file_name_is_data_never_a_path(typed: str, kept: str) -> None:
    assert vault.clean_name(typed) == kept


def test_a_name_with_odd_signs_comes_back_as_it_was(cast: Cast) -> None:
    contact = a_complaint(contact={"name": "林\x1f晓"}).contact
    assert contact.reveal() == {"name": "林\x1f晓", "phone": PHONE, "email": EMAIL}


def test_a_picture_that_finds_no_place_is_handed_in_and_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "SLOTS", 1)
    monkeypatch.setattr(quarantine, "SLOT_SECONDS", 0.2)
    with turn("slot", places=1, seconds=0):
        piece = add_evidence_to_draft(a_draft(), a_screenshot(), kind="order", at=MONDAY)
    assert (piece.blob.state, piece.blob.starts) == ("quarantined", 0)
    looks.look(piece.blob_id, at=MONDAY)
    piece.blob.refresh_from_db()
    assert (piece.blob.state, piece.blob.starts) == ("stored", 1)


@pytest.mark.parametrize("name", ["聊天.TXT", "orders.csv", "聊天记录", "满300减50.5折", "第1.2页", "店铺.旗舰店"])
def test_text_is_taken_under_a_name_of_text_or_without_an_ending(cast: Cast, name: str) -> None:
    upload = SimpleUploadedFile(name, f"店家：{name}".encode())
    assert add_evidence_to_draft(a_draft(), upload, kind="chat", at=MONDAY).name == name
