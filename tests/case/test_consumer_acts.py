"""The consumer adds, asks the association, answers it, and withdraws; every change is a POST and is confirmed."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from complaints.flow.triage import ask
from complaints.lifecycle import State
from complaints.models import Complaint
from tests.builders import a_screenshot, filed
from tests.cast import Cast


def state(complaint: Complaint) -> str:
    complaint.refresh_from_db()
    return complaint.state


def test_the_one_way_door_is_seen_ticked_and_only_then_walked_through(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/refer/"
    assert "12315不再受理同一件事" in lin.get(path).content.decode()
    assert "请先勾选" in lin.post(path).content.decode()
    assert state(complaint) == State.NEGOTIATING
    assert lin.post(path, {"understood": "on"}).status_code == 302
    assert state(complaint) == State.REFERRED
    assert "在等协会决定受不受理" in lin.get(f"/case/{complaint.reference}/").content.decode()

    for again in (lin.get(path, follow=True), lin.post(path, {"understood": "on"}, follow=True)):  # the door is behind
        assert again.redirect_chain == [(f"/case/{complaint.reference}/", 302)]
        assert "这件投诉现在是“待受理”，不能“请协会受理”。" in again.content.decode()


def test_withdrawing_needs_a_tick_and_ends_the_case(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/withdraw/"
    lin.get(path)
    lin.post(path)
    assert state(complaint) == State.NEGOTIATING
    lin.post(path, {"understood": "on"})
    assert state(complaint) == State.WITHDRAWN
    text = lin.get(f"/case/{complaint.reference}/").content.decode()
    assert "你撤回了投诉" in text
    assert 'id="add"' not in lin.get(f"/case/{complaint.reference}/evidence/").content.decode()
    for page, given in (("answers", {}), ("withdraw", {"understood": "on"}), ("evidence", {"pieces": a_screenshot()})):
        late = lin.post(f"/case/{complaint.reference}/{page}/", {"kind": "other", **given}, follow=True)
        assert late.redirect_chain == [(f"/case/{complaint.reference}/", 302)], page
        assert "已撤回" in late.content.decode().partition('class="msgs"')[2].partition("</div></div>")[0], page
    assert not complaint.evidence.exists()


def test_nobody_else_can_move_the_case(guest: Client, complaint: Complaint, cast: Cast) -> None:
    guest.force_login(cast.zhao)
    for page in ("refer", "withdraw", "answers", "evidence"):
        assert guest.post(f"/case/{complaint.reference}/{page}/", {"understood": "on"}).status_code == 404
    assert state(complaint) == State.NEGOTIATING


def test_an_address_that_only_takes_a_form_leads_to_the_page_of_the_form(lin: Client, complaint: Complaint) -> None:
    case = f"/case/{complaint.reference}"
    assert lin.get(f"{case}/answers/")["Location"] == f"{case}/decision/"
    assert lin.get(f"/en{case}/answers/")["Location"] == f"/en{case}/decision/"
    assert lin.get("/track/leave/")["Location"] == "/track/"
    assert lin.get("/case/ZZ-000000-0000/answers/", follow=True).status_code == 404


def test_a_method_no_page_takes_is_answered_by_a_page_of_ours(lin: Client, complaint: Complaint) -> None:
    for prefix, words in (("", "这个地址不能直接打开"), ("/en", 'lang="en"')):
        for answer in (lin.post(f"{prefix}/how/"), lin.put(f"{prefix}/case/{complaint.reference}/answers/")):
            assert answer.status_code == 405
            assert answer["Allow"]
            assert words in answer.content.decode()
            assert "405" in answer.content.decode()
    assert lin.post("/healthz").content == b""


def test_a_question_of_the_association_is_answered_on_the_case_page(lin: Client, cast: Cast) -> None:
    complaint = filed(at=timezone.now(), consumer=cast.lin, remedy={"association": "now"}).complaint
    due_on = timezone.localdate() + timedelta(days=5)
    words = "请说明哪天提出的退货。"
    ask(
        complaint,
        to="consumer",
        facts=["return_in_7_days"],
        words=words,
        due_on=due_on,
        actor=cast.officer,
        at=timezone.now(),
    )
    text = lin.get(f"/case/{complaint.reference}/").content.decode()
    assert "轮到你了" in text
    assert words in text
    lin.post(f"/case/{complaint.reference}/answers/", {"fact-return_in_7_days": "yes"})
    assert state(complaint) == State.REFERRED
    assert "轮到你了" not in lin.get(f"/case/{complaint.reference}/").content.decode()


def test_evidence_is_added_and_the_page_says_whether_the_finding_changed(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/evidence/"
    picture = a_screenshot("聊天.png", colour="#112233")
    response = lin.post(path, {"pieces": picture, "kind": "chat"}, follow=True)
    text = response.content.decode()
    assert "判定没有变" in text
    assert "聊天.png" in text
    assert complaint.evidence.count() == 1


def test_a_refused_file_is_named_with_the_reason_and_the_others_are_kept(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/evidence/"
    good, bad = a_screenshot("新图.png", colour="#445566"), a_screenshot("空.png")
    bad.file.truncate(0)
    bad.size = 3
    bad.file.write(b"\x00\x01\x02")
    bad.file.seek(0)
    text = lin.post(path, {"pieces": [good, bad], "kind": "other"}).content.decode()
    assert "空.png：" in text
    assert "新图.png" in text
    assert "还没有选文件" in lin.post(path, {"kind": "other"}).content.decode()


def test_a_whole_folder_is_told_the_limit(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/evidence/"
    shown = lin.post(path, {"pieces": [a_screenshot(f"{n}.png") for n in range(30)], "kind": "other"})
    assert shown.status_code == 200
    assert "一次传的文件太多，一个也没存。一件投诉最多20个文件" in shown.content.decode()
    assert not complaint.evidence.exists()


def test_android_wechat_is_offered_one_file_at_a_time(lin: Client, complaint: Complaint) -> None:
    path = f"/case/{complaint.reference}/evidence/"
    assert " multiple" in lin.get(path).content.decode()
    agent = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.49"
    assert " multiple" not in lin.get(path, headers={"user-agent": agent}).content.decode()
