"""What taking a file in costs: a screenshot beside bare Pillow, the memory of the web process, and who else waits."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from PIL import Image, ImageDraw

from complaints.evidence import looking, vault
from complaints.evidence.sniff import PNG
from tests.bench.measuring import ROUNDS, Figure, seconds

PORT: Final = 8109
MIB: Final = 1 << 20
PAGE = "/complaint/evidence/"
PAUSE: Final = 0.5  # seconds
LOOKS: Final = 60  # how often the first page is asked for


def figures() -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    screen = a_screen(0)
    bare = _median(lambda _n: copies_by_pillow(screen))
    staged = settings.FILE_UPLOAD_TEMP_DIR / "bench.look"
    staged.write_bytes(screen)
    yield Figure("Pillow: one decode, two encodes", bare * 1000, "ms")
    start = _median(lambda _n: subprocess.run([sys.executable, "-c", "from PIL import Image, WebPImagePlugin"]))
    yield Figure("an interpreter with Pillow, doing nothing", start * 1000, "ms", bare * 1000, "Pillow")
    looked = _median(lambda _n: looking.look_into(staged, PNG))
    yield Figure("screenshot 1080 × 2400: check, strip, copies", looked * 1000, "ms", bare * 1000, "Pillow")
    # One more picture of its own each time: the same bytes would be known.
    screens = [a_screen(n) for n in range(1, ROUNDS + 2)]
    kept = _median(lambda n: vault.keep(SimpleUploadedFile("a.png", screens[n]), at=timezone.now()))
    yield Figure("the same with hashes, durable bytes and rows", kept * 1000, "ms", bare * 1000, "Pillow", "≤ 1.25 ×")
    with site() as worker:
        browser = Browser()
        browser.send("warm.txt", b"warm")
        before = memory(worker)
        browser.send("large.txt", b"a line of chat\n" * MIB)
        yield Figure("upload of 15 MB: the web process's memory", (memory(worker) - before) / 1024, "MiB", goal="≤ 8")
        calm = waits()
        yield Figure("first page, nobody else here: p50", median(calm) * 1000, "ms")
        with bad_files():
            busy = waits()
        yield Figure(
            "first page while bad files are checked: p50", median(busy) * 1000, "ms", median(calm) * 1000, "calm"
        )
        yield Figure("first page while bad files are checked: p95", quantiles(busy, n=20)[-1] * 1000, "ms")
        yield Figure("the web process's memory afterwards", (memory(worker) - before) / 1024, "MiB")


def a_screen(seed: int) -> bytes:
    """A screenshot of a phone: lines of words, and three pictures of goods."""
    chance = random.Random(seed)
    screen = Image.new("RGB", (1080, 2400), "#f4f4f4")
    draw = ImageDraw.Draw(screen)
    for top in range(0, 2400, 60):
        draw.rectangle((40, top + 6, 1040, top + 54), fill="white")
        draw.text((60, top + 10), f"{chance.random():.16f} " * 3, fill="#222222", font_size=28)
    for top in (300, 1000, 1700):
        screen.paste(Image.effect_noise((300, 300), 90).convert("RGB"), (60, top))
    out = io.BytesIO()
    screen.save(out, "PNG")
    return out.getvalue()


def copies_by_pillow(content: bytes) -> None:
    """What cannot be spared: the picture decoded once, and two copies of it written."""
    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        copy = picture.convert("RGB")
    for side in (2048, 320):
        copy.thumbnail((side, 4 * side))
        copy.save(io.BytesIO(), "WEBP", quality=80, method=2)


@contextmanager
def site() -> Iterator[int]:
    """A site with one process for the web, as the demonstration starts it; yields that process."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{PORT}", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, "PORT": str(PORT)})
    try:
        until = time.monotonic() + 60
        while not _answers():
            assert time.monotonic() < until, "the site did not start"
            time.sleep(0.2)
        yield int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
    finally:
        process.terminate()
        process.wait(20)


class Browser:
    """Carries its cookies, and sends files to the form as browsers without scripts do."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', self._ask("GET"))[0]

    def send(self, name: str, content: bytes) -> None:
        fields = {"csrfmiddlewaretoken": self.token, "upload": "1", "as-1": "chat"}
        body = encode_multipart(BOUNDARY, {**fields, "file-1": SimpleUploadedFile(name, content)})
        self._ask("POST", body)

    def _ask(self, method: str, body: bytes | None = None) -> str:
        line = HTTPConnection("localhost", PORT, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": MULTIPART_CONTENT, "Referer": f"http://localhost:{PORT}{PAGE}"} if body else {}
        line.request(method, PAGE, body, headers)
        answer = line.getresponse()
        for each in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(each).items()}
        said = answer.read().decode()
        assert answer.status < 400, answer.status
        return said


@contextmanager
def bad_files() -> Iterator[None]:
    """Two people who send nothing but broken and lying pictures, one after the other."""
    stop = threading.Event()

    def send(seed: int) -> None:
        browser, number = Browser(), 0
        while not stop.is_set():
            number += 1
            cut = a_screen(seed * 1000 + number)
            browser.send(f"{number}.png", cut[: len(cut) // 2])

    people = [threading.Thread(target=send, args=(seed,)) for seed in (1, 2)]
    for person in people:
        person.start()
    time.sleep(1)
    try:
        yield
    finally:
        stop.set()
        for person in people:
            person.join()


def waits() -> list[float]:
    """Seconds until the first page is there, again and again."""

    def ask() -> None:
        line = HTTPConnection("localhost", PORT, timeout=60)
        line.request("GET", "/")
        line.getresponse().read()
        line.close()

    ask()
    return [seconds(ask) for _look in range(LOOKS)]


def memory(process: int) -> int:
    """The most it ever had, in KiB."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[0])


def _answers() -> bool:
    try:
        line = HTTPConnection("localhost", PORT, timeout=2)
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False


def _median(work: Callable[[int], object]) -> float:
    """The median of some rounds, with a moment between them: people send one file after the other, not at once."""
    work(0)
    taken = []
    for number in range(1, ROUNDS + 1):
        time.sleep(PAUSE)
        taken.append(seconds(partial(work, number)))
    return median(taken)
