"""The conformance run against real receivers: the reference receiver passes, a careless one is told what is wrong."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.utils import timezone

from accounts.credentials import mint_signing_secret
from accounts.models import Endpoint, Organisation
from complaints.conformance import reporting
from complaints.conformance.step_words import WORDS
from complaints.conformance.steps import STEPS
from complaints.flow import conforming, lines, sandbox
from complaints.models import Actor, ConformanceRun
from tests.cast import Cast
from tests.platform.receivers import Receiver, answers, hangs

sys.path.insert(0, str(settings.BASE_DIR / "docs" / "examples" / "receiver" / "src"))

from receiver.server import serve
from receiver.store import Store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nearby(settings: LazySettings) -> None:
    """As in the demonstration: this machine may be called."""
    settings.WEBHOOK_ALLOW_LOCAL = True
    settings.CONFORMANCE_WAIT = 1.5


@contextmanager
def the_reference(folder: Path, secret: str) -> Iterator[tuple[str, Store]]:
    store = Store(str(folder / "r.sqlite3"))
    server = serve(store, [secret], 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/webhooks", store
    finally:
        server.shutdown()
        server.server_close()
        store.line.close()


def a_line(url: str, secret: str, *, verified: bool = True) -> tuple[Organisation, str, Endpoint]:
    house, minted = sandbox.open_new("接口练习", at=timezone.now())
    line = Endpoint.objects.create(organisation=house, url=url, created_at=timezone.now())
    line.keep_secret(secret, at=timezone.now())
    state = Endpoint.State.ACTIVE if verified else Endpoint.State.UNVERIFIED
    Endpoint.objects.filter(pk=line.pk).update(state=state, verified_at=timezone.now() if verified else None)
    return house, minted.text, line


def carry_on(run: ConformanceRun, *, until: datetime | None = None) -> dict[str, Any]:
    conforming.carry_on(run.pk, timezone.now, until=until or timezone.now() + timedelta(seconds=60))
    run.refresh_from_db()
    return {step["step"]: step["result"] for step in run.steps}


def test_the_reference_receiver_passes(tmp_path: Path) -> None:
    secret = mint_signing_secret()
    with the_reference(tmp_path, secret) as (url, store):
        house, key, line = a_line(url, secret)
        line.keep_signing_key("")
        run = conforming.begin(house, None, at=timezone.now())
        door = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
        reading = threading.Timer(0, lambda: None)
        came = carry_on(run, until=timezone.now())  # not one step: the time is up; it is gone on with later
        assert came == {}
        steps = list(STEPS)
        assert conforming.carry_on(run.pk, timezone.now, until=timezone.now() + timedelta(seconds=60)) is not None
        run.refresh_from_db()
        came = {step["step"]: step["result"] for step in run.steps}
        assert list(came) == steps
        failed = [step for step, result in came.items() if result == "failed"]
        assert failed == ["fetched"]  # nobody read the case: this receiver has no worker here
        assert came["ed25519"] == came["answered"] == "skipped"
        assert store.summary()["twins"] == 2  # the twin, and one of the two at once
        del reading
        report = door.get(f"/api/v1/sandbox/conformance/{run.pk}").json()
        assert report["state"] == "done"
        assert len(report["results"]) == len(steps)
        wrong = next(line for line in report["results"] if line["result"] == "failed")
        assert wrong["remedy"]
        assert ConformanceRun.objects.get(pk=run.pk).is_over


def test_a_receiver_that_takes_everything_is_told_what_is_wrong(tmp_path: Path) -> None:
    with Receiver(answers()) as careless:
        house, _key, _line = a_line(careless.url, mint_signing_secret())
        came = carry_on(conforming.begin(house, None, at=timezone.now()))
    wrong = {"forged", "changed", "spaced", "old-secret", "too-old", "too-new"}
    wrong |= {"without-signature", "without-id", "without-timestamp", "fetched"}
    assert {step for step, result in came.items() if result == "failed"} == wrong


def test_only_verified_addresses_of_the_sandbox_itself_are_put_to_the_test(tmp_path: Path) -> None:
    with Receiver(answers()) as stranger:
        house, _key, line = a_line(stranger.url, mint_signing_secret(), verified=False)
        other, _key, theirs = a_line(stranger.url, mint_signing_secret())
        for wanted in (None, line.pk, theirs.pk):
            with pytest.raises(sandbox.CannotPractise):
                conforming.begin(house, wanted, at=timezone.now())
        conforming.begin(other, theirs.pk, at=timezone.now())
        with pytest.raises(sandbox.CannotPractise):  # one at a time
            conforming.begin(other, theirs.pk, at=timezone.now())
        assert stranger.connections == 0


def test_an_inner_address_is_never_called(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_LOCAL = False
    house, _key, _line = a_line("https://metadata.internal.example/", mint_signing_secret())
    Endpoint.objects.filter(organisation=house).update(url="https://169.254.169.254/latest/")
    run = conforming.begin(house, None, at=timezone.now())
    assert "passed" not in set(carry_on(run).values())
    assert {step["error"] for step in run.steps} <= {"host", "given-up", "no-answer", "not-on"}


def test_an_address_that_moves_in_the_middle_of_a_run_is_tried_no_more(cast: Cast) -> None:
    """Whoever stands behind the new URL never said that they expect us."""
    clock = timezone.now
    with Receiver(answers()) as first, Receiver(answers()) as second:
        house, _key, line = a_line(first.url, mint_signing_secret())
        run = conforming.begin(house, None, at=clock())
        ends = iter([True, True, False])  # the time is up after two steps
        until = clock() + timedelta(seconds=60)
        conforming.carry_on(run.pk, lambda: clock() if next(ends, False) else until, until=until)
        run.refresh_from_db()
        assert not run.is_over
        lines.change_url(line, second.url, actor=Actor.machine(house), at=clock())
        carry_on(run)
        assert (run.state, second.connections) == (ConformanceRun.State.BROKEN, 0)


def test_who_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.conformance.bench.DEADLINE", 0.3)
    with Receiver(hangs) as hanging:
        house, _key, _line = a_line(hanging.url, mint_signing_secret())
        run = conforming.begin(house, None, at=timezone.now())
        carry_on(run)
        assert hanging.connections == conforming.GIVE_UP_AFTER
    assert run.state == ConformanceRun.State.DONE
    assert "连着几次没有回应" in str(reporting.lines_of(run)[-1]["came"]) or run.steps[-1]["error"]


def test_every_step_has_its_words() -> None:
    assert set(WORDS) == set(STEPS)
    assert len(STEPS) >= 20
