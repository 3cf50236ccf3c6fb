"""A site of its own, with everything that can be done to it: start its processes, kill them, look into its tables."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from complaints.models import Draft
from complaints.web.drafts import COOKIE, SALT
from tests.cast import Cast, assemble
from tests.platform.calls import ANSWER, ROOT
from tests.platform.receivers import NAME, ROOTS, Authority, Receiver
from tests.wizard.steps import walk

CSRF = "c" * 32
PATIENCE = 60  # seconds for anything to happen; the machine may be busy with others


class Died(Exception):
    """The line broke before an answer was there: nobody knows what came of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Web:
    """A gunicorn that answers on a port of this machine."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Answer:
        """One request over a line of its own. Raises Died."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body or None, sent)
            reply = line.getresponse()
            return Answer(reply.status, dict(reply.getheaders()), reply.read())
        except (OSError, http.client.HTTPException) as error:
            raise Died from error
        finally:
            line.close()

    def file(self, draft: Draft, **headers: str) -> Answer:
        """Press the last button of the form: the draft's key is what makes a second press the same. Raises Died."""
        body = urlencode({"declared": "on", "csrfmiddlewaretoken": CSRF}).encode()
        kind = "application/x-www-form-urlencoded"
        cookie = f"{carrying(draft)}; csrftoken={CSRF}"
        return self.ask("POST", "/complaint/check/", body=body, Cookie=cookie, Content_Type=kind, **headers)

    def answer(self, reference: str, key: str, *, idempotency_key: str, words: str = "") -> Answer:
        """A platform's answer to a case, by the API. Raises Died."""
        given = json.dumps(ANSWER | ({"words": words} if words else {})).encode()
        headers = {"Authorization": f"Bearer {key}", "Idempotency_Key": idempotency_key}
        path = f"{ROOT}/cases/{reference}/responses"
        return self.ask("POST", path, body=given, Content_Type="application/json", **headers)

    def file_until_answered(self, draft: Draft) -> str:
        """As a person does: press again until an answer is there. The reference."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(Died):
                answer = self.file(draft)
                if answer.status == 302:
                    return reference_in(answer)
            time.sleep(0.1)
        raise AssertionError("no answer came")

    def receipt(self, draft: Draft, reference: str) -> str:
        """The code on the page that says it was sent, as the browser of the draft sees it."""
        again = self.file(draft)
        session = re.search(r"sessionid=[^;]+", again.headers.get("Set-Cookie", ""))
        cookie = f"{carrying(draft)}; {session.group() if session else ''}"
        pages = [self.ask("GET", f"/complaint/done/{reference}/", Cookie=cookie) for _time in range(2)]
        assert [page.status for page in pages] == [200, 200]
        (code,) = {found for page in pages for found in re.findall(r'id="code-plain">([^<]+)<', page.text)}
        return str(code)


@dataclass(slots=True)
class Workers:
    """Processes without a queue that do what the queue's task does, forked by one that has started Django."""

    parent: subprocess.Popen[bytes]

    def begin(self, seconds: float = PATIENCE) -> int:
        """One more, for so long, or until nothing waits any more. Its number."""
        assert self.parent.stdin is not None
        self.parent.stdin.write(f"{seconds}\n".encode())
        self.parent.stdin.flush()
        return int(self.read())

    def read(self) -> str:
        assert self.parent.stdout is not None
        line = self.parent.stdout.readline().decode().strip()
        assert line, "the workers' parent ended"
        return line

    def wait_for_all(self, seconds: float = PATIENCE) -> None:
        wait_for(lambda: not children_of(self.parent.pid), seconds=seconds)


