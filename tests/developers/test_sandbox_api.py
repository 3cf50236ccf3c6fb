"""Practising by the API: a key at once, invented cases, provoked notices; and nothing of it where life is real."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import ApiKey, Organisation
from complaints.models import Complaint, Delivery
from tests.builders import a_complaint
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def call(path: str, body: dict[str, Any] | None = None, *, key: str = "", once: str = "") -> Any:
    headers = {"Accept-Language": "zh-CN", **({"Authorization": f"Bearer {key}"} if key else {})}
    headers |= {"Idempotency-Key": once} if once else {}
    door = Client(headers=headers)
    if body is None:
        return door.get(f"/api/v1{path}")
    return door.post(f"/api/v1{path}", json.dumps(body), "application/json")


def test_an_engineer_signs_up_and_makes_a_case_move(cast: Cast) -> None:
    made = call("/sandbox/sign-up", {"name": "甲公司"})
    assert made.status_code == 201
    key, first = made.json()["key"], made.json()["case"]["reference"]
    assert key.startswith("zz_test_")
    assert call("/cases", key=key).json()["cases"][0]["reference"] == first
    assert "case.decided" in call("/sandbox", key=key).json()["types"]

    invented = call("/sandbox/cases", {"kind": "not-sent", "days_ago": 2}, key=key, once="a")
    assert invented.status_code == 201
    again = call("/sandbox/cases", {"kind": "not-sent", "days_ago": 2}, key=key, once="a")
    assert again.json() == invented.json()
    events = f"/sandbox/cases/{invented.json()['reference']}/events"
    came = call(events, {"type": "case.response_overdue"}, key=key, once="b")
    assert came.status_code == 201
    assert "case.response_overdue" in [each["type"] for each in came.json()["notices"]]
    assert came.json()["clock"] > invented.json()["clock"]
    assert call(events, {"type": "case.nothing"}, key=key, once="c").json()["code"] == "cannot_practise"


def test_a_test_key_opens_nothing_real_and_a_live_key_nothing_invented(cast: Cast) -> None:
    real = a_complaint().reference
    made = call("/sandbox/sign-up", {"name": "快播场"}).json()
    key, invented = made["key"], made["case"]["reference"]
    assert call(f"/cases/{real}", key=key).status_code == 404
    assert call(f"/sandbox/cases/{real}/events", {"type": "case.decided"}, key=key, once="a").status_code == 404
    live = cast.key.text
    assert call(f"/cases/{invented}", key=live).status_code == 404
    assert call("/sandbox", key=live).json()["code"] == "test_key_needed"
    assert call("/sandbox/cases", {}, key=live, once="a").status_code == 403
    other = call("/sandbox/sign-up", {"name": "乙公司"}).json()["key"]
    assert call(f"/cases/{invented}", key=other).status_code == 404
    assert call(f"/sandbox/cases/{invented}/events", {"type": "case.closed"}, key=other, once="a").status_code == 404
    # A key that was moved to where it does not belong opens nothing there.
    ApiKey.objects.filter(organisation__kind=Organisation.Kind.SANDBOX).update(organisation=cast.kuailive)
    assert call("/cases", key=key).status_code == 401


def test_a_flood_of_sign_ups_ends(cast: Cast, settings: LazySettings) -> None:
    for number in range(settings.SANDBOXES_PER_NETWORK_A_DAY):
        assert call("/sandbox/sign-up", {"name": f"公司{number}"}).status_code == 201
    late = call("/sandbox/sign-up", {"name": "再来一个"})
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 60
    assert Organisation.objects.filter(kind=Organisation.Kind.SANDBOX).count() == settings.SANDBOXES_PER_NETWORK_A_DAY


def test_notices_of_invented_cases_say_so(cast: Cast) -> None:
    a_complaint()
    assert b'"test":false' in bytes(Delivery.objects.latest("pk").body)
    assert not Complaint.objects.exclude(sandbox=None).exists()
