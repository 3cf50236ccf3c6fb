"""``manage.py watch_queue``: run the queue and its media cluster, and start again what only looks alive.

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
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from complaints import jobs
from complaints.flow import delivery, looks

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
RESTART_SECONDS = 1.0  # a queue that cannot start does not spin
# How each cluster shows that it stands still; and what is rung as it starts: nobody waits a minute for the first sign
# of life, nor for what the cluster before left undone.
CLUSTERS = {
    "queue": (delivery.standstill, ("heartbeat", "sweep")),
    jobs.MEDIA: (looks.standstill, ("heartbeat_media", "looks")),
}


class Command(BaseCommand):
    help = "Run the task queue under a watchdog."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--patience",
            type=float,
            default=6.0 if settings.DEMO else 60.0,
            help="seconds that running tasks have to end after SIGTERM, before everything is killed",
        )
        parser.add_argument("--only", choices=list(CLUSTERS), help="one of the clusters, where each has a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        names = [options["only"]] if options["only"] else list(CLUSTERS)
        queues = {name: Queue(name) for name in names}
        try:
            while not self.stopping.wait(LOOK_SECONDS):
                for name, queue in queues.items():
                    if why := queue.ended() or _trouble(queue):
                        log.error("%s: %s; starting it again", name, why)
                        queue.kill()
                        self.stopping.wait(RESTART_SECONDS)
                        queues[name] = Queue(name)
        finally:
            _stop_all(queues.values(), options["patience"])

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()


class Queue:
    """A running ``manage.py qcluster`` with all its processes, in a session and process group of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.since: datetime = timezone.now()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        environment = {**os.environ, "Q_CLUSTER_NAME": name} if name == jobs.MEDIA else dict(os.environ)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, env=environment)
        log.info("%s: started as process %s", name, self.process.pid)
        try:
            for each in CLUSTERS[name][1]:
                jobs.ring(each)
        except DatabaseError as error:  # it is away just now: the schedules ring for the same, a minute later
            log.warning("%s: nothing is rung now (%s)", name, type(error).__name__)

    def ended(self) -> str:
        code = self.process.poll()
        return "" if code is None else f"ended with code {code}"

    def ask_to_stop(self) -> None:
        """SIGTERM to the main process only, which lets running tasks end; to the group it would cut them off."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Wait for the tasks to end, then kill what is left."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill()
        log.info("%s: stopped", self.name)

    def kill(self) -> None:
        """The whole group at once, whatever state it is in."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _stop_all(queues: Iterable[Queue], patience: float) -> None:
    """All together, within the patience for one."""
    until = time.monotonic() + patience
    for queue in queues:
        queue.ask_to_stop()
    for queue in queues:
        queue.wait(max(0.0, until - time.monotonic()))


def _trouble(queue: Queue) -> str:
    """Whether the tables say that nobody works. A database that does not answer says nothing about the queue."""
    close_old_connections()
    try:
        return CLUSTERS[queue.name][0](since=queue.since, at=timezone.now())
    except DatabaseError as error:
        log.warning("%s: cannot look at it now (%s)", queue.name, type(error).__name__)
        return ""
