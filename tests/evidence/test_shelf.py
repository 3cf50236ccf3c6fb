"""Every kind of shelf keeps the same promises: what was put is there, never covered, readable from any place."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import FileResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.evidence import shelf, vault
from complaints.evidence.shelves import sealed
from complaints.evidence.shelves.shape import Tampered, Unavailable
from tests.evidence.stores import EVERY_STORE, HAS_S3, KEYS, Store, needs_s3, server, set_up, staged, url_of

MIB = 1 << 20
LONG = bytes(range(256)) * (2 * MIB // 256) + b"the end"  # two whole chunks and a bit


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    yield from server() if HAS_S3 else iter([""])


@pytest.fixture(params=EVERY_STORE)
def store(request: pytest.FixtureRequest, storage: str, settings: Settings) -> Store:
    return set_up(settings, request.param, storage)


def put(settings: Settings, body: bytes) -> str:
    sha256 = hashlib.sha256(body).hexdigest()
    shelf.put(staged(settings, body), sha256)
    return sha256


def test_what_was_put_is_there_and_the_staging_folder_is_empty(store: Store, settings: Settings) -> None:
    digests = {put(settings, body) for body in (b"", b"x", b"a" * MIB, LONG)}
    for sha256 in digests:
        assert shelf.has(sha256) and vault.is_intact(sha256)
    assert not list(settings.FILE_UPLOAD_TEMP_DIR.glob("*.part"))
    assert [item.sha256 for item in shelf.digests()] == sorted(digests)
    assert [item.sha256 for item in shelf.digests(sorted(digests)[1])] == sorted(digests)[2:]
    assert all(abs(timezone.now() - item.at) < timedelta(minutes=1) for item in shelf.digests())
    assert shelf.stands()
    assert all(
        (store.raw(sha256) != b"x" and b"the end" not in store.raw(sha256)) is store.is_sealed
        for sha256 in [hashlib.sha256(LONG).hexdigest()]
    )


def test_what_is_there_is_never_covered(store: Store, settings: Settings) -> None:
    sha256 = put(settings, b"first")
    before = store.raw(sha256)
    put(settings, b"first")
    assert store.raw(sha256) == before
    assert not list(settings.FILE_UPLOAD_TEMP_DIR.glob("*.part"))


def test_it_is_read_from_any_place_by_answers_and_archives(store: Store, settings: Settings) -> None:
    sha256 = put(settings, LONG)
    with shelf.open_bytes(sha256) as source:
        for place, length in ((MIB - 3, 7), (0, 4), (2 * MIB, 100), (5, 1), (len(LONG) - 2, 50)):
            assert source.seek(place) == place
            assert source.read(length) == LONG[place : place + length]
        assert source.seek(-3, io.SEEK_END) == len(LONG) - 3 and source.read() == b"end"
        assert source.read() == b""
    answer = FileResponse(shelf.open_bytes(sha256), content_type="application/octet-stream")
    assert answer["Content-Length"] == str(len(LONG))
    assert b"".join(answer) == LONG
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("a.txt", "words")
    packed = put(settings, archive.getvalue())
    with shelf.open_bytes(packed) as source, zipfile.ZipFile(source) as again:
        assert again.read("a.txt") == b"words"


def test_what_was_taken_away_is_gone_and_twice_does_no_harm(store: Store, settings: Settings) -> None:
    sha256 = put(settings, b"something")
    shelf.take_away(sha256)
    shelf.take_away(sha256)
    assert not shelf.has(sha256) and not vault.is_intact(sha256) and list(shelf.digests()) == []
    with pytest.raises(FileNotFoundError):
        shelf.open_bytes(sha256)
    with pytest.raises(ValueError, match="SHA-256"):
        shelf.has("../../etc/passwd")


def test_bytes_that_changed_are_found_wherever_they_lie(store: Store, settings: Settings) -> None:
    sha256 = put(settings, LONG)
    good = store.raw(sha256)
    for place in (0, 40, len(good) // 2, len(good) - 1):
        store.spoil(sha256, good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert not vault.is_intact(sha256), place
    for broken in (good[:-1], good[: MIB + 71], good[:60], b"", good + b"x"):
        store.spoil(sha256, broken)
        assert not vault.is_intact(sha256), len(broken)
    store.spoil(sha256, good)
    assert vault.is_intact(sha256)


def test_a_sealed_file_cannot_stand_in_for_another_nor_its_chunks_change_places(settings: Settings) -> None:
    settings.EVIDENCE_KEYS = KEYS[:1]
    store = Store("disk", True)
    one, other = put(settings, LONG), put(settings, LONG[::-1])
    mine, theirs = store.raw(one), store.raw(other)
    step = MIB + sealed.TAG
    body = mine[sealed.HEADER :]
    swapped = mine[: sealed.HEADER] + body[step : 2 * step] + body[:step] + body[2 * step :]
    for forged in (theirs, swapped, mine[: sealed.HEADER + 2 * step], mine[: sealed.HEADER] + theirs[sealed.HEADER :]):
        store.spoil(one, forged)
        with pytest.raises(Tampered), shelf.open_bytes(one) as source:
            source.read()
    with pytest.raises(ValueError, match="sealed"):
        shelf.put(staged(settings, theirs), hashlib.sha256(theirs).hexdigest())


def test_a_new_key_seals_and_the_old_one_still_opens(settings: Settings) -> None:
    plain = put(settings, b"before there were keys")
    settings.EVIDENCE_KEYS = KEYS[:1]
    old = put(settings, b"under the first key")
    settings.EVIDENCE_KEYS = [KEYS[1], KEYS[0]]
    new = put(settings, b"under the second key")
    assert all(vault.is_intact(sha256) for sha256 in (plain, old, new))
    settings.EVIDENCE_KEYS = [KEYS[1]]
    assert not vault.is_intact(old) and vault.is_intact(new)
    with pytest.raises(Tampered, match="EVIDENCE_KEYS"):
        shelf.open_bytes(old)


@pytest.mark.django_db
@needs_s3
def test_a_storage_that_is_down_is_said_and_nothing_is_lost(settings: Settings, client: Client) -> None:
    settings.STORAGE_URL = url_of("http://127.0.0.1:9")  # nobody listens there
    settings.S3_ACCESS_KEY = settings.S3_SECRET_KEY = "x"
    assert client.get("/readyz").json()["storage"] == "unreachable"
    body = staged(settings, b"kept")
    with pytest.raises(Unavailable):
        shelf.put(body, hashlib.sha256(b"kept").hexdigest())
    assert body.read_bytes() == b"kept"
    with pytest.raises(Unavailable):
        vault.is_intact(hashlib.sha256(b"kept").hexdigest())


def test_files_on_this_machine_are_read_only(settings: Settings) -> None:
    assert os.stat(shelf.path_of(put(settings, b"x"))).st_mode & 0o777 == 0o400
