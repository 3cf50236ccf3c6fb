"""A large file in parts: what was acknowledged is not asked for again, nothing half or damaged becomes evidence."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.evidence import staging
from complaints.flow import uploads
from complaints.models import Evidence, Upload
from tests.builders import a_picture
from tests.cast import Cast
from tests.corpus import films
from tests.wizard.steps import the_draft, walk

pytestmark = pytest.mark.django_db

UPLOADS = "/complaint/evidence/uploads/"
MIB = 1 << 20
FILM = films.a_film(media=bytes(range(256)) * (3 * MIB // 256))


def begin(client: Client, size: int = len(FILM), name: str = "直播.mp4", **more: str) -> dict[str, Any]:
    found: dict[str, Any] = client.post(UPLOADS, {"name": name, "size": size, "type": "video/mp4", **more}).json()
    return found


def send_part(client: Client, key: str, part: bytes, offset: int, sha256: str | None = None) -> Any:
    mark = hashlib.sha256(part).hexdigest() if sha256 is None else sha256
    return client.post(
        f"{UPLOADS}{key}/?offset={offset}", part, "application/octet-stream", headers={"x-part-sha256": mark}
    )


def send_all(client: Client, content: bytes, name: str) -> Any:
    key = begin(client, len(content), name)["key"]
    for offset in range(0, len(content), MIB):
        assert send_part(client, key, content[offset : offset + MIB], offset).json()["offset"] > offset
    return client.post(f"{UPLOADS}{key}/finish/")


def test_all_parts_make_the_file_that_was_sent(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    told = send_all(client, FILM, "直播.mp4").json()
    assert told["problems"] == []
    assert "直播.mp4" in told["files"]
    piece = Evidence.objects.get()
    assert (piece.kind, piece.blob.sha256) == ("live", hashlib.sha256(FILM).hexdigest())
    assert not staging.path_of(Upload.objects.get().key).exists()


def test_after_a_break_the_server_says_where_to_go_on(client: Client, cast: Cast) -> None:
    key = begin(client)["key"]
    send_part(client, key, FILM[:MIB], 0)
    staging.append(Upload.objects.get().key, FILM[MIB : MIB + 500], at_offset=MIB)  # written, but never acknowledged
    assert client.get(f"{UPLOADS}{key}/").json() == {"offset": MIB}
    again = send_part(client, key, FILM[:MIB], 0)
    assert (again.status_code, again.json()) == (409, {"offset": MIB})
    for offset in range(MIB, len(FILM), MIB):
        send_part(client, key, FILM[offset : offset + MIB], offset)
    assert client.post(f"{UPLOADS}{key}/finish/").json()["problems"] == []
    assert Evidence.objects.get().blob.sha256 == hashlib.sha256(FILM).hexdigest()


def test_a_damaged_or_overlong_part_is_not_kept(client: Client, cast: Cast) -> None:
    key = begin(client, size=100)["key"]
    assert send_part(client, key, b"x" * 50, 0, sha256="0" * 64).status_code == 409
    assert send_part(client, key, b"x" * 101, 0).status_code == 409
    assert client.get(f"{UPLOADS}{key}/").json() == {"offset": 0}
    assert client.post(f"{UPLOADS}{key}/finish/").status_code == 409
    assert not Evidence.objects.exists()


def test_finishing_twice_answers_alike(client: Client, cast: Cast) -> None:
    send_all(client, FILM, "直播.mp4")
    again = client.post(f"{UPLOADS}{Upload.objects.get().key}/finish/")
    assert again.json()["problems"] == []
    assert Evidence.objects.count() == 1


def test_the_whole_file_is_judged_as_any_other(client: Client, cast: Cast, settings: Settings) -> None:
    assert "这是程序" in send_all(client, b"MZ" + bytes(2 * MIB), "安装.exe").json()["problems"][0]
    assert "最多20MB" in send_all(client, a_picture("PNG") + bytes(21 * MIB), "大图.png").json()["problems"][0]
    assert "最多200MB" in begin(client, size=201 * MIB)["problems"][0]
    settings.EVIDENCE_MAX_FILES = 1
    assert begin(client)["problems"] == []
    assert "最多1个文件" in begin(client)["problems"][0]  # those under way count too
    assert not Evidence.objects.exists()


def test_another_browser_sees_and_sends_nothing(client: Client, cast: Cast) -> None:
    key = begin(client)["key"]
    stranger = Client()
    begin(stranger)
    assert stranger.get(f"{UPLOADS}{key}/").status_code == 404
    assert send_part(stranger, key, FILM[:MIB], 0).status_code == 404
    assert stranger.post(f"{UPLOADS}{key}/finish/").status_code == 404
    stranger.post(f"{UPLOADS}{key}/cancel/")
    assert Upload.objects.filter(pk=key).exists()


def test_a_part_without_the_token_of_the_page_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(UPLOADS, {"name": "a.mp4", "size": 5}).status_code == 419


def test_cancelling_deleting_and_a_day_of_silence_take_the_bytes_away(client: Client, cast: Cast) -> None:
    key = begin(client)["key"]
    send_part(client, key, FILM[:MIB], 0)
    upload = Upload.objects.get()
    assert staging.path_of(upload.key).exists()
    client.post(f"{UPLOADS}{key}/cancel/")
    assert not staging.path_of(upload.key).exists()

    send_part(client, begin(client)["key"], FILM[:MIB], 0)
    old = Upload.objects.get()
    assert uploads.discard_stale(at=timezone.now() + timedelta(hours=23)) == 0
    assert uploads.discard_stale(at=timezone.now() + timedelta(hours=25)) == 1
    assert not staging.path_of(old.key).exists()

    send_part(client, begin(client)["key"], FILM[:MIB], 0)
    last = Upload.objects.get()
    client.post("/complaint/delete/")
    assert not staging.path_of(last.key).exists()


def test_what_never_arrived_leaves_the_draft_as_it_was(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    before = the_draft().answers
    send_part(client, begin(client)["key"], FILM[:MIB], 0)
    assert the_draft().answers == before
    assert client.post("/complaint/evidence/", {})["Location"] == "/complaint/contact/"
