"""The conformance run against real receivers: the reference receiver passes, a careless one is told what is wrong."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.credentials import mint_signing_secret
from accounts.models import Endpoint, Organisation
from complaints.conformance import reporting
from complaints.conformance.bench import Bench
from complaints.conformance.calling import CALLS
from complaints.conformance.calls import Trap
from complaints.conformance.ended import Result
from complaints.conformance.step_words import ERRORS, SEEN, WORDS
from complaints.conformance.steps import STEPS
from complaints.flow import conforming, lines, sandbox
from complaints.flow.conforming_bench import bench_for
from complaints.flow.line_rules import CannotChangeLine
from complaints.models import Actor, ConformanceRun
from tests.cast import Cast
from tests.platform.receivers import Receiver, answers, hangs
from tests.platform.test_example import free_port

sys.path.insert(0, str(settings.BASE_DIR / "docs" / "examples" / "receiver" / "src"))

from receiver.api import Api
from receiver.server import serve
from receiver.store import Store
from receiver.worker import work as works

ANSWER = "已经核对店铺的身份。"

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


def work(store: Store, api: Api, *, auto: bool, every: float) -> Callable[[], None]:
    """The worker in a thread of its own; returns what ends it."""
    stop = threading.Event()
    how = {"auto": auto, "every": every, "stop": stop}
    thread = threading.Thread(target=works, args=(store, api), kwargs=how)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end


def answer(api: Client, case: str, key: str, words: str, **more: str) -> Any:
    said = {"party": "platform", "position": "accepted_in_part", "words": words, "facts": {}, "evidence": []}
    return api.post(
        f"{case}/responses", said, content_type="application/json", headers={"Idempotency-Key": key, **more}
    )


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


def test_the_reference_receiver_passes_every_step(
    tmp_path: Path, live_server: LiveServer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONFORMANCE_WAIT = 20
    monkeypatch.setattr("complaints.flow.feed.LAG", timedelta())
    secret = mint_signing_secret()
    with the_reference(tmp_path, secret) as (url, store):
        house, key, line = a_line(url, secret)
        run = conforming.begin(house, None, at=timezone.now())
        assert carry_on(run, until=timezone.now()) == {}  # the time is up before the first step: it is gone on with
        stop = work(store, Api(live_server.url, key), auto=True, every=1)
        try:
            came = carry_on(run)
        finally:
            stop()
    assert list(came) == list(STEPS)
    assert {step: result for step, result in came.items() if result != "passed"} == {"ed25519": "skipped"}
    line.refresh_from_db()
    assert line.state == Endpoint.State.ACTIVE  # it was stopped by a 410, and resumed
    assert {trap for trap in Trap if trap in run.traps} == set()
    door = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
    report = door.get(f"/api/v1/sandbox/conformance/{run.pk}").json()
    assert (report["state"], len(report["results"])) == ("done", len(STEPS))
    gone = next(each for each in report["results"] if each["step"] == "gone")
    assert "/resume" in gone["remedy"]


def test_somebody_who_answers_by_hand_is_not_blamed_for_what_was_not_seen(tmp_path: Path) -> None:
    with the_reference(tmp_path, secret := mint_signing_secret()) as (url, _store):
        house, _key, _line = a_line(url, secret)
        run = conforming.begin(house, None, at=timezone.now())
        came = carry_on(run)
    assert [step for step, result in came.items() if result == "failed"] == ["fetched"]
    assert {step for step in CALLS if came[step] == "skipped"} == set(CALLS) - {"fetched"}
    wrong = next(line for line in reporting.lines_of(run) if line["result"] == "failed")
    assert wrong["remedy"]
    assert "没有来读投诉" in wrong["came"]


def test_an_address_that_cannot_be_reached_is_told_so_and_not_of_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.conformance.bench.PATIENCE", 0.0)
    _house, _key, line = a_line(f"http://127.0.0.1:{free_port()}/webhooks", mint_signing_secret())
    run = conforming.begin(line.organisation, None, at=timezone.now())
    carry_on(run)
    failed = [each for each in reporting.lines_of(run) if each["result"] == "failed"]
    assert failed
    assert {each["remedy"] for each in failed} == {"先让这个地址连得上（域名、端口、证书），再开一次检查。"}


def test_a_careless_caller_is_told_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.flow.feed.LAG", timedelta())
    with Receiver(answers()) as careless:
        house, key, _line = a_line(careless.url, mint_signing_secret())
        run = conforming.begin(house, None, at=timezone.now())
        assert run.complaint is not None
        api = Client(headers={"Authorization": f"Bearer {key}"})
        case = f"/api/v1/cases/{run.complaint.reference}"
        busy = api.get(case)
        assert (busy.status_code, busy["Retry-After"], busy.json()["code"]) == (429, "1", "too_many_requests")
        assert api.get(case).status_code == 200  # at once: too early
        assert answer(api, case, "a", ANSWER).status_code == 503  # without If-Match; taken, but not heard
        assert answer(api, case, "b", ANSWER).status_code == 201  # the same under another key: a second answer
        assert answer(api, case, "b", ANSWER + "!").status_code == 422
        page = api.get("/api/v1/events").json()
        assert (len(page["events"]), page["more"]) == (1, True)  # and left it at that
        today = timezone.now().astimezone(UTC).date()
        assert api.get(f"/api/v1/events/days/{today}", headers={"If-None-Match": '"sha256:no"'}).status_code == 200
        came = carry_on(run)
    saw = {step["step"]: step["error"] for step in run.steps if step["step"] in CALLS}
    wrong = {"busy": "too-early", "unchanged": "no-if-match", "repeated": "other-key", "one-each": "key-reused"}
    wrong |= {"feed": "feed-unfinished", "compared": "sum-differs"}
    assert wrong.items() <= saw.items()
    assert {came[step] for step in wrong} == {"failed"}
    assert all(line["remedy"] for line in reporting.lines_of(run) if line["result"] == "failed")


def test_a_run_can_be_stopped_and_another_begun(tmp_path: Path) -> None:
    with Receiver(answers()) as receiver:
        house, _key, _line = a_line(receiver.url, mint_signing_secret())
        run = conforming.begin(house, None, at=timezone.now())
        assert conforming.stop(run, at=timezone.now())
        assert not conforming.stop(run, at=timezone.now())
        assert conforming.carry_on(run.pk, timezone.now, until=timezone.now() + timedelta(seconds=60)) is None
        assert receiver.connections == 0
        conforming.begin(house, None, at=timezone.now())


def test_the_report_is_watched_stopped_and_sent_to_colleagues(tmp_path: Path, client: Client) -> None:
    client.post("/developers/sandbox/", {"name": "接口练习"})
    house = Organisation.objects.get(kind=Organisation.Kind.SANDBOX)
    line = Endpoint.objects.create(organisation=house, url="https://hooks.example/s3cret", created_at=timezone.now())
    Endpoint.objects.filter(pk=line.pk).update(state=Endpoint.State.ACTIVE, verified_at=timezone.now())
    page = client.get(client.post("/r/sandbox/begin/").headers["Location"])
    assert page["Refresh"]
    assert "<progress" in page.content.decode()
    shared = page.context["link"].removeprefix(settings.SITE_URL)
    run = ConformanceRun.objects.get()
    stopped = client.post(f"/r/sandbox/runs/{run.pk}/stop/", follow=True)
    assert "停下了" in stopped.content.decode()
    assert "Refresh" not in stopped.headers
    stranger = Client()
    assert stranger.get(f"/r/sandbox/runs/{run.pk}/").status_code == 302
    told = stranger.get(shared).content.decode()
    assert "hooks.example" in told
    assert "s3cret" not in told
    assert stranger.get(shared[:-2] + "x/").status_code == 404


def test_a_receiver_that_starts_again_meanwhile_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.conformance.bench.PAUSE", 0.05)
    secret = mint_signing_secret()
    with the_reference(tmp_path, secret) as (url, _store):
        house, _key, _line = a_line(url, secret)
        run = conforming.begin(house, None, at=timezone.now())
    port = int(url.rsplit(":", 1)[1].partition("/")[0])  # nobody listens there now
    later = threading.Timer(0.4, Receiver(answers(), port=port).__enter__)
    later.start()
    came = carry_on(run)
    assert came["signed"] == "passed"


def test_a_receiver_that_takes_everything_is_told_what_is_wrong(tmp_path: Path) -> None:
    with Receiver(answers()) as careless:
        house, _key, _line = a_line(careless.url, mint_signing_secret())
        came = carry_on(conforming.begin(house, None, at=timezone.now()))
    wrong = {"forged", "changed", "spaced", "old-secret", "too-old", "too-new"}
    wrong |= {"without-signature", "without-id", "without-timestamp", "fetched"}
    assert came["gone"] == came["back"] == "skipped"
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


def test_a_410_stops_only_the_address_that_was_tried_and_only_while_it_is_tried() -> None:
    """Else its owner could have us use, by resuming it, an address whose owner never said that they expect us."""
    house, _key, line = a_line("https://one.example/in", mint_signing_secret())
    actor, now = Actor.machine(house), timezone.now()

    def bench() -> tuple[ConformanceRun, Bench]:
        run = conforming.begin(house, line.pk, at=now)
        return run, bench_for(run, timezone.now)

    def state() -> str:
        line.refresh_from_db()
        return line.state

    run, ours = bench()
    assert not ours.resume()
    assert (ours.stop(), state()) == (True, Endpoint.State.GONE)
    assert (ours.resume(), state()) == (False, Endpoint.State.GONE)  # not known to be ours before it is noted
    run.steps.append({"error": "stopped"})
    assert (ours.resume(), state()) == (True, Endpoint.State.ACTIVE)
    lines.pause(line, actor=actor, at=now)
    assert (ours.stop(), ours.resume(), state()) == (False, False, Endpoint.State.PAUSED)
    lines.resume(line, actor=actor, at=now)
    assert conforming.stop(run, at=now)
    assert (ours.stop(), state()) == (False, Endpoint.State.ACTIVE)
    run, ours = bench()
    lines.change_url(line, "https://two.example/in", actor=actor, at=now)
    run.steps.append({"error": "stopped"})
    assert (ours.stop(), ours.resume(), state()) == (False, False, Endpoint.State.UNVERIFIED)
    with pytest.raises(CannotChangeLine, match="先核对"):
        lines.resume(line, actor=actor, at=now)
    conforming.stop(run, at=now)
    with pytest.raises(sandbox.CannotPractise, match="核对通过"):
        conforming.begin(house, line.pk, at=now)
    lines.remove(line, actor=actor, at=now)
    assert (ours.stop(), ours.resume()) == (False, False)


def test_a_case_in_which_nothing_more_can_happen_breaks_neither_the_run_nor_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Receiver(answers()) as receiver:
        house, key, _line = a_line(receiver.url, mint_signing_secret())
        run = conforming.begin(house, None, at=timezone.now())
        assert run.complaint is not None
        monkeypatch.setattr("complaints.flow.sandbox_events.MOST_EVENTS", 1)
        api = Client(headers={"Authorization": f"Bearer {key}"})
        case = f"/api/v1/cases/{run.complaint.reference}"
        assert api.get(case).status_code == 429
        tag = api.get(case)["ETag"]
        assert answer(api, case, "a", ANSWER, **{"If-Match": tag}).json()["code"] == "practice_unheard"
        assert answer(api, case, "a", ANSWER, **{"If-Match": tag}).status_code == 201
        came = carry_on(run)
    assert (run.state, came["fetched"], list(came)) == (ConformanceRun.State.DONE, "skipped", list(STEPS))
    assert next(step["error"] for step in run.steps if step["step"] == "fetched") == "case-spent"


def test_what_cannot_be_noted_is_answered_as_ever() -> None:
    house, key, _line = a_line("https://one.example/in", mint_signing_secret())
    run = conforming.begin(house, None, at=timezone.now())
    assert run.complaint is not None
    api = Client(headers={"Authorization": f"Bearer {key}"})
    case = f"/api/v1/cases/{run.complaint.reference}"
    assert answer(api, case, "a", "多" * (1 << 20)).status_code == 413
    assert answer(api, "/api/v1/cases/a%00b", "a", ANSWER).status_code == 404
    assert api.get("/api/v1/cases/a%00b").status_code == 404
    assert answer(api, case, "多" * 300, ANSWER).status_code in {400, 422}
    assert {call.status for call in run.calls.all()} <= {400, 422}


def test_who_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.conformance.bench.DEADLINE", 0.3)
    with Receiver(hangs) as hanging:
        house, _key, _line = a_line(hanging.url, mint_signing_secret())
        run = conforming.begin(house, None, at=timezone.now())
        carry_on(run)
        assert hanging.connections == conforming.GIVE_UP_AFTER
    assert run.state == ConformanceRun.State.DONE
    assert "连着几次没有回应" in str(reporting.lines_of(run)[-1]["came"]) or run.steps[-1]["error"]


def test_every_step_and_everything_seen_has_its_words() -> None:
    assert set(WORDS) == set(STEPS)
    folder = Path(settings.BASE_DIR / "complaints" / "conformance")
    said = "".join((folder / name).read_text("utf-8") for name in ("calling.py", "leaving.py"))
    assert {code for code in SEEN if f'"{code}"' not in said} == set()
    assert set(SEEN).isdisjoint(ERRORS)
    assert set(Result) == {"passed", "failed", "skipped"}
