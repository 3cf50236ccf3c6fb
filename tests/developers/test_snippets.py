"""The programs that the page shows verify what we sign, refuse everything else, read the case and answer it once; each
where its language is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace

import pytest
from django.conf import LazySettings, settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.credentials import mint_signing_secret
from accounts.models import Endpoint
from complaints import webhooks
from complaints.flow import sandbox
from complaints.flow.sandbox_cases import invent
from complaints.models import Complaint, Delivery

FOLDER = settings.BASE_DIR / "docs" / "examples" / "verify"
BODY = '{"data":{"case":"ZZ-1","words":"直播间 🧥"},"type":"case.closed"}'.encode()
LANGUAGES = ("python", "node", "javac", "go")
MISSING = "webhook-id or webhook-timestamp is missing"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def practice(settings: LazySettings) -> tuple[str, Complaint, Delivery]:
    """A key, an invented case that waits for an answer, and the notice of it."""
    settings.WEBHOOK_ALLOW_LOCAL = True
    house, minted = sandbox.open_new("接口练习", at=timezone.now())
    line = Endpoint.objects.create(organisation=house, url="http://localhost:9/", created_at=timezone.now())
    line.keep_secret(mint_signing_secret(), at=timezone.now())
    Endpoint.objects.filter(pk=line.pk).update(state=Endpoint.State.ACTIVE, verified_at=timezone.now())
    case = invent(house, "not-as-described", at=timezone.now())
    return minted.text, case, Delivery.objects.get(event__complaint=case, type="case.opened")


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice as it arrives, and what the receiver holds."""

    message_id: str
    timestamp: str
    signature: str
    body: bytes
    secrets: tuple[str, ...]


def signed(at: float, *secrets: str) -> Sent:
    signature = webhooks.sign("msg_1", int(at), BODY, secrets)
    return Sent("msg_1", str(int(at)), signature, BODY, secrets)


@pytest.fixture(scope="module", params=LANGUAGES)
def command(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """What runs the program of a language, compiled first where that is needed."""
    if request.param == "python":
        return (sys.executable, str(FOLDER / "verify.py"))
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"no {request.param} on this machine")
    if request.param == "node":
        return (found, str(FOLDER / "verify.mjs"))
    out = str(tmp_path_factory.mktemp("compiled"))
    if request.param == "javac":
        subprocess.run((found, "-encoding", "UTF-8", "-d", out, str(FOLDER / "Verify.java")), check=True)
        return ("java", "-cp", out, "Verify")
    subprocess.run((found, "build", "-o", out, str(FOLDER / "verify.go")), check=True)
    return (f"{out}/verify",)


def says(command: tuple[str, ...], sent: Sent, **more: str) -> tuple[int, str]:
    held = {"WEBHOOK_SECRET": " ".join(sent.secrets), "PATH": os.environ["PATH"], **more}
    given = (sent.message_id, sent.timestamp, sent.signature)
    done = subprocess.run((*command, *given), input=sent.body, env=held, capture_output=True, check=False)
    return done.returncode, done.stdout.decode().strip()


def test_what_we_sign_is_valid_also_while_a_secret_is_renewed(command: tuple[str, ...]) -> None:
    new, old = mint_signing_secret(), mint_signing_secret()
    at = time.time()
    assert says(command, signed(at, new)) == (0, "valid")
    both = signed(at, new, old)
    for held in ((new,), (old,), (mint_signing_secret(), old)):
        assert says(command, replace(both, secrets=held)) == (0, "valid")


@pytest.mark.django_db(transaction=True)
def test_the_case_is_read_and_answered_once_however_often_the_notice_comes(
    command: tuple[str, ...], practice: tuple[str, Complaint, Delivery], live_server: LiveServer
) -> None:
    key, case, notice = practice
    site = {"API_URL": live_server.url, "API_KEY": key}
    secret, body = mint_signing_secret(), bytes(notice.body)
    for _each in range(2):
        signature = webhooks.sign(notice.message_id, int(time.time()), body, [secret])
        sent = Sent(notice.message_id, str(int(time.time())), signature, body, (secret,))
        assert says(command, sent, **site) == (0, "valid\nanswered")
    assert case.events.filter(kind="answered").count() == 1
    stranger = {**site, "API_KEY": "zz_test_nobody"}
    status, words = says(command, sent, **stranger)
    assert status != 0
    assert "answered" not in words


def test_everything_else_is_refused_with_a_reason(command: tuple[str, ...]) -> None:
    secret, at = mint_signing_secret(), time.time()
    good = signed(at, secret)
    assert says(command, replace(good, body=BODY + b" ")) == (1, "no signature fits")
    assert says(command, replace(good, message_id="msg_2")) == (1, "no signature fits")
    assert says(command, replace(good, secrets=(mint_signing_secret(),))) == (1, "no signature fits")
    assert says(command, replace(good, signature="v1")) == (1, "no signature fits")
    assert says(command, replace(good, signature=good.signature.replace("v1,", "v1a,"))) == (1, "no signature fits")
    for off in (-310, 360):
        assert says(command, signed(time.time() + off, secret)) == (1, "the timestamp is more than five minutes off")
    for timestamp in ("", "1e9", "１７８０００００００", "9" * 30):
        assert says(command, replace(good, timestamp=timestamp)) == (1, MISSING)
    assert says(command, replace(good, message_id="")) == (1, MISSING)
