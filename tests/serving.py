"""The demonstration on a free port of this machine, in a folder of its own: what pictures and Lighthouse look at."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60
LIN, PASSWORD = "linxiao", "whoanswers-demo"  # as complaints/demo/cast.py has them, which needs Django to be read
SECRETS = ("SECRET_KEY", "RECEIPT_PEPPER", "SEALING_KEY", "SIGNING_KEY")


@dataclass(frozen=True, slots=True)
class Site:
    """Where it is, and slug → (reference, receipt code) of the demonstration's cases."""

    url: str
    cases: dict[str, tuple[str, str]]


@contextmanager
def demo_site(folder: Path, *, as_production: bool = False) -> Iterator[Site]:
    """Seed the demonstration into ``folder`` and serve it by gunicorn until the block ends.

    ``as_production``: served with DEMO=0, so with collected, compressed and hashed files; only HTTPS is not asked for.
    """
    port = _free_port()
    url = f"http://localhost:{port}"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_", "PG"))}
    own |= {"DATA_DIR": str(folder), "PORT": str(port), "SITE_URL": url, "DEBUG": "0", "DEMO": "1", "LC_ALL": "C.UTF-8"}
    own |= {name: f"{name.lower()}-of-a-site-that-lives-for-minutes-0123456789" for name in SECRETS}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "demo", "--seed-only"], env=own, check=True, stdout=subprocess.DEVNULL)
    if as_production:
        own |= {"DEMO": "0", "SECURE_SSL_REDIRECT": "0"}
        subprocess.run([*manage, "collectstatic", "--noinput"], env=own, check=True, stdout=subprocess.DEVNULL)
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    web += ["--threads", "4", "--no-control-socket", "--chdir", str(ROOT)]
    with (folder / "web.log").open("ab") as log:
        process = subprocess.Popen(web, env=own, stdout=log, stderr=log)
    try:
        _wait_for(url, process)
        yield Site(url, json.loads((folder / "demo.json").read_text(encoding="utf-8"))["cases"])
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise OSError("the site did not start; see web.log in its folder")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
