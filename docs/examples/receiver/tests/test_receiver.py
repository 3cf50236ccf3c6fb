"""The receiver keeps each notice once, in whatever order and however often they come, and answers once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import tempfile
import threading
import time
import unittest
import urllib.request
from pathlib import Path
from typing import Any
from unittest import TestCase

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import pytest
from receiver.api import Refused
from receiver.reconcile import reconcile
from receiver.server import receive, serve
from receiver.store import Store
from receiver.worker import step, work

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()
NOW = 1_780_000_000.0


def a_notice(version: int = 1, kind: str = "case.opened", **more: Any) -> bytes:
    data = {"case": "ZZ-1", "case_version": version, "state": "negotiating", **more}
    return json.dumps({"type": kind, "event_id": f"evt_{version}", "data": data}, ensure_ascii=False).encode()


def signed(body: bytes, message_id: str = "msg_1", *, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{message_id}.{int(at)}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {"webhook-id": message_id, "webhook-timestamp": str(int(at)), "webhook-signature": signature}


class Site:
    """The site's side of the API, as far as a receiver sees it: one case, one answer for each key, a feed."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.version = 1
        self.fails = self.heard = 0
        self.refuses: list[Refused] = []
        self.busy: list[Refused] = []
        self.feed: list[dict[str, Any]] = []

    def case(self, reference: str) -> dict[str, Any]:
        if self.fails:
            self.fails -= 1
            raise OSError("no line")
        if self.busy:
            raise self.busy.pop(0)
        answered = "2026-06-01" if self.answers else None
        mine = {"party": "platform", "asked_at": "2026-06-01", "answered_at": answered}
        return {"reference": reference, "version": self.version, "respondents": [mine]}

    def answer(self, reference: str, response: dict[str, Any], *, key: str, version: int) -> dict[str, Any]:
        if self.refuses:
            refusal = self.refuses.pop()
            if refusal.status == 503:  # taken, and the answer is lost on its way
                self.answers[key] = response
            raise refusal
        assert version == self.version
        self.heard += 1
        return self.answers.setdefault(key, response)

    def is_day(self, day: str, checksum: str) -> bool:
        whole = "".join(f"{each['id']} {hashlib.sha256(each['body'].encode()).hexdigest()}\n" for each in self.feed)
        return checksum == f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"

    def events(self, after: str = "0") -> dict[str, Any]:
        rest = [each for each in self.feed if int(each["cursor"]) > int(after)]
        return {"events": rest[:2], "next": rest[:2][-1]["cursor"] if rest else after, "more": len(rest) > 2}


