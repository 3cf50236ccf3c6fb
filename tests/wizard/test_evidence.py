"""Files one by one: what is taken, what is refused and in which words, and that a refusal harms nothing else."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from complaints.evidence import vault
from complaints.flow.intake import add_evidence_to_draft
from complaints.flow.showings import standing
from complaints.models import Blob, Draft, Evidence
from tests.builders import a_draft, a_photo, a_picture, a_screenshot, an_order_export
from tests.cast import MONDAY, Cast
from tests.wizard.steps import send, the_draft, walk

pytestmark = pytest.mark.django_db

URL = "/complaint/evidence/"
SIXTY = 60 << 20


def a_file(name: str, content: bytes, kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("合同.docx", b"PK\x03\x04" + b"\x00" * 400, "这是压缩包"),
        ("假图.png", b"<svg onload=alert(1)>", "这是网页"),
        ("空.png", b"", "这个文件是空的（0字节）"),
        ("坏.png", a_picture("PNG")[:60], "这张图片打不开"),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_its_reason(
    client: Client, cast: Cast, name: str, content: bytes, sentence: str
) -> None:
    walk(client, until="evidence")
    shown = send(client, "evidence", **{"file-1": a_file(name, content), "file-2": a_photo()})
    assert f"{name}：{sentence}" in shown
    assert "IMG_2201.jpg" in shown  # the other file was taken
    assert Evidence.objects.count() == Blob.objects.exclude(state="rejected").count() == 1
    assert the_draft().answers["story"]


def test_a_picture_of_sixty_megabytes_is_refused_with_both_sizes(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    large = a_picture("PNG") + b"\x00" * (SIXTY - 200)
    shown = send(client, "evidence", **{"file-1": a_file("大图.png", large)})
    assert "大图.png：图片有60.0MB，最多20MB" in shown
    assert not Blob.objects.exists()


def test_a_file_larger_than_anything_we_take_is_not_even_written(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_BYTES = {"image": 1 << 20, "pdf": 1 << 20, "video": 1 << 20, "text": 1 << 20}
    shown = send(client, "evidence", **{"file-1": a_file("录屏.mp4", b"\x00" * (3 << 20)), "file-2": a_photo()})
    assert "录屏.mp4：超过1MB，没有存" in shown
    assert "IMG_2201.jpg" in shown
    assert not list(settings.FILE_UPLOAD_TEMP_DIR.glob("*mp4*"))


def test_a_broken_upload_brings_the_page_again_with_a_sentence(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    body = b'--x\r\nContent-Disposition: form-data; name="file-1"; filename="a.png"\r\n\r\n'
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=" + "y" * 300):
        answer = client.post(URL, body, content_type=content_type)
        assert answer.status_code == 200
        assert "没有收完整" in answer.content.decode()
    assert the_draft().answers["story"]

    assert Client().post(URL, body, content_type="multipart/form-data").status_code == 200
    assert Draft.objects.count() == 1  # what cannot be read begins nothing


def test_a_whole_folder_is_told_the_limit(client: Client, cast: Cast, settings: Settings) -> None:
    many = [a_file(f"{n}.txt", f"第{n}页".encode()) for n in range(30)]
    shown = client.post(URL, {"file-1": many}).content.decode()
    assert "一件投诉最多20个文件" in shown
    settings.EVIDENCE_MAX_FILES = 2
    sent = {"file-1": [a_file(f"{n}.txt", f"第{n}页".encode()) for n in range(4)], "upload": "files"}
    for shown in (send(client, "evidence", **sent), client.get(URL).content.decode()):  # it stands there until the next
        assert "2.txt：最多2个文件" in shown
        assert "3.txt：最多2个文件" in shown
        assert "<title>错误：" in shown
    assert Evidence.objects.count() == 2
    assert client.post(URL, {"upload": "kinds"})["Location"] == URL
    assert "最多2个文件。先删掉" not in client.get(URL).content.decode()


def test_the_same_file_twice_is_one_piece(client: Client, cast: Cast) -> None:
    client.post(URL, {"file-1": a_screenshot()})
    assert "这张已经传过了" in send(client, "evidence", **{"file-1": a_screenshot("又一次.png")})
    assert Evidence.objects.count() == 1


def test_kinds_are_changed_and_files_taken_back_by_buttons(client: Client, cast: Cast) -> None:
    client.post(URL, {"file-1": a_screenshot(), "file-2": an_order_export()})
    first, second = Evidence.objects.order_by("pk")
    assert 'aria-label="删除订单.png"' in client.get(URL).content.decode()
    client.post(URL, {f"kind-{first.pk}": "chat", f"kind-{second.pk}": "nonsense", "upload": "kinds"})
    client.post(URL, {"remove": str(second.pk)})
    first.refresh_from_db()
    assert first.kind == "chat"
    assert [piece.pk for piece in the_draft().evidence.offered()] == [first.pk]


def test_pieces_are_put_in_order_and_described(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    client.post(URL, {"file-1": a_screenshot(), "file-2": an_order_export(), "file-3": a_photo()})
    first, second, third = (piece.pk for piece in the_draft().evidence.offered())

    def order() -> list[int]:
        return [piece.pk for piece in the_draft().evidence.offered()]

    assert client.post(URL, {"up": str(third)})["Location"] == URL
    assert order() == [first, third, second]
    client.post(URL, {"down": str(first)})
    client.post(URL, {"up": str(third)})  # it stands first already
    client.post(URL, {"down": "999"})
    assert order() == [third, first, second]

    client.post(URL, {f"caption-{third}": "  吊牌写着\n聚酯纤维 ", "upload": "kinds"})
    assert 'value="吊牌写着 聚酯纤维"' in client.get(URL).content.decode()
    assert "吊牌写着 聚酯纤维" in client.get("/complaint/check/").content.decode()
    said = send(client, "evidence", **{f"caption-{third}": "长" * 205, "upload": "kinds"})
    assert "说明最多200字，还要删5字" in said
    client.post(URL, {"file-1": a_screenshot("又一张.png", "#112233")})
    assert order()[:3] == [third, first, second]  # what comes later stands last


def test_the_script_gets_both_lists_and_the_problems(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")

    def post(**fields: Any) -> dict[str, Any]:
        answer = client.post(URL, fields, headers={"accept": "application/json"})
        found: dict[str, Any] = json.loads(answer.content)
        return found

    kept = post(**{"file-1": a_screenshot(), "as-1": "order"})
    assert kept["problems"] == []
    assert "订单.png" in kept["files"]
    assert "已有" in kept["checklist"]
    refused = post(**{"file-1": a_file("x.exe", b"MZ\x00\x00")})
    assert refused["problems"][0].startswith("这是程序")
    assert "订单.png" in refused["files"]


def test_the_list_of_what_helps_fits_the_case(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    page = client.get(URL).content.decode()
    assert "直播录屏或回放" in page
    assert "能看出主播说过“百分百桑蚕丝”" in page
    assert page.count("最关键") == 1
    assert "<b>转账记录</b>" not in page
    assert "商家推脱你的聊天记录" in page
    client.post(URL, {"file-1": a_screenshot(), "as-1": "order"})
    assert "已有" in client.get(URL).content.decode()


def test_one_who_paid_a_person_is_asked_for_the_transfer(client: Client, cast: Cast) -> None:
    walk(client, payment={"payment": "person", "steerer": "anchor"}, until="evidence")
    assert "<b>转账记录</b>" in client.get(URL).content.decode()


def test_what_a_file_shows_is_ticked_without_scripts_and_stays(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    client.post(URL, {"file-1": a_screenshot(), "as-1": "live", "file-2": an_order_export(), "as-2": "order"})
    film, order = the_draft().evidence.offered()
    assert standing(film)["seller_displayed"] is False  # as the answers say, because the law's hint names recordings
    assert standing(order)["purchase_proved"] is True
    page = client.get(URL).content.decode()
    assert f'name="shows-{film.pk}" value="seller_displayed-no" checked' in page
    assert "你下单时，直播间没有清楚写明实际卖家是谁" in page

    codes = ["false_claim-yes", "seller_displayed-yes", "no_such_fact-yes", "\x00", "🙂" * 999]
    client.post(URL, {f"boxes-{film.pk}": "1", f"shows-{film.pk}": codes, "upload": "kinds"})
    assert standing(film) == {"false_claim": True}  # only what stood on the page
    client.post(
        URL, {f"caption-{film.pk}": "主播在说话", "upload": "kinds"}
    )  # a form without the boxes says nothing of them
    assert standing(film) == {"false_claim": True}
    client.post(URL, {f"boxes-{film.pk}": "1", "upload": "kinds"})
    assert standing(film) == {}
    other = Client()
    walk(other, until="evidence")
    other.post(URL, {f"boxes-{order.pk}": "1", "upload": "kinds"})
    assert standing(order)["purchase_proved"] is True  # another browser's file


def test_hostile_words_about_a_file_are_kept_as_words(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    client.post(URL, {"file-1": a_screenshot(), "as-1": "order"})
    piece = the_draft().evidence.offered().get()
    for words in ('"><script>alert(1)</script>', "‮反过来的字‬", "a​b️🙂👩‍👩‍👧", "字" * 200):
        client.post(URL, {f"caption-{piece.pk}": words, "upload": "kinds"})
        piece.refresh_from_db()
        assert piece.caption == words
        page = client.get(URL).content.decode()
        assert "<script>alert(1)" not in page
    refused = send(client, "evidence", **{f"caption-{piece.pk}": "字" * 5000, "upload": "kinds"})
    assert "说明最多200字，还要删4800字" in refused


def test_a_file_that_comes_for_a_draft_deleted_meanwhile_is_told_and_nothing_is_kept(cast: Cast) -> None:
    draft = a_draft()
    Draft.objects.filter(pk=draft.pk).delete()
    with pytest.raises(vault.Unacceptable, match="草稿已经删掉了"):
        add_evidence_to_draft(draft, a_photo(), kind="goods", at=MONDAY)
    assert not Evidence.objects.exists()
