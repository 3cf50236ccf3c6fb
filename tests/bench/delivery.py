"""Notices on their way: how many a second, what receivers that hang cost the others, and how long one takes through an
idle queue; over TLS on this machine.

``BENCH_NOTICES`` is how many are sent for the rate (3,000), ``BENCH_DUE`` how many are due where some lines hang
(10,000), ``BENCH_WORKERS`` how many processes send (2), ``BENCH_SINGLE`` how many go through the idle queue one by one
(100). Each attempt is on record, as in earnest, and PostgreSQL waits for its disk; the reference is the same posts by
the client alone, from as many processes and threads.
"""

from __future__ import annotations

import os
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import django
from cryptography import x509
from cryptography.hazmat.primitives import serialization

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.credentials import mint_signing_secret
from accounts.models import Endpoint, Organisation
from complaints import jobs, outbound, webhooks
from complaints.flow import delivery
from complaints.models import Attempt, Complaint, Delivery, Event
from complaints.steady import steady_clock
from tests.bench.measuring import Figure
from tests.platform.receivers import NAME, an_authority

LONGEST = timedelta(minutes=10)  # after which a run is given up
WARM_SECONDS = 12  # until the queue stands and has done its first round of duties
HEAD: Final = "0" * 64
TOLD: Final = {
    "case": "B-000000001",
    "case_version": 1,
    "timeline_head": HEAD,
    "respondent": "org_1",
    "party": "platform",
    "state": "waiting",
    "response_due_on": "2026-11-30",
    "href": f"https://{NAME}/api/v1/cases/B-000000001",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run takes place: the certificate that is trusted, where the receiver listens, and what came, path, time
    and id, once it has ended."""

    trust: Path
    port: int
    seen: list[tuple[str, float, str]]


def figures() -> Iterator[Figure]:
    """All measurements on the database that is set."""
    call_command("migrate", verbosity=0)
    notices, due = int(os.environ.get("BENCH_NOTICES", "3000")), int(os.environ.get("BENCH_DUE", "10000"))
    base = connection.vendor
    goal = "≥ 400" if base == "postgresql" else "≥ 100"
    alone = _alone(notices)
    for lines in (1, 4):
        fill(notices, lines=lines, in_flight=8)
        came, took = _run(hanging=0)
        assert len(came) == notices
        assert Attempt.objects.filter(outcome="taken").count() == notices
        yield Figure(f"{base}: taken by {lines} healthy line(s)", notices / took, "/s", alone,
                     "the posts alone", goal)  # fmt: skip
    for lines, hanging in ((10, 1), (20, 5)):
        fill(due, lines=lines)
        free = _p99(_run(hanging=0)[0])
        fill(due, lines=lines)
        held = _p99(_run(hanging=hanging)[0])
        yield Figure(f"{base}: {due:,} due, {hanging} of {lines} hang: p99", held, "s", free, "none hangs", "≤ 2 ×")
    waits = _through_an_idle_queue(int(os.environ.get("BENCH_SINGLE", "100")))
    yield Figure(f"{base}: commit to receiver, idle, p50", waits[len(waits) // 2], "s", goal="≤ 2 s")
    yield Figure(f"{base}: commit to receiver, idle, p99", _p99(waits), "s", goal="≤ 10 s")


def fill(count: int, *, lines: int, in_flight: int = 2) -> None:
    """So many notices, all due, for so many lines; each case tells all lines of one event."""
    for table in (Attempt, Delivery):
        table.objects.all()._raw_delete(connection.alias)
    Endpoint.objects.all().delete()
    owner, _made = Organisation.objects.get_or_create(kind="platform", name_zh="测", name_en="Bench")
    at = timezone.now() - timedelta(minutes=5)
    made = []
    for number in range(lines):
        line = Endpoint(organisation=owner, url=f"https://{NAME}/in/{number}", created_at=at, max_in_flight=in_flight)
        line.save()
        line.keep_secret(mint_signing_secret(), at=at)
        made.append(line)
    body = webhooks.envelope("case.updated", TOLD, event_id="evt_bench", at=at)
    events = _events(-(-count // lines), at)
    Delivery.objects.bulk_create(
        (
            Delivery(event=event, endpoint=line, message_id=webhooks.new_id("msg_", at), type="case.updated",
                     body=body, next_attempt_at=at, created_at=at)
            for event in events for line in made
        ),
        batch_size=500,
    )  # fmt: skip


def _events(count: int, at: datetime) -> list[Event]:
    first = (Complaint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    cases = Complaint.objects.bulk_create(
        (
            Complaint(reference=f"B-{first + number:09d}", receipt_hash=f"{first + number:064x}", filed_at=at,
                      purchased_on=at.date(), goods="", story="")
            for number in range(count)
        ),
        batch_size=500,
    )  # fmt: skip
    return Event.objects.bulk_create(
        (Event(complaint=case, sequence=1, kind="x", actor="system", at=at, previous=HEAD, digest=HEAD)
         for case in cases), batch_size=500,
    )  # fmt: skip


def _run(*, hanging: int) -> tuple[list[float], float]:
    """Send everything that is due; returns when each notice of a healthy line came, in seconds from the start, and how
    long it took until the last."""
    with _receiver() as place:
        for line in Endpoint.objects.order_by("pk"):
            kind = "hang" if line.pk in _first(hanging) else "in"
            Endpoint.objects.filter(pk=line.pk).update(url=f"https://{NAME}:{place.port}/{kind}/{line.pk}")
        healthy = Delivery.objects.exclude(endpoint__in=_first(hanging)).count()
        workers = [_process("work", place) for _ in range(int(os.environ.get("BENCH_WORKERS", "2")))]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()  # it is ready
        began = time.time()
        for worker in workers:
            worker.send_signal(signal.SIGUSR1)
        _wait_for(Delivery.objects.exclude(state=Delivery.State.DONE).exclude(endpoint__in=_first(hanging)))
        for worker in workers:
            worker.kill()
            worker.wait()
    came = sorted(at - began for path, at, _id in place.seen if path.startswith("/in"))
    assert len(came) >= healthy
    return came, came[-1]


def _through_an_idle_queue(count: int) -> list[float]:
    """One notice after another, at odd moments, each with its ring, through the queue as it is: seconds from the commit
    until it came, shortest first."""
    fill(count + 1, lines=1)
    rows = list(Delivery.objects.order_by("pk"))
    Delivery.objects.update(state=Delivery.State.PARKED)
    committed: dict[str, float] = {}
    with _receiver() as place:
        Endpoint.objects.update(url=f"https://{NAME}:{place.port}/in/0")
        queue = _process("queue", place, start_new_session=True)
        try:
            for row in rows:
                with transaction.atomic():
                    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.PENDING)
                    jobs.ring("deliver")
                committed[row.message_id] = time.time()
                time.sleep(WARM_SECONDS if row == rows[0] else random.uniform(0.2, 2))
            _wait_for(Delivery.objects.exclude(state=Delivery.State.DONE))
        finally:
            os.killpg(queue.pid, signal.SIGKILL)
            queue.wait()
    return sorted(at - committed[name] for _path, at, name in place.seen if name != rows[0].message_id)


def _wait_for(left: QuerySet[Delivery]) -> None:
    until = time.monotonic() + LONGEST.total_seconds()
    while left.exists() and time.monotonic() < until:
        time.sleep(0.2)


def _first(hanging: int) -> list[int]:
    return list(Endpoint.objects.order_by("pk").values_list("pk", flat=True)[:hanging])


def _alone(count: int) -> float:
    """The same posts, by the client alone."""
    with _receiver() as place:
        each = count // 2
        command = [sys.executable, "-m", "tests.bench.delivery", "post", str(place.trust), str(place.port), str(each)]
        began = time.time()
        posting = [subprocess.Popen(command) for _ in range(2)]
        assert [one.wait() for one in posting] == [0, 0]
    times = sorted(at for _path, at, _id in place.seen)
    assert len(times) == 2 * each
    assert times[0] > began
    return 2 * each / (times[-1] - times[0])


def _p99(came: list[float]) -> float:
    return came[int(len(came) * 0.99) - 1]


@contextmanager
def _receiver() -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trust = an_authority(folder).trust
        (found,) = trust.get_ca_certs(binary_form=True)
        pem = x509.load_der_x509_certificate(found).public_bytes(serialization.Encoding.PEM)
        (folder / "trust.pem").write_bytes(pem)
        own = str(folder / f"{NAME}-{datetime.now(UTC):%Y}.pem")
        command = [sys.executable, "-m", "tests.bench.receiving", own, str(folder / "seen")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        place = Place(folder / "trust.pem", int(process.stdout.readline()), [])
        try:
            yield place
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            rows = (row.split() for row in (folder / "seen").read_text("utf-8").splitlines())
            place.seen.extend((path, float(at), name) for path, at, name in rows)


def _process(verb: str, place: Place, *, start_new_session: bool = False) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bench.delivery", verb, str(place.trust), str(place.port)]
    environment: Mapping[str, str] = {**os.environ, "LOG_LEVEL": "ERROR"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, start_new_session=start_new_session)


# ── In a process of its own ──────────────────────────────────────────────────────────────────────────────────────────


def work(trust: str, port: str) -> None:
    """A worker of the queue, as it is, that finds the receiver on this machine."""
    _lead_here(trust, int(port))
    connection.ensure_connection()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    print("ready", flush=True)
    signal.sigwait({signal.SIGUSR1})
    while True:
        clock = steady_clock()
        delivery.drain(clock, until=clock() + timedelta(seconds=40))
        time.sleep(0.1)


def queue(trust: str, port: str) -> None:
    """The whole queue, as ``manage.py qcluster`` runs it: its workers are forks of this process."""
    _lead_here(trust, int(port))
    call_command("qcluster")


def post(trust: str, port: str, count: str) -> None:
    """The client alone."""
    _lead_here(trust, int(port))
    secret, url, body = mint_signing_secret(), f"https://{NAME}:{port}/in/0", b"x" * 300

    def one(number: int) -> None:
        headers = webhooks.headers(f"msg_{number}", body, [secret], at=timezone.now(), attempt=1)
        assert outbound.post(url, body, headers).status == 200

    with ThreadPoolExecutor(settings.WEBHOOK_SLOTS) as pool:
        list(pool.map(one, range(int(count))))


def _lead_here(trust: str, port: int) -> None:
    """The receiver's public name leads to this machine, and its own authority is trusted; all else is as in earnest."""
    context = ssl.create_default_context(cafile=trust)
    setattr(outbound, "public_addresses", lambda *_: ["127.0.0.1"])  # noqa: B010
    setattr(outbound, "usual_trust", lambda: context)  # noqa: B010
    settings.WEBHOOK_PORTS = frozenset({port})


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    if verb == "work":
        work(*words)
    elif verb == "queue":
        queue(*words)
    else:
        post(*words)
