"""What the other side sees is covered: suggested from what was read, burned in, and entitled in one place."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from complaints import timeline
from complaints.evidence import shelf, vault
from complaints.evidence.burning import NotBurned, burn, faces
from complaints.evidence.entitled import Copy, seen_by
from complaints.evidence.personal import covered
from complaints.evidence.plain import cover
from complaints.evidence.suggesting import regions_in
from complaints.flow import drafting, masks
from complaints.flow.intake import add_evidence, add_evidence_to_draft
from complaints.lifecycle import Role
from complaints.models import Actor, Blob, CannotChange, Complaint, Evidence, Mask, MaskedCopy, Region, Speaker, Viewing
from tests.builders import a_complaint, a_draft, a_picture, an_order_export
from tests.cast import MONDAY, Cast
from tests.corpus.films import a_film
from tests.evidence.pictures import (
    ADDRESS,
    CARD,
    ID,
    NAME,
    ORDER,
    PHONE,
    WORDS,
    cover_all,
    drawn,
    line_at,
    needs_font,
    note_reading,
    read,
    reads,
)

PERSON = Actor(Role.CONSUMER)


def add(complaint: Complaint, upload: SimpleUploadedFile, speaker: Speaker = Speaker.CONSUMER) -> Evidence:
    return add_evidence(complaint, upload, kind="order", speaker=speaker, actor=Actor.receipt(complaint.pk), at=MONDAY)


def box(left: int, top: int, width: int, height: int, sheet: int = 0) -> Region:
    return Region(sheet=sheet, left=left, top=top, width=width, height=height, kind="phone", origin="drawn")


def to_platform(piece: Evidence) -> Copy:
    return seen_by(Evidence.objects.get(pk=piece.pk), {"platform"}).copy


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(consumer=cast.lin)


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        (f"收货人：{NAME} {PHONE}", [NAME, PHONE]),
        (f"{NAME}{PHONE}", [PHONE]),
        ("电话138I2345678", ["2345678"]),  # as a reader may take it
        ("手机 138****5678", ["5678"]),
        (f"身份证号{ID}", [ID]),
        ("旧证件 330106900307123", ["330106900307123"]),
        (f"卡号 {CARD}", [CARD]),
        ("6228·4804·0256·4890·018", ["4804"]),
        (ADDRESS, ["文三路", "1203"]),
        ("上海浦东新区世纪大道100号", ["世纪大道"]),
        ("收货地址：滨江区江南大道588号恒鑫大厦12楼", ["江南大道", "12楼"]),
        ("车牌浙A·12345", ["12345"]),
        ("邮箱 lin@mail.example", ["lin@"]),
        ("加微信 lanan_kf2026", ["lanan_kf2026"]),
        ("0571-88886666", ["88886666"]),
    ],
)
def test_what_is_personal_is_found_however_it_is_written(words: str, hidden: Sequence[str]) -> None:
    said, count = covered(words)
    assert count
    assert not [each for each in hidden if each in said]


@pytest.mark.parametrize(
    "words",
    [
        f"订单编号 {ORDER}",
        "运单号 SF1234567890123",
        "支付宝交易号 2026052022001412345678901234",
        "下单时间 2026-05-20 13:31:22 469.00",
        "实付款 ¥469.00",
        "直播间 小满家居间 房间号 88231",
        "澜岸家居旗舰店",
        "厂址：浙江省绍兴市柯桥区轻纺路12号",
        "在超市二楼上的房间",
        "执行标准：GB/T 22796",
    ],
)
def test_what_the_other_side_needs_stays_readable(words: str) -> None:
    assert covered(words) == (words, 0)


@settings(max_examples=60, deadline=None)
@given(
    digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    gap=st.sampled_from(["", " ", "-", "·", ".", " - "]),
    before=st.sampled_from(["", "电话：", "请打 ", "订单号 "]),
    after=st.sampled_from(["", " 谢谢", "，林晓", "\n"]),
)
def test_no_mobile_number_gets_through(digits: str, gap: str, before: str, after: str) -> None:
    written = f"{before}{digits[:3]}{gap}{digits[3:7]}{gap}{digits[7:]}{after}"
    said, _count = covered(written)
    assert sum(sign.isdigit() for sign in said) == 0


@settings(max_examples=40, deadline=None)
@given(
    digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    cut=st.integers(4, 8),
    left=st.integers(0, 4000),
    label=st.sampled_from(["收货人：林晓 ", "", "mobile "]),
)
def test_a_number_on_a_picture_lies_inside_a_rectangle(digits: str, cut: int, left: int, label: str) -> None:
    """On one line, and broken over two; signs drawn twice as wide when Chinese."""
    text = label + digits
    line = line_at(text, (left, 1000, left + 4000, 1400), (10_000, 10_000))
    width = sum(2 if sign > "⺀" else 1 for sign in text)
    start = left + 4000 * (width - 11) // width
    boxes = [each for each in regions_in([line]) if each["kind"] == "phone"]
    assert any(each["left"] <= start and each["left"] + each["width"] >= left + 4000 for each in boxes)
    assert all(each["top"] <= 1000 and each["top"] + each["height"] >= 1400 for each in boxes)
    upper = line_at(f"电话{digits[:cut]}", (left, 1000, left + 3000, 1400), (10_000, 10_000))
    lower = line_at(digits[cut:], (left, 1500, left + 2000, 1900), (10_000, 10_000))
    broken = regions_in([upper, lower])
    assert {each["top"] < 1400 for each in broken} == {True, False}


def test_a_label_in_its_own_column_frees_an_order_number_and_names_a_person() -> None:
    size = (1000, 1000)
    lines = [
        line_at("订单编号", (50, 100, 200, 130), size),
        line_at("6222021234567890128", (500, 100, 900, 130), size),  # passes for a card
        line_at("收货人", (50, 200, 200, 230), size),
        line_at("欧阳晓", (700, 200, 900, 230), size),
    ]
    found = regions_in(lines)
    assert [each["kind"] for each in found] == ["name"]
    assert found[0]["left"] >= 6000
    assert [each["kind"] for each in regions_in(lines[1:2])] == ["card"]
    assert regions_in(lines[1:2], keep=["6222021234567890128"]) == []


def test_texts_are_covered_line_by_line_and_tables_by_their_columns() -> None:
    chat, found = cover(f"我：在吗\n店：加我电话1381234\n5678\n我：{ADDRESS}\n订单号 {ORDER}\n")
    assert found == 2
    assert "138" not in chat
    assert "文三路" not in chat
    assert ORDER in chat
    table, _found = cover(
        f"订单编号,店铺名称,收货人姓名,收货地址,联系手机,实付\n{ORDER},澜岸家居,林晓,随便哪里,1 3 8,469.00\n"
    )
    assert table.splitlines()[1] == f"{ORDER},澜岸家居,****,****,****,469.00"


def test_the_words_a_pdf_carries_are_found_on_its_pages(complaint: Complaint) -> None:
    """Also where no reader of pictures is installed: a person is shown where to look."""
    page = b"BT /F1 20 Tf 100 700 Td (Phone 13812345678) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, part) for number, part in enumerate(parts, start=1))
    pdf = b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"
    blob = Blob.objects.create(
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        media_type="application/pdf",
        kept_at=MONDAY,
        pages=[{"sha256": "0" * 64, "width": 600, "height": 800}],
    )
    staged = django_settings.FILE_UPLOAD_TEMP_DIR / "a.pdf"
    staged.write_bytes(pdf)
    shelf.put(staged, blob.sha256)
    piece = Evidence.objects.create(complaint=complaint, blob=blob, name="a.pdf", received_at=MONDAY)
    found = masks.suggest(piece)
    assert [each["kind"] for each in found] == ["phone"]
    assert found[0]["left"] <= 10_000 * 160 // 600  # the number begins behind “Phone”
    assert found[0]["top"] < 1250 < found[0]["top"] + found[0]["height"]
    assert masks.for_piece(piece, at=MONDAY) is False  # what is drawn on the page nobody has looked at


# ── Burning ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def extremes(picture: Image.Image) -> list[tuple[int, int]]:
    """The darkest and lightest of each colour."""
    return [(min(band.tobytes()), max(band.tobytes())) for band in picture.split()]


def burned(folder: Path, picture: Image.Image, boxes: Sequence[Sequence[int]]) -> bytes:
    """What the burner makes of one sheet, run as it is run."""
    folder.mkdir()
    picture.save(folder / "0.in", format="WEBP", lossless=True, exif=b"Exif\x00\x00canary")
    (folder / "plan.json").write_text(json.dumps([boxes]))
    command = [sys.executable, "-m", "complaints.evidence.burner", "burn", str(folder)]
    subprocess.run(command, cwd=django_settings.BASE_DIR, check=True, timeout=60)
    return (folder / "0.out").read_bytes()


def test_what_is_covered_is_one_colour_and_nothing_of_it_survives(tmp_path: Path) -> None:
    """Two pictures that differ under the rectangle alone become the same bytes: nothing of what lay there is left."""
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    other = noise.copy()
    other.paste((255, 0, 0), (100, 75, 300, 225))
    plan = [[2500, 2500, 5000, 5000], [-500, 9000, 20_000, 9000]]
    made = [burned(tmp_path / name, picture, plan) for name, picture in (("a", noise), ("b", other))]
    assert made[0] == made[1]
    assert b"canary" not in made[0]
    with Image.open(io.BytesIO(made[0]), formats=["WEBP"]) as picture:
        assert (picture.size, picture.info.get("exif"), picture.info.get("icc_profile")) == ((400, 300), None, None)
        pixels = picture.convert("RGB")
    for area in ((108, 83, 292, 217), (8, 278, 392, 298)):  # WebP blurs the very edge
        assert max(high for _low, high in extremes(pixels.crop(area))) <= 60
    assert max(high - low for low, high in extremes(pixels.crop((0, 0, 90, 60)))) > 100
    burned(tmp_path / "c", Image.new("RGB", (400, 300), "white"), [[2500, 2500, 5000, 5000]])
    with Image.open(tmp_path / "c" / "0.out", formats=["WEBP"]) as picture:
        inside = picture.convert("RGB").crop((112, 88, 288, 212))
    assert max(high - low for low, high in extremes(inside)) <= 6


def test_a_missing_sheet_is_no_copy_and_no_folder_is_left(complaint: Complaint) -> None:
    blob = add(complaint, drawn(("一", "二"))[0]).blob
    Blob.objects.filter(pk=blob.pk).update(preview="0" * 64)
    with pytest.raises(NotBurned):
        burn(Blob.objects.get(pk=blob.pk), [box(0, 0, 100, 100)])
    assert not list(django_settings.FILE_UPLOAD_TEMP_DIR.glob("*.burn"))
    with pytest.raises(NotBurned):
        faces(Blob.objects.get(pk=blob.pk))


def test_flat_pictures_hold_no_face(complaint: Complaint) -> None:
    assert faces(add(complaint, SimpleUploadedFile("a.png", a_picture(size=(300, 300)), "image/png")).blob) == []


# ── Who sees what ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_waits_until_it_was_read_or_looked_at(complaint: Complaint) -> None:
    upload, lines = drawn()
    piece = add(complaint, upload)
    assert to_platform(piece) == Copy.PENDING
    assert cover_all(piece.blob, at=MONDAY) == 0  # not read: nothing is guessed
    note_reading(piece.blob, lines)
    assert cover_all(piece.blob, at=MONDAY) == 1
    assert cover_all(piece.blob, at=MONDAY) == 0  # twice is once
    seen = seen_by(Evidence.objects.get(pk=piece.pk), {"platform"})
    assert (seen.copy, seen.is_unchecked, seen.original) == (Copy.MASKED, True, "")
    assert not set(seen.sheets) & set(piece.blob.sheets)
    assert seen_by(piece, {"consumer"}).sheets == tuple(piece.blob.sheets)
    event = complaint.events.get(kind="evidence-masked")
    assert event.body["covered"] == {"name": 1, "phone": 1, "address": 1, "id": 1, "card": 1}
    assert set(event.body) == {"evidence", "basis", "covered"}


def test_a_person_has_the_last_word_and_what_stood_stays_on_record(complaint: Complaint, cast: Cast) -> None:
    upload, lines = drawn()
    piece = add(complaint, upload)
    masks.save(piece, [box(0, 0, 9000, 9000)], actor=PERSON, at=MONDAY)
    note_reading(piece.blob, lines)
    assert cover_all(piece.blob, at=MONDAY) == 0
    masks.save(piece, [], actor=cast.officer, at=MONDAY)
    first, second = Mask.objects.order_by("pk")
    assert (first.state, first.replaced_at) == (Mask.State.REPLACED, MONDAY)
    assert (second.state, second.basis, second.confirmed_by) == ("standing", "officer", cast.officer.label)
    assert second.sheets == piece.blob.sheets  # nothing to cover: what was rebuilt from pixels already
    with pytest.raises(CannotChange):
        second.save()
    complaint.refresh_from_db()
    assert timeline.first_break(complaint.events.order_by("sequence"), expected=complaint.version) is None


def test_only_what_was_found_sound_is_opened_or_covered(complaint: Complaint) -> None:
    piece = add(complaint, drawn()[0])
    for state in ("quarantined", "held", "rejected"):
        Blob.objects.update(state=state)
        held = Evidence.objects.select_related("blob").get(pk=piece.pk)
        assert (seen_by(held, {"consumer"}).sheets, to_platform(held)) == ((), Copy.PENDING)
        with pytest.raises(masks.CannotCover):
            masks.save(held, [], actor=PERSON, at=MONDAY)


def test_texts_are_covered_at_once_and_workbooks_and_films_have_no_copy(complaint: Complaint) -> None:
    text = add(complaint, an_order_export())
    assert to_platform(text) == Copy.PENDING
    assert masks.sweep() == 1  # what a lost ring left
    assert cover_all(text.blob, at=MONDAY) == 1
    assert masks.sweep() == 0
    assert to_platform(text) == Copy.MASKED
    film = SimpleUploadedFile("a.mp4", a_film())
    piece = add(complaint, film)
    assert masks.for_piece(piece, at=MONDAY) is False
    assert to_platform(piece) == Copy.NONE


def test_the_consumer_sees_a_partys_piece_covered_too(complaint: Complaint, cast: Cast, client: Client) -> None:
    upload, lines = drawn(name=f"发货单{PHONE}.png")
    piece = add(complaint, upload, Speaker.MERCHANT)
    client.force_login(cast.lin)
    for variant in ("thumb", "preview", "sheet-0", "original", "text"):
        assert client.get(f"/evidence/{piece.pk}/{variant}/").status_code == 404
    note_reading(piece.blob, lines)
    cover_all(piece.blob, at=MONDAY)
    served = b"".join(client.get(f"/evidence/{piece.pk}/preview/"))
    with vault.open_blob(Mask.objects.get().sheets[0]) as source:
        assert served == source.read()
    assert Viewing.objects.get().variant == "masked-preview"
    assert PHONE not in client.get(f"/case/{complaint.reference}/evidence/").content.decode()


def test_what_is_thrown_away_before_filing_takes_its_copies_with_it(cast: Cast) -> None:
    draft = a_draft()
    piece = add_evidence_to_draft(draft, drawn()[0], kind="order", at=MONDAY)
    masks.save(piece, [box(0, 0, 5000, 5000)], actor=PERSON, at=MONDAY)
    digests = list(MaskedCopy.objects.values_list("sha256", flat=True))
    assert len(digests) == 2
    drafting.remove_evidence(draft, piece.pk)
    assert not Mask.objects.exists()
    for sha256 in digests:
        with pytest.raises(FileNotFoundError):
            vault.open_blob(sha256)
    with pytest.raises(masks.CannotCover):  # a page that was still open
        masks.save(piece, [], actor=PERSON, at=MONDAY)


def test_what_was_only_tried_out_and_left_lying_goes(complaint: Complaint) -> None:
    piece = add(complaint, drawn(("一",))[0])
    digest = masks.try_out(piece, [box(0, 0, 5000, 5000)], actor=PERSON, at=MONDAY).sheets[0]
    left = django_settings.FILE_UPLOAD_TEMP_DIR / "killed.burn"
    left.mkdir()
    os.utime(left, (0, 0))
    assert to_platform(piece) == Copy.PENDING
    assert masks.forget(at=MONDAY) == 0
    assert masks.forget(at=MONDAY + timedelta(days=2)) == 1
    assert not left.exists()
    with pytest.raises(FileNotFoundError):
        vault.open_blob(digest)


# ── A real reader ────────────────────────────────────────────────────────────────────────────────────────────────────


@reads
def test_after_a_real_reading_a_real_reader_finds_no_number(complaint: Complaint) -> None:
    piece = add(complaint, drawn()[0])
    with vault.open_blob(piece.blob.preview) as source:
        found = read(source.read())
    assert any(PHONE in line["text"] for line in found)
    note_reading(piece.blob, list(found))
    cover_all(piece.blob, at=MONDAY)
    with vault.open_blob(Mask.objects.get().sheets[0]) as source:
        left = "".join(line["text"] for line in read(source.read()))
    for secret in (PHONE[3:], ID[6:], CARD[4:8], "文三路", NAME):
        assert secret not in left
    for needed in (ORDER, "澜岸家居", "469.00"):
        assert needed in left


@needs_font
def test_the_words_on_the_picture_are_the_words_it_was_made_of() -> None:
    _upload, lines = drawn()
    assert [line["text"] for line in lines] == list(WORDS)
