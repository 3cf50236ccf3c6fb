"""The processes of the demonstration: kept running while it runs, and none left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from complaints.demo.supervisor import RESTARTS, Child, Supervisor

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
PARENT = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', sys.argv[1]]); time.sleep(600)"


def a_child(folder: Path, *code: str) -> Child:
    return Child("child", [sys.executable, "-c", *code], folder / "child.log", dict(os.environ))


def is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def group_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    limit = time.monotonic() + seconds
    while not holds() and time.monotonic() < limit:
        time.sleep(0.05)
    return holds()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_the_exit_code_is_good(number: int, tmp_path: Path) -> None:
    children = [a_child(tmp_path, SLEEP), a_child(tmp_path, SLEEP)]
    code = Supervisor(children, print).run(is_ready=lambda: True, on_ready=lambda: os.kill(os.getpid(), number))
    assert code == 0
    assert not any(is_running(group_of(child)) for child in children)


def test_a_grandchild_that_will_not_listen_is_ended_too(tmp_path: Path) -> None:
    child = a_child(tmp_path, PARENT, STUBBORN)
    supervisor = Supervisor([child], print, patience=0.5)
    supervisor.run(
        is_ready=lambda: "up" in child.log.read_text(), on_ready=lambda: os.kill(os.getpid(), signal.SIGTERM)
    )
    assert until(lambda: not is_running(group_of(child)))


def test_a_process_that_ends_is_started_again_and_it_is_said(tmp_path: Path) -> None:
    child = a_child(tmp_path, SLEEP)
    said: list[str] = []
    supervisor = Supervisor([child], said.append)

    def is_ready() -> bool:
        if child.starts == 1:
            os.kill(group_of(child), signal.SIGKILL)
        return child.starts == 2

    assert supervisor.run(is_ready=is_ready, on_ready=lambda: os.kill(os.getpid(), signal.SIGTERM)) == 0
    assert len(said) == 1
    assert str(child.log) in said[0]


def test_a_process_that_never_stays_up_ends_all_of_it_with_a_failure(tmp_path: Path) -> None:
    failing, sound = a_child(tmp_path, "raise SystemExit(3)"), a_child(tmp_path, SLEEP)
    said: list[str] = []
    assert Supervisor([sound, failing], said.append).run(is_ready=lambda: True, on_ready=lambda: None) == 1
    assert failing.starts == RESTARTS + 1
    assert "giving up" in said[-1]
    assert not is_running(group_of(sound))
