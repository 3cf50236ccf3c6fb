"""Two independent implementations of Standard Webhooks take what we sign: the Python one, and the JavaScript one.

The cases at the end are those of the libraries' own tests, ported by value:
``libraries/javascript/src/webhook.test.ts`` and ``libraries/python/tests/test_webhooks.py``, of
github.com/standard-webhooks/standard-webhooks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from standardwebhooks.webhooks import Webhook

from accounts.credentials import mint_signing_secret
from complaints import webhooks

sys.path.insert(0, str(settings.BASE_DIR / "docs" / "examples" / "receiver" / "src"))

from receiver.signature import BadSignature, verify

NODE = Path(__file__).with_name("node")
BODY = '{"data":{"words":"直播间 🧵 \\u2028"},"type":"case.closed"}'

# Of the libraries' own tests.
SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
PAYLOAD = '{"test": 2432232314}'
OTHER = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
TOLERANCE = 5 * 60


@dataclass(frozen=True, slots=True)
class Act:
    """One thing for a library to do, and what should come of it."""

    body: str
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = SECRET
    valid: bool = True

    def told(self) -> dict[str, Any]:
        return {"act": "verify", "body": self.body, "headers": self.headers, "secret": self.secret}


@pytest.fixture(scope="module")
def library() -> Path:
    """The official JavaScript library, from the index by the digests of the lock; in a cache of this machine."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("no Node.js on this machine: the JavaScript library cannot be asked")
    lock = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()[:16]
    home = Path(os.environ.get("NODE_CACHE", tempfile.gettempdir())) / f"whoanswers-node-{os.getuid()}-{lock}"
    if not (home / "done").exists():
        part = Path(tempfile.mkdtemp(prefix="node-"))
        for name in ("package.json", "package-lock.json", "check.cjs"):
            shutil.copy(NODE / name, part / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
        made = subprocess.run(command, cwd=part, capture_output=True, text=True, timeout=90, check=False)
        if made.returncode:
            assert "EINTEGRITY" not in made.stderr, made.stderr
            pytest.skip("the index of JavaScript packages cannot be reached")
        (part / "done").touch()
        shutil.rmtree(home, ignore_errors=True)
        part.rename(home)
    shutil.copy(NODE / "check.cjs", home / "check.cjs")
    return home


def asked(library: Path, acts: list[dict[str, Any]]) -> list[str]:
    """What the JavaScript library says to each."""
    command = ["node", str(library / "check.cjs")]
    done = subprocess.run(command, input=json.dumps({"acts": acts}).encode(), capture_output=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def python_takes(act: Act) -> bool:
    try:
        Webhook(act.secret).verify(act.body, act.headers, json_parse=False)
    except Exception:  # it raises ValueError and others beside its own, on odd parts
        return False
    return True


def receiver_takes(act: Act) -> bool:
    """The reference receiver of docs/examples."""
    try:
        verify(act.headers, act.body.encode(), [act.secret], now=time.time())
    except BadSignature:
        return False
    return True


def signed(*secrets: str, body: str = BODY) -> dict[str, str]:
    return webhooks.headers("msg_1", body.encode(), secrets, at=datetime.now(UTC), attempt=1)


def ours() -> list[Act]:
    """What we send, also while a secret is renewed; and what nobody should take."""
    new, old, stranger = (mint_signing_secret() for _each in range(3))
    one, both = signed(new), signed(new, old)
    return [
        Act(BODY, one, new),
        Act(BODY, both, new),
        Act(BODY, both, old),
        Act(BODY, both, stranger, valid=False),
        Act(BODY + " ", one, new, valid=False),
        Act(BODY, {**one, "webhook-id": "msg_2"}, new, valid=False),
    ]


def theirs() -> list[Act]:
    """The cases of their own tests."""
    key, now = base64.b64decode(SECRET), int(time.time())

    def at(moment: int) -> dict[str, str]:
        signature = webhooks.sign(MESSAGE, moment, PAYLOAD.encode(), [base64.b64encode(key).decode()])
        return {"webhook-id": MESSAGE, "webhook-timestamp": str(moment), "webhook-signature": signature}

    good = at(now)
    several = f"v1,{OTHER} v2,{OTHER} {good['webhook-signature']} v1,{OTHER}"
    missing = [{name: good[name] for name in good if name != gone} for gone in good]
    changes = [
        {"webhook-timestamp": "hello"},
        {"webhook-signature": "v1,dawfeoifkpqwoekfpqoekf"},
        {"webhook-signature": good["webhook-signature"][:8]},
        {"webhook-signature": "v1,"},
    ]
    return [
        Act(PAYLOAD, good),
        Act(PAYLOAD, good, f"whsec_{SECRET}"),
        Act(PAYLOAD, {**good, "webhook-signature": several}),
        *(Act(PAYLOAD, headers, valid=False) for headers in missing),
        *(Act(PAYLOAD, {**good, **change}, valid=False) for change in changes),
        Act(PAYLOAD, at(now - TOLERANCE - 2), valid=False),
        Act(PAYLOAD, at(now + TOLERANCE + 30), valid=False),
    ]


def test_the_python_library_and_the_reference_receiver_agree_on_all_cases() -> None:
    for act in [*ours(), *theirs()]:
        assert python_takes(act) == act.valid, act
        assert receiver_takes(act) == act.valid, act


def test_the_javascript_library_agrees_on_all_cases(library: Path) -> None:
    acts = [*ours(), *theirs()]
    said = asked(library, [act.told() for act in acts])
    assert [each == "valid" for each in said] == [act.valid for act in acts], said


def test_both_libraries_sign_the_published_example_as_we_do(library: Path) -> None:
    printed = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    at = 1614265330
    act = {"act": "sign", "secret": f"whsec_{SECRET}", "id": MESSAGE, "seconds": at, "body": PAYLOAD}
    assert webhooks.sign(MESSAGE, at, PAYLOAD.encode(), [f"whsec_{SECRET}"]) == printed
    assert Webhook(f"whsec_{SECRET}").sign(MESSAGE, datetime.fromtimestamp(at, UTC), PAYLOAD) == printed
    assert asked(library, [act, {**act, "secret": ""}]) == [printed, "refused: Secret can't be empty."]
