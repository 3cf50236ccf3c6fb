"""The integrator's own calls: what each step looks for. What goes wrong on purpose is in ``calls.Trap``.

Whoever answers by hand is not at fault: what was not called is skipped.
"""

from __future__ import annotations

from complaints.conformance.bench import Bench
from complaints.conformance.calls import BUSY_SECONDS, TOLERANCE, Call, What, of, since
from complaints.conformance.ended import Act, Ended, Result, saw, take


def _fetched(bench: Bench) -> Ended:
    """Something happens, a notice tells of it, and the case is read with a key of this organisation."""
    before = len(of(bench.calls(), What.READ))
    came = bench.give("fetched", bench.body(version=bench.happen()))
    if not came.took:
        return take(came)
    if bench.wait_for(lambda calls: len(of(calls, What.READ)) > before):
        return Ended(Result.PASSED, came)
    return saw(Result.FAILED, "no-read", came.status)


def _busy(bench: Bench) -> Ended:
    """The first reading got 429 and a Retry-After: it is to come again, and not before."""
    reads = of(bench.calls(), What.READ)
    first = next((call for call in reads if call.trapped), None)
    if first is None:
        return saw(Result.SKIPPED, "no-read")
    if not bench.wait_for(lambda calls: bool(since(of(calls, What.READ), first))):
        return saw(Result.FAILED, "not-again", first.status)
    again = since(of(bench.calls(), What.READ), first)[0]
    if again.at - first.at < BUSY_SECONDS - TOLERANCE:
        return saw(Result.FAILED, "too-early", first.status)
    return saw(Result.PASSED, "waited", first.status)


def _answered(bench: Bench) -> Ended:
    """One answer at most, however often it was sent; none is no fault: people may answer, not programs."""
    bench.wait_for(lambda _calls: bench.answers() > 0)
    found = bench.answers()
    result = {0: Result.SKIPPED, 1: Result.PASSED}.get(found, Result.FAILED)
    return saw(result, f"answers-{found}")


def _unchanged(bench: Bench) -> Ended:
    """The case changed just before the answer: the If-Match is stale, and it is to be read again before answering."""
    posts = of(bench.calls(), What.ANSWER)
    if not posts:
        return saw(Result.SKIPPED, "answers-0")
    stale = next((call for call in posts if call.status == 412), None)
    if stale is None:
        blind = next((call for call in posts if call.took or call.trapped), None)
        return saw(Result.FAILED, "no-if-match", 201) if blind else saw(Result.SKIPPED, "answers-0")
    if bench.wait_for(lambda calls: _recovered(since(calls, stale))):
        return saw(Result.PASSED, "recovered", stale.status)
    return saw(Result.FAILED, "not-recovered", stale.status)


def _recovered(later: list[Call]) -> bool:
    """Read again, and after that answered with what was read."""
    read = next((call for call in later if call.what == What.READ and call.status in {200, 304}), None)
    if read is None:
        return False
    return any(call.what == What.ANSWER and call.held and (call.took or call.trapped) for call in since(later, read))


def _repeated(bench: Bench) -> Ended:
    """The answer was taken, but 503 came back: the very same is sent again under the same key, or the case is read to
    see what became of it."""
    lost = next((call for call in of(bench.calls(), What.ANSWER) if call.trapped), None)
    if lost is None:
        return saw(Result.SKIPPED, "answers-0")
    if not bench.wait_for(lambda calls: bool(since(of(calls, What.ANSWER), lost))):
        has_read = any(call.what == What.READ for call in since(bench.calls(), lost))
        return saw(Result.PASSED, "read-instead") if has_read else saw(Result.FAILED, "not-repeated", lost.status)
    again = since(of(bench.calls(), What.ANSWER), lost)[0]
    if again.key != lost.key:
        return saw(Result.FAILED, "other-key", again.status)
    if again.body != lost.body:
        return saw(Result.FAILED, "other-body", again.status)
    return saw(Result.PASSED, "same-answer", again.status)


def _one_each(bench: Bench) -> Ended:
    """No Idempotency-Key stood for two different requests."""
    posts = of(bench.calls(), What.ANSWER)
    if not posts:
        return saw(Result.SKIPPED, "answers-0")
    reused = len({(call.key, call.body) for call in posts}) > len({call.key for call in posts})
    return saw(Result.FAILED, "key-reused") if reused else saw(Result.PASSED, "keys-apart")


def _feed(bench: Bench) -> Ended:
    """Read from a cursor to the end: the page that follows begins where the one before it says."""
    if not bench.wait_for(lambda calls: _ends(of(calls, What.FEED))):
        return saw(Result.FAILED, "feed-unfinished") if of(bench.calls(), What.FEED) else saw(Result.SKIPPED, "no-feed")
    pages = of(bench.calls(), What.FEED)
    broken = any(page.more and not any(each.after == page.next for each in since(pages, page)) for page in pages)
    return saw(Result.FAILED, "feed-skipped") if broken else saw(Result.PASSED, "feed-finished")


def _ends(pages: list[Call]) -> bool:
    return bool(pages) and not pages[-1].more


def _compared(bench: Bench) -> Ended:
    """The checksum of a day was sent in If-None-Match; 304 says that both sides have the same."""
    bench.wait_for(lambda calls: any(call.held for call in of(calls, What.DAY)))
    days = of(bench.calls(), What.DAY)
    if any(call.status == 304 for call in days):
        return saw(Result.PASSED, "sum-same", 304)
    if any(call.held for call in days):
        return saw(Result.FAILED, "sum-differs", 200)
    return saw(Result.SKIPPED, "sum-unsent" if days else "no-sum")


CALLS: dict[str, Act] = {
    "fetched": _fetched,
    "busy": _busy,
    "answered": _answered,
    "unchanged": _unchanged,
    "repeated": _repeated,
    "one-each": _one_each,
    "feed": _feed,
    "compared": _compared,
}
