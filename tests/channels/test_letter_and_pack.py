"""The letter and the packs: what they hold, that their digests hold, and that nothing personal is in a name."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.flow.intake import add_evidence
from complaints.models import Actor, Complaint, CustodyEntry, Speaker, Viewing
from complaints.press import PAPERS_PER_HOUR, NotPrinted, print_pdf
from complaints.web.case_letter import require_room
from tests.builders import EMAIL, NAME, PHONE, a_screenshot, filed
from tests.cast import Cast
from tests.channels.pdf_text import fonts_of, texts_of

PAPERS = ["papers.pdf", "paste.txt", "decision.json"]


def body_of(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def opened(response: HttpResponseBase) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    assert response["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(body_of(response)))
    return archive, json.loads(archive.read("manifest.json"))


def says(pdf: bytes, words: str) -> bool:
    return any(words in text for text in texts_of(pdf))


# ── The letter ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_letter_holds_order_facts_requests_articles_digests_and_a_last_day(
    lin: Client, complaint: Complaint
) -> None:
    text = lin.get(f"/case/{complaint.reference}/letter/?to=merchant").content.decode()
    for words in ("澜岸家居旗舰店：", "260520771234567719", "百分百桑蚕丝", "《消费者权益保护法》", "书面答复", NAME):
        assert words in text
    for item in complaint.evidence.all():
        assert item.blob.sha256 in text
    assert PHONE not in text
    assert PHONE in lin.get(f"/case/{complaint.reference}/letter/?to=merchant&phone=1").content.decode()


def test_each_party_gets_its_own_letter_and_an_unknown_name_leaves_a_line(lin: Client, cast: Cast) -> None:
    complaint = filed(
        at=timezone.now(), consumer=cast.lin, shop={"seller": "unsure", "shop": "", "company": ""}
    ).complaint
    assert "letter__blank" in lin.get(f"/case/{complaint.reference}/letter/?to=merchant").content.decode()
    assert "快播场：" in lin.get(f"/case/{complaint.reference}/letter/?to=platform").content.decode()


def test_in_english_the_letter_stays_chinese_and_a_translation_stands_under_it(
    lin: Client, complaint: Complaint
) -> None:
    text = lin.get(f"/en/case/{complaint.reference}/letter/").content.decode()
    sheet, _mark, below = text.partition('id="letter-en"')
    assert "关于直播购物纠纷的投诉函" in sheet
    assert "事实经过" in sheet
    assert "本人于" in sheet
    assert f"{complaint.goods}" in below


def test_the_pdf_holds_the_words_and_the_articles_in_chinese_type(lin: Client, complaint: Complaint) -> None:
    response = lin.get(f"/case/{complaint.reference}/letter.pdf?to=merchant")
    assert response["Content-Disposition"] == f'attachment; filename="{complaint.reference}-letter-merchant.pdf"'
    assert says(response.content, "桑蚕丝四件套")
    assert says(response.content, "《消费者权益保护法》第")
    assert fonts_of(response.content) == {"Paper-Serif", "Paper-Sans"}


def test_a_paper_fetches_nothing(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-of-the-disk")
    made = print_pdf(f'<p>试</p><img src="file://{secret}"><link rel="attachment" href="file://{secret}">')
    assert b"canary" not in made
    assert not says(made, "canary")
    assert b"EmbeddedFile" not in made


# ── The packs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pack_holds_papers_and_originals_and_every_digest_verifies(lin: Client, complaint: Complaint) -> None:
    archive, manifest = opened(lin.get(f"/case/{complaint.reference}/pack/court/"))
    assert archive.namelist() == [*PAPERS, "evidence-01.png", "evidence-02.jpg", "manifest.json"]
    assert [entry["name"] for entry in manifest["files"]] == archive.namelist()[:-1]
    for entry in manifest["files"]:
        assert hashlib.sha256(archive.read(entry["name"])).hexdigest() == entry["sha256"]
    for number, item in enumerate(complaint.evidence.offered(), 1):
        name = next(name for name in archive.namelist() if name.startswith(f"evidence-{number:02d}"))
        assert hashlib.sha256(archive.read(name)).hexdigest() == item.blob.sha256
    assert manifest["decision"]["digest"] == json.loads(archive.read("decision.json"))["digest"]
    pdf = archive.read("papers.pdf")
    for words in ("原告", "事实经过", "证据目录", "判定指纹", "《消费者权益保护法》第", "三倍赔偿"):
        assert says(pdf, words), words
    pasted = archive.read("paste.txt").decode()
    assert f"原告：{NAME}" in pasted
    assert PHONE in pasted
    assert Viewing.objects.filter(evidence__complaint=complaint, variant="original").count() == 2


def test_nothing_personal_is_in_any_file_name_or_in_the_manifest(lin: Client, complaint: Complaint) -> None:
    response = lin.get(f"/case/{complaint.reference}/pack/report/")
    archive, manifest = opened(response)
    names = " ".join([response["Content-Disposition"], *archive.namelist(), json.dumps(manifest, ensure_ascii=False)])
    for personal in (NAME, PHONE, EMAIL, "订单.png", "IMG_2201", "260520771234567719"):
        assert personal not in names
    assert response["Content-Disposition"] == f'attachment; filename="{complaint.reference}-report.zip"'


def test_the_same_state_gives_the_same_bytes(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/pack/court/"
    assert body_of(lin.get(path)) == body_of(lin.get(path))


def test_the_papers_for_12315_wait_behind_the_tick(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/pack/regulator/"
    shown = lin.get(path, follow=True)
    assert shown.redirect_chain[0][0] == f"/case/{complaint.reference}/next/?tick=regulator#regulator"
    assert "请先勾选，表示你明白只能选一个。" in shown.content.decode()
    response = lin.get(path, {"understood": "on"})
    assert response["Content-Disposition"] == f'attachment; filename="{complaint.reference}-12315.zip"'
    pasted = opened(response)[0].read("paste.txt").decode()
    order = [pasted.index(word) for word in ("投诉人：", "电话：", "住址：", "被投诉人：", "请求", "事实经过")]
    assert order == sorted(order)  # as O121 10 asks


def test_a_report_names_only_acts_that_were_read_on_the_official_page(lin: Client, complaint: Complaint) -> None:
    assert {8, 9} & set(complaint.decision.output["illegal_acts"])  # points that are still unchecked
    pasted = opened(lin.get(f"/case/{complaint.reference}/pack/report/"))[0].read("paste.txt").decode()
    assert "被举报人：" in pasted
    assert "虚假宣传、刷单造假、抽奖作假" not in pasted
    assert "退款" not in pasted.partition("事实经过")[0]


def test_the_receipt_code_is_enough_for_the_papers_of_its_case(client: Client, cast: Cast) -> None:
    found = filed(at=timezone.now(), files=True)
    path = f"/case/{found.complaint.reference}/pack/court/"
    assert client.get(path).status_code == 404
    client.post("/track/", {"code": found.receipt_code})
    archive, _manifest = opened(client.get(path))
    assert "evidence-01.png" in archive.namelist()


def test_a_look_at_the_address_makes_nothing(lin: Client, complaint: Complaint) -> None:
    assert lin.head(f"/case/{complaint.reference}/pack/court/").status_code == 200
    assert not Viewing.objects.filter(evidence__complaint=complaint).exists()


def test_what_a_party_handed_in_is_listed_but_stays_with_it(lin: Client, cast: Cast, complaint: Complaint) -> None:
    add_evidence(
        complaint, a_screenshot("x.png", "#123456"), kind="platform", speaker=Speaker.PLATFORM,
        actor=Actor.machine(cast.kuailive), at=timezone.now(),
    )  # fmt: skip
    archive, _manifest = opened(lin.get(f"/case/{complaint.reference}/pack/court/"))
    assert "evidence-03.png" not in archive.namelist()
    assert says(archive.read("papers.pdf"), "原件不在这一套里")


def test_a_closed_way_and_an_unknown_one_hand_out_nothing(lin: Client, cast: Cast) -> None:
    complaint = filed(at=timezone.now(), consumer=cast.lin, goods={"use": "trade"}).complaint
    assert lin.get(f"/case/{complaint.reference}/pack/regulator/?understood=on").status_code == 302
    assert lin.get(f"/case/{complaint.reference}/pack/negotiate/").status_code == 404
    assert lin.get(f"/case/{complaint.reference}/pack/elsewhere/").status_code == 404


@pytest.mark.parametrize("path", ["letter/", "letter.pdf", "pack/court/", "pack/regulator/?understood=on"])
def test_another_person_finds_no_paper(client: Client, cast: Cast, complaint: Complaint, path: str) -> None:
    client.force_login(cast.zhao)
    assert client.get(f"/case/{complaint.reference}/{path}").status_code == 404
    client.force_login(cast.chen)  # an officer has the desk; these papers are the consumer's own
    assert client.get(f"/case/{complaint.reference}/{path}").status_code == 404


def test_no_paper_is_kept_by_a_browser_and_too_many_are_refused_in_words(lin: Client, complaint: Complaint) -> None:
    assert "no-store" in lin.get(f"/case/{complaint.reference}/pack/court/")["Cache-Control"]
    for _each in range(PAPERS_PER_HOUR - 1):
        require_room(complaint, at=timezone.now())
    with pytest.raises(NotPrinted):
        require_room(complaint, at=timezone.now())
    shown = lin.get(f"/case/{complaint.reference}/pack/court/", follow=True)
    assert "这一小时做的文件够多了" in shown.content.decode()


# ── At the desk ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_officer_takes_the_same_pack_for_a_reason_and_the_consumer_sees_it(cast: Cast, complaint: Complaint) -> None:
    chen, address = Client(), reverse("admin:case-pack", args=[complaint.reference])
    chen.force_login(cast.chen)
    unsaid = chen.post(address, {"way": "court", "reason": ""})
    assert unsaid.status_code == 422
    assert "写一句为什么" in unsaid.content.decode()
    archive, manifest = opened(chen.post(address, {"way": "court", "reason": "法院来函调取"}))
    assert manifest["for"] == "court"
    assert says(archive.read("papers.pdf"), "原告")
    taken = CustodyEntry.objects.filter(complaint=complaint, act="exported").latest("pk")
    assert (taken.actor, taken.variant) == (cast.officer.label, "original")
    assert complaint.events.filter(kind="contact-viewed", body__reason="hand-over").exists()


@pytest.mark.parametrize(("duties", "status"), [(["intake"], 403), (["auditor"], 403), (["mediator"], 200)])
def test_only_who_may_hand_a_case_over_takes_its_papers(
    duties: list[str], status: int, cast: Cast, complaint: Complaint
) -> None:
    cast.chen.memberships.update(duties=duties)
    chen, address = Client(), reverse("admin:case-pack", args=[complaint.reference])
    chen.force_login(cast.chen)
    assert chen.post(address, {"way": "court", "reason": "移送"}).status_code == status


def test_the_papers_of_another_associations_case_do_not_exist(cast: Cast, complaint: Complaint) -> None:
    huang = Client()
    huang.force_login(cast.huang)
    assert huang.get(reverse("admin:case-pack", args=[complaint.reference])).status_code == 404
