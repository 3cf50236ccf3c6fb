"""Filing for somebody else, without scripts: the buyer's complaint, the helper kept apart, nothing of it lost."""

import pytest
from django.test import Client

from accounts.sealing import CannotUnseal, unseal
from complaints.models import Assertion, CannotChange, Complaint, Draft, Evidence, Helper, Message
from tests.builders import HELPER, HELPER_EMAIL, HELPER_PHONE, NAME, PHONE, a_screenshot
from tests.cast import Cast
from tests.wizard.steps import send, the_draft, typed, walk

pytestmark = pytest.mark.django_db

DECLARED = {"declared": "on"}
AUTHORITY = "/complaint/authority/"


def test_a_child_files_for_a_parent_who_stays_the_complainant(client: Client, cast: Cast) -> None:
    assert "/complaint/behalf/" in client.get("/complaint/").content.decode()
    assert walk(client, start="behalf") == "/complaint/check/"
    page = client.get("/complaint/check/").content.decode()
    assert f"你在帮<bdi>{NAME}</bdi>填" in page
    assert "买东西的人知道我在替他投诉，也同意" in page
    assert "还没有，不急" in page

    done = client.post("/complaint/check/", DECLARED)["Location"]
    complaint, helper = Complaint.objects.get(), Helper.objects.get()
    assert complaint.contact.reveal()["name"] == NAME
    assert complaint.contact.region == "33"
    assert complaint.association == cast.zhejiang
    assert helper.reveal() == {"name": HELPER, "phone": HELPER_PHONE, "email": HELPER_EMAIL}
    assert (helper.relation, helper.told, helper.account) == ("child", "helper", None)
    assert not complaint.statement.keys() & {"contact", "behalf", "helper", "buyer"}
    assert HELPER not in helper.sealed
    with pytest.raises(CannotUnseal):
        unseal(helper.sealed, owner=f"contact:{complaint.pk}")
    with pytest.raises(CannotChange):
        helper.save()
    assert "把编号和回执码也给买东西的人留一份" in client.get(done).content.decode()
    assert "由他人代为提交" in client.get(f"/case/{complaint.reference}/").content.decode()


def test_who_fills_it_in_for_themselves_is_asked_nothing_more(client: Client, cast: Cast) -> None:
    walk(client)
    assert not the_draft().answers.keys() & {"behalf", "helper", "buyer"}
    assert "你在帮" not in client.get("/complaint/check/").content.decode()
    client.post("/complaint/check/", DECLARED)
    assert not Helper.objects.exists()


def test_one_may_say_it_late_and_take_it_back_and_nothing_typed_is_lost(client: Client, cast: Cast) -> None:
    walk(client, contact={"name": HELPER})
    assert "/complaint/behalf/" in client.get("/complaint/contact/").content.decode()
    assert send(client, "behalf", **typed()["behalf"]) == "/complaint/helper/"
    page = client.get("/complaint/helper/").content.decode()
    assert f'value="{HELPER}"' in page  # what was typed as one's own name is offered as one's own name
    tasks = client.get("/complaint/tasks/").content.decode()
    assert f"你在帮<bdi>{NAME}</bdi>填" in tasks
    assert AUTHORITY in tasks

    assert send(client, "behalf", whose="self") == "/complaint/check/"
    client.post("/complaint/check/", DECLARED)
    assert Complaint.objects.get().contact.reveal()["name"] == HELPER
    assert not Helper.objects.exists()


def test_the_code_for_another_device_opens_it_with_the_banner(client: Client, cast: Cast) -> None:
    walk(client, start="behalf", until="room")
    client.post("/complaint/save/", {"give": "1"})
    code = client.get("/complaint/save/").content.decode().partition('id="code-plain">')[2].partition("<")[0]
    other = Client()
    assert other.post("/resume/", {"code": code})["Location"] == "/complaint/tasks/"
    assert f"你在帮<bdi>{NAME}</bdi>填" in other.get("/complaint/room/").content.decode()


def test_two_windows_that_name_two_buyers_are_both_kept_to_choose_from(client: Client, cast: Cast) -> None:
    url, given = "/complaint/behalf/", typed()["behalf"]
    client.post(url, given)
    seen = [client.get(url).context["seen"] for _window in range(2)]
    client.post(url, {**given, "name": "王秀英", "seen": seen[0]})
    assert client.post(url, {**given, "name": "李建国", "seen": seen[1]})["Location"] == f"{url}choose/"
    page = client.get(f"{url}choose/").content.decode()
    assert "王秀英" in page
    assert "李建国" in page


