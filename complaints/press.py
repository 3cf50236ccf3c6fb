"""Papers as PDF: each is set by complaints.typesetter in a process of its own, a few at a time on one machine.

Setting Chinese type takes some 150 MB and a few seconds; the web worker keeps only the finished bytes.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext as _

SLOTS = 2  # papers that are set at once, on one machine
SLOT_SECONDS = 15  # how long one waits for its turn
SET_SECONDS = 45
STYLESHEET = "static/css/paper.css"


class NotPrinted(Exception):
    """No paper came out, with a sentence that says what to do."""


def print_pdf(html: str) -> bytes:
    """The document as PDF. Raises NotPrinted."""
    command = [sys.executable, "-m", "complaints.typesetter", str(settings.BASE_DIR / STYLESHEET)]
    with _slot():
        try:
            done = subprocess.run(
                command,
                input=html.encode(),
                capture_output=True,
                timeout=SET_SECONDS,
                cwd=settings.BASE_DIR,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotPrinted(_("这份文件没有做出来。过几分钟再试；急用的话，先用浏览器打印这一页。")) from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise NotPrinted(_("这份文件没有做出来。过几分钟再试；急用的话，先用浏览器打印这一页。"))
    return done.stdout


@contextmanager
def _slot() -> Iterator[None]:
    """One of the few places at the press of this machine."""
    until = time.monotonic() + SLOT_SECONDS
    while True:
        for number in range(SLOTS):
            with (settings.FILE_UPLOAD_TEMP_DIR / f"press-{number}.lock").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() > until:
            raise NotPrinted(_("现在做文件的人多，过一分钟再试。"))
        time.sleep(0.1)
