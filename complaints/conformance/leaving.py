"""The end of a run: how quickly it answered, and what follows when an address says that it is gone."""

from __future__ import annotations

from complaints.conformance.bench import PROMPT, Bench, Came
from complaints.conformance.ended import Act, Ended, Result, saw, take

GONE = 410
STOPPED = "stopped"  # what is noted of the step, and says that it was us


def _prompt(bench: Bench) -> Ended:
    came = Came(None, bench.slowest, "" if bench.slowest else "no-answer")
    return Ended(Result.PASSED if 0 < bench.slowest <= PROMPT else Result.FAILED, came)


def _gone(bench: Bench) -> Ended:
    """A test that asks for 410. Whoever grants it sees what follows: nothing is sent there any more. Whoever takes it
    as any other test loses nothing."""
    came = bench.give("gone", bench.told("endpoint.ping", {"endpoint": bench.line, "answer_with": GONE}))
    if came.status == GONE:
        return saw(Result.PASSED, STOPPED if bench.stop() else "changed-meanwhile", GONE)
    return saw(Result.SKIPPED, "not-gone", came.status) if came.took else take(came)


def _back(bench: Bench) -> Ended:
    """It is used again, as by the button: what was parked is sent, and it takes notices as before."""
    if not bench.resume():
        return saw(Result.SKIPPED, "not-stopped")
    return take(bench.give("back"))


LEAVING: dict[str, Act] = {"prompt": _prompt, "gone": _gone, "back": _back}
