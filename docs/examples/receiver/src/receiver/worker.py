"""After the 2xx: fetch the case that was told of, and answer it once."""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from typing import Any

from receiver.api import Calls, Refused
from receiver.store import Store

TRIES = 8
PAUSE = 0.5  # seconds between two looks at the store

WORDS = "已收到投诉，已核对店铺和直播间的主体信息，会在期限内处理。"


def work(store: Store, api: Calls, *, auto: bool, stop: threading.Event) -> None:
    """Fetch what is to be fetched until ``stop``; one thread is enough."""
    while not stop.wait(PAUSE):
        while (reference := store.next_case()) and not stop.is_set():
            step(store, api, reference, auto=auto)


def step(store: Store, api: Calls, reference: str, *, auto: bool) -> None:
    """One case: fetched, answered if it waits for us, kept."""
    try:
        case = api.case(reference)
        answered = store.is_answered(reference)
        if auto and not answered and is_asked(case):
            api.answer(reference, an_answer(), key=f"answer-{reference}")  # the same key, however often it is sent
            answered, case = True, api.case(reference)
        store.keep_case(reference, case, answered=answered)
    except Refused as refusal:
        hopeless = refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR and refusal.status != HTTPStatus.TOO_MANY_REQUESTS
        store.later(reference, most=1 if hopeless else TRIES)
    except OSError:
        store.later(reference, most=TRIES)


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


def run(store: Store, api: Calls, *, auto: bool) -> threading.Event:
    """Work in a thread of its own; set the event to end it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(store, api), kwargs={"auto": auto, "stop": stop}, daemon=True).start()
    return stop


def wait_until_idle(store: Store, *, seconds: float) -> bool:
    """For tests and scripts: whether nothing is left to fetch within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if store.next_case() is None:
            return True
        time.sleep(PAUSE / 5)
    return False
