"""The words a PDF carries beside its pictures, each line with its place: read in a process of its own, kept nowhere."""

from __future__ import annotations

import json
import subprocess
import sys

from django.conf import settings

from complaints.evidence import shelf
from complaints.evidence.burning import ONE_THREAD, SLOTS, WAIT_SECONDS, NotBurned, bare_environment
from complaints.models import Blob, Line
from complaints.turns import NoTurn, turn

SECONDS = 40


def lines_of(blob: Blob) -> list[Line]:
    """The lines of a PDF's text layer; none for other kinds and for scans. Raises NotBurned where it could not be read:
    nobody can say then what stands in it."""
    if blob.media_type != "application/pdf":
        return []
    command = [sys.executable, "-m", "complaints.evidence.layer_reader"]
    try:
        with turn("slot", places=SLOTS, seconds=WAIT_SECONDS), shelf.open_bytes(blob.sha256) as source:
            done = subprocess.run(
                command,
                input=source.read(),
                capture_output=True,
                timeout=SECONDS,
                cwd=settings.BASE_DIR,
                env={**bare_environment(), **ONE_THREAD},
                check=False,
            )
    except (NoTurn, FileNotFoundError, subprocess.TimeoutExpired) as why:
        raise NotBurned(type(why).__name__) from None
    if done.returncode != 0:
        raise NotBurned(f"ended with {done.returncode}")
    found: list[Line] = json.loads(done.stdout or b"[]")
    return found
