"""A real process, really killed: a notice is late at worst, never lost. The rest is in tests/faults."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from tests.platform import receivers
from tests.platform.receivers import Receiver

Environment = dict[str, str]


def run(site: Environment, *words: str) -> str:
    """One verb of tests/platform/worker.py, to its end."""
    command = [sys.executable, "-m", "tests.platform.worker", *words]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=site, check=True, capture_output=True, text=True)
    return done.stdout


def shown(site: Environment) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(site, "show"))
    return found


def wait_for(what: Callable[[], bool], *, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


@contextmanager
def started(site: Environment, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, gone at the end whatever happened."""
    process = subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=site, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_a_worker_killed_in_the_middle_of_a_notice_loses_nothing(site: Environment) -> None:
    site = {**site, "DJANGO_SETTINGS_MODULE": "tests.platform.short_lease"}
    first: list[socket.socket] = []

    def hangs_once(line: socket.socket) -> None:
        if first:
            return receivers.answers()(line)
        first.append(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")  # in the middle of an answer
        return receivers.hangs(line)

    with Receiver(hangs_once) as receiver:
        run(site, "assemble", receiver.url)
        run(site, "file")
        with started(site, "-m", "tests.platform.worker", "work", "30") as doomed:
            wait_for(lambda: bool(first))
            os.kill(doomed.pid, signal.SIGKILL)
            doomed.wait()
        assert shown(site)["outcomes"][0] == "started"
        run(site, "work", "30")
    found = shown(site)
    assert set(found["states"]) == {"done"}
    assert found["outcomes"][0] == "unknown"
    assert found["outcomes"].count("taken") == 2  # the notice of the filing and that of the decision
    arrived = [message.headers["webhook-id"] for message in receiver.messages]
    assert set(arrived) == set(found["ids"])
    assert arrived.count(found["ids"][0]) == 2  # twice under one id: the receiver drops the twin
