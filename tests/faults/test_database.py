"""The database cut off, its lines ended, its locks held: nobody is told a lie, and all goes on by itself."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Endpoint
from complaints import jobs
from complaints.flow import delivery
from complaints.models import Complaint, Delivery, Draft, IdempotentAnswer
from tests import postgres
from tests.builders import a_complaint
from tests.cast import Cast
from tests.faults.conftest import sql
from tests.faults.house import Answer, Died, House, Web, children_of, reference_in, wait_for
from tests.platform import receivers
from tests.platform.receivers import Receiver

LEASE = 3.0  # seconds
DRAFTS = 1000  # more than are filed while a test runs, however fast the machine is
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="a server that can be cut off")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a file that has one writer")


@dataclass(slots=True)
class Load:
    """People who file, a platform that answers and reads, and somebody who looks at pages, until the block ends."""

    house: House
    cast: Cast
    web: Web
    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[Answer] = field(default_factory=list)
    filed: dict[str, Draft] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        drafts = [self.house.draft() for _number in range(DRAFTS)]
        with self.house.inside():
            cases = [a_complaint(at=timezone.now()).reference for _number in range(30)]
        loops = (lambda: self._file(drafts), lambda: self._answer(cases), self._look)
        self.threads = [threading.Thread(target=loop) for loop in loops]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _file(self, drafts: list[Draft]) -> None:
        while not self.over.is_set() and drafts:
            answer = self._asked(lambda: self.web.file(drafts[-1]))
            if answer and answer.status == 302:
                self.filed[reference_in(answer)] = drafts.pop()

    def _answer(self, cases: list[str]) -> None:
        key = self.cast.key.text
        while not self.over.is_set() and cases:
            case = cases[-1]
            answer = self._asked(partial(self.web.answer, case, key, idempotency_key=case))
            if answer and answer.status == 201:
                self.answered.add(cases.pop())

    def _look(self) -> None:
        bearer: dict[str, Any] = {"Authorization": f"Bearer {self.cast.key.text}"}
        while not self.over.is_set():
            self._asked(partial(self.web.ask, "GET", "/api/v1/cases", **bearer))
            for path in ("/", "/track/", "/account/sign-in/"):
                self._asked(partial(self.web.ask, "GET", path))

    def _asked(self, call: Callable[[], Answer]) -> Answer | None:
        time.sleep(0.02)
        try:
            answer = call()
        except Died:
            return None
        self.statuses[answer.status] += 1
        if answer.status >= 500 and not (answer.status == 503 and answer.headers.get("Retry-After")):
            self.lost.append(answer)
        return answer

    def check(self) -> None:
        """No answer but yes, or come back later; every yes is true; what got none is there whole or not at all."""
        assert not self.lost, [(one.status, one.text[:600]) for one in self.lost[:3]]
        assert set(self.statuses) <= {200, 201, 302, 503}, self.statuses
        with self.house.inside():
            assert set(self.filed) <= set(Complaint.objects.values_list("reference", flat=True))
            assert self.answered <= set(IdempotentAnswer.objects.values_list("key", flat=True))
            for case in Complaint.objects.filter(draft__isnull=False):
                assert case.decision and case.contact
                assert case.events.filter(kind="filed").count() == 1
        assert self.filed and self.answered


@on_postgres
@pytest.mark.parametrize("trouble", ["cut-off", "lines-ended"])
def test_a_server_that_goes_away_loses_nothing_and_all_goes_on(
    trouble: str, house: House, own_postgres: postgres.Server
) -> None:
    """F09: PostgreSQL is cut off in the middle of submits and claims: for a second; for longer than a lease lasts (here
    three seconds, so that it need not be twenty-five), after which the same queue goes on; and once more, with the
    queue killed meanwhile. F10: every connection is ended each half second. All goes on without anybody's help."""
    cast = house.settle()
    with Receiver(receivers.answers()) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)
        site = house.also(LEASE_SECONDS=str(LEASE), NO_LIMITS="1", FILINGS_PER_NETWORK_AN_HOUR=str(DRAFTS))
        watch = ("manage.py", "watch_queue", "--only", "queue", "--skip-checks")
        with site.web() as web, site.started(*watch, log="queue.log") as watcher:
            with Load(house, cast, web) as load:
                wait_for(lambda: len(load.filed) >= 3)
                if trouble == "cut-off":
                    wait_for(lambda: bool(receiver.messages), what=lambda: house.said("queue.log"))
                    (queue,) = children_of(watcher.pid)
                    for seconds in (1, LEASE + 2):
                        own_postgres.cut_off()
                        time.sleep(seconds)
                        own_postgres.start()
                        goes_on(house, load, receiver)
                        assert children_of(watcher.pid) == [queue]
                    own_postgres.cut_off()
                    os.killpg(queue, signal.SIGKILL)  # it is started again while there is no database
                    wait_for(
                        lambda: children_of(watcher.pid) not in ([], [queue]), what=lambda: house.said("queue.log")
                    )
                    time.sleep(1)
                    own_postgres.start()
                else:
                    for _time in range(8):
                        with suppress(Exception):
                            sql(own_postgres, "postgres", END_ALL)
                        time.sleep(0.5)
                before = len(load.filed)
                wait_for(lambda: len(load.filed) >= before + 3, what=lambda: str(load.statuses))
            print(load.statuses, len(load.filed), len(load.answered))
            load.check()
            wait_for(lambda: all_done(house), pause=0.5, what=lambda: house.said("queue.log"))
            assert watcher.poll() is None


