"""Processes that are killed at every named point of taking a file in, and one that goes on afterwards.

``python -m tests.evidence.dying``: each point in a child of its own, really killed (SIGKILL); then it prints what was
there, what the sweep made of it, and what is there once the person has sent each file again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NoReturn

import django
from django.conf import settings
from django.utils import timezone

# The point → whose function it is, and whether it is killed before it or after it.
POINTS = {
    "written": ("complaints.evidence.staging", "hold", "before"),
    "moved": ("complaints.evidence.shelf", "put", "after"),
    "row": ("complaints.evidence.quarantine", "admit", "after"),
    "begun": ("complaints.evidence.quarantine", "_claim", "after"),
    "looking": ("subprocess", "Popen.wait", "before"),
    "looked": ("complaints.evidence.quarantine", "_store", "before"),
    "state": ("complaints.evidence.quarantine", "_store", "after"),
    "case": ("complaints.flow.intake", "note", "after"),
    "handed-in": ("complaints.flow.intake", "add_evidence_to_draft", "after"),
}


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def wrap(module: Any, name: str, when: str) -> None:
    *path, last = name.split(".")
    for part in path:
        module = getattr(module, part)
    was: Callable[..., Any] = getattr(module, last)

    def fatal(*args: Any, **named: Any) -> Any:
        if when == "after":
            was(*args, **named)
        die()

    setattr(module, last, fatal)


def main() -> None:
    django.setup()
    # What follows needs Django's applications, so it is imported now; no connection is open while children are made.
    import importlib

    from django.db import connection

    from complaints.evidence import shelf, staging, vault
    from complaints.evidence.named import belonging_to
    from complaints.flow import intake, looks
    from complaints.models import Blob, Draft, Evidence
    from tests.builders import a_draft, a_screenshot

    settings.EVIDENCE_DIR.mkdir(parents=True, exist_ok=True)

    def send(number: int) -> None:
        draft = Draft.objects.get()
        picture = a_screenshot(colour=f"#{number:02d}5577")
        intake.add_evidence_to_draft(draft, picture, kind="order", at=timezone.now())

    if os.fork() == 0:
        a_draft(at=timezone.now())
        os._exit(0)
    os.wait()
    killed = 0
    for number, (module, name, when) in enumerate(POINTS.values(), 10):
        if os.fork() == 0:
            wrap(subprocess if module == "subprocess" else importlib.import_module(module), name, when)
            send(number)
            os._exit(0)
        killed += os.waitstatus_to_exitcode(os.wait()[1]) == -signal.SIGKILL

    def there() -> dict[str, Any]:
        rows = Blob.objects.order_by("pk")
        named = {digest for row in rows for digest in belonging_to(row)}
        lying = {path.name for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file()}
        return {
            "states": list(rows.values_list("state", flat=True)),
            "starts": list(rows.values_list("starts", flat=True)),
            "without bytes": [str(row) for row in rows if not all(map(vault.is_intact, belonging_to(row)))],
            "without row": len(lying - named),
            "pieces": Evidence.objects.count(),
            "staged": len([path for path in settings.FILE_UPLOAD_TEMP_DIR.iterdir() if path.suffix != ".lock"]),
        }

    found = {"killed": killed, "after": there()}
    later = timezone.now() + timedelta(hours=1)
    looks.sweep(at=later)
    for pk in Blob.objects.waiting(later).values_list("pk", flat=True):
        looks.look(pk, at=later)
    found["swept"] = there()
    for number in range(10, 10 + len(POINTS)):
        for _again in range(2):  # the second is refused: it was taken
            with suppress(vault.Unacceptable):
                send(number)
    staging.drop_older(timezone.now() + timedelta(days=2))
    found["sent again"] = there()
    assert shelf.has(Evidence.objects.latest("pk").blob.sha256)
    connection.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