def test_who_is_to_be_told_needs_an_address(client: Client, cast: Cast) -> None:
    walk(client, start="behalf", until="buyer")
    asked = send(client, "buyer", region="33", told="both", phone="", email="")
    assert "要告诉买东西的人，就填一个手机号或邮箱" in asked
    assert send(client, "buyer", region="33", told="both", phone=PHONE, email="") == "/complaint/check/"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "写一下买东西的人叫什么"),
        ("\u200b\u2060\u202e", "里面没有看得见的字"),
        ("王\x07秀英", "看不见的控制字符"),
        ("王\x00秀英", "空字符"),
        ("长" * 5000, "还要删4960字"),
    ],
)
def test_a_name_that_cannot_stand_on_a_paper_is_kept_and_said(
    client: Client, cast: Cast, name: str, sentence: str
) -> None:
    assert sentence in send(client, "behalf", whose="other", relation="child", name=name)
    assert client.get("/complaint/tasks/").status_code == 200
    assert client.get("/complaint/check/").status_code == 200


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "‮王秀英%(x)s{y}", "👵🏽", "O'Brien “Lin”"])
def test_a_strange_name_is_shown_as_it_is_and_breaks_nothing(client: Client, cast: Cast, name: str) -> None:
    walk(client, start="behalf", behalf={"name": name})
    page = client.get("/complaint/check/").content.decode()
    assert "<script>alert" not in page
    client.post("/complaint/check/", DECLARED)
    complaint = Complaint.objects.get()
    assert complaint.contact.reveal()["name"] == name
    assert client.get(f"/case/{complaint.reference}/authority/").status_code == 200


def test_the_signed_letter_is_taken_in_before_filing_and_proves_no_fact(client: Client, cast: Cast) -> None:
    walk(client, start="behalf")
    assert client.post(AUTHORITY, {"pieces": a_screenshot("委托书.png")})["Location"] == AUTHORITY
    assert "委托书.png" in client.get(AUTHORITY).content.decode()
    assert "已传" in client.get("/complaint/check/").content.decode()
    client.post(AUTHORITY, {"pieces": a_screenshot("委托书.png")})
    assert "这张已经传过了" in client.get(AUTHORITY).content.decode()
    client.post("/complaint/check/", DECLARED)
    complaint, piece = Complaint.objects.get(), Evidence.objects.get()
    assert (piece.kind, piece.complaint) == ("authority", complaint)
    assert not complaint.evidence.of_dispute().exists()
    assert not Assertion.objects.filter(evidence=piece).exists()


def test_a_letter_taken_back_is_gone_and_a_file_that_is_none_is_refused_in_words(client: Client, cast: Cast) -> None:
    walk(client, start="behalf", until="story")
    client.post(AUTHORITY, {"pieces": a_screenshot()})
    client.post(AUTHORITY, {"remove": str(Evidence.objects.get().pk)})
    assert not Evidence.objects.exists()
    client.post(AUTHORITY, {})
    assert "还没有选文件" in client.get(AUTHORITY).content.decode()


def test_a_letter_first_sent_as_evidence_can_still_be_handed_in(client: Client, cast: Cast) -> None:
    walk(client, start="behalf")
    client.post("/complaint/evidence/", {"kind": "other", "file-1": a_screenshot("委托书.png")})
    client.post(AUTHORITY, {"pieces": a_screenshot("委托书.png")})
    assert "这张已经传过了" not in client.get(AUTHORITY).content.decode()
    assert sorted(the_draft().evidence.values_list("kind", flat=True)) == ["authority", "other"]
    client.post("/complaint/check/", DECLARED)
    complaint = Complaint.objects.get()
    case = f"/case/{complaint.reference}"
    for _twice in range(2):
        client.post(f"{case}/evidence/", {"kind": "other", "pieces": a_screenshot("二.png", "#010203")})
        late = client.post(f"{case}/authority/", {"pieces": a_screenshot("二.png", "#010203")}, follow=True)
    assert "这张已经传过了" in late.content.decode()
    assert (complaint.evidence.of_dispute().count(), complaint.evidence.authority().count()) == (2, 2)
    talk = f"{case}/messages/association/"
    client.post(talk, {"words": "委托书也在这里", "piece": a_screenshot("二.png", "#010203"), "key": "k1"})
    assert Message.objects.get().evidence in complaint.evidence.of_dispute()


def test_it_comes_later_too_without_a_new_decision_or_a_word_to_the_parties(client: Client, cast: Cast) -> None:
    walk(client, start="behalf")
    client.post("/complaint/check/", DECLARED)
    complaint = Complaint.objects.get()
    url, before = f"/case/{complaint.reference}/authority/", complaint.decision
    told = complaint.events.filter(deliveries__isnull=False).count()
    assert client.post(url, {"pieces": a_screenshot("委托书.png")})["Location"] == url
    complaint.refresh_from_db()
    assert complaint.decision == before
    assert complaint.events.filter(deliveries__isnull=False).count() == told
    progress = client.get(f"/case/{complaint.reference}/").content.decode()
    assert "委托书或监护证明已传" in progress
    assert "委托书.png" not in client.get(f"/case/{complaint.reference}/evidence/").content.decode()


def test_a_guardian_needs_no_letter_and_declares_as_guardian(client: Client, cast: Cast) -> None:
    walk(client, start="behalf", behalf={"relation": "guardian"})
    page = client.get("/complaint/check/").content.decode()
    assert "我是买东西的孩子的监护人" in page
    assert "监护人不用写委托书" in page
    assert "授权委托书" not in client.get(AUTHORITY).content.decode()
    assert client.get("/complaint/authority.pdf").status_code == 404


def test_nobody_comes_to_the_letter_without_a_draft_of_that_kind(client: Client, cast: Cast) -> None:
    assert client.get(AUTHORITY)["Location"] == "/complaint/behalf/"
    assert Draft.objects.count() == 0
    walk(client, until="room")
    assert client.get(AUTHORITY)["Location"] == "/complaint/behalf/"
    assert client.get("/complaint/authority.pdf").status_code == 404
