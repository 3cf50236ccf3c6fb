"""Verify a webhook (Standard Webhooks 1.0.0), read its case and answer, with the standard library of Python 3.10.

Try it: WEBHOOK_SECRET=whsec_… python3 verify.py ID TIMESTAMP SIGNATURE < body
With API_URL=https://… and API_KEY=zz_test_… the case is read as well, and a new one answered.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TOLERANCE = 300  # seconds, either way
ANSWER = {
    "party": "platform",
    "position": "accepted_in_part",
    "words": "已收到投诉，正在核对。",
    "facts": {},
    "evidence": [],
}


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


def read_and_answer(site: str, key: str, notice: bytes) -> str:
    """What became of it. Raises HTTPError: at 429 and 5xx call it again later, at 412 (the case changed) at once."""
    told = json.loads(notice)
    data = told["data"]
    if "case" not in data:
        return "no case"
    case, headers = f"{site}/api/v1/cases/{data['case']}", {"Authorization": f"Bearer {key}"}
    with urlopen(Request(case, headers=headers), timeout=20) as reply:
        version, _what_happened = reply.headers["ETag"], json.load(reply)
    if told["type"] != "case.opened":
        return "read"
    # The same key and the same bytes, however often it is sent: it is one answer.
    headers |= {"Content-Type": "application/json", "Idempotency-Key": f"answer-{data['case']}", "If-Match": version}
    with urlopen(Request(f"{case}/responses", json.dumps(ANSWER).encode(), headers), timeout=20):
        return "answered"


if __name__ == "__main__":
    given_id, given_time, given_signature = sys.argv[1:4]
    held = os.environ["WEBHOOK_SECRET"].split()
    came = sys.stdin.buffer.read()
    found = problem(given_id, given_time, given_signature, came, held, time.time())
    print(found or "valid")
    if not found and "API_URL" in os.environ:  # in a server: say 2xx first, then do this
        try:
            print(read_and_answer(os.environ["API_URL"], os.environ["API_KEY"], came))
        except HTTPError as error:
            found = f"{error.code}: {error.read().decode()}"
            print(found)
    sys.exit(1 if found else 0)
