"""Nobody fills the house: shares of one network, a full disk told in words, twins that make one, codes that end."""

from __future__ import annotations

import errno
import hashlib
import io
import logging
import shutil
import threading
from collections import namedtuple
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.evidence import staging, vault
from complaints.flow import contacting, drafting, uploads
from complaints.flow.contacting import Purpose
from complaints.flow.intake import add_evidence_to_draft
from complaints.flow.inviting import invite
from complaints.flow.messages import open_thread
from complaints.models import Actor, Complaint, ContactCode, Draft, Evidence, Message, Party, Upload
from complaints.web import sign_up
from tests.behalf.test_who_sees_what import filed_for_lin
from tests.builders import PHONE, a_draft, a_picture, a_screenshot
from tests.cast import Cast
from tests.wizard.steps import send, the_draft, typed, walk
from tests.wizard.test_return import code_on, with_code
from tests.wizard.test_uploads import UPLOADS, begin, send_part

MIB = 1 << 20
Usage = namedtuple("Usage", "total used free")

only_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


def at_once(count: int, act: Any) -> list[Any]:
    """What so many threads get that do the same at the same moment."""
    barrier, found = threading.Barrier(count), []

    def one() -> None:
        barrier.wait()
        try:
            found.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_an_upload_finished_by_six_at_once_is_one_piece_and_all_hear_the_same() -> None:
    draft, content = a_draft(at=timezone.now()), a_picture(size=(900, 900))
    upload = uploads.begin(draft, name="图.png", kind="other", size=len(content), at=timezone.now())
    uploads.receive(draft, upload.key, content, offset=0, sha256="", at=timezone.now())
    assert at_once(6, lambda: uploads.finish(draft, upload.key, at=timezone.now())) == [[]] * 6
    assert Evidence.objects.count() == 1
    assert not staging.path_of(upload.key).exists()


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_six_files_at_once_find_the_last_place_taken(settings: Settings) -> None:
    settings.EVIDENCE_MAX_FILES = 2
    draft, numbers = a_draft(at=timezone.now()), iter(range(6))
    texts = [f"第{number}份聊天记录\n".encode() * 9 for number in numbers]

    def take() -> str:
        upload = SimpleUploadedFile("记录.txt", texts.pop())
        try:
            add_evidence_to_draft(draft, upload, kind="chat", at=timezone.now())
        except vault.Unacceptable as refusal:
            return refusal.code
        return "taken"

    assert sorted(at_once(6, take)) == ["taken"] * 2 + ["too-many"] * 4
    assert Evidence.objects.count() == 2


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_of_six_codes_asked_for_at_once_one_is_sent_and_of_many_guesses_five_count() -> None:
    def ask() -> str:
        try:
            contacting.send(PHONE, Purpose(), caller="203.0.113.7", at=timezone.now())
        except contacting.TooSoon:
            return "too soon"
        return "sent"

    assert sorted(at_once(6, ask)) == ["sent"] + ["too soon"] * 5
    code = ContactCode.objects.get()

    def guess() -> str:
        try:
            contacting.prove(code, "wrong!", at=timezone.now())
        except contacting.Wrong as refusal:
            return type(refusal).__name__
        return "proved"

    assert sorted(at_once(8, guess)) == ["Expired"] * 3 + ["Wrong"] * 5


