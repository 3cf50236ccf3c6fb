"""What an integrator's own calls show during a run: which are looked at, and what goes wrong on purpose, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """The calls that are looked at."""

    READ = "read"  # GET /cases/{reference} of the run's own case
    ANSWER = "answer"  # POST /cases/{reference}/responses of the run's own case
    FEED = "feed"  # GET /events
    DAY = "day"  # GET /events/days/{day}


class Trap(StrEnum):
    """What goes wrong on purpose, once in each run, as it may in earnest."""

    BUSY = "busy"  # the first reading of the case is refused with 429 and a Retry-After
    CHANGED = "changed"  # something happens in the case just before its first answer is taken
    LOST = "lost"  # the first answer that was taken gets 503 instead of its 201, as where the line broke
    SHORT = "short"  # the first page of the feed holds one notice at most


TRAPS = tuple(each.value for each in Trap)
BUSY_SECONDS = 1  # what Retry-After says where a trap is sprung
TOLERANCE = 0.3  # seconds: clocks of two machines, and the way between them


@dataclass(frozen=True, slots=True)
class Call:
    """One call. Of what was sent only marks and digests: ``key`` and ``body`` are digests of the Idempotency-Key and of
    the request, ``held`` whether an If-Match (an If-None-Match, for a day) named something."""

    what: What
    status: int
    at: float  # seconds since the epoch
    trapped: bool = False  # what came back was a trap
    held: bool = False
    key: str = ""
    body: str = ""
    after: str = ""  # of a page of the feed: where it began
    next: str = ""  # and where the one after it begins
    more: bool = False

    @property
    def took(self) -> bool:
        return 200 <= self.status <= 299


def of(calls: Iterable[Call], what: What) -> list[Call]:
    """Those of one kind, the first first."""
    return [call for call in calls if call.what == what]


def since(calls: Sequence[Call], first: Call) -> list[Call]:
    """Those that came after one of them."""
    return list(calls[calls.index(first) + 1 :])
