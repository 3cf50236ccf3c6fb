"""Members of a ZIP, so that the same content gives the same bytes: nothing of the making is in them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable

from complaints.evidence import vault

CHUNK = 1 << 20
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can name
OWN_FILE = 0o100600 << 16


class NotWhole(Exception):
    """What lies under a digest is not there, or is no longer what it was."""


def put(archive: zipfile.ZipFile, name: str, body: bytes, *, method: int = zipfile.ZIP_STORED) -> None:
    """Add a member out of memory."""
    archive.writestr(entry(name, method), body)


def put_blob(
    archive: zipfile.ZipFile, name: str, sha256: str, *, tick: Callable[[int], None] = lambda _bytes: None
) -> int:
    """Add stored bytes as they are, and hash them on the way; ``tick`` hears of each chunk's size. Returns how many
    bytes that was. Raises NotWhole."""
    digest, size = hashlib.sha256(), 0
    try:
        source = vault.open_blob(sha256)
    except FileNotFoundError:
        raise NotWhole(sha256) from None
    with source, archive.open(entry(name, zipfile.ZIP_STORED), "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
            size += len(chunk)
            tick(len(chunk))
    if digest.hexdigest() != sha256:
        raise NotWhole(sha256)
    return size


def entry(name: str, method: int) -> zipfile.ZipInfo:
    """A member's head: our name, no time, readable by its owner alone."""
    made = zipfile.ZipInfo(name, LONG_AGO)
    made.compress_type, made.external_attr, made.create_system = method, OWN_FILE, 3
    return made
