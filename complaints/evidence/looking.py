"""Start the process that looks inside a file, hold it within its limits, and say what its end means."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.evidence.refusals import BUSY, Unacceptable
from complaints.evidence.sniff import Kind
from complaints.turns import NoTurn, turn

CHECK_SECONDS = 30
SLOTS = 2  # pictures that are looked into at once, on one machine
SLOT_SECONDS = 20  # how long one waits for its turn
COPIES = ("preview", "thumb")


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found, and the copies it made: files of ours beside the one that was looked into."""

    width: int | None = None
    height: int | None = None
    copies: dict[str, Path] = field(default_factory=dict)  # preview, thumb; empty where a kind has none
    pages: tuple[tuple[Path, int, int], ...] = ()  # leaves of a PDF, tiles of a long picture: file, width, height
    report: dict[str, Any] = field(default_factory=dict)


def look_into(staged: Path, kind: Kind) -> Found:
    """Decode in a separate process. A crash, a time-out and a refusal all mean: not taken. Raises Unacceptable."""
    if not kind.pillow:
        return Found()
    target = staged.with_suffix(".copy")
    command = [sys.executable, "-m", "complaints.evidence.checker", ",".join(kind.pillow), str(target)]
    try:
        with turn("slot", places=SLOTS, seconds=SLOT_SECONDS), staged.open("rb") as source:
            done = subprocess.run(
                command, stdin=source, capture_output=True, timeout=CHECK_SECONDS, cwd=settings.BASE_DIR, check=False
            )
    except NoTurn:
        raise Unacceptable(BUSY, _("现在传文件的人多，这个没传上。过一分钟再传，别的都在。")) from None
    except subprocess.TimeoutExpired:
        raise Unacceptable("damaged", damaged()) from None
    found = json.loads(done.stdout) if done.stdout else {}
    if done.returncode != 0:
        if found.get("problem") == "too-large":
            raise Unacceptable("too-large", _("图片尺寸太大（最多5000万像素）。截个图再传。"))
        raise Unacceptable("damaged", damaged())
    copies = {name: path for name in COPIES if (path := Path(f"{target}.{name}")).exists()}
    return Found(found["width"], found["height"], copies)


def damaged() -> str:
    """That a picture cannot be opened."""
    return _("这张图片打不开，可能没有传完整或已损坏。重新截图或换一张。")
