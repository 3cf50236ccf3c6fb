"""Verify a webhook by Standard Webhooks 1.0.0, with the standard library only. Copy this file if you like."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

TOLERANCE = 300  # seconds, either way


class BadSignature(Exception):
    """Not from whoever knows the secret, altered on the way, or too old. Answer 400."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: float) -> str:
    """Check the raw bytes as they came, before parsing them. Returns the message id, or raises BadSignature.

    ``secrets`` are all that are valid now: two while you rotate one. One signature that fits is enough.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdigit()):
        raise BadSignature("webhook-id or webhook-timestamp is missing")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise BadSignature("webhook-timestamp is more than five minutes off")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = [base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()) for secret in secrets]
    for part in headers.get("webhook-signature", "").split():
        version, _comma, signature = part.partition(",")
        if version == "v1" and any(hmac.compare_digest(one, signature.encode()) for one in expected):
            return message_id
    raise BadSignature("no signature fits")


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))
