"""RFC 3161 time-stamps: make a request, and believe an answer only after everything about it was checked."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.x509 import Certificate, ObjectIdentifier, load_pem_x509_certificates
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from complaints.evidence.verifier.verify import der

REQUEST_TYPE, ANSWER_TYPE = "application/timestamp-query", "application/timestamp-reply"
ANSWER_CAP = 64 * 1024  # bytes: a token with the certificates of its authority takes 3 to 10 KiB
CLOCKS_APART = timedelta(minutes=5)
CERTIFICATES = 0xA0  # the tag of that field in SignedData (RFC 5652, 5.1)
SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class NotStamped(Exception):
    """No stamp that we may believe. ``code`` is a class: unreadable, refused, digest, nonce, untrusted, policy."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its bytes, and the nonce the answer has to carry."""

    body: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """What an authority said: when, under which policy."""

    at: datetime
    policy: str


def ask(statement: bytes) -> Asked:
    """A request for a stamp of these bytes' SHA-256, with a nonce, for the authority's certificates too."""
    made = TimestampRequestBuilder().data(statement).hash_algorithm(HashAlgorithm.SHA256).build()
    if made.nonce is None:
        raise ValueError("the request has no nonce")
    return Asked(made.as_bytes(), made.nonce)


def check(answer: bytes, statement: bytes, *, nonce: int, near: datetime | None = None) -> Stamped:
    """Believe an answer: granted; signed by who leads to a root we were given, with the one purpose of stamping time;
    over this digest; with this nonce and our policy; its time, with ``near``, within five minutes of it. Raises
    NotStamped."""
    try:
        response = decode_timestamp_response(in_order(answer))
    except (ValueError, IndexError):
        raise NotStamped("unreadable") from None
    if response.status != 0:  # granted; a modified grant is not what was asked for
        raise NotStamped("refused")
    _check_signer(response, statement, nonce)
    info = response.tst_info
    policy = info.policy.dotted_string
    if settings.TIMESTAMP_POLICY and policy != settings.TIMESTAMP_POLICY:
        raise NotStamped("policy")
    at = info.gen_time if info.gen_time.tzinfo else info.gen_time.replace(tzinfo=UTC)
    if near is not None and abs(at - near) > CLOCKS_APART:
        raise NotStamped("time")
    return Stamped(at, policy)


def in_order(answer: bytes) -> bytes:
    """The same answer with its certificates in the order of DER. Authorities (``openssl ts`` among them) put the
    signer's first, the parser takes none but the order of DER; no signature covers their order. Raises ValueError."""
    outer = _inside(answer, 0)
    signed = _inside(answer, _inside(answer, _inside(answer, outer[1][0])[1][0])[0][0])
    for at, end in signed[3:]:
        if answer[at] == CERTIFICATES:
            parts = _inside(answer, at)
            ordered = b"".join(sorted(answer[start:stop] for start, stop in parts))
            return answer[: parts[0][0]] + ordered + answer[end:]
    return answer


def _inside(data: bytes, at: int) -> list[tuple[int, int]]:
    """Where the values inside the one that begins at ``at`` begin and end."""
    _tag, place, end = der(data, at)
    found = []
    while place < end:
        _tag, _start, stop = der(data, place)
        found.append((place, stop))
        place = stop
    return found


def _check_signer(response: TimeStampResponse, statement: bytes, nonce: int) -> None:
    imprint = response.tst_info.message_imprint
    digest = hashlib.sha256(statement).digest()
    if imprint.hash_algorithm != SHA256 or not hmac.compare_digest(imprint.message, digest):
        raise NotStamped("digest")
    if response.tst_info.nonce != nonce:
        raise NotStamped("nonce")
    verifier = VerifierBuilder(roots=list(_roots(str(settings.TIMESTAMP_CA_FILE))), nonce=nonce).build()
    try:
        verifier.verify(response, digest)
    except (VerificationError, ValueError):
        raise NotStamped("untrusted") from None


@cache
def _roots(path: str) -> tuple[Certificate, ...]:
    try:
        return tuple(load_pem_x509_certificates(Path(path).read_bytes()))
    except (OSError, ValueError):
        raise NotStamped("no-roots") from None
