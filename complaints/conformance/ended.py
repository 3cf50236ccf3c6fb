"""How a step ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from complaints.conformance.bench import Bench, Came


class Result(StrEnum):
    """How a step ended; ``skipped``: it does not apply, or could not be seen."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a step, with the last answer that bears on it."""

    result: Result
    came: Came


Act = Callable[[Bench], Ended]


def take(came: Came) -> Ended:
    """Right where it was taken."""
    return Ended(Result.PASSED if came.took else Result.FAILED, came)


def refuse(came: Came) -> Ended:
    """Right where it was refused."""
    return Ended(Result.PASSED if came.refused else Result.FAILED, came)


def saw(result: Result, code: str, status: int | None = None) -> Ended:
    """What was seen of the caller's own calls: a code of step_words.ERRORS."""
    return Ended(result, Came(status, 0, code))
