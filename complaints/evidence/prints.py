"""Prints of stored pictures, made and compared: which look alike, and in what two of them differ."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from complaints.evidence import vault

LOOK_SECONDS = 15
BAND_BITS = (13, 13, 13, 13, 12)  # 64 bits in five bands: of four bits that differ, one band has none


@dataclass(frozen=True, slots=True)
class Prints:
    """The three prints of a picture; all empty where it is flat or cannot be read."""

    coarse: str = ""
    fine: str = ""
    detail: str = ""

    @property
    def weight(self) -> int:
        """How many of the 256 bits are ones."""
        return int(self.fine, 16).bit_count() if self.fine else 0

    @property
    def bands(self) -> list[int]:
        """The five bands of the 64 bits, the first from the top left."""
        bits, found = int(self.coarse, 16), []
        for width in reversed(BAND_BITS):
            found.append(bits & (1 << width) - 1)
            bits >>= width
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Difference:
    """How two pictures differ to the eye: the part of the area in percent, in which eighths from the top, and whether
    they have other proportions."""

    share: int
    where: tuple[int, ...]
    shape: bool


def prints_of(sha256: str) -> Prints:
    """The prints of a working copy. Empty ones where it is flat, gone or damaged: it is looked at once."""
    found = _look("print", [sha256])
    if not found or found["flat"]:
        return Prints()
    return Prints(found["coarse"], found["fine"], found["detail"])


def difference_of(one: str, other: str) -> Difference | None:
    """Where two working copies differ; None where one of them cannot be read."""
    found = _look("compare", [one, other])
    return Difference(found["share"], tuple(found["where"]), found["shape"]) if found else None


def _look(what: str, digests: Sequence[str]) -> Mapping[str, Any] | None:
    command = [sys.executable, "-m", "complaints.evidence.likeness", what]
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
        try:
            for place, sha256 in enumerate(digests):
                with vault.open_blob(sha256) as source:
                    shutil.copyfileobj(source, copy, vault.CHUNK)
                if place == 0 and len(digests) > 1:
                    command.append(str(copy.tell()))
            copy.seek(0)
            done = subprocess.run(
                command, stdin=copy, capture_output=True, timeout=LOOK_SECONDS, cwd=settings.BASE_DIR, check=False
            )
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return None
    found: Mapping[str, Any] | None = json.loads(done.stdout) if done.returncode == 0 and done.stdout else None
    return found
