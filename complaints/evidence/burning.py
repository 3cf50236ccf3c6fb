"""Covered copies of a blob: the burner is started, and what it made is stored under its digest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from complaints.evidence import shelf
from complaints.evidence.suggesting import within
from complaints.models import Blob, Mask, Region
from complaints.turns import NoTurn, turn

ENDING = ".burn"
SECONDS = 60  # at most, for all sheets of one file; twice that and the waits fit into the media cluster's time
WAIT_SECONDS = 20
SLOTS = 2  # as for looking into pictures: on one machine at once
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class NotBurned(Exception):
    """No covered copy came out: too many at once, or a sheet could not be read."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The digests of what was made and stored."""

    sheets: tuple[str, ...]
    thumb: str


def burn(blob: Blob, regions: Sequence[Region]) -> Copies:
    """Cover these rectangles in new pictures. Without any, the copies are the sheets themselves: these were rebuilt
    from pixels already. Raises NotBurned."""
    if not regions:
        return Copies(tuple(blob.sheets), blob.thumb)
    boxes: list[list[list[int]]] = [[] for _sheet in blob.sheets]
    for region in map(within, regions):
        if region["sheet"] < len(boxes):
            boxes[region["sheet"]].append([region[side] for side in ("left", "top", "width", "height")])
    with _folder(blob) as folder:
        (folder / "plan.json").write_text(json.dumps(boxes))
        _run("burn", folder)
        sheets = tuple(_keep(folder / f"{number}.out") for number in range(len(boxes)))
        return Copies(sheets, _keep(folder / "thumb.out"))


def faces(blob: Blob) -> list[Region]:
    """Where faces are seen; none where OpenCV is not installed. Raises NotBurned where the look did not come to
    its end: nobody can say then that there is none."""
    with _folder(blob) as folder:
        told = json.loads(_run("faces", folder) or "[]")
    return [
        within(
            Region(
                sheet=sheet,
                left=left,
                top=top,
                width=width,
                height=height,
                kind=str(Mask.Kind.FACE),
                origin=str(Mask.Origin.SUGGESTED),
            )
        )
        for sheet, boxes in enumerate(told)
        for left, top, width, height in boxes
    ]


def drop_older(before: datetime) -> None:
    """Take away the folders of burners that were killed."""
    for folder in Path(settings.FILE_UPLOAD_TEMP_DIR).glob(f"*{ENDING}"):
        if folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _folder(blob: Blob) -> Iterator[Path]:
    """A folder of our own with the sheets in it; gone afterwards, whatever happened."""
    folder = Path(tempfile.mkdtemp(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=ENDING))
    try:
        for number, sha256 in enumerate(blob.sheets):
            try:
                with shelf.open_bytes(sha256) as source, (folder / f"{number}.in").open("wb") as target:
                    shutil.copyfileobj(source, target)
            except FileNotFoundError as error:
                raise NotBurned(f"sheet {number} is not there") from error
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(act: str, folder: Path) -> bytes:
    command = [sys.executable, "-m", "complaints.evidence.burner", act, str(folder)]
    try:
        with turn("slot", places=SLOTS, seconds=WAIT_SECONDS):
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                cwd=settings.BASE_DIR,
                env={**bare_environment(), **ONE_THREAD},
                check=False,
            )
    except NoTurn:
        raise NotBurned("all places are taken") from None
    except subprocess.TimeoutExpired:
        raise NotBurned("it took too long") from None
    if done.returncode != 0:
        raise NotBurned(f"the burner ended with {done.returncode}")
    return done.stdout


def bare_environment() -> dict[str, str]:
    """What a Python process needs to start, and none of our secrets."""
    return {name: value for name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV") if (value := os.environ.get(name))}


def _keep(made: Path) -> str:
    """Durable under its digest."""
    with made.open("rb") as written:
        os.fsync(written.fileno())
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    shelf.put(made, sha256)
    return sha256
