"""The demonstration's platform, run as its own process beside a journey."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from complaints.models import Respondent

SERVER = Path(__file__).resolve().parents[2] / "docs" / "examples" / "platform" / "server.py"
PATIENCE = 20  # seconds


class DemoPlatform:
    """Where it listens, and what it printed."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self._log = port, log

    @property
    def webhook_url(self) -> str:
        return f"http://localhost:{self.port}/webhooks"

    @property
    def page_url(self) -> str:
        return f"http://localhost:{self.port}/"

    def log(self) -> str:
        return self._log.read_text("utf-8")

    def wait_for_answer(self, reference: str) -> None:
        """Until its answer is in the file of the case; it answers by API, in its own time."""
        until = time.monotonic() + PATIENCE
        answered = Respondent.objects.filter(complaint__reference=reference, answered_at__isnull=False)
        while not answered.exists():
            assert time.monotonic() < until, self.log()
            time.sleep(0.1)


@contextmanager
def demo_platform(*, api: str, secret: str, key: str, log: Path) -> Iterator[DemoPlatform]:
    """Listens as long as the block runs."""
    port = _free_port()
    command = [sys.executable, str(SERVER), "--port", str(port), "--api", api, "--secret", secret, "--key", key]
    with log.open("w") as out, subprocess.Popen([*command, "--delay", "0"], stdout=out, stderr=out) as process:
        try:
            _wait_until_it_listens(port)
            yield DemoPlatform(port, log)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_it_listens(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, "the platform does not start"
            time.sleep(0.1)
