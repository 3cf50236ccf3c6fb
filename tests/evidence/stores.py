"""The four kinds of shelf the same tests run on: disk and S3, plain and sealed. S3 is moto's server, over HTTP."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from complaints.evidence import shelf
from complaints.evidence.shelves.shape import place

HAS_S3 = all(importlib.util.find_spec(name) for name in ("boto3", "moto", "flask"))
KEYS = ["first-key-of-the-tests-0123456789-0123456789-ab", "second-key-of-the-tests-0123456789-0123456789-a"]
PREFIX, BUCKET = "evidence/main", "evidence-of-tests"


@dataclass(frozen=True, slots=True)
class Store:
    """A kind of shelf, and a way behind its back: what an intruder, or a bad disk, would do."""

    kind: str  # disk, s3
    is_sealed: bool
    client: Any = None

    def raw(self, sha256: str) -> bytes:
        if self.kind == "disk":
            return shelf.path_of(sha256).read_bytes()
        answer = self.client.get_object(Bucket=BUCKET, Key=f"{PREFIX}/{place(sha256)}")
        body: bytes = answer["Body"].read()
        return body

    def spoil(self, sha256: str, body: bytes) -> None:
        """Put other bytes there, past everything."""
        if self.kind == "disk":
            path = shelf.path_of(sha256)
            path.chmod(0o600)
            path.write_bytes(body)
        else:
            self.client.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{place(sha256)}", Body=body)


def server() -> Iterator[str]:
    """A storage on this machine; its address."""
    from moto.server import ThreadedMotoServer  # only where it is installed

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


def url_of(address: str) -> str:
    return f"s3://{BUCKET}/{PREFIX}?endpoint={address}&region=cn-north-1"


def set_up(settings: Settings, chosen: tuple[str, bool], address: str) -> Store:
    """Let the site keep its evidence on a shelf of this kind."""
    kind, sealed = chosen
    settings.EVIDENCE_KEYS = KEYS[:1] if sealed else []
    if kind == "disk":
        return Store(kind, sealed)
    settings.STORAGE_URL, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = url_of(address), "test", "test-secret"
    return Store(kind, sealed, emptied(address))


def emptied(address: str) -> Any:
    """A client of a storage with one empty bucket."""
    import boto3

    client = boto3.session.Session().client(
        "s3", endpoint_url=address, region_name="cn-north-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    try:
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    except client.exceptions.BucketAlreadyOwnedByYou:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for found in page.get("Contents", ()):
                client.delete_object(Bucket=BUCKET, Key=found["Key"])
    return client


def staged(settings: Settings, body: bytes, name: str = "one.part") -> Path:
    path = Path(settings.FILE_UPLOAD_TEMP_DIR) / name
    path.write_bytes(body)
    return path


needs_s3 = pytest.mark.skipif(not HAS_S3, reason="boto3 or moto's server is not installed (requirements-dev.txt)")
EVERY_STORE = [
    pytest.param(("disk", False), id="disk"),
    pytest.param(("disk", True), id="disk-sealed"),
    pytest.param(("s3", False), id="s3", marks=needs_s3),
    pytest.param(("s3", True), id="s3-sealed", marks=needs_s3),
]
