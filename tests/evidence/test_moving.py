"""Evidence moves while the site goes on: killed in the middle nothing is lost, and nothing goes before all has come."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from pytest_django import Settings

from complaints.evidence import shelf, vault
from complaints.evidence.shelves import sealed
from tests.evidence.stores import BUCKET, HAS_S3, KEYS, Store, emptied, needs_s3, server, staged, url_of


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    yield from server() if HAS_S3 else iter([""])


def put_some(settings: Settings, count: int, size: int = 20) -> list[str]:
    found = []
    for number in range(count):
        body = f"{number}".encode() * size
        found.append(hashlib.sha256(body).hexdigest())
        shelf.put(staged(settings, body), found[-1])
    return sorted(found)


def move(*words: str) -> None:
    call_command("move_evidence", *words, quiet=True)


def count(client: object) -> int:
    return int(client.list_objects_v2(Bucket=BUCKET)["KeyCount"])  # type: ignore[attr-defined]


@needs_s3
def test_killed_in_the_middle_it_goes_on_and_nothing_is_lost(settings: Settings, storage: str, tmp_path: Path) -> None:
    client, url = emptied(storage), url_of(storage)
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "test", "test"
    digests = put_some(settings, 60)
    settings.STORAGE_ALSO_READ = url
    settings.EVIDENCE_KEYS = KEYS[:1]
    told = {"STORAGE_ALSO_READ": url, "S3_ACCESS_KEY": "test", "S3_SECRET_KEY": "test", "EVIDENCE_KEYS": KEYS[0]}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "move_evidence", "--to", "s3", "--encrypt"],
        cwd=site.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), **told},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while count(client) < 25 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = count(client)
    assert 25 <= there < 60, there
    assert all(vault.is_intact(sha256) for sha256 in digests)
    with pytest.raises(CommandError, match="not finished"):
        move("--to", "s3", "--remove-source")
    move("--to", "s3", "--encrypt")
    assert count(client) == 60 and sum(path.is_file() for path in settings.EVIDENCE_DIR.rglob("*")) == 60

    settings.STORAGE_URL, settings.STORAGE_ALSO_READ = url, "disk"  # the site writes there from now on
    move("--to", "s3", "--remove-source")
    assert not any(path.is_file() for path in settings.EVIDENCE_DIR.rglob("*"))
    settings.STORAGE_ALSO_READ = ""
    assert all(vault.is_intact(sha256) for sha256 in digests)
    assert Store("s3", True, client).raw(digests[0]).startswith(sealed.MAGIC)


@needs_s3
def test_what_came_since_must_arrive_before_the_source_goes(settings: Settings, storage: str) -> None:
    client = emptied(storage)
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "test", "test"
    settings.STORAGE_ALSO_READ = url_of(storage)
    first = put_some(settings, 3)
    move("--to", "s3")
    late = hashlib.sha256(b"late").hexdigest()
    shelf.put(staged(settings, b"late"), late)
    with pytest.raises(CommandError, match=f"{late} came since"):
        move("--to", "s3", "--remove-source")
    Store("s3", False, client).spoil(first[0], b"arrived broken")
    move("--to", "s3")
    move("--to", "s3", "--remove-source")
    assert count(client) == 4 and all(vault.is_intact(sha256) for sha256 in (*first, late))
    move("--to", "disk")
    move("--to", "disk", "--remove-source")
    settings.STORAGE_ALSO_READ = ""
    assert count(client) == 0 and all(vault.is_intact(sha256) for sha256 in (*first, late))


def test_where_it_lies_it_is_sealed_and_unsealed_and_what_is_broken_is_named(settings: Settings) -> None:
    digests, store = put_some(settings, 4), Store("disk", False)
    settings.EVIDENCE_KEYS = KEYS[:1]
    body = store.raw(digests[2])
    store.spoil(digests[2], b"changed")
    with pytest.raises(CommandError, match="1 broken"):
        move("--to", "disk", "--encrypt")
    assert store.raw(digests[2]) == b"changed"
    store.spoil(digests[2], body)
    move("--to", "disk", "--encrypt")
    assert all(store.raw(sha256).startswith(sealed.MAGIC) and vault.is_intact(sha256) for sha256 in digests)
    settings.EVIDENCE_KEYS = [KEYS[1], KEYS[0]]
    move("--to", "disk", "--encrypt")
    settings.EVIDENCE_KEYS = [KEYS[1]]
    assert all(vault.is_intact(sha256) for sha256 in digests)
    move("--to", "disk", "--decrypt")
    settings.EVIDENCE_KEYS = []
    assert all(vault.is_intact(sha256) for sha256 in digests)
    with pytest.raises(CommandError, match="no key"):
        move("--to", "disk", "--encrypt")
    with pytest.raises(CommandError, match="S3"):
        move("--to", "s3")
