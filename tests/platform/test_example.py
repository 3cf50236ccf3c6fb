"""The example that platforms copy from: it verifies as the standard says, and answers a real case on a real site."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import sys
import time
import urllib.error
import urllib.request
from types import ModuleType

import pytest
from django.conf import settings

from accounts.credentials import mint_signing_secret
from complaints import webhooks
from tests.platform.conftest import Environment
from tests.platform.test_killed import run, started, wait_for

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "platform"
RECEIVER = settings.BASE_DIR / "docs" / "examples" / "receiver" / "src" / "receiver"
BODY = b'{"type":"case.closed","data":{"case":"ZZ-1"}}'


@pytest.fixture(scope="module")
def signature() -> ModuleType:
    spec = importlib.util.spec_from_file_location("signature", RECEIVER / "signature.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headers(secret: str, at: float, message_id: str = "msg_1") -> dict[str, str]:
    signed = webhooks.sign(message_id, int(at), BODY, [secret])
    return {"webhook-id": message_id, "webhook-timestamp": str(int(at)), "webhook-signature": signed}


def test_the_example_takes_what_we_sign_and_refuses_everything_else(signature: ModuleType) -> None:
    new, old = mint_signing_secret(), mint_signing_secret()
    now = 1_780_000_000.0
    good = headers(new, now)
    assert signature.verify(good, BODY, [new], now=now) == "msg_1"
    assert signature.verify(headers(old, now), BODY, [new, old], now=now + 299) == "msg_1"
    bad = [
        (good, BODY + b" ", [new], now),
        (good, BODY, [old], now),
        (good, BODY, [new], now + 301),
        (good, BODY, [new], now - 301),
        ({**good, "webhook-id": "msg_2"}, BODY, [new], now),
        ({**good, "webhook-id": ""}, BODY, [new], now),
        ({**good, "webhook-timestamp": "1e9"}, BODY, [new], now),
        ({**good, "webhook-timestamp": "１７８０００００００"}, BODY, [new], now),
        ({**good, "webhook-signature": ""}, BODY, [new], now),
        ({**good, "webhook-signature": "v1"}, BODY, [new], now),
        ({**good, "webhook-signature": good["webhook-signature"].replace("v1,", "v1a,")}, BODY, [new], now),
    ]
    for case in bad:
        with pytest.raises(signature.BadSignature):
            signature.verify(*case[:3], now=case[3])


def test_the_example_answers_a_case_on_a_running_site(site: Environment) -> None:
    web, platform = free_port(), free_port()
    site = {**site, "PORT": str(web)}
    secret, key = run(site, "assemble", f"http://localhost:{platform}/webhooks").split()
    own = {**site, "PLATFORM_SECRET": secret, "PLATFORM_KEY": key}
    serve = ("manage.py", "runserver", "--noreload", "--skip-checks", str(web))
    answer = (str(EXAMPLE / "server.py"), "--port", str(platform), "--api", f"http://localhost:{web}", "--delay", "0")
    with started(site, *serve), started(own, *answer):
        wait_for(lambda: is_up(f"http://127.0.0.1:{web}/healthz") and is_up(f"http://127.0.0.1:{platform}/"))
        reference = run(site, "file").strip()
        run(site, "work", "20")
        wait_for(lambda: run(site, "answers", reference).strip() == "seller_identity_given operator_identity_given")
        wait_for(lambda: "已答复" in read(f"http://127.0.0.1:{platform}/", "zh-CN"))
        english = read(f"http://127.0.0.1:{platform}/", "en-GB,en;q=0.9")
        assert "Answered" in english
        assert reference in english

        forged = headers(mint_signing_secret(), time.time(), "msg_<b>")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(
                urllib.request.Request(f"http://127.0.0.1:{platform}/webhooks", BODY, forged), timeout=5
            )
        shown = read(f"http://127.0.0.1:{platform}/", "zh-CN")
        assert "无效，已拒收" in shown
        assert "msg_&lt;b&gt;" in shown


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_up(url: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(read(url, "zh"))
    return False


def read(url: str, language: str) -> str:
    request = urllib.request.Request(url, headers={"Accept-Language": language})
    with urllib.request.urlopen(request, timeout=10) as reply:
        text: str = reply.read().decode()
        return text


def test_the_example_needs_nothing_but_python() -> None:
    receiver = EXAMPLE.parent / "receiver" / "src"
    for path in (*EXAMPLE.glob("*.py"), *receiver.rglob("*.py")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith(("import ", "from ")):
                root = line.split()[1].split(".")[0]
                ours = (EXAMPLE / f"{root}.py").exists() or (receiver / root).is_dir()
                assert root in sys.stdlib_module_names or ours, line
