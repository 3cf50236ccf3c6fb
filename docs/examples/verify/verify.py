"""Verify a webhook (Standard Webhooks 1.0.0) with the standard library of Python 3.10 or newer.

Try it: WEBHOOK_SECRET=whsec_… python3 verify.py ID TIMESTAMP SIGNATURE < body
"""

import base64
import hashlib
import hmac
import os
import sys
import time

TOLERANCE = 300  # seconds, either way


def problem(message_id: str, timestamp: str, signature: str, body: bytes, secrets: list[str], now: float) -> str | None:
    """None where the signature is valid, else what is wrong. ``body``: the raw bytes, before any parsing."""
    if not message_id or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return "webhook-id or webhook-timestamp is missing"
    if abs(now - int(timestamp)) > TOLERANCE:
        return "the timestamp is more than five minutes off"
    signed = f"{message_id}.{timestamp}.".encode() + body
    for secret in secrets:  # two while a secret is being renewed
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        for one in signature.split():
            if hmac.compare_digest(one.encode(), expected):
                return None
    return "no signature fits"


if __name__ == "__main__":
    given_id, given_time, given_signature = sys.argv[1:4]
    held = os.environ["WEBHOOK_SECRET"].split()
    found = problem(given_id, given_time, given_signature, sys.stdin.buffer.read(), held, time.time())
    print(found or "valid")
    sys.exit(1 if found else 0)
