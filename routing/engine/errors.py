"""What can be wrong with a law file, and with an inquiry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class RulebookError(Exception):
    """A law file says something the engine must not guess at. Names the file, the entry and what is wrong."""

    def __init__(self, file: str, entry: str, message: str) -> None:
        super().__init__(f"{file}: {entry}: {message}" if entry else f"{file}: {message}")
        self.file = file
        self.entry = entry
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where, what was found, what is allowed, and the nearest right name."""

    key: str
    found: str
    allowed: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.key}: found {self.found}; allowed: {self.allowed}{hint}"


class BadInput(ValueError):
    """An inquiry that cannot be read, with every problem found in one pass."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like ``name``, if any comes close."""
    return next(iter(get_close_matches(name, [str(each) for each in known], n=1, cutoff=0.6)), None)
