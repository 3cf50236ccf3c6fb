"""Redis gone, the disk full, the log full, many writers at one file: the site says so or goes on, and recovers."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Endpoint
from complaints.models import Complaint, Delivery
from tests import postgres
from tests.builders import a_complaint
from tests.faults.conftest import sql
from tests.faults.house import Answer, House, Web, carrying, children_of, free_port, reference_in
from tests.platform import receivers
from tests.platform.receivers import Receiver

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="shown on SQLite, whose file is the site's own")
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="a server with a volume of its own")
SECONDS = 8.0  # of writers beside workers
WRITERS, WORKERS, MOST = 3, 2, 300
VOLUME_BYTES = 128 << 20  # five times the tables of a fresh site
FILINGS = 4  # more than find room in pages that are there already


@on_sqlite
def test_without_redis_and_without_a_log_the_site_goes_on(house: House) -> None:
    """F13: Redis holds no task and no duty of ours. F14: the log's volume is full."""
    cast = house.settle()
    site = house.also(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    with Receiver(receivers.answers()) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)
        with site.web(log="/dev/full") as web:
            draft = house.draft()
            reference = web.file_until_answered(draft)
            house.receipts[reference] = web.receipt(draft, reference)
            form = house.draft()
            for page in ("/", "/complaint/platform/", "/track/"):
                assert web.ask("GET", page, Cookie=carrying(form)).status == 200, page
            assert web.answer(reference, cast.key.text, idempotency_key="a").status == 201
        with site.workers() as workers:
            workers.begin()
            workers.wait_for_all()
    with house.inside():
        assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


@on_sqlite
def test_a_full_disk_is_told_and_breaks_nothing(house: House) -> None:
    """F14: no file of the web's process may grow any more, as on a full volume; then it may again."""
    cast = house.settle()
    with house.inside():
        before = a_complaint(at=timezone.now()).reference
    with house.web() as web:
        draft = house.draft()
        assert web.ask("GET", "/").status == 200
        (worker,) = children_of(web.process.pid)
        _soft, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (1, hard))
        for answer in (web.file(draft), web.answer(before, cast.key.text, idempotency_key="a")):
            assert answer.status in {503, 507}
            assert int(answer.headers["Retry-After"]) > 0
        assert web.ask("GET", "/healthz").status == 200
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (hard, hard))
        with house.inside():
            assert Complaint.objects.count() == 1
        reference = web.file_until_answered(draft)
        house.receipts[reference] = web.receipt(draft, reference)
        assert web.answer(before, cast.key.text, idempotency_key="a").status == 201
        assert children_of(web.process.pid) == [worker]
    with closing(sqlite3.connect(house.database["NAME"])) as line:
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.fixture
def volume(own_postgres: postgres.Server) -> Iterator[Path]:
    """A small volume of PostgreSQL's own, without a database yet; a database that was moved there goes with it."""
    folder = own_postgres.home / "volume"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={VOLUME_BYTES}", "tmpfs", folder], check=False)
    if made.returncode:
        folder.rmdir()
        pytest.skip("no volume can be mounted here")
    try:
        shutil.chown(folder, own_postgres.home.owner(), own_postgres.home.group())
        sql(own_postgres, "postgres", f"CREATE TABLESPACE volume LOCATION '{folder}'")
        yield folder
        sql(own_postgres, "postgres", DROP_ALL_THERE)
        sql(own_postgres, "postgres", "DROP TABLESPACE volume")
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


DROP_ALL_THERE = """
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database JOIN pg_tablespace s ON dattablespace = s.oid
WHERE spcname = 'volume' \\gexec
"""


@on_postgres
def test_a_full_volume_of_the_server_is_told_and_breaks_nothing(
    volume: Path, house: House, own_postgres: postgres.Server
) -> None:
    """F14 on PostgreSQL: its tables lie on a volume that is full; then there is room again."""
    cast = house.settle()
    with house.inside():
        before = a_complaint(at=timezone.now()).reference
    drafts = [house.draft() for _number in range(FILINGS)]
    sql(own_postgres, "postgres", f"ALTER DATABASE {house.database['NAME']} SET TABLESPACE volume")
    with house.also(FILINGS_PER_NETWORK_AN_HOUR="100000").web() as web:
        assert web.ask("GET", "/").status == 200
        (worker,) = children_of(web.process.pid)
        ballast = volume / "ballast"
        with ballast.open("wb") as filling:
            os.posix_fallocate(filling.fileno(), 0, shutil.disk_usage(volume).free)
        # What still fits into the tables' last pages is taken, and is there afterwards.
        answers = [web.file(draft) for draft in drafts]
        taken = {reference_in(one) for one in answers if one.status == 302}
        refused = [one for one in answers if one.status != 302]
        assert refused and {one.status for one in refused} <= {503, 507}
        assert all(int(one.headers["Retry-After"]) > 0 for one in refused)
        assert web.ask("GET", "/healthz").status == web.ask("GET", "/help/").status == 200
        with house.inside():
            assert set(Complaint.objects.values_list("reference", flat=True)) == taken | {before}

        ballast.unlink()
        filed = {web.file_until_answered(draft): draft for draft in drafts}
        assert taken <= set(filed) and len(filed) == FILINGS
        house.receipts |= {
            reference: web.receipt(filed[reference], reference) for reference in (min(filed), max(filed))
        }
        assert web.answer(before, cast.key.text, idempotency_key="a").status == 201
        assert children_of(web.process.pid) == [worker]
    print(f"{len(taken)} fitted in, {len(refused)} were refused")


@on_sqlite
def test_writers_and_workers_at_one_file_never_find_it_locked(house: House) -> None:
    """L06: three people file without a pause while two workers send; no one is told that the database is busy."""
    cast = house.settle()
    drafts = [house.draft() for _number in range(MOST)]
    filed: list[Answer] = []
    met: list[Answer] = []
    over = threading.Event()

    def write(web: Web) -> None:
        while not over.is_set() and drafts:
            answer = web.file(drafts.pop())
            (filed if answer.status == 302 else met).append(answer)

    with Receiver(receivers.answers()) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url, max_in_flight=8)
        site = house.also(FILINGS_PER_NETWORK_AN_HOUR="100000")
        with site.web() as web, site.workers() as workers:
            for _worker in range(WORKERS):
                workers.begin(SECONDS)
            writers = [threading.Thread(target=write, args=(web,)) for _writer in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(SECONDS)
            over.set()
            for writer in writers:
                writer.join()
            workers.begin()
            workers.wait_for_all()
        assert "locked" not in house.said("web.log") + house.said("workers.log")
    assert not met, met[0].text[:500]
    with house.inside():
        assert Complaint.objects.count() == len(filed)
    print(f"{len(filed)} filed, {len(receiver.messages)} notices")