@dataclass(slots=True)
class House:
    """The environment of the site's processes, its folder, and its database from inside."""

    folder: Path
    environment: dict[str, str]
    database: dict[str, Any]
    blocker: DjangoDbBlocker
    receipts: dict[str, str] = field(default_factory=dict)  # reference → code, of every filing that was confirmed
    receivers: list[Receiver] = field(default_factory=list)
    form: Draft | None = None

    def also(self, **environment: str) -> House:
        """The same site for processes with more in their environment."""
        return House(
            self.folder,
            {**self.environment, **environment},
            self.database,
            self.blocker,
            self.receipts,
            self.receivers,
            self.form,
        )

    def over_tls(self, authority: Authority, receiver: Receiver, folder: Path) -> House:
        """As seen by processes that find the test's receiver under its name and trust its certificate."""
        more = {"SSL_CERT_FILE": str(folder / ROOTS), "RECEIVER": NAME, "WEBHOOK_PORTS": f"443,{receiver.port}"}
        return self.also(**more)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This process at the tables of the site, instead of the test's own."""
        own = connections["default"]
        ours = connections.create_connection("default")
        ours.settings_dict = {**own.settings_dict, **self.database}
        with self.blocker.unblock():
            connections["default"] = ours
            try:
                yield
            finally:
                ours.close()
                connections["default"] = own

    def settle(self) -> Cast:
        """Put the cast into it, and a finished form to file copies of."""
        with self.inside():
            cast = assemble()
            walk(Client())
            self.form = Draft.objects.get()
        return cast

    def draft(self) -> Draft:
        """A draft whose form is finished, as another browser would have begun it."""
        assert self.form is not None
        now = timezone.now()
        with self.inside():
            return Draft.objects.create(
                answers=self.form.answers, done=self.form.done, language="zh", started_at=now, touched_at=now
            )

    # ── Kill points ──

    def arm(self, point: str, when: str, at_call: int | str = 1) -> None:
        self._armed.write_text(f"{point} {when} {at_call}", "ascii")

    def disarm(self) -> int:
        """Returns how many calls were left before it would have gone off."""
        left = int(self._armed.read_text("ascii").rpartition(" ")[2])
        self._armed.unlink()
        return left

    @property
    def went_off(self) -> bool:
        return not self._armed.exists()

    @property
    def deaths(self) -> int:
        """How often a point that kills always has killed."""
        path = self._armed.with_suffix(".deaths")
        return len(path.read_text("ascii")) if path.exists() else 0

    @property
    def _armed(self) -> Path:
        return Path(self.environment["KILL_AT"])

    # ── Processes ──

    @contextmanager
    def started(self, *command: str, log: str = "", talks: bool = False) -> Iterator[subprocess.Popen[bytes]]:
        """A process; it is gone at the end with all that it began, whatever happened."""
        with (self.folder / (log or "process.log")).open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else said,
                stderr=said,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill_all(process)

    @contextmanager
    def web(self, *, threads: int = 4, log: str = "web.log") -> Iterator[Web]:
        port = free_port()
        command = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
        command += ["--threads", str(threads), "--preload", "--no-control-socket"]
        with self.started(*command, log=log) as process:
            web = Web(port, process)
            wait_for(lambda: _answers(web), what=lambda: self.said(log))
            yield web

    @contextmanager
    def workers(self) -> Iterator[Workers]:
        """Workers that send what is due, as many as are asked for; all are gone at the end."""
        with self.started("-m", "tests.faults.forks", log="workers.log", talks=True) as process:
            crew = Workers(process)
            crew.read()
            yield crew

    def said(self, log: str) -> str:
        """The end of what processes wrote."""
        path = self.folder / log
        if not path.is_file():
            return ""
        return path.read_text("utf-8", errors="replace")[-4000:]


def carrying(draft: Draft) -> str:
    """The cookie of the browser the draft was begun in."""
    return f"{COOKIE}={signing.get_cookie_signer(salt=COOKIE + SALT).sign(str(draft.key))}"


def reference_in(answer: Answer) -> str:
    """The number of the case that a filing led to."""
    found = re.fullmatch(r"/complaint/done/([^/]+)/", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return found[1]


def wait_for(
    happens: Callable[[], bool], *, seconds: float = PATIENCE, pause: float = 0.05, what: Callable[[], str] = str
) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, f"it did not happen {what()}"
        time.sleep(pause)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """The process and all that came of it, also in groups of their own, as the watchdog's clusters are."""
    for pid in family_of(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def family_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The numbers of the process and of all that came of it, itself first."""
    family = [process.pid]
    for pid in family:
        family += children_of(pid)
    return family


def is_running(pid: int) -> bool:
    """Whether it is there and not merely waiting to be counted as dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(") ")[2][:1]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def children_of(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return [int(text) for text in children.read().split()]
    except FileNotFoundError:
        return []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(web: Web) -> bool:
    assert web.process.poll() is None, "gunicorn ended"
    try:
        return web.ask("GET", "/healthz").status == 200
    except Died:
        return False
