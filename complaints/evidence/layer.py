"""The words a PDF carries beside its pictures, each line with its place: read in a process of its own, kept nowhere."""

from __future__ import annotations

import json
import subprocess
import sys

from django.conf import settings

from complaints.evidence import shelf
from complaints.evidence.burning import ONE_THREAD, SLOTS, WAIT_SECONDS, bare_environment
from complaints.models import Blob, Line
from complaints.turns import NoTurn, turn

SECONDS = 40


def lines_of(blob: Blob) -> list[Line]:
    """The lines of a PDF's text layer; none for other kinds, for scans, and where it cannot be read."""
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
    except (NoTurn, FileNotFoundError, subprocess.TimeoutExpired):
        return []
    found: list[Line] = json.loads(done.stdout) if done.returncode == 0 and done.stdout else []
    return found
