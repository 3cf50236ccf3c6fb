"""Stored bytes encrypted at rest: AES-256-GCM in chunks, after the STREAM construction, so that any place can be read.

::

    file   = magic (8) ‖ key id (8) ‖ salt (32) ‖ nonce prefix (7) ‖ chunk ‖ … ‖ last chunk
    chunk  = AES-256-GCM(key of the file, nonce, up to 1 MiB of plain bytes, bound to header ‖ SHA-256) with its tag
    nonce  = nonce prefix (7) ‖ number of the chunk from 0 (4, big-endian) ‖ 1 for the last chunk, else 0
    key    = HKDF-SHA-256(site's key, salt, "whoanswers evidence 1"), 32 bytes, one for each file

All chunks but the last hold exactly 1 MiB; an empty file is one empty last chunk. A chunk that was changed, left out,
moved within its file or into another one fails; so does a file that was cut off, because its end is not marked as one
(Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from complaints.evidence.shelves.shape import Tampered

MAGIC = b"\x00WASEAL\x01"  # no file we take begins so
KEY_ID, SALT, PREFIX, TAG = 8, 32, 7, 16
HEADER = len(MAGIC) + KEY_ID + SALT + PREFIX
CHUNK = 1 << 20
PURPOSE = b"whoanswers evidence 1"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the site, from a setting: any text of much chance."""

    text: str

    @property
    def id(self) -> bytes:
        """Eight bytes that tell keys apart and give nothing away."""
        return hashlib.sha256(b"whoanswers evidence key id\0" + self.text.encode()).digest()[:KEY_ID]

    def of_file(self, salt: bytes) -> AESGCM:
        """The cipher of one file."""
        return AESGCM(HKDF(SHA256(), 32, salt, PURPOSE).derive(self.text.encode()))


def seal(source: IO[bytes], target: IO[bytes], key: Key, sha256: str) -> None:
    """Write what ``source`` holds from here on, sealed. ``sha256`` (hex, of the plain bytes) is bound in, so that one
    file cannot stand in another one's place."""
    salt, prefix = secrets.token_bytes(SALT), secrets.token_bytes(PREFIX)
    header = MAGIC + key.id + salt + prefix
    cipher, bound = key.of_file(salt), header + bytes.fromhex(sha256)
    target.write(header)
    number, chunk = 0, source.read(CHUNK)
    while True:
        following = source.read(CHUNK) if len(chunk) == CHUNK else b""
        target.write(cipher.encrypt(_nonce(prefix, number, is_last=not following), chunk, bound))
        if not following:
            return
        number, chunk = number + 1, following


def is_sealed(source: IO[bytes]) -> bool:
    """Whether a stored file begins as a sealed one does; it stands at its beginning again afterwards."""
    head = source.read(len(MAGIC))
    source.seek(0)
    return head == MAGIC


def key_id(source: IO[bytes]) -> bytes:
    """Under which key a sealed file was sealed; it stands at its beginning again afterwards."""
    head = source.read(len(MAGIC) + KEY_ID)
    source.seek(0)
    return head[len(MAGIC) :]


def unsealed(source: IO[bytes], keys: Sequence[Key], sha256: str) -> IO[bytes]:
    """The plain bytes of a sealed file, readable from any place. Raises Tampered, here or while it is read."""
    return io.BufferedReader(_Unsealed(source, keys, sha256), 1 << 16)


class _Unsealed(io.RawIOBase):
    """One chunk in memory at a time."""

    def __init__(self, source: IO[bytes], keys: Sequence[Key], sha256: str) -> None:
        self._source = source
        header, first = source.read(HEADER), source.read(CHUNK + TAG)  # in one go: most files have no more
        stored = source.seek(0, io.SEEK_END) - HEADER
        if stored < TAG:
            raise Tampered(f"{sha256} is cut off")
        used = {key.id: key for key in keys}.get(header[len(MAGIC) : len(MAGIC) + KEY_ID])
        if used is None:
            raise Tampered(f"{sha256} is sealed under a key that is not among EVIDENCE_KEYS")
        self._prefix, self._sha256 = header[-PREFIX:], sha256
        self._cipher = used.of_file(header[len(MAGIC) + KEY_ID : -PREFIX])
        self._bound = header + bytes.fromhex(sha256)
        self._chunks = -(-stored // (CHUNK + TAG))
        self._size = stored - self._chunks * TAG
        self._at, self._number, self._chunk = 0, -1, b""
        self._open(0, first)  # what is broken at its beginning shows before anything was sent

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        if at < 0:
            raise ValueError("before the beginning")
        self._at = at
        return at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            self._load(self._chunks - 1)  # the end counts only where it is marked as the end
            return 0
        number, within = divmod(self._at, CHUNK)
        self._load(number)
        wanted = memoryview(buffer).cast("B")
        part = self._chunk[within : within + len(wanted)]
        wanted[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _load(self, number: int) -> None:
        if number != self._number:
            self._source.seek(HEADER + number * (CHUNK + TAG))
            self._open(number, self._source.read(CHUNK + TAG))

    def _open(self, number: int, box: bytes) -> None:
        nonce = _nonce(self._prefix, number, is_last=number == self._chunks - 1)
        try:
            self._chunk = self._cipher.decrypt(nonce, box, self._bound)
        except (InvalidTag, ValueError):
            raise Tampered(f"{self._sha256}: chunk {number} is not what was sealed") from None
        self._number = number


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if is_last else b"\x00")
