"""The way back after an outage: read the feed from the last cursor, and take in what never arrived."""

from __future__ import annotations

import json

from receiver.api import Calls
from receiver.store import Store

MARK = "feed"


def reconcile(store: Store, api: Calls) -> tuple[int, int]:
    """Returns how many notices the feed held since the last time, and how many of them had never arrived.

    The feed is fetched over TLS with our key, so nothing of it is signed again; a notice is the same by its event.
    """
    held, missing = 0, 0
    after = store.mark(MARK) or "0"
    while True:
        page = api.events(after)
        for entry in page["events"]:
            held += 1
            message = json.loads(entry["body"])  # the very bytes that were, or would have been, sent
            if not store.has_event(message["event_id"]):
                missing += store.take(entry["id"], message)
        after = store.mark(MARK, str(page["next"]))
        if not page["more"]:
            return held, missing