class Hurried(threading.Event):
    """Waits for nothing, keeps what it was to wait for, and is set once something was worth keeping."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        if len(self.waited) > 3:
            self.set()
        return self.is_set()


class ReceiverTest(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/r.sqlite3"
        self.store = Store(self.path)
        self.addCleanup(self.store.line.close)

    def give(self, body: bytes, headers: dict[str, str], *secrets: str) -> int:
        return receive(self.store, secrets or [SECRET], headers, body, now=NOW)[0]

    def test_what_is_rightly_signed_is_kept_and_nothing_else(self) -> None:
        body = a_notice()
        good = signed(body)
        assert self.give(body, good) == 200
        assert self.give(body + b" ", good) == 400
        assert self.give(body, signed(body, at=NOW - 301)) == 400
        assert self.give(body, signed(body, at=NOW + 301)) == 400
        assert self.give(body, signed(body, secret=OLD)) == 400
        for name in good:
            assert self.give(body, {each: good[each] for each in good if each != name}) == 400
        assert self.give(b"\xff no json", signed(b"\xff no json")) == 400
        assert self.store.summary()["taken"] == 1
        assert self.store.summary()["refused"] == 8

    def test_a_renewed_secret_counts_beside_the_old_one(self) -> None:
        body = a_notice()
        both = signed(body, secret=OLD)["webhook-signature"] + " " + signed(body)["webhook-signature"]
        assert self.give(body, {**signed(body), "webhook-signature": both}, SECRET) == 200
        assert self.give(body, signed(body, "msg_2", secret=OLD), SECRET, OLD) == 200

    def test_a_twin_has_no_second_effect_also_at_once(self) -> None:
        body = a_notice()
        threads = [threading.Thread(target=self.give, args=(body, signed(body))) for _each in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert (self.store.summary()["taken"], self.store.summary()["twins"]) == (1, 7)

    def test_an_older_version_changes_nothing(self) -> None:
        self.give(a_notice(5, state="settled"), signed(a_notice(5, state="settled"), "msg_5"))
        self.give(a_notice(4), signed(a_notice(4), "msg_4"))
        assert [(case["version"], case["state"]) for case in self.store.summary()["cases"]] == [(5, "settled")]

    def test_unknown_types_are_taken_and_a_challenge_is_repeated(self) -> None:
        odd = a_notice(kind="case.something_new", more="words 直播间 🧵")
        assert self.give(odd, signed(odd)) == 200
        asked = json.dumps({"type": "endpoint.verify", "data": {"challenge": "c" * 43}}).encode()
        assert receive(self.store, [SECRET], signed(asked), asked, now=NOW)[1] == {"challenge": "c" * 43}
        assert self.store.summary()["taken"] == 1

    def test_a_notice_and_its_effect_are_kept_together_or_not_at_all(self) -> None:
        self.store.line.execute("CREATE TRIGGER t BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(sqlite3.Error):
            self.give(a_notice(), signed(a_notice()))
        self.store.line.execute("DROP TRIGGER t")
        assert self.give(a_notice(), signed(a_notice())) == 200
        assert self.store.summary()["twins"] == 0

    def test_a_case_is_fetched_again_later_and_answered_once(self) -> None:
        site = Site()
        self.give(a_notice(), signed(a_notice()))
        site.fails = 1
        step(self.store, site, "ZZ-1", auto=True)
        assert self.store.next_case() is None  # not yet
        for _each in range(3):
            step(self.store, site, "ZZ-1", auto=True)
        assert list(site.answers) == ["answer-ZZ-1"]
        assert self.store.is_answered("ZZ-1")

    def test_what_was_not_heard_is_sent_again_and_what_changed_is_read_again(self) -> None:
        site = Site()
        site.refuses = [Refused(503, {}, 1), Refused(412, {"code": "changed_meanwhile"})]
        self.give(a_notice(), signed(a_notice()))
        for _each in range(3):
            site.version += 1
            step(self.store, site, "ZZ-1", auto=True)
        assert (list(site.answers), site.heard) == (["answer-ZZ-1"], 1)
        site.refuses = [Refused(409, {})]  # no use to ask again
        self.give(a_notice(9), signed(a_notice(9), "msg_9"))
        self.store.line.execute("UPDATE cases SET answered = 0")
        site.answers.clear()
        step(self.store, site, "ZZ-1", auto=True)
        assert self.store.next_case() is None
        assert not site.answers

    def test_a_site_that_is_busy_is_left_alone_whatever_is_told_meanwhile(self) -> None:
        site, stop = Site(), Hurried()
        site.busy = [Refused(429, {}, 60)]
        self.give(a_notice(), signed(a_notice()))
        work(self.store, site, auto=True, every=3600, stop=stop)
        assert 60 in stop.waited
        self.give(a_notice(2), signed(a_notice(2), "msg_2"))
        assert self.store.next_case() is None
        assert not site.answers

    def test_a_test_that_asks_for_410_gets_it_and_nothing_else_does(self) -> None:
        for version, test, status in ((1, True, 410), (2, False, 200)):
            asked = json.loads(a_notice(version, "endpoint.ping", answer_with=410))
            body = json.dumps({**asked, "test": test}).encode()
            assert self.give(body, signed(body, f"msg_{version}")) == status

    def test_the_feed_brings_what_never_arrived(self) -> None:
        site = Site()
        self.give(a_notice(1), signed(a_notice(1), "msg_1"))
        for number in range(1, 6):
            told = {"cursor": str(number), "id": f"msg_{number}", "body": a_notice(number).decode()}
            site.feed.append({**told, "created_at": "2026-06-01T08:00:00+00:00"})
        assert reconcile(self.store, site, today=lambda: "2026-06-01") == (5, 4, True)
        assert reconcile(self.store, site, today=lambda: "2026-06-01") == (0, 0, True)
        assert reconcile(self.store, site, today=lambda: "2026-06-02") == (0, 0, False)
        assert self.store.summary()["cases"][0]["version"] == 5

    def test_it_really_listens(self) -> None:
        server = serve(self.store, [SECRET], 0)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        base, body = f"http://127.0.0.1:{server.server_address[1]}", a_notice()
        request = urllib.request.Request(f"{base}/webhooks", body, signed(body, at=time.time()))
        with urllib.request.urlopen(request, timeout=5) as reply:
            assert json.load(reply) == {"taken": "msg_1", "twin": False}
        with urllib.request.urlopen(base, timeout=5) as reply:
            assert json.load(reply)["taken"] == 1


if __name__ == "__main__":
    unittest.main()
