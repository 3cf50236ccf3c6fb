"""Start a few processes, keep them running, and leave none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

RESTARTS = 5
POLITE_SECONDS = 8.0  # between SIGTERM and SIGKILL
PAUSE = 0.1  # seconds between two looks


@dataclass(slots=True)
class Child:
    """A process of the site, in a process group of its own, its output in a file."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self) -> None:
        with self.log.open("ab" if self.starts else "wb") as out:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,  # Ctrl-C comes to us alone; we pass it on in order
            )
        self.starts += 1

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: int) -> bool:
        """Send a signal to the whole group; False if none of it is left."""
        if self.process is None:
            return False
        self.process.poll()  # an ended leader that nobody asked about would keep its group alive
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True


class Supervisor:
    """Runs children until a signal, or until one of them cannot be kept alive."""

    def __init__(
        self, children: Sequence[Child], say: Callable[[str], object], *, patience: float = POLITE_SECONDS
    ) -> None:
        self.children = children
        self.say = say
        self.patience = patience  # seconds between asking and insisting
        self.stopping = False

    def run(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        """Start the first, which people wait for, then the rest; watch. Returns 0 after a signal, 1 after a failure."""
        before = {
            number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            return self._watch(is_ready, on_ready)
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _watch(self, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        self.children[0].start()
        waiting = True
        while not self.stopping:
            for child in self.children:
                if child.has_ended() and not self._start_again(child):
                    return 1
            if waiting and is_ready():
                waiting = False
                for child in self.children[1:]:
                    child.start()
                on_ready()
            time.sleep(PAUSE)
        return 0

    def _start_again(self, child: Child) -> bool:
        assert child.process is not None
        code = child.process.returncode
        child.signal(signal.SIGKILL)  # what it may have left behind
        if child.starts > RESTARTS:
            self.say(
                f"{child.name}又停了（{code}），不再重启。 {child.name} ended again ({code}); giving up: {child.log}"
            )
            return False
        self.say(f"{child.name}停了（{code}），正在重启。 {child.name} ended ({code}); starting it again: {child.log}")
        time.sleep(PAUSE * child.starts)
        child.start()
        return True

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        """Ask every group to end, wait, then insist. Signals during the wait change nothing."""
        until = time.monotonic() + self.patience
        left = [child for child in self.children if child.signal(signal.SIGTERM)]
        while left and time.monotonic() < until:
            time.sleep(PAUSE)
            left = [child for child in left if child.signal(0)]
        for child in left:
            child.signal(signal.SIGKILL)
            assert child.process is not None
            child.process.wait()
