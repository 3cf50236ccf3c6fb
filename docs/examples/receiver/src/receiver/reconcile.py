"""The way back after an outage: read the feed from the last cursor, take in what is missing, compare the sums."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from receiver.api import Calls
from receiver.store import Store

MARK = "feed"


def utc_day() -> str:
    """Today, as the days of the feed are counted."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def reconcile(store: Store, api: Calls, *, today: Callable[[], str] = utc_day) -> tuple[int, int, bool]:
    """Returns how many notices the feed held since the last time, how many of them had never arrived, and whether
    today's come to the same sum on both sides.

    The feed is fetched over TLS with our key, so nothing of it is signed again; a notice is the same by its event.
    """
    held, missing = _read_on(store, api)
    for _try in range(2):  # one that arose between the last page and the question makes a difference, once
        day = today()
        if api.is_day(day, store.checksum(day)):
            return held, missing, True
        more, lost = _read_on(store, api)
        held, missing = held + more, missing + lost
    return held, missing, False


def _read_on(store: Store, api: Calls) -> tuple[int, int]:
    held, missing = 0, 0
    for entry in _entries(store, api):
        held += 1
        message = json.loads(entry["body"])  # the very bytes that were, or would have been, sent
        if not store.has_event(message["event_id"]):
            missing += store.take(entry["id"], message)
        body = hashlib.sha256(entry["body"].encode()).hexdigest()
        store.list_event(int(entry["cursor"]), entry["created_at"][:10], f"{entry['id']} {body}")
    return held, missing


def _entries(store: Store, api: Calls) -> Iterator[dict[str, Any]]:
    """From the last cursor to the end. How many a page holds says nothing; ``more`` does."""
    after, more = store.mark(MARK) or "0", True
    while more:
        page = api.events(after)
        yield from page["events"]
        after, more = store.mark(MARK, str(page["next"])), page["more"]
