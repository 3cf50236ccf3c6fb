"""The whole way of a file, over each kind of shelf: handed in, shown, packed, verified, spoilt and named, erased."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from complaints.evidence import shelf
from complaints.flow import erasure, masks
from complaints.flow.consumer import withdraw
from complaints.models import Actor, Evidence
from tests.builders import a_complaint, a_screenshot
from tests.cast import MONDAY, Cast
from tests.evidence.stores import EVERY_STORE, HAS_S3, Store, needs_s3, server, set_up, url_of


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    yield from server() if HAS_S3 else iter([""])


@pytest.fixture(params=EVERY_STORE)
def store(request: pytest.FixtureRequest, storage: str, settings: Settings) -> Store:
    return set_up(settings, request.param, storage)


@pytest.mark.django_db
def test_from_the_upload_to_the_erasure(store: Store, cast: Cast, client: Client, settings: Settings) -> None:
    complaint = a_complaint(files=True, consumer=cast.lin)
    piece = complaint.evidence.select_related("blob").get(kind="order")
    sent = a_screenshot().read()
    client.force_login(cast.lin)
    shown = client.get(f"/evidence/{piece.pk}/original/")
    assert b"".join(shown) == sent and shown["Content-Length"] == str(len(sent))
    assert client.get(f"/evidence/{piece.pk}/thumb/").status_code == 200
    packed = client.get(f"/case/{complaint.reference}/pack/report/")
    with zipfile.ZipFile(io.BytesIO(b"".join(packed))) as pack:
        assert sent in [pack.read(name) for name in pack.namelist()]
    if store.kind == "s3":
        assert not settings.EVIDENCE_DIR.exists()
    call_command("verify", quiet=True)

    good = store.raw(piece.blob.sha256)
    store.spoil(piece.blob.sha256, good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(CommandError, match=f"{piece.blob.sha256}.*was changed"):
        call_command("verify", quiet=True)
    store.spoil(piece.blob.sha256, good)
    call_command("verify", quiet=True)

    later = MONDAY + timedelta(days=1)
    withdraw(complaint, pressed=False, words="", actor=Actor.consumer(cast.lin), at=later)
    erasure.ask(complaint, actor=Actor.consumer(cast.lin), at=later)
    erasure.grant(complaint, actor=cast.officer, at=later)
    assert list(shelf.digests()) == []
    call_command("verify", quiet=True)
    assert client.get(f"/evidence/{piece.pk}/original/").status_code == 404


@pytest.mark.django_db
@needs_s3
def test_a_storage_that_is_down_is_told_in_words_and_nothing_is_half_done(
    cast: Cast, client: Client, settings: Settings, storage: str
) -> None:
    set_up(settings, ("s3", False), storage)
    complaint = a_complaint(files=True, consumer=cast.lin)
    piece = complaint.evidence.get(kind="order")
    masks.save(piece, [], actor=Actor.consumer(cast.lin), at=MONDAY)
    settings.STORAGE_URL = url_of("http://127.0.0.1:9")
    client.force_login(cast.lin)
    address = f"/case/{complaint.reference}/evidence/"
    page = client.post(address, {"pieces": a_screenshot(colour="#112233"), "kind": "chat"})
    assert page.status_code == 200 and "我们这边存不下了，不是文件的问题" in page.content.decode()
    assert Evidence.objects.count() == 2
    for way in (f"/evidence/{piece.pk}/thumb/", f"/evidence/{piece.pk}/original/"):
        assert client.get(way).status_code == 503
    machine = {"authorization": f"Bearer {cast.key.text}"}
    told = client.get(f"/api/v1/cases/{complaint.reference}/evidence/{piece.pk}", headers=machine)
    assert (told.status_code, told.json()["code"]) == (503, "storage_unavailable")
    assert client.get("/readyz").json()["storage"] == "unreachable"
