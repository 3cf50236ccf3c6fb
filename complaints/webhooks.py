"""The bytes of a notice: the envelope, the signature, the headers, the retry plan, and what each answer means.

Standard Webhooks 1.0.0. Nothing here opens a socket or reads a clock.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.conf import settings

SCHEMA = "2026-11-01"
MAX_BODY_BYTES = 8192
SECRET_PREFIX = "whsec_"

# Seconds to wait before each attempt: eleven over 75 h 36 min, so that Friday evening reaches Monday night.
BACKOFF = (0, 5, 60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
JITTER = 0.2
BUSY_SECONDS = 60  # the least pause after a time-out or a sign of overload
LONGEST_PAUSE = timedelta(hours=24)
STOPPERS = {"blocked": "blocked", "no-secret": "not-sent"}  # errors that only a person can put right → outcome


class NoSecret(Exception):
    """An endpoint without a usable signing secret."""


def new_id(prefix: str, at: datetime) -> str:
    """``msg_`` or ``evt_`` and the 32 hex digits of a UUID of version 7 (RFC 9562): they sort by time."""
    drawn = secrets.randbits(80)
    number = int(at.timestamp() * 1000) << 80 | drawn
    number = number & ~(0xF << 76) | 0x7 << 76  # version
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant
    return f"{prefix}{number:032x}"


def envelope(kind: str, data: Mapping[str, Any], *, event_id: str, at: datetime, is_test: bool = False) -> bytes:
    """The body of a notice, serialised once: these bytes are stored, signed and sent, on every attempt the same.

    ``data`` carries ids, states, times, digests and a link; the receiver reads the case through the API.
    """
    message = {
        "type": kind,
        "timestamp": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "event_id": event_id,
        "schema": SCHEMA,
        "test": is_test,
        "data": dict(data),
    }
    body = json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"a notice of {len(body)} bytes; at most {MAX_BODY_BYTES}")
    return body


def sign(message_id: str, timestamp: int, body: bytes, signing: Sequence[str]) -> str:
    """``v1,<base64>`` for each secret, newest first, separated by spaces: two while a secret is being rotated.

    The time is whole seconds since the epoch: signing from a datetime went wrong in the reference library, which
    replaces a time zone where it should convert. Raises NoSecret: nothing is ever sent unsigned.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    if not signing:
        raise NoSecret
    macs = [hmac.new(_key(secret), signed, hashlib.sha256).digest() for secret in signing]
    return " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs)


def headers(
    message_id: str, body: bytes, signing: Sequence[str], *, at: datetime, attempt: int, trigger: str = "scheduled"
) -> dict[str, str]:
    """The headers of one attempt. The last two are for people who read logs and are not signed."""
    timestamp = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": f"WhoAnswers-Webhooks/1 (+{settings.SITE_URL})",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(message_id, timestamp, body, signing),
        "x-whoanswers-attempt": str(attempt),
        "x-whoanswers-trigger": trigger,
    }


class Then(StrEnum):
    """What follows an attempt."""

    DONE = "done"
    RETRY = "retry"
    GONE = "gone"  # the receiver has taken the address away for good
    STOP = "stop"  # nothing to try again before a person changes the address


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer means: ``outcome`` is a code of Attempt.Outcome; ``error`` a class, never socket details.

    ``at_least`` is the shortest time to the next attempt; ``holds_line`` says that the whole endpoint asked for it.
    """

    then: Then
    outcome: str
    error: str = ""
    at_least: timedelta = timedelta()
    holds_line: bool = False


def meaning(status: int | None, retry_after: str | None, error: str, *, at: datetime) -> Meaning:
    """Read an answer. Either ``status`` is there, or ``error`` names why there was none (see outbound.Failed)."""
    if status is None:
        if error in STOPPERS:
            return Meaning(Then.STOP, STOPPERS[error], error)
        return Meaning(Then.RETRY, "failed", error, _pause(BUSY_SECONDS if error == "timeout" else 0))
    if 200 <= status <= 299:
        return Meaning(Then.DONE, "taken")
    if status == HTTPStatus.GONE:
        return Meaning(Then.GONE, "refused", "gone")
    wait = _asked_to_wait(retry_after, at) if status in {429, 503} else None
    if wait is not None:
        return Meaning(Then.RETRY, "refused", f"http-{status}", wait, holds_line=True)
    if 300 <= status <= 399:
        return Meaning(Then.RETRY, "refused", "redirect")  # never followed: the address itself has to be put right
    return Meaning(Then.RETRY, "refused", f"http-{status}", _pause(BUSY_SECONDS if status in {429, 502, 504} else 0))


def wait_before(attempts: int, found: Meaning) -> timedelta | None:
    """How long to wait after so many attempts, the plan spread by a fifth; None when the plan is used up."""
    if attempts >= len(BACKOFF):
        return None
    spread = secrets.SystemRandom().uniform(1 - JITTER, 1 + JITTER)
    return max(_pause(BACKOFF[attempts] * spread), found.at_least)


def _key(secret: str) -> bytes:
    """The bytes of a signing secret, ``whsec_`` and base64; the padding may be missing."""
    text = secret.removeprefix(SECRET_PREFIX)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise NoSecret from error


def _pause(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _asked_to_wait(retry_after: str | None, at: datetime) -> timedelta | None:
    """A Retry-After, in seconds or as an HTTP date, kept within a day. None for one that says nothing sensible."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(_pause(int(text[:9])), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = until.replace(tzinfo=until.tzinfo or UTC) - at
    return min(wait, LONGEST_PAUSE) if wait > timedelta() else None
