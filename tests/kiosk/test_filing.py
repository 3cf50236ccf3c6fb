"""A complaint filed at a counter, a kiosk or a hotline: by the form's own rules, decided at once, on record how."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import ApiKey
from complaints.figures.counting import count_month
from complaints.flow import upkeep
from complaints.flow.intake import hash_of
from complaints.models import Complaint, Draft, Event, Evidence, IdempotentAnswer, TakenDown
from complaints.models.delivery import Delivery
from tests.builders import FOR_LIN, HELPER, HELPER_PHONE, a_screenshot
from tests.cast import Cast
from tests.kiosk.stand import BOTH, PERSONAL, Stand, a_tray, answers, as_json
from tests.platform.calls import Machine, fields_of, told
from tests.wizard.steps import walk
from tests.wizard.test_wrong_answers import MISTAKES

pytestmark = pytest.mark.django_db


def test_a_whole_complaint_is_filed_decided_and_given_its_receipt(stand: Stand, cast: Cast) -> None:
    tray = a_tray()
    piece = told(stand.offer("/uploads", a_screenshot(), kind="order", tray=tray), 201)
    given = {**stand.filing(), "uploads": {"tray": tray, "ids": [piece["id"]]}}
    filed = told(stand.post("/complaints", given), 201)

    complaint = Complaint.objects.get()
    assert filed["reference"] == complaint.reference
    assert complaint.receipt_hash == hash_of(filed["receipt_code"])
    assert filed["decision"]["verdict"]
    assert {each["party"] for each in filed["decision"]["parties"]} == {"merchant", "anchor", "platform"}
    assert any(one["citations"] for each in filed["decision"]["parties"] for one in each["because"])
    assert filed["deadlines"]
    assert filed["turn"]["sentence"]
    assert filed["association"] == "浙江省消费者协会"
    assert [each.kind for each in complaint.evidence.all()] == ["order"]
    assert Delivery.objects.filter(event__complaint=complaint).exists()  # the parties are told as of any other

    how = TakenDown.objects.get()
    assert (how.organisation, how.key) == (cast.zhejiang, stand.key.public_id)
    assert (how.way, how.word, how.place, how.clerk) == ("counter", "dictated", "西湖区龙井路网点", "A-17")
    assert how.agreed == ["declared", "tell_parties", "data_notice"]
    assert how.read_out == given["read_out"]
    assert Event.objects.get(kind="filed").body["way"] == "counter"


def test_the_decision_is_the_one_the_page_would_give(stand: Stand, cast: Cast) -> None:
    browser = Client()
    walk(browser, more={"fact-buyer_knew_before": ""})
    browser.post("/complaint/check/", {"declared": "on"})
    by_page = Complaint.objects.get()
    reference = stand.file()["reference"]
    by_stand = Complaint.objects.get(reference=reference)
    assert by_page.decision and by_stand.decision
    assert by_stand.decision.input == by_page.decision.input
    assert by_stand.statement == by_page.statement
    assert by_stand.contact.reveal() == by_page.contact.reveal()


def test_what_the_form_refuses_is_refused_here_in_the_same_words(stand: Stand, cast: Cast) -> None:
    right = {**stand.filing(), "answers": None}
    for page, fields, sentence in MISTAKES:
        given = {**right, "answers": {**answers(), **as_json({page: fields})}}
        problem = told(stand.post("/complaints", given), 400)
        found = {where: words for where, words in fields_of(problem).items() if where.startswith(f"answers.{page}")}
        by_shape = any("日期写成" in words for words in found.values())  # a day that is none is refused by its shape
        assert by_shape or any(sentence in words for words in found.values()), problem["errors"]
    assert not Complaint.objects.exists()
    assert not IdempotentAnswer.objects.exists()


def test_several_mistakes_are_told_at_once_with_what_was_found_and_what_is_allowed(stand: Stand, cast: Cast) -> None:
    given = stand.filing()
    given["answers"] |= {"goods": {"goods": "", "use": "resale"}, "order": {"order_number": 7, "amount": "abc"}}
    given["answers"]["story"] = {"story": ["一", "二"], "shout": "x"}
    del given["answers"]["contact"]
    given["answers"]["secret"] = {}
    given["agreed"] = ["declared"]
    problem = told(stand.post("/complaints", given), 400)
    found = fields_of(problem)
    for where in (
        *("answers.goods.goods", "answers.goods.use", "answers.order.order_number", "answers.order.amount"),
        *("answers.story.story", "answers.story.shout", "answers.contact.name", "answers.contact.region"),
        *("answers.secret", "agreed"),
    ):
        assert where in found, where
    use = next(each for each in problem["errors"] if each["field"] == "answers.goods.use")
    assert (use["found"], use["allowed"]) == ("resale", ["own", "trade"])


STRANGE: list[Any] = [
    None,
    [],
    "answers",
    {"story": None},
    {"story": {"story": {"a": 1}}},
    {"tried": {"tried": "merchant"}},
    {"tried": {"tried": [["merchant"]]}},
    {"relation": {"relation": ["own"]}},
    {"type": {"problems": True}},
    {"detail": {"kinds": ["C-nothing", "☃"]}},
    {"behalf": {"whose": ["other"]}},
    {"dates": {"purchased_on": "2026-02-30-9", "received": "no"}},
    {"replies": {"merchant": 1, "to-nobody": "x"}},
    {"more": {"fact-nothing": "yes", "fact-": "no", "x": "y"}},
    {"carried": {"facts": ["officer"]}},
]


def test_odd_shapes_are_refused_and_break_nothing(stand: Stand, cast: Cast) -> None:
    right = stand.filing()
    for strange in STRANGE:
        given = {**right, "answers": strange if not isinstance(strange, dict) else {**answers(), **strange}}
        assert told(stand.post("/complaints", given), 400)["code"] == "invalid"
        assert stand.post("/questions", {"answers": given["answers"]}).status_code in {200, 400}
    assert not Complaint.objects.exists()


def test_nothing_is_filed_that_was_not_read_out_and_agreed_to(stand: Stand, cast: Cast) -> None:
    given = stand.filing()
    changes: list[dict[str, Any]] = [{"agreed": []}, {"agreed": given["agreed"][:2]}, {"read_out": "0" * 64}]
    for change in changes:
        assert told(stand.post("/complaints", {**given, **change}), 400)["code"] == "invalid"
    for stand_at in (
        {**given["stand"], "way": "hotline", "word": "typed"},
        {**given["stand"], "clerk": ""},
        {**given["stand"], "clerk": "王 五"},
        {**given["stand"], "way": "web"},
    ):
        assert told(stand.post("/complaints", {**given, "stand": stand_at}), 400)["code"] == "invalid"
    assert not Complaint.objects.exists()


def test_filing_for_somebody_else_keeps_the_helper_as_the_form_does(stand: Stand, cast: Cast) -> None:
    filed = stand.file(behalf=FOR_LIN["behalf"], helper=FOR_LIN["helper"], buyer=FOR_LIN["buyer"])
    assert filed["left_out"] == ["contact"]  # the page of one's own is not asked then
    helper = Complaint.objects.get().helper
    assert helper.reveal()["name"] == HELPER
    assert helper.reveal()["phone"] == HELPER_PHONE


def test_two_presses_make_one_complaint_and_give_one_code(stand: Stand, cast: Cast) -> None:
    given = stand.filing()
    first = told(stand.post("/complaints", given, press="k1"), 201)
    again = stand.post("/complaints", given, press="k1")  # the first answer was lost on its way
    assert again["Idempotent-Replayed"] == "true"
    assert told(again, 201) == first
    assert Complaint.objects.count() == TakenDown.objects.count() == 1
    other = {**given, "stand": {**given["stand"], "place": "另一个网点"}}
    assert told(stand.post("/complaints", other, press="k1"), 422)["code"] == "idempotency_key_reused"


def test_the_answer_with_the_code_is_sealed_and_gone_after_seven_days(stand: Stand, cast: Cast) -> None:
    code = stand.file()["receipt_code"]
    kept = IdempotentAnswer.objects.get(status=201)
    assert code not in kept.sealed_body
    upkeep.forget(at=kept.at + upkeep.ANSWERS_KEPT)
    assert IdempotentAnswer.objects.exists()
    upkeep.forget(at=kept.at + upkeep.ANSWERS_KEPT + timedelta(seconds=1))
    assert not IdempotentAnswer.objects.exists()
    assert upkeep.ANSWERS_KEPT.days == 7


def test_files_wait_in_a_tray_that_only_its_key_finds(stand: Stand, cast: Cast) -> None:
    tray, other = a_tray(), Stand(cast.guangdong, *BOTH)
    piece = told(stand.offer("/uploads", a_screenshot(), kind="order", tray=tray), 201)
    assert told(stand.offer("/uploads", a_screenshot(), kind="order", tray=tray), 200) == piece
    assert told(other.offer("/uploads", a_screenshot(), kind="order", tray=tray), 404)["code"] == "not_found"
    assert other.client.delete(f"/api/v1/consumer/uploads/{tray}/{piece['id']}").status_code == 404
    given = other.filing()
    told(other.post("/complaints", {**given, "uploads": {"tray": tray, "ids": [piece["id"]]}}), 404)

    more = told(stand.offer("/uploads", a_screenshot("b.png", "#334455"), kind="goods", tray=tray), 201)
    unnamed = told(stand.post("/complaints", {**stand.filing(), "uploads": {"tray": tray, "ids": [more["id"]]}}), 400)
    assert "uploads.ids" in fields_of(unnamed)  # a file of the person before is never sent along unseen
    assert stand.client.delete(f"/api/v1/consumer/uploads/{tray}/{piece['id']}").status_code == 204
    told(stand.post("/complaints", {**stand.filing(), "uploads": {"tray": tray, "ids": [more["id"]]}}), 201)
    assert Evidence.objects.get().kind == "goods"
    used = stand.post("/complaints", {**stand.filing(), "uploads": {"tray": tray, "ids": [more["id"]]}})
    assert told(used, 409)["code"] == "tray_used"
    assert Complaint.objects.count() == 1


def test_what_the_page_of_evidence_refuses_is_refused_here(stand: Stand, cast: Cast) -> None:
    tray = a_tray()
    program = SimpleUploadedFile("x.png", b"MZ" + b"\0" * 400)
    assert told(stand.offer("/uploads", program, kind="order", tray=tray), 422)["code"].startswith("file_")
    assert told(stand.offer("/uploads", a_screenshot(), kind="nothing", tray=tray), 400)["code"] == "invalid"
    with override_settings(EVIDENCE_MAX_FILES=1):
        told(stand.offer("/uploads", a_screenshot(), kind="order", tray=tray), 201)
        full = stand.offer("/uploads", a_screenshot("b.png", "#334455"), kind="order", tray=tray)
        assert told(full, 422)["code"] == "file_too_many"
    with override_settings(UPLOAD_MIB_PER_KEY_AN_HOUR=1):
        assert stand.offer("/uploads", a_screenshot("c.png", "#665544"), kind="order", tray=tray).status_code == 422


def test_a_key_files_as_often_as_its_share_of_the_hour(stand: Stand, cast: Cast) -> None:
    with override_settings(FILINGS_PER_KEY_AN_HOUR=1):
        stand.file()
        refused = stand.post("/complaints", stand.filing())
        assert told(refused, 429)["code"] == "too_many_requests"
        assert 0 < int(refused["Retry-After"]) <= 3600
        Stand(cast.zhejiang, *BOTH).file()  # another counter goes on


def test_keys_of_associations_and_of_businesses_open_nothing_of_each_other(stand: Stand, cast: Cast) -> None:
    machine = Machine(cast.key)
    for path in ("/cases", "/events", "/facts", "/cases/ZZ-260601-9E02/decision"):
        answer: Any = stand.client.get(f"/api/v1{path}")
        assert told(answer, 403)["code"] in {"wrong_kind_of_key", "scope_missing"}, path
    for path in ("/consumer/catalogue", "/consumer/questions", "/consumer/complaints/ZZ-260601-9E02"):
        assert told(machine.get(path), 403)["code"] == "wrong_kind_of_key", path
    body = {"receipt_code": "x"}
    for path in ("check", "complaints", "uploads", "complaints/ZZ-260601-9E02/open"):
        answer = machine.client.post(f"/api/v1/consumer/{path}", json.dumps(body), content_type="application/json")
        assert told(answer, 403)["code"] == "wrong_kind_of_key", path
    for scopes, open_to in (((), ()), (("complaints:file",), ("/catalogue",)), (("complaints:follow",), ())):
        narrow = Stand(cast.zhejiang, *scopes)
        expected = 200 if "/catalogue" in open_to else 403
        assert narrow.get("/catalogue").status_code == expected
        opening = narrow.post("/complaints/ZZ-260601-9E02/open", {"receipt_code": "x"})
        assert opening.status_code == (400 if "complaints:follow" in scopes else 403)
    assert Client().get("/api/v1/consumer/catalogue").status_code == 401


def test_an_operator_makes_a_key_for_a_stand_and_sees_its_text_once(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("stand_key", "浙江省消费者协会", "--label", "龙井路网点", "--scopes", "complaints:file")
    text = capsys.readouterr().out.strip()
    key = ApiKey.objects.get(label="龙井路网点")
    assert (key.scopes, key.organisation) == (["complaints:file"], cast.zhejiang)
    assert key.digest not in text
    opened = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/consumer/catalogue")
    assert opened.status_code == 200
    for wrong in (("快播场", "--label", "x"), ("浙江省消费者协会", "--label", "x", "--days", "900")):
        with pytest.raises(CommandError):
            call_command("stand_key", *wrong)


def test_statistics_count_it_as_any_other(stand: Stand, cast: Cast) -> None:
    stand.file()
    assert count_month(timezone.localdate().replace(day=1)).total == 1
    desk = Client()
    desk.force_login(cast.chen)
    assert "桑蚕丝四件套" in desk.get("/admin/queue/").content.decode()


def test_an_officer_sees_how_it_came_and_a_party_does_not(stand: Stand, cast: Cast) -> None:
    reference = stand.file()["reference"]
    desk = Client()
    desk.force_login(cast.chen)
    page = desk.get(f"/admin/case/{reference}/").content.decode()
    for words in ("网点代填", "西湖区龙井路网点", "本人口述，工作人员代填", "A-17", stand.key.public_id):
        assert words in page, words
    seen = json.dumps(told(Machine(cast.key).get(f"/cases/{reference}"), 200), ensure_ascii=False)
    assert "龙井路" not in seen
    assert "A-17" not in seen


def test_nothing_personal_and_no_code_goes_into_logs_events_or_notices(
    stand: Stand, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    filed = stand.file()
    stand.open(filed)
    stand.post("/complaints", {**stand.filing(contact={"phone": "1381234567"})})
    text = caplog.text + "".join(json.dumps(each.body, ensure_ascii=False) for each in Event.objects.all())
    text += "".join(bytes(each.body).decode() for each in Delivery.objects.all())
    for secret in (*PERSONAL, filed["receipt_code"], filed["receipt_code"].replace("-", ""), stand.text, "1381234567"):
        assert secret not in text
    assert not Draft.objects.exclude(answers={}).exists()
