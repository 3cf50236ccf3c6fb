"""Where stored bytes lie, each under its SHA-256: put, open, tell whether they are there, take away.

Two kinds of shelf (``shelves``): this machine's disk, and a bucket of S3-compatible storage. What is written goes to
the one that ``STORAGE_URL`` names; reading also looks on the one that ``STORAGE_ALSO_READ`` names, while things are
moved. On either, bytes lie as they are or sealed (``EVIDENCE_KEYS``); the digest is always that of the plain bytes.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.module_loading import import_string

from complaints.evidence.shelves import sealed
from complaints.evidence.shelves.disk import Disk
from complaints.evidence.shelves.shape import Item, Shelf, Tampered, Unavailable

__all__ = ["Item", "Shelf", "Tampered", "Unavailable"]
DISK = "disk"
BUCKET = "complaints.evidence.shelves.bucket.Bucket"  # by name: it is there only with requirements-s3.txt


def put(source: Path, sha256: str) -> None:
    """Take over a finished file of the staging folder under its digest, durably; the same bytes already there are left
    alone. The file is gone afterwards. Raises Unavailable (an OSError, as of a full disk): nothing was taken then."""
    with source.open("rb") as plain:
        if sealed.is_sealed(plain):  # it could not be told from our own sealed files
            raise ValueError(f"{sha256} begins like a sealed file")
        staged = stage(plain, sha256) if keys() else source
    try:
        with alone(sha256, shared=True):
            written().put(staged, sha256)
        source.unlink(missing_ok=True)
    finally:
        if staged != source:
            staged.unlink(missing_ok=True)


def open_bytes(sha256: str) -> IO[bytes]:
    """The stored bytes, for reading from any place. Raises FileNotFoundError, Unavailable, and Tampered (here or while
    they are read)."""
    for shelf in shelves():
        try:
            return open_on(shelf, sha256)
        except FileNotFoundError:
            continue
    raise FileNotFoundError(sha256)


def has(sha256: str) -> bool:
    """Whether something lies under this digest; whether it still has it, only a re-hash tells. Raises Unavailable."""
    return any(shelf.find(sha256) for shelf in shelves())


def take_away(sha256: str) -> None:
    """Remove what lies under this digest; nothing there does no harm. The caller knows that no row names it. Raises
    Unavailable: the sweep repeats it."""
    for shelf in shelves():
        shelf.take_away(sha256)


def digests(after: str = "") -> Iterator[Item]:
    """Everything that is stored, each digest once with its newest date, in their order behind ``after``."""
    found = merge(*(shelf.items(after) for shelf in shelves()), key=lambda item: item.sha256)
    for _sha256, same in groupby(found, key=lambda item: item.sha256):
        yield max(same, key=lambda item: item.at)


def newest(sha256: str) -> datetime | None:
    """When these bytes were put, or put again, last; None where they are not."""
    return max((item.at for shelf in shelves() if (item := shelf.find(sha256))), default=None)


def stands() -> bool:
    """Whether what is handed in can be kept, and what was kept be opened; answers within a few seconds."""
    return all(shelf.stands() for shelf in shelves())


@contextmanager
def alone(sha256: str, *, shared: bool = False) -> Iterator[None]:
    """Nobody on this machine takes this digest away while others put it; ``shared`` among those who put."""
    with (settings.FILE_UPLOAD_TEMP_DIR / f"shelf-{sha256[:2]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie on this machine's disk, whether or not they do."""
    return _disk(settings.EVIDENCE_DIR).path_of(sha256)


# ── What moving needs to know ────────────────────────────────────────────────────────────────────────────────────────


def shelves() -> list[Shelf]:
    """The one that is written to, then the one that is read beside it."""
    names = [settings.STORAGE_URL or DISK, settings.STORAGE_ALSO_READ]
    return [named(name) for name in dict.fromkeys(names) if name]


def written() -> Shelf:
    """The one that is written to."""
    return shelves()[0]


def named(name: str) -> Shelf:
    """A shelf by its setting: ``disk``, or the URL of a bucket."""
    if name == DISK:
        return _disk(settings.EVIDENCE_DIR)
    return _bucket(name, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)


def keys() -> list[sealed.Key]:
    """The keys of EVIDENCE_KEYS: the first seals, all of them open."""
    return [sealed.Key(text) for text in settings.EVIDENCE_KEYS]


def open_on(shelf: Shelf, sha256: str) -> IO[bytes]:
    """As ``open_bytes``, on one shelf."""
    source = shelf.open(sha256)
    return sealed.unsealed(source, keys(), sha256) if sealed.is_sealed(source) else source


def stage(plain: IO[bytes], sha256: str, *, is_sealed: bool = True) -> Path:
    """A new file of the staging folder with these bytes, sealed under the first key or as they are, from their
    beginning. Nothing of it is left where that fails."""
    staged: Path = settings.FILE_UPLOAD_TEMP_DIR / f"{uuid.uuid4()}.part"
    handle = os.open(staged, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            if is_sealed:
                sealed.seal(plain, out, keys()[0], sha256)
            else:
                while chunk := plain.read(sealed.CHUNK):
                    out.write(chunk)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return staged


def lies_as(shelf: Shelf, sha256: str, *, is_sealed: bool) -> bool:
    """Whether what lies there has the form wanted: plain, or sealed under the first key."""
    with shelf.open(sha256) as source:
        if not is_sealed:
            return not sealed.is_sealed(source)
        return sealed.is_sealed(source) and sealed.key_id(source) == keys()[0].id


@lru_cache(maxsize=8)
def _disk(folder: Path) -> Disk:
    return Disk(folder)


@lru_cache(maxsize=8)
def _bucket(url: str, access_key: str, secret_key: str) -> Shelf:
    made: Shelf = import_string(BUCKET)(url, access_key, secret_key)
    return made
