"""The corpus of bad input, measured: each file through the checker's process, then all of them at a running gunicorn.

Writes docs/bad-input.md: a file's end, seconds and memory; what the web process and its other visitors noticed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from itertools import groupby
from pathlib import Path
from statistics import median

from complaints.evidence import looking, spare
from complaints.evidence.sniff import HEAD_BYTES, TAIL_BYTES, TEXT_SAMPLE, Kind, forbidden_ending, sniff
from tests.corpus.build import ITEMS, Item
from tests.serving import ROOT, demo_site

PAGE = ROOT / "docs" / "bad-input.md"
MOST = {"image": 20, "pdf": 30, "video": 200, "audio": 50, "text": 10, "table": 10}  # MiB, as settings have them
MIB = 1 << 20
PACE = 0.05  # seconds between two looks at the web process, and between two visits
# A process of little memory between us and the checker: what one starts is charged with the memory of who starts it.
BETWEEN = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
process.stdin.write(sys.argv[1].encode() + b"\\n")
process.stdin.close()
said = process.stdout.read().decode()
_pid, status, used = os.wait4(process.pid, 0)
seconds = time.perf_counter() - start
process.returncode = code = os.waitstatus_to_exitcode(status)
print(json.dumps({"said": said, "code": code, "seconds": seconds, "memory": used.ru_maxrss}))
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SEVERAL = {
    "B28": ("names that are paths, headers, programs, scripts", "tests/evidence/test_names.py"),
    "B29": ("a virus scanner's find, and its silence", "tests/evidence"),
    "B30": ("a file that kills the checker", "tests/evidence"),
    "B31": ("a file that sleeps, allocates, forks", "tests/evidence"),
    "B33": ("hostile JSON", "tests/platform, tests/wizard/test_hostile_text.py"),
    "B34": ("hostile text", "tests/wizard/test_hostile_text.py"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How one file ended: the result, seconds by the clock, the most memory of the process in MiB; 0 without one."""

    item: Item
    bytes: int
    result: str
    seconds: float = 0.0
    memory: float = 0.0


@dataclass(slots=True)
class Web:
    """What was seen of the web server: memory of its worker in MiB, seconds another visitor waited for a page."""

    memory: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


def main() -> None:
    looks = [look_at(item) for item in ITEMS]
    with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site:
        worker = _worker_of(int(site.url.rpartition(":")[2]))
        with _watched(worker, site.url) as calm:
            time.sleep(5)
        with _watched(worker, site.url) as busy:
            for item in ITEMS:
                busy.answers[str(item)] = _upload(site.url, item)
    PAGE.write_text("\n".join(_page(looks, calm, busy)) + "\n", encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def look_at(item: Item) -> Look:
    """As the vault does it: by its ends, its name and size; then in a process of its own."""
    content = item.make()
    kind = sniff(content[:HEAD_BYTES], content[-TAIL_BYTES:], content[:TEXT_SAMPLE]) if content else None
    if not isinstance(kind, Kind):
        return Look(item, len(content), f"refused: {kind or 'empty'}")
    if ending := forbidden_ending(item.name, kind):
        return Look(item, len(content), f"refused: the name ends with .{ending}")
    if len(content) > min(MOST[kind.family] * MIB, kind.most_bytes or len(content)):
        return Look(item, len(content), "refused: too many bytes")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "file")
        source.write_bytes(content)
        words = [kind.family, ",".join(kind.decoders), str(Path(folder, "copy"))]
        job = {"file": str(source), "seconds": 20, "clock": 60, "module": looking.CHECKER, "words": words}
        done = subprocess.run(
            [sys.executable, "-S", "-c", BETWEEN, json.dumps(job), *spare.COMMAND],
            capture_output=True,
            cwd=ROOT,
            check=True,
        )
    seen = json.loads(done.stdout)
    result = _result(seen["code"], json.loads(seen["said"] or "{}"))
    return Look(item, len(content), result, seen["seconds"], seen["memory"] / 1024)


def _result(code: int, said: dict[str, object]) -> str:
    if code == 0:
        pages, flags = said["pages"], said["flags"]
        assert isinstance(pages, list)
        assert isinstance(flags, list)
        return "; ".join(["taken", *([f"{len(pages)} pages"] if pages else []), *flags])
    return f"{'held' if code == 4 else 'refused' if code == 3 else f'ended with {code}'}: {said.get('problem', '')}"


