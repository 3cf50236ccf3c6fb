"""One's data can be taken away whole, by oneself alone; and an account can go, with what stays said and kept."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from complaints import timeline
from complaints.flow import account, telling
from complaints.flow.consumer import withdraw
from complaints.models import Actor, Complaint, Feedback
from tests.builders import EMAIL, NAME, PHONE, a_complaint, filed
from tests.cast import MONDAY, PASSWORD, Cast


@pytest.fixture
def lin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lin)
    return client


def test_the_export_holds_what_is_ones_own_and_nothing_of_others(lin: Client, cast: Cast) -> None:
    mine = a_complaint(at=timezone.now(), consumer=cast.lin, files=True)
    shown = mine.evidence.offered().first()
    shown.caption = "订单页"
    shown.save(update_fields=["caption"])
    rating = Feedback(complaint=mine, score=4, made_at=MONDAY, changed_at=MONDAY)
    rating.keep_words("回得慢")
    rating.save()
    other = filed(at=timezone.now(), consumer=cast.zhao)
    lin.post("/track/", {"code": other.receipt_code})  # opened for half an hour is not one's own
    response = lin.post("/account/data/", {"password": PASSWORD})
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    told = json.loads(archive.read("data.json"))
    (case,) = told["complaints"]
    assert case["reference"] == mine.reference
    assert case["contact"] == {"name": NAME, "phone": PHONE, "email": EMAIL}
    assert case["told"]["story"] == mine.story
    assert len(case["timeline"]) == mine.version
    assert case["feedback"] == {"score": 4, "words": "回得慢", "at": str(MONDAY)}
    assert "订单页" in [piece["caption"] for piece in case["evidence"]]
    files = [piece["file"] for piece in case["evidence"]]
    assert sorted([*files, "data.json"]) == sorted(archive.namelist())
    for piece, item in zip(case["evidence"], mine.evidence.offered(), strict=True):
        assert len(archive.read(piece["file"])) == item.blob.size
        assert item.custody_entries.latest("sequence").act == "exported"


def test_no_data_without_the_password(lin: Client, cast: Cast) -> None:
    guest = Client()
    wrong = lin.post("/account/data/", {"password": "wrong"})
    assert "密码不对" in wrong.content.decode()
    for page in ("/account/data/", "/account/delete/"):
        assert guest.post(page, {"password": PASSWORD}).headers["Location"].startswith("/account/sign-in/")
    assert lin.post("/account/delete/", {"password": "wrong", "understood": "on"}).status_code == 200
    assert lin.post("/account/delete/", {"password": PASSWORD}).status_code == 200
    assert User.objects.filter(pk=cast.lin.pk).exists()


def test_a_deleted_account_leaves_its_cases_and_takes_the_contact_of_those_that_ended(lin: Client, cast: Cast) -> None:
    ended, running = a_complaint(consumer=cast.lin), a_complaint(consumer=cast.lin)
    withdraw(ended, actor=Actor.consumer(cast.lin), at=MONDAY)
    page = lin.get("/account/delete/").content.decode()
    assert "已结束的1件" in page and "还在办的1件" in page
    gone = lin.post("/account/delete/", {"password": PASSWORD, "understood": "on"}, follow=True)
    assert "账号已删除" in gone.content.decode()
    assert not User.objects.filter(username="lin").exists()
    assert lin.get("/mine/").status_code == 302

    ended, running = Complaint.objects.get(pk=ended.pk), Complaint.objects.get(pk=running.pk)
    assert ended.consumer is None and running.consumer is None
    assert not any(ended.contact.reveal().values())
    assert running.contact.reveal()["phone"] == PHONE
    assert timeline.first_break(ended.events.all(), expected=ended.version) is None

    withdraw(running, actor=Actor.receipt(running.pk), at=MONDAY)
    assert account.erase_ended(at=MONDAY) == 0  # told first
    telling.send_due(lambda: MONDAY, until=MONDAY + timedelta(minutes=1))
    assert account.erase_ended(at=MONDAY) == 1
    assert not any(Complaint.objects.get(pk=running.pk).contact.reveal().values())
    assert account.erase_ended(at=MONDAY) == 0


def test_whoever_works_here_does_not_delete_themselves(client: Client, cast: Cast) -> None:
    client.force_login(cast.chen)
    assert client.get("/account/delete/").status_code == 404
    with pytest.raises(account.CannotDelete):
        account.delete(cast.chen, at=MONDAY)


def test_whoever_worked_here_is_told_so_on_the_way_out_and_the_settings_look_through_no_events(
    lin: Client, cast: Cast
) -> None:
    complaint = a_complaint()
    timeline.record(complaint, "note", {}, actor=f"officer:{cast.lin.pk}", at=MONDAY)
    with CaptureQueriesContext(connection) as asked:
        assert 'href="/account/delete/"' in lin.get("/account/").content.decode()
    assert not [each["sql"] for each in asked if "complaints_event" in each["sql"]]
    for answer in (lin.get("/account/delete/", follow=True), lin.post("/account/delete/", follow=True)):
        assert "请联系运营人员" in answer.content.decode()
    assert User.objects.filter(pk=cast.lin.pk).exists()
