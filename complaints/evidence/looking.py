"""Start the process that looks inside a file, hold it within its limits, and say what its end means."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from complaints.evidence import spare
from complaints.evidence.looks import decoders_of
from complaints.evidence.refusals import DAMAGED, UNCHECKED, Unacceptable
from complaints.evidence.sniff import Kind

CHECKER = "complaints.evidence.checker"
CPU_SECONDS = {"video": 120}  # of the processor; else
CPU_SECONDS_ELSE = 20
WALL_SECONDS = {"video": 150}  # by the clock; else
WALL_SECONDS_ELSE = 30
PICTURED = frozenset({"image", "pdf", "video"})  # families whose look makes pictures
COPIES = ("preview", "thumb")
UNSOUND, UNCHECKABLE = 3, 4  # how the checker ends where it has something to say against a file


class Broke(Exception):
    """The look did not come to an end: a signal, a crash, too long. It counts as a start without an end."""


class NotNow(Exception):
    """Nobody has time to look now. Nothing is held against the file."""


class Uncheckable(Exception):
    """The look came to its end and could not tell: a person must. ``code`` and the figures of the look say why."""

    def __init__(self, code: str, figures: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.report = {**figures, "why": code}


@dataclass(frozen=True, slots=True)
class Page:
    """A copy of one leaf of a PDF, or one tile of a long picture; sides in pixels."""

    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found, and the copies it made: files of ours beside the one that was looked into."""

    width: int | None = None
    height: int | None = None
    copies: dict[str, Path] = field(default_factory=dict)  # preview, thumb; empty where a kind has none
    pages: tuple[Page, ...] = ()
    report: dict[str, Any] = field(default_factory=dict)


def look_into(staged: Path, kind: Kind, *, seconds: float | None = None) -> Found:
    """Decode in a process of its own. ``seconds`` is how long the caller can wait, where that is less than the look may
    take. Copies lie beside ``staged``, under names that begin with its own.

    Raises Unacceptable (unsound), Uncheckable, Broke, and NotNow where the caller's patience ran out.
    """
    target = staged.with_suffix(".copy")
    allowed = WALL_SECONDS.get(kind.family, WALL_SECONDS_ELSE)
    is_short = seconds is not None and seconds < allowed
    code, said = _run(kind, target, staged, min(allowed, seconds or allowed), is_short=is_short)
    problem = str(said.get("problem") or "")
    if code == UNSOUND:
        raise Unacceptable(problem or DAMAGED, figures={"family": kind.family, **(said.get("report") or {})})
    if code == UNCHECKABLE:
        raise Uncheckable(problem or UNCHECKED, {"family": kind.family, **(said.get("report") or {})})
    if code != 0 or not said:
        raise Broke(f"ended with {code}")
    copies = {name: path for name in COPIES if (path := Path(f"{target}.{name}")).exists()}
    flags = {"flags": said["flags"]} if said.get("flags") else {}
    return Found(
        said.get("width"), said.get("height"), copies, _pages(said, target), {**(said.get("report") or {}), **flags}
    )


def longest(kind: Kind) -> float:
    """Seconds by the clock that a look may take."""
    return WALL_SECONDS.get(kind.family, WALL_SECONDS_ELSE)


def _run(kind: Kind, target: Path, staged: Path, seconds: float, *, is_short: bool) -> tuple[int, dict[str, Any]]:
    """Its code (negative: a signal) and what it said. It is ended by the clock, and in any case, with what it began."""
    with_pictures = kind.family in PICTURED
    looker = spare.take(with_pictures=with_pictures)
    job = {
        "file": str(staged),
        "seconds": CPU_SECONDS.get(kind.family, CPU_SECONDS_ELSE),
        "clock": int(seconds) + 5,
        "module": CHECKER,
        "words": [kind.family, decoders_of(kind), str(target)],
    }
    try:
        return looker.run(job, seconds)
    except subprocess.TimeoutExpired:
        raise (NotNow if is_short else Broke)("it took too long") from None
    finally:
        looker.end()
        if with_pictures:
            spare.start_ahead()


def _pages(said: dict[str, Any], target: Path) -> tuple[Page, ...]:
    """The leaves it names, as far as they lie where leaves must lie."""
    found = []
    for each in said.get("pages") or ():
        name = str(each["file"])
        path = Path(f"{target}{name}") if name.startswith(".") else target.parent / Path(name).name
        if path.parent == target.parent and path.name.startswith(target.name) and path.exists():
            found.append(Page(path, int(each["width"]), int(each["height"])))
    return tuple(found)
