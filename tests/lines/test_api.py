"""A platform's machine looks after its addresses: its own, and nobody else's."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Endpoint
from complaints.flow.feed import LAG
from complaints.models import Delivery, IdempotentAnswer
from complaints.notice_types import CATALOGUE
from tests.builders import a_complaint
from tests.cast import Cast
from tests.lines.conftest import listening
from tests.platform.calls import ROOT, Machine, told

URL = "https://new.kuailive.example/in"

pytestmark = pytest.mark.django_db


class Keeper(Machine):
    """A machine with a key for everything."""

    def post(self, path: str, given: Any = None, *, key: str | None = None) -> HttpResponse:
        self.sent += 1
        headers = {"Idempotency-Key": key or f"k-{self.sent}"}
        body = "" if given is None else json.dumps(given)
        return self.client.post(ROOT + path, body, content_type="application/json", headers=headers)  # type: ignore[return-value]

    def patch(self, path: str, given: Any) -> HttpResponse:
        return self.client.patch(ROOT + path, json.dumps(given), content_type="application/json")  # type: ignore[return-value]

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(ROOT + path)  # type: ignore[return-value]


@pytest.fixture
def keeper(cast: Cast) -> Keeper:
    return Keeper(cast.key)


@pytest.fixture
def stranger(cast: Cast) -> Keeper:
    return Keeper(cast.other_key)


def own(cast: Cast, rest: str = "") -> str:
    return f"/endpoints/ep_{cast.endpoint.pk}{rest}"


@pytest.mark.django_db(transaction=True)
def test_an_address_is_added_verified_tried_and_taken_away(cast: Cast, keeper: Keeper) -> None:
    with listening() as receiver:
        given = {"url": receiver.url, "types": ["case.opened"], "headers": {"X-Team": "a"}, "ed25519": True}
        made = told(keeper.post("/endpoints", given, key="one"), 201)
        line, path = made["endpoint"], f"/endpoints/{made['endpoint']['id']}"
        assert made["secret"].startswith("whsec_")
        assert (line["state"], line["types"], line["headers"]) == ("unverified", ["case.opened"], ["X-Team"])
        assert line["ed25519_public_key"].startswith("whpk_")
        again = told(keeper.post("/endpoints", given, key="one"), 201)
        assert (again["endpoint"]["id"], again["secret"]) == (line["id"], None)
        assert made["secret"] not in str([answer.body for answer in IdempotentAnswer.objects.all()])
        assert told(keeper.post(f"{path}/ping"), 409)["code"] == "cannot_change_endpoint"
        found = told(keeper.post(f"{path}/verify"), 200)
        assert (found["passed"], found["endpoint"]["state"], found["attempt"]["status"]) == (True, "active", 200)
        for _time in range(4):
            assert told(keeper.post(f"{path}/ping"), 200)["passed"]
        late = keeper.post(f"{path}/ping")
        assert told(late, 429)["code"] == "too_many_probes"
        assert 0 < int(late["Retry-After"]) <= 60
    assert keeper.delete(path).status_code == 204
    assert told(keeper.get(path), 404)
    assert [each["id"] for each in told(keeper.get("/endpoints"), 200)["endpoints"]] == [f"ep_{cast.endpoint.pk}"]
    log = told(keeper.get(f"/deliveries?endpoint={line['id']}&limit=3"), 200)
    assert (len(log["deliveries"]), bool(log["next"])) == (3, True)
    rest = told(keeper.get(f"/deliveries?endpoint={line['id']}&cursor={log['next']}"), 200)
    assert (len(rest["deliveries"]), rest["next"]) == (2, None)


def test_what_is_named_is_changed_and_nothing_where_a_part_is_wrong(cast: Cast, keeper: Keeper) -> None:
    a_complaint()
    wrong = {"types": ["case.closed"], "max_in_flight": 3, "url": "https://10.0.0.1/"}
    assert told(keeper.patch(own(cast), wrong), 422)["code"] == "endpoint_not_allowed"
    before = told(keeper.get(own(cast)), 200)
    assert (before["types"], before["max_in_flight"]) == ([], 2)
    odd_ones: tuple[Any, ...] = (
        {"nothing": 1},
        {"max_in_flight": 99},
        {"url": 5, "types": "x"},
        [],
        {"headers": {"X": {}}},
    )
    for odd in odd_ones:
        assert told(keeper.patch(own(cast), odd), 400)["code"] == "invalid"
    now = told(keeper.patch(own(cast), {"types": ["case.closed"], "max_in_flight": 3, "url": URL}), 200)
    assert (now["types"], now["max_in_flight"], now["url"], now["state"]) == (["case.closed"], 3, URL, "unverified")
    assert now["parked"] == Delivery.objects.count() > 0
    Endpoint.objects.update(state="active")
    assert told(keeper.post(own(cast, "/pause")), 200)["endpoint"]["state"] == "paused"
    assert told(keeper.post(own(cast, "/resume")), 200)["endpoint"]["parked"] == 0
    rotated = told(keeper.post(own(cast, "/rotate"), {"overlap": "72h"}), 201)
    assert len(rotated["endpoint"]["old_secrets_until"]) == 1
    assert rotated["secret"] not in told(keeper.get(own(cast)), 200).values()


def test_a_notice_is_looked_at_and_sent_again_and_a_span_as_a_job(cast: Cast, keeper: Keeper) -> None:
    case = a_complaint()
    Delivery.objects.update(state="dead")
    log = told(keeper.get(f"/deliveries?state=dead&type=case.opened&case={case.reference}"), 200)["deliveries"]
    (line,) = log
    whole = told(keeper.get(f"/deliveries/{line['id']}"), 200)
    assert json.loads(whole["body"])["data"]["case"] == case.reference
    assert told(keeper.post(f"/deliveries/{line['id']}/resend"), 202)["state"] == "pending"
    Delivery.objects.update(state="done")
    span = {"since": "2026-05-31T00:00:00Z", "until": "2026-06-02T00:00:00+08:00", "states": ["done"]}
    job = told(keeper.post(own(cast, "/replays"), span), 201)
    assert (job["state"], job["total"]) == ("running", Delivery.objects.count())
    assert told(keeper.post(own(cast, "/replays"), span), 409)["code"] == "cannot_change_endpoint"
    assert told(keeper.get(own(cast, f"/replays/{job['id']}")), 200) == job
    assert told(keeper.delete(own(cast, f"/replays/{job['id']}")), 200)["state"] == "cancelled"
    assert told(keeper.delete(own(cast, f"/replays/{job['id']}")), 409)
    assert len(told(keeper.get(own(cast, "/replays")), 200)["replays"]) == 1
    for wrong in ("since=yesterday", "state=gone", "type=x", "limit=0", "cursor=x"):
        assert told(keeper.get(f"/deliveries?{wrong}"), 400)["code"] == "invalid"
    assert told(keeper.post(own(cast, "/replays"), {**span, "states": ["pending"]}), 422)


def test_another_organisations_address_notice_and_job_are_not_there(
    cast: Cast, keeper: Keeper, stranger: Keeper
) -> None:
    """S29."""
    a_complaint()
    Delivery.objects.update(state="dead")
    span = {"since": "2026-05-31T00:00:00Z", "until": "2026-06-02T00:00:00Z"}
    job = told(keeper.post(own(cast, "/replays"), span), 201)
    message = Delivery.objects.all()[0].message_id
    paths = (own(cast), own(cast, "/replays"), own(cast, f"/replays/{job['id']}"), f"/deliveries/{message}")
    verbs = [own(cast, f"/{verb}") for verb in ("verify", "ping", "pause", "resume")]
    for path in paths:
        assert told(stranger.get(path), 404)["code"] == "not_found"
    for path in (*verbs, f"/deliveries/{message}/resend"):
        assert told(stranger.post(path), 404)["code"] == "not_found"
    for path, given in ((own(cast, "/rotate"), {}), (own(cast, "/replays"), span)):
        assert told(stranger.post(path, given), 404)["code"] == "not_found"
    assert told(stranger.patch(own(cast), {"url": URL}), 404)
    assert stranger.delete(own(cast)).status_code == stranger.delete(paths[2]).status_code == 404
    assert told(stranger.get("/endpoints"), 200)["endpoints"] == []
    assert told(stranger.get("/deliveries"), 200)["deliveries"] == []
    assert told(stranger.get(f"/events?endpoint=ep_{cast.endpoint.pk}"), 404)
    assert told(stranger.get(f"/events/days/{timezone.now().astimezone(UTC):%Y-%m-%d}"), 200)["count"] == 0
    assert Endpoint.objects.get().secrets(timezone.now()) == [cast.secret]
    for odd in ("ep_", "ep_x", "7", "ep_１", f"ep_{'9' * 30}", "ep_-1", "ep_1%00"):
        assert told(keeper.get(f"/endpoints/{odd}"), 404)


# ── The days of the feed ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_checksum_of_a_day_is_what_the_documentation_says_and_a_lost_notice_changes_it(
    cast: Cast, keeper: Keeper
) -> None:
    for _case in range(3):
        a_complaint()
    today = timezone.now().astimezone(UTC)
    day = (today - timedelta(days=2)).replace(hour=23, minute=59)
    first, *rest = Delivery.objects.order_by("pk")
    Delivery.objects.update(created_at=day)
    Delivery.objects.filter(pk=first.pk).update(created_at=day - timedelta(days=1))
    told_of = told(keeper.get(f"/events/days/{day:%Y-%m-%d}"), 200)
    feed = told(keeper.get(f"/events?after={told_of['after']}"), 200)["events"]

    lines = [
        f"{event['id']} {hashlib.sha256(event['body'].encode()).hexdigest()}\n"
        for event in feed
        if event["created_at"].startswith(f"{day:%Y-%m-%d}")
    ]
    expected = "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()

    assert (told_of["count"], told_of["checksum"], told_of["closed"]) == (len(rest), expected, True)
    assert told_of["last"] == str(rest[-1].pk)
    assert told_of["endpoints"] == [{"endpoint": f"ep_{cast.endpoint.pk}", "count": len(rest), "checksum": expected}]
    without = "sha256:" + hashlib.sha256("".join(lines[1:]).encode()).hexdigest()
    assert without != expected
    empty = told(keeper.get(f"/events/days/{today:%Y-%m-%d}"), 200)
    assert (empty["count"], empty["closed"]) == (0, False)
    assert empty["checksum"] == "sha256:" + hashlib.sha256(b"").hexdigest()
    assert told(keeper.get(f"/events/days/{today - timedelta(days=100):%Y-%m-%d}"), 410)["code"] == "day_forgotten"
    for odd in (f"{today + timedelta(days=1):%Y-%m-%d}", "2026-02-30", "x", "2026-6-1", "9999-99-99"):
        assert told(keeper.get(f"/events/days/{odd}"), 404)


def test_the_feed_of_one_address_has_the_ids_it_got_and_no_tests(cast: Cast, keeper: Keeper) -> None:
    second = Endpoint.objects.create(organisation=cast.kuailive, url=URL, created_at=timezone.now())
    a_complaint()
    Delivery.objects.create(
        endpoint=second, message_id="msg_ping", type="endpoint.ping", body=b"{}", is_test=True, trigger="ping",
        next_attempt_at=timezone.now(), created_at=timezone.now() - LAG,
    )  # fmt: skip
    all_of_it = told(keeper.get("/events"), 200)["events"]
    of_second = told(keeper.get(f"/events?endpoint=ep_{second.pk}"), 200)["events"]
    assert [each["body"] for each in all_of_it] == [each["body"] for each in of_second]
    assert {each["id"] for each in of_second} == set(
        second.deliveries.exclude(trigger="ping").values_list("message_id", flat=True)
    )
    assert not {each["id"] for each in all_of_it} & {each["id"] for each in of_second}


# ── The catalogue ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_type_is_listed_with_a_schema_that_anybody_may_read(cast: Cast, keeper: Keeper) -> None:
    types = told(keeper.get("/event-types"), 200)["types"]
    assert [each["type"] for each in types] == list(CATALOGUE)
    for each in types:
        path = each["schema"].split("/", 3)[3]
        answer = Client().get(f"/{path}")
        assert answer["Content-Type"] == "application/schema+json"
        assert json.loads(answer.content)["$id"] == each["schema"]
    for path in ("case.opened/2020-01-01", "case.nothing/2026-11-01", "../../api.md/2026-11-01"):
        assert Client().get(f"/api/schemas/events/{path}.json").status_code == 404


def test_a_day_is_a_day_of_utc(cast: Cast, keeper: Keeper) -> None:
    a_complaint()
    late = (timezone.now().astimezone(UTC) - timedelta(days=2)).replace(hour=16, minute=30)  # past midnight in China
    Delivery.objects.update(created_at=late)
    counts = [told(keeper.get(f"/events/days/{late + timedelta(days=n):%Y-%m-%d}"), 200)["count"] for n in range(2)]
    assert counts == [Delivery.objects.count(), 0]


def test_the_program_in_the_documentation_counts_the_same_checksum(cast: Cast, keeper: Keeper) -> None:
    text = (settings.BASE_DIR / "docs" / "webhooks.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(import hashlib.*?)```", text, re.DOTALL)
    room: dict[str, Any] = {}
    exec(program, room)
    a_complaint()
    yesterday = timezone.now().astimezone(UTC) - timedelta(days=1)
    Delivery.objects.update(created_at=yesterday)
    day = f"{yesterday:%Y-%m-%d}"
    events = told(keeper.get("/events"), 200)["events"]
    assert events
    assert room["checksum"](events, day) == told(keeper.get(f"/events/days/{day}"), 200)["checksum"]