# ── The web server ───────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _watched(worker: int, url: str) -> Iterator[Web]:
    """Look at the worker's memory, and visit the first page, over and over while the block runs."""
    web, stop = Web(), threading.Event()

    def watch() -> None:
        while not stop.wait(PACE):
            web.memory.append(_memory_of(worker))

    def visit() -> None:
        while not stop.wait(PACE):
            start = time.perf_counter()
            urllib.request.urlopen(url, timeout=60).read()
            web.waits.append(time.perf_counter() - start)

    threads = [threading.Thread(target=each) for each in (watch, visit)]
    for thread in threads:
        thread.start()
    try:
        yield web
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _upload(url: str, item: Item) -> str:
    """Hand in one file as a browser does, in a form of its own. Returns the status and what was said."""
    person = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"{url}/complaint/evidence/"
    token = TOKEN.search(person.open(address, timeout=60).read().decode())
    assert token is not None
    mark = b"----corpus-7f3a"
    parts = [
        b'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token[1].encode(),
        f'Content-Disposition: form-data; name="file-1"; filename="{item.name}"\r\n\r\n'.encode() + item.make(),
    ]
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"
    head = {"Content-Type": f"multipart/form-data; boundary={mark.decode()}", "Accept": "application/json"}
    try:
        with person.open(urllib.request.Request(address, body, {**head, "Referer": address}), timeout=120) as answer:
            problems = json.load(answer)["problems"]
            return f"{answer.status} {problems[0] if problems else 'taken'}"
    except urllib.error.HTTPError as error:
        return f"{error.code}"


def _worker_of(port: int) -> int:
    """The process of gunicorn that answers on this port: the child of the one that holds it."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if (
                f"127.0.0.1:{port}".encode() in words
                and b"gunicorn" in (Path("/proc") / str(parent) / "cmdline").read_bytes()
            ):
                return int(path.name)
        except OSError:
            continue
    raise OSError("gunicorn's worker was not found")


def _memory_of(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page(looks: list[Look], calm: Web, busy: Web) -> Iterator[str]:
    yield "# Bad input, and what becomes of it"
    yield ""
    yield "Written by `make bench PART=bad-input`; the files are made by `tests/corpus/build.py`, the ends are held by"
    yield "`tests/evidence/test_corpus.py`. Seconds and memory are those of the checker's own process, from start"
    yield "to end (a Python that does nothing takes 10 MiB). A dash: refused by its first and last bytes, its name"
    load = f"{os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
    yield f"or its size, before any process is started. Load of the machine meanwhile: {load}."
    yield ""
    yield "| id | file | bytes | what becomes of it | seconds | MiB |"
    yield "|---|---|---:|---|---:|---:|"
    rows = {item_id: list(group) for item_id, group in groupby(looks, key=lambda look: look.item.id)}
    for number in sorted({*rows, *SEVERAL}, key=lambda each: (not each.startswith("B"), each)):
        if number in SEVERAL:
            what, where = SEVERAL[number]
            yield f"| {number} | {what} | | see {where} | | |"
        for look in rows.get(number, ()):
            cost = f"{look.seconds:.2f} | {look.memory:.0f}" if look.seconds else "– | –"
            yield f"| {number} | `{look.item.name}` | {look.bytes:,} | {look.result} | {cost} |"
    yield ""
    yield "## The web process meanwhile"
    yield ""
    yield f"The same {len(ITEMS)} files, one after the other, handed in through the form at a gunicorn of one worker"
    yield f"with four threads, on {os.cpu_count()} cores, while another visitor asked for the first page all the time."
    yield ""
    yield "| | before | during |"
    yield "|---|---:|---:|"
    yield f"| memory of the web process, most, MiB | {max(calm.memory):.0f} | {max(busy.memory):.0f} |"
    yield f"| first page, median, ms | {median(calm.waits) * 1000:.0f} | {median(busy.waits) * 1000:.0f} |"
    visits = f"{len(calm.waits)} and {len(busy.waits)}"
    yield f"| first page, slowest of {visits}, ms | {_slowest(calm)} | {_slowest(busy)} |"
    yield ""
    wrong = [name for name, answer in busy.answers.items() if not answer.startswith("200")]
    yield f"Answers other than 200: {', '.join(wrong) if wrong else 'none'}."


def _slowest(web: Web) -> str:
    return f"{max(web.waits) * 1000:.0f}"