@pytest.mark.django_db
def test_a_network_begins_and_files_so_much_an_hour_and_what_was_typed_comes_back(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.DRAFTS_PER_NETWORK_AN_HOUR = 1
    walk(client)
    other = Client()
    refused = other.post("/complaint/story/", {"story": "第二个人的经过，写了很久。"})
    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    page = refused.content.decode()
    assert "第二个人的经过，写了很久。" in page and "csrfmiddlewaretoken" in page
    assert other.post("/complaint/story/", {}, headers={"accept": "application/json"}).status_code == 429
    assert Draft.objects.count() == 1
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    send(elsewhere, "story", **typed()["story"])
    assert Draft.objects.count() == 2

    settings.FILINGS_PER_NETWORK_AN_HOUR = 0
    late = client.post("/complaint/check/", {"declared": "on"})
    assert late.status_code == 429 and 'name="declared"' in late.content.decode()
    settings.FILINGS_PER_NETWORK_AN_HOUR = 9
    client.post("/complaint/check/", {"declared": "on"})
    client.post("/complaint/check/", {"declared": "on"})
    assert Complaint.objects.count() == 1


@pytest.mark.django_db
def test_announced_and_sent_files_count_and_may_be_sent_again_later(
    client: Client, cast: Cast, settings: Settings
) -> None:
    settings.UPLOAD_MIB_PER_NETWORK_AN_HOUR = 5
    assert begin(client, size=4 * MIB)["problems"] == []
    told = begin(client, size=2 * MIB)
    assert "传的文件太多了" in told["problems"][0] and told["retry"] is True
    assert "传的文件太多了" in send_file(client)["problems"][0]
    settings.UPLOAD_MIB_PER_NETWORK_AN_HOUR = 500
    settings.EVIDENCE_MAX_MIB = 5
    told = begin(client, size=2 * MIB)
    assert "加起来最多5MB" in told["problems"][0] and told["retry"] is False
    assert send_file(client)["problems"] == []


@pytest.mark.django_db
def test_a_network_that_sent_its_share_finds_every_door_for_files_shut(
    client: Client, cast: Cast, settings: Settings
) -> None:
    walk(client, start="behalf")
    filed = filed_for_lin(account=cast.zhao).complaint
    open_thread(filed, party=Party.MERCHANT, actor=Actor.consumer(cast.zhao), at=timezone.now())
    helper, shop = Client(), Client()
    helper.force_login(cast.zhao)
    shop.post("/r/", {"code": invite(filed, party=Party.MERCHANT, actor=cast.officer, at=timezone.now())})
    case = f"/case/{filed.reference}"
    doors = [
        (client, "/complaint/authority/", {"pieces": a_screenshot("1.png", "#111111")}),
        (helper, f"{case}/authority/", {"pieces": a_screenshot("2.png", "#222222")}),
        (helper, f"{case}/messages/merchant/", {"words": "看图", "piece": a_screenshot("3.png", "#333333")}),
        (shop, f"/r{case}/proof/", {"kind": "other", "file": a_screenshot("4.png", "#444444")}),
    ]
    settings.UPLOAD_MIB_PER_NETWORK_AN_HOUR = 0
    for browser, door, sent in doors:
        assert "传的文件太多了" in browser.post(door, sent, follow=True).content.decode(), door
    assert not Evidence.objects.exists()
    assert not Message.objects.exists()


def send_file(client: Client) -> dict[str, Any]:
    answer = client.post("/complaint/evidence/", {"file-1": a_screenshot()}, headers={"accept": "application/json"})
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.django_db
def test_a_full_disk_is_told_and_the_file_and_the_draft_are_as_before(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(client, until="evidence")
    before = the_draft().answers
    content = a_picture(size=(300, 300))
    key = begin(client, size=len(content), name="图.png")["key"]

    def full(*_args: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(staging, "append", full)
        answer = send_part(client, key, content, 0)
        assert (answer.status_code, answer.json()["retry"]) == (507, True)
        assert "我们这边存不下了" in answer.json()["problems"][0]
    assert send_part(client, key, content, 0).json() == {"offset": len(content)}
    with monkeypatch.context() as patched:
        patched.setattr(vault, "_write", full)
        assert client.post(f"{UPLOADS}{key}/finish/").status_code == 507
        assert "我们这边存不下了" in send_file(client)["problems"][0]
        page = client.post("/complaint/evidence/", {"file-1": a_screenshot(), "upload": "files"}, follow=True)
        assert "我们这边存不下了" in page.content.decode()
    assert not Evidence.objects.exists() and the_draft().answers == before
    assert client.post(f"{UPLOADS}{key}/finish/").json()["problems"] == []
    assert Evidence.objects.get().blob.sha256 == hashlib.sha256(content).hexdigest()
    assert not list(staging.path_of(Upload.objects.get().key).parent.glob("*.part"))


@pytest.mark.django_db
def test_room_that_was_promised_is_not_promised_again(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = (settings.EVIDENCE_SPARE_MIB + 150) * MIB
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(room, 0, room))
    assert begin(client, size=100 * MIB)["problems"] == []
    assert "我们这边存不下了" in begin(client, size=100 * MIB)["problems"][0]


@pytest.mark.django_db
def test_a_database_that_takes_no_more_gives_the_words_back(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise OperationalError("database or disk is full")

    send(client, "story", **typed()["story"])
    with monkeypatch.context() as patched:
        patched.setattr(drafting, "keep_page", full)
        answer = client.post("/complaint/shop/", {"seller": "shop", "shop": "写好的店名"})
    assert (answer.status_code, answer["Retry-After"]) == (507, "60")
    assert "写好的店名" in answer.content.decode() and "我们这边存不下了" in answer.content.decode()
    assert set(the_draft().answers) == {"story"}


@pytest.mark.django_db
def test_a_log_names_the_page_and_not_the_token_in_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(trouble: Exception, *_args: object, **_named: object) -> None:
        raise trouble

    handler = next(each for each in logging.getLogger().handlers if each.filters)
    heard = io.StringIO()
    monkeypatch.setattr(handler, "stream", heard)
    letter, visitor = "/account/password/canary-token/", Client(raise_request_exception=False)
    for trouble, status in ((OperationalError("connection lost"), 503), (KeyError("odd"), 500)):
        with monkeypatch.context() as patched:
            patched.setattr(sign_up, "address_of", partial(stumble, trouble))
            assert visitor.get(letter).status_code == status
    for address, status in ((letter, 410), (f"{letter}字/", 404), ("/notices/off/canary-token/", 404)):
        assert visitor.get(address).status_code == status
    said = heard.getvalue()
    assert said.count("complaints:new-password") >= 3
    assert "no page of ours" in said
    assert "canary" not in said


@pytest.mark.django_db
def test_a_withdrawn_or_changed_code_ends_the_devices_that_came_by_it(client: Client, cast: Cast) -> None:
    phone, code = Client(), with_code(client)
    phone.post("/resume/", {"code": code})
    send(phone, "order", **typed()["order"])
    assert 'name="withdraw"' not in phone.get("/complaint/save/").content.decode()
    phone.post("/complaint/save/", {"withdraw": "1"})
    assert code_on(client) == code  # a guest ends nobody's code

    client.post("/complaint/save/", {"withdraw": "1"})
    answer = phone.post("/complaint/story/", {"story": "另一台上刚打的字"})
    assert answer.status_code == 410
    assert "另一台上刚打的字" in answer.content.decode()
    assert "桑蚕丝" in the_draft().answers["story"]["story"]
    assert phone.get("/complaint/story/").context["journey"].answers == {}

    client.post("/complaint/save/", {"give": "1"})
    phone.post("/resume/", {"code": code_on(client)})
    tablet = Client()
    tablet.post("/resume/", {"code": code_on(client)})
    phone.post("/complaint/save/", {"give": "1"})  # who asks for another code keeps the draft
    assert "桑蚕丝" in phone.get("/complaint/story/").content.decode()
    page = tablet.get("/complaint/story/", follow=True).content.decode()
    assert "码已经作废" in page and "桑蚕丝" not in page
    assert "桑蚕丝" in client.get("/complaint/story/").content.decode()


@pytest.mark.django_db
def test_a_device_that_came_by_a_code_files_and_sees_the_receipt(client: Client, cast: Cast) -> None:
    walk(client)
    client.post("/complaint/save/", {"give": "1"})
    phone = Client()
    phone.post("/resume/", {"code": code_on(client)})
    done = phone.post("/complaint/check/", {"declared": "on"})["Location"]
    assert phone.post("/complaint/check/", {"declared": "on"})["Location"] == done
    assert 'id="code-plain"' in phone.get(done).content.decode()
