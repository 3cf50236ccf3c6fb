"""After the 2xx: fetch the case that was told of, and answer it once."""

from __future__ import annotations

import contextlib
import threading
import time
from http import HTTPStatus
from typing import Any

from receiver.api import Calls, Refused
from receiver.reconcile import reconcile
from receiver.store import Store

TRIES = 8
PAUSE = 0.5  # seconds between two looks at the store

WORDS = "已收到投诉，已核对店铺和直播间的主体信息，会在期限内处理。"


def work(store: Store, api: Calls, *, auto: bool, every: float, stop: threading.Event) -> None:
    """Fetch what is to be fetched until ``stop``, and read the feed every so many seconds; one thread is enough."""
    due = time.monotonic() + every
    while not stop.wait(PAUSE):
        if time.monotonic() >= due:
            due = time.monotonic() + every
            with contextlib.suppress(Refused, OSError):  # the next time will do
                reconcile(store, api)
        while (reference := store.next_case()) and not stop.is_set():
            stop.wait(step(store, api, reference, auto=auto))  # a site that is busy is busy for every case of ours


def step(store: Store, api: Calls, reference: str, *, auto: bool) -> int:
    """One case: fetched, answered if it waits for us, kept. Returns the seconds the site asks to be left alone."""
    try:
        case = api.case(reference)
        answered = store.is_answered(reference)
        if auto and not answered and (is_asked(case) or store.is_sent(reference)):
            store.is_sent(reference, now=True)
            # The same key and the same words, however often it is sent; bound to what was just read.
            api.answer(reference, an_answer(), key=f"answer-{reference}", version=case["version"])
            answered, case = True, api.case(reference)
        store.keep_case(reference, case, answered=answered)
    except Refused as refusal:
        # 412: it changed since it was read. Read it again, and decide again.
        again = refusal.is_passing or refusal.status == HTTPStatus.PRECONDITION_FAILED
        if not refusal.is_passing:
            store.is_sent(reference, now=False)
        store.later(reference, most=TRIES if again else 1, wait=refusal.wait)
        return refusal.wait
    except OSError:
        store.later(reference, most=TRIES)
    return 0


def is_asked(case: dict[str, Any]) -> bool:
    """Whether the platform is to answer, and has not."""
    mine = [one for one in case.get("respondents", ()) if one["party"] == "platform"]
    return any(one.get("asked_at") and not one.get("answered_at") for one in mine)


def an_answer() -> dict[str, Any]:
    """What a platform may say at once; yours knows more."""
    return {
        "party": "platform",
        "position": "accepted_in_part",
        "words": WORDS,
        "facts": {"seller_identity_given": True, "operator_identity_given": True},
        "evidence": [],
    }


def run(store: Store, api: Calls, *, auto: bool, every: float = 3600) -> threading.Event:
    """Work in a thread of its own; set the event to end it."""
    stop = threading.Event()
    how = {"auto": auto, "every": every, "stop": stop}
    threading.Thread(target=work, args=(store, api), kwargs=how, daemon=True).start()
    return stop


def wait_until_idle(store: Store, *, seconds: float) -> bool:
    """For tests and scripts: whether nothing is left to fetch within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if store.next_case() is None:
            return True
        time.sleep(PAUSE / 5)
    return False
