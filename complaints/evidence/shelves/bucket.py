"""A bucket of S3-compatible storage as a shelf. Imported only where one is set: it needs boto3 (requirements-s3.txt).

No address of an object ever leaves this module: whoever reads goes through our gate, and through this process.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import HTTPError

from complaints.evidence.shelves.shape import DIGEST, Item, Unavailable, place

BUFFER = 1 << 18
TRIES = 3  # of one request, with growing pauses (botocore's "standard")
FRESH = timedelta(hours=12)  # what was put so lately needs no new date
FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "XMinioAdminBucketQuotaExceeded"})
THERE_ALREADY = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT})
NO_CONDITIONS = frozenset({HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.BAD_REQUEST})


class Bucket:
    """Objects ``prefix/ab/cd/<digest>`` of one bucket, private. ``url`` is ``s3://bucket/prefix?endpoint=…&region=…``.

    Raises ImproperlyConfigured for a URL without a bucket or with a word in it that means nothing here.
    """

    def __init__(self, url: str, access_key: str, secret_key: str) -> None:
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "s3" or not parts.netloc or set(asked) - {"endpoint", "region"}:
            raise ImproperlyConfigured("storage is s3://bucket/prefix?endpoint=https://host&region=name")
        self.bucket, self.prefix = parts.netloc, parts.path.strip("/")
        told = {
            "endpoint_url": asked.get("endpoint"),
            "region_name": asked.get("region", "us-east-1"),
            "aws_access_key_id": access_key or None,
            "aws_secret_access_key": secret_key or None,
        }
        # A session of our own: the default one is not safe to share between threads while it makes clients.
        session = boto3.session.Session()
        self._client = session.client("s3", config=_manners(asked, connect=4, read=20, tries=TRIES), **told)
        self._quick = session.client("s3", config=_manners(asked, connect=2, read=3, tries=1), **told)

    def put(self, staged: Path, sha256: str) -> None:
        found = self.find(sha256)
        if found is None:
            self._write(staged, sha256, IfNoneMatch="*")
        elif found.at < datetime.now(UTC) - FRESH:
            self._write(staged, sha256)  # the same bytes, or another sealing of them, with a new date
        staged.unlink(missing_ok=True)

    def replace(self, staged: Path, sha256: str) -> None:
        self._write(staged, sha256)
        staged.unlink(missing_ok=True)

    def open(self, sha256: str) -> IO[bytes]:
        return io.BufferedReader(_Reader(self._client, self.bucket, self._key(sha256)), BUFFER)

    def find(self, sha256: str) -> Item | None:
        try:
            with _in_our_words():
                head = self._client.head_object(Bucket=self.bucket, Key=self._key(sha256))
        except FileNotFoundError:
            return None
        return Item(sha256, head["ContentLength"], head["LastModified"])

    def take_away(self, sha256: str) -> None:
        with _in_our_words():
            self._client.delete_object(Bucket=self.bucket, Key=self._key(sha256))

    def items(self, after: str = "") -> Iterator[Item]:
        root = f"{self.prefix}/" if self.prefix else ""
        start = {"StartAfter": self._key(after)} if after else {}
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=root, **start)
        with _in_our_words():
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].rpartition("/")[2]
                    if DIGEST.fullmatch(name) and found["Key"] == self._key(name):
                        yield Item(name, found["Size"], found["LastModified"])

    def stands(self) -> bool:
        try:
            self._quick.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=1)
        except (ClientError, BotoCoreError, HTTPError):
            return False
        return True

    def _write(self, staged: Path, sha256: str, **condition: str) -> None:
        """One request, whole or not at all. The request is signed over the bytes, so that a storage that checks
        signatures refuses what was damaged on its way.

        Where a storage knows no conditions, or ignores them, a second writer may cover the first: both write the same
        bytes, because the name is their digest, and each write is whole. So it is harmless.
        """
        told = {"Bucket": self.bucket, "Key": self._key(sha256), "ContentType": "application/octet-stream"}
        with _in_our_words(), staged.open("rb") as body:
            try:
                self._client.put_object(**told, **condition, Body=body)
            except ClientError as error:
                if condition and _status(error) in THERE_ALREADY:
                    return
                if not condition or _status(error) not in NO_CONDITIONS:
                    raise
                body.seek(0)
                self._client.put_object(**told, Body=body)

    def _key(self, sha256: str) -> str:
        return f"{self.prefix}/{place(sha256)}" if self.prefix else place(sha256)


class _Reader(io.RawIOBase):
    """One object, read in a stream from wherever one asks for; a line that breaks is taken up where it broke."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client, self._where = client, {"Bucket": bucket, "Key": key}
        self._at = self._stands_at = 0  # where one reads, and where the stream is
        with _in_our_words():
            answer = client.get_object(**self._where)
        self._body: Any = answer["Body"]
        self._size: int = answer["ContentLength"]
        self._same = {"IfMatch": answer["ETag"]}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = memoryview(buffer).cast("B")
        if self._at >= self._size or not wanted:
            return 0
        for left in reversed(range(TRIES)):
            try:
                read: bytes = self._stream().read(len(wanted))
                break
            except (HTTPError, BotoCoreError, OSError):
                self._drop()
                if not left:
                    raise Unavailable("the storage broke off while it was read") from None
        wanted[: len(read)] = read
        self._at = self._stands_at = self._at + len(read)
        return len(read)

    def close(self) -> None:
        self._drop()
        super().close()

    def _stream(self) -> Any:
        if self._stands_at != self._at:
            self._drop()
        if self._body is None:
            with _in_our_words():
                answer = self._client.get_object(**self._where, **self._same, Range=f"bytes={self._at}-")
            self._body, self._stands_at = answer["Body"], self._at
        return self._body

    def _drop(self) -> None:
        body, self._body = getattr(self, "_body", None), None
        if body is not None:
            body.close()


def _manners(asked: dict[str, str], *, connect: int, read: int, tries: int) -> Config:
    """Time-outs in seconds. Checksums beyond the signature only where the storage asks: many know none of the newer."""
    return Config(
        signature_version="s3v4",
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": tries},
        max_pool_connections=16,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if "endpoint" in asked else "auto", "payload_signing_enabled": True},
    )


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What the storage, or the line to it, has against a request, as FileNotFoundError, a full disk, or Unavailable.
    The words of the storage are left out: they may hold keys and addresses."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code == "NoSuchBucket":
            raise Unavailable("the bucket is not there") from None
        if _status(error) == HTTPStatus.NOT_FOUND:
            raise FileNotFoundError(errno.ENOENT, "nothing under this digest") from None
        if code in FULL or _status(error) == HTTPStatus.INSUFFICIENT_STORAGE:
            raise OSError(errno.ENOSPC, "the storage is full") from None
        raise Unavailable(f"the storage refused: {code}") from None
    except (BotoCoreError, HTTPError) as error:
        raise Unavailable(f"the storage cannot be reached: {type(error).__name__}") from None


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
