"""``manage.py watch_queue``: run the queue, and start it again when it only looks alive.

A worker that is killed while it waits for a task leaves a cluster that restarts its workers, raises no alarm, does
nothing and ignores SIGTERM. So the sign of life is a row that a task wrote, and the cure is to kill the whole group:
the outbox is the promise, the queue a doorbell, and what was under way is sent again.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from datetime import datetime
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from complaints import jobs
from complaints.flow.delivery import standstill

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
RESTART_SECONDS = 1.0  # a queue that cannot start does not spin


class Command(BaseCommand):
    help = "Run the task queue under a watchdog."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--patience",
            type=float,
            default=6.0 if settings.DEMO else 60.0,
            help="seconds that running tasks have to end after SIGTERM, before everything is killed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        queue = Queue()
        try:
            while not self.stopping.wait(LOOK_SECONDS):
                if why := queue.ended() or _trouble(queue.since):
                    log.error("queue: %s; starting it again", why)
                    queue.kill()
                    self.stopping.wait(RESTART_SECONDS)
                    queue = Queue()
        finally:
            queue.stop(options["patience"])

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()


class Queue:
    """A running ``manage.py qcluster`` with all its processes, in a session and process group of its own."""

    def __init__(self) -> None:
        self.since: datetime = timezone.now()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        log.info("queue: started as process %s", self.process.pid)
        jobs.ring("heartbeat")  # do not wait a minute for the first sign of life,
        jobs.ring("sweep")  # nor for what the queue before left undone

    def ended(self) -> str:
        code = self.process.poll()
        return "" if code is None else f"ended with code {code}"

    def stop(self, patience: float) -> None:
        """SIGTERM to the main process only, which lets running tasks end; to the group it would cut them off."""
        with contextlib.suppress(subprocess.TimeoutExpired, ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(patience)
        self.kill()
        log.info("queue: stopped")

    def kill(self) -> None:
        """The whole group at once, whatever state it is in."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _trouble(since: datetime) -> str:
    """Whether the tables say that nobody works. A database that does not answer says nothing about the queue."""
    close_old_connections()
    try:
        return standstill(since=since, at=timezone.now())
    except DatabaseError as error:
        log.warning("queue: cannot look at it now (%s)", type(error).__name__)
        return ""
