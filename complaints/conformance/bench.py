"""What a step sends, and what came back: signed, mis-signed and odd notices to one address."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from complaints import outbound, webhooks
from complaints.conformance.calls import Call
from complaints.tls import OwnTls

DEADLINE = 8.0  # seconds for one answer: a little more than a receiver should take
PROMPT = 5000  # milliseconds, that a receiver should take at most
PATIENCE = 15.0  # seconds that a receiver may be away: it may be starting again
PAUSE = 2.0  # seconds between two tries meanwhile
AWAY = frozenset({"refused", "reset", "unreachable"})  # what a receiver that starts again looks like
LOOK = 0.5  # seconds between two looks at the caller's calls
STRANGER = "whsec_" + base64.b64encode(b"a secret that nobody was ever given").decode()


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one request: a status and how long it took, or the class of why there was none."""

    status: int | None
    ms: int
    error: str = ""

    @property
    def took(self) -> bool:
        return self.status is not None and 200 <= self.status <= 299

    @property
    def refused(self) -> bool:
        return self.status is not None and 400 <= self.status <= 499 and self.status not in {404, 405, 408, 410, 429}


@dataclass(slots=True)
class Bench:
    """One address under test, and what its owner calls meanwhile. ``name`` tells runs apart."""

    url: str
    line: str  # what the address is called in notices
    signing: list[str]
    extra: Mapping[str, str]
    signing_key: str
    name: str
    case: str
    version: int
    house: int
    clock: Callable[[], datetime]
    calls: Callable[[], list[Call]]  # of this organisation since the run began, the first first
    answers: Callable[[], int]  # of the caller, in the case of this run
    happen: Callable[[], int]  # something happens in the case; returns its version then
    stop: Callable[[], bool]  # send nothing to the address any more, as after a 410; False where that is not ours now
    resume: Callable[[], bool]  # send to it again; False where nothing had been stopped
    wait: float  # seconds, in all, for calls to come
    own: OwnTls | None = field(default=None, repr=False)
    slowest: int = field(default=0)
    until: float | None = field(default=None)  # by the monotonic clock: so long calls are waited for

    def id_of(self, step: str) -> str:
        """The same each time it is asked for: a run that was broken off goes on with the same ids."""
        return f"msg_{hashlib.sha256(f'{self.name}:{step}'.encode()).hexdigest()[:32]}"

    def body(self, kind: str = "case.updated", *, version: int | None = None, **more: Any) -> bytes:
        """A notice about the invented case of this run."""
        data = {
            "case": self.case,
            "case_version": self.version if version is None else version,
            "respondent": f"org_{self.house}",
            "party": "platform",
            "state": "negotiating",
            "response_due_on": None,
            "href": f"{settings.SITE_URL}/api/v1/cases/{self.case}",
            **more,
        }
        return self.told(kind, data)

    def told(self, kind: str, data: Mapping[str, Any]) -> bytes:
        """A notice of any kind, also with what no schema knows."""
        at = self.clock().astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        told = {"type": kind, "timestamp": at, "event_id": f"evt_{self.name}", "schema": webhooks.SCHEMA, "test": True}
        return json.dumps({**told, "data": data}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def headers(self, step: str, body: bytes, *, ago: int = 0, signing: list[str] | None = None) -> dict[str, str]:
        """As they would be, the time moved into the past by so many seconds; ``signing`` instead of its own secrets."""
        at = self.clock() - timedelta(seconds=ago)
        used = self.signing if signing is None else signing
        made = webhooks.headers(self.id_of(step), body, used, at=at, attempt=1)
        return {**self.extra, **made, "x-whoanswers-trigger": "conformance"}

    def post(self, body: bytes, headers: Mapping[str, str]) -> Came:
        """Send it now; addresses are vetted as for every notice. A receiver that is away for a moment is tried again
        with the very same bytes."""
        patient_until = time.monotonic() + PATIENCE
        while True:
            came = self._post(body, headers)
            if came.error not in AWAY or time.monotonic() + PAUSE > patient_until:
                return came
            time.sleep(PAUSE)

    def wait_for(self, seen: Callable[[list[Call]], bool]) -> bool:
        """Whether the calls become what is hoped for while there is time left. All steps share one time: who does not
        call is not waited for again and again."""
        self.until = self.until or time.monotonic() + self.wait
        while not seen(self.calls()):
            if time.monotonic() >= self.until:
                return False
            time.sleep(LOOK)
        return True

    def give(self, step: str, body: bytes | None = None, **how: Any) -> Came:
        """A notice with a right signature."""
        sent = body if body is not None else self.body()
        return self.post(sent, self.headers(step, sent, **how))

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Came:
        began = time.monotonic()
        try:
            reply = outbound.post(self.url, body, headers, deadline=DEADLINE, own=self.own)
        except (outbound.Blocked, outbound.Failed) as failure:
            return Came(None, _ms(began), failure.code)
        came = Came(reply.status, _ms(began))
        self.slowest = max(self.slowest, came.ms)
        return came


def ed25519_of(signing_key: str, message_id: str, timestamp: str, body: bytes) -> str:
    """One ``v1a`` signature, by itself."""
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(signing_key.removeprefix("whsk_")))
    signed = key.sign(f"{message_id}.{timestamp}.".encode() + body)
    return f"v1a,{base64.b64encode(signed).decode()}"


def _ms(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