def goes_on(house: House, load: Load, receiver: Receiver) -> None:
    """More is filed, and more is sent; a minute's sweep is rung in the meantime, as its schedule does."""
    filed, sent = len(load.filed) + 2, len(receiver.messages)

    def sends() -> bool:
        with house.inside():
            jobs.ring("sweep")
        return len(receiver.messages) > sent

    wait_for(lambda: len(load.filed) >= filed)
    wait_for(sends, pause=0.5, what=lambda: house.said("queue.log"))


END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'site%'"


def all_done(house: House) -> bool:
    """Nothing waits; a minute's sweep is rung in the meantime, as its schedule does."""
    with house.inside():
        delivery.sweep(at=timezone.now())
        return not Delivery.objects.exclude(state="done").exists()


@on_postgres
def test_a_conflict_of_transactions_is_tried_again_three_times_and_then_told(
    house: House, own_postgres: postgres.Server
) -> None:
    """F11: serialization failure, deadlock and lock time-out, raised by the database where the answer is kept."""
    cast = house.settle()
    database = house.database["NAME"]
    sql(own_postgres, database, TROUBLE)
    with house.web() as web:
        for state in ("40001", "40P01", "55P03"):
            with house.inside():
                first, second = (a_complaint(at=timezone.now()).reference for _number in range(2))
            sql(own_postgres, database, f"UPDATE most SET n = 3, state = '{state}'; SELECT setval('met', 1, false)")
            assert web.answer(first, cast.key.text, idempotency_key=first).status == 201

            sql(own_postgres, database, "UPDATE most SET n = 1000; SELECT setval('met', 1, false)")
            refused = web.answer(second, cast.key.text, idempotency_key=second)
            assert (refused.status, refused.headers["Content-Type"]) == (503, "application/problem+json")
            assert int(refused.headers["Retry-After"]) > 0
            with house.inside(), connection.cursor() as cursor:
                cursor.execute("SELECT last_value FROM met")
                assert cursor.fetchone() == (4,)  # once, and three times again
                assert not Complaint.objects.get(reference=second).events.filter(kind="answered").exists()
            sql(own_postgres, database, "UPDATE most SET n = 0")
            assert web.answer(second, cast.key.text, idempotency_key=second).status == 201


TROUBLE = """
CREATE SEQUENCE met;
CREATE TABLE most (n int, state text);
INSERT INTO most VALUES (0, '');
CREATE FUNCTION trouble() RETURNS trigger AS $$
DECLARE now record;
BEGIN
  SELECT * INTO now FROM most;
  IF nextval('met') <= now.n THEN RAISE EXCEPTION 'trouble' USING ERRCODE = now.state; END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER trouble BEFORE INSERT ON complaints_idempotentanswer FOR EACH ROW EXECUTE FUNCTION trouble();
"""


@on_sqlite
def test_a_writer_that_holds_the_file_is_waited_for_and_then_told_of(house: House) -> None:
    """F12, with two seconds for the twenty that a site waits: held for one, all wait; held for five, 503."""
    cast = house.settle()
    with house.inside():
        reference = a_complaint(at=timezone.now()).reference
    draft = house.draft()
    with house.also(BUSY_SECONDS="2").web() as web:
        assert web.ask("GET", "/").status == 200

        def both() -> tuple[Answer, Answer]:
            with ThreadPoolExecutor(2) as pool:
                filed = pool.submit(web.file, draft)
                answered = pool.submit(web.answer, reference, cast.key.text, idempotency_key="a")
                return filed.result(), answered.result()

        for seconds, wanted in ((5.0, {503}), (1.0, {302, 201})):
            with holding(house.database["NAME"], seconds):
                answers = both()
                assert {one.status for one in answers} == wanted
                assert all(int(one.headers["Retry-After"]) > 0 for one in answers if one.status == 503)
                if wanted == {503}:
                    assert web.ask("GET", "/help/").status == 200  # who only reads waits for nobody
        with house.inside():
            assert Complaint.objects.count() == 2 and IdempotentAnswer.objects.count() == 1
    assert "locked" not in house.said("web.log")


@contextmanager
def holding(path: str, seconds: float) -> Iterator[None]:
    """Somebody has begun to write, and goes on for so long."""
    begun = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as line:
            line.execute("BEGIN IMMEDIATE")
            begun.set()
            time.sleep(seconds)
            line.execute("ROLLBACK")

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    yield
    thread.join()
