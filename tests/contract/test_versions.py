"""What was read says which version it was; what is sent can be bound to it; lists have one shape; what goes is said."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.api import limits
from complaints.flow.consumer import withdraw
from complaints.models import Actor
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.platform.calls import ANSWER, ROOT, Machine, fields_of, told

pytestmark = pytest.mark.django_db


def answer(cast: Cast, reference: str, tag: str, number: int = 1, language: str = "zh") -> Any:
    bearer = {"Authorization": f"Bearer {cast.key.text}", "Idempotency-Key": f"n-{number}", "If-Match": tag}
    client = Client(headers={**bearer, "Accept-Language": language})
    return client.post(f"{ROOT}/cases/{reference}/responses", json.dumps(ANSWER), content_type="application/json")


def test_a_case_that_has_not_changed_is_not_sent_again(cast: Cast) -> None:
    machine, path = Machine(cast.key), f"/cases/{a_complaint().reference}"
    first = machine.get(path)
    tag = first["ETag"]
    again = machine.client.get(ROOT + path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    english = Machine(cast.key, **{"Accept-Language": "en"}).client.get(ROOT + path, headers={"If-None-Match": tag})
    assert english.status_code == 200  # the words are others
    machine.answer(path.rpartition("/")[2])
    assert machine.client.get(ROOT + path, headers={"If-None-Match": tag}).status_code == 200


def test_what_is_bound_to_an_old_version_is_not_done_and_hears_what_changed(cast: Cast) -> None:
    case = a_complaint(at=timezone.now(), consumer=cast.lin)
    tag = Machine(cast.key).get(f"/cases/{case.reference}")["ETag"]
    version = case.version
    withdraw(case, actor=Actor.consumer(cast.lin), at=timezone.now())
    case.refresh_from_db()
    refused = told(answer(cast, case.reference, tag), 412)
    assert (refused["code"], refused["version"]) == ("changed_meanwhile", case.version)
    assert [one["type"] for one in refused["changes"]] == ["case.withdrawn"]
    assert refused["changes"][0]["version"] > version
    english = told(answer(cast, case.reference, '"1"', language="en"), 412)
    assert english["code"] == "changed_meanwhile"
    for nonsense in ("x", '"x"', "'", '"99999999999999999999"'):
        assert told(answer(cast, case.reference, nonsense), 412)["version"] == case.version
    told(answer(Cast(**{**_parts(cast), "key": cast.other_key}), case.reference, tag), 404)


def _parts(cast: Cast) -> dict[str, Any]:
    return {name: getattr(cast, name) for name in cast.__slots__}


def test_what_is_bound_to_the_version_it_read_is_done_once_and_told_again(cast: Cast) -> None:
    case = a_complaint()
    tag = Machine(cast.key).get(f"/cases/{case.reference}")["ETag"]
    first = told(answer(cast, case.reference, tag), 201)
    assert told(answer(cast, case.reference, tag), 201) == first  # the same key: what was answered, though it changed
    assert told(answer(cast, case.reference, tag, 2), 412)["code"] == "changed_meanwhile"
    told(answer(cast, case.reference, "*", 3), 201)


def test_lists_go_by_a_cursor_that_nobody_reads(cast: Cast) -> None:
    machine = Machine(cast.key)
    filed = [a_complaint(at=MONDAY + timedelta(days=days)).reference for days in range(3)]
    seen: list[str] = []
    page = told(machine.get("/cases?limit=2"), 200)
    assert filed[1] not in page["next"]
    seen += [one["reference"] for one in page["cases"]]
    last = told(machine.get(f"/cases?limit=2&cursor={page['next']}"), 200)
    assert (seen + [one["reference"] for one in last["cases"]], last["next"]) == (filed[::-1], None)
    for wrong in ("limit=0", "limit=101", "limit=x", "limit=１", "cursor=x", "cursor=" + "A" * 500):
        assert fields_of(told(machine.get(f"/cases?{wrong}"), 400))[wrong.partition("=")[0]]
    for path in ("/cases", "/keys", "/facts", "/events"):
        assert "next" in told(machine.get(path), 200)


def test_the_old_way_still_works_and_says_when_it_ends(cast: Cast) -> None:
    machine = Machine(cast.key)
    first, second = (a_complaint(at=MONDAY + timedelta(days=days)).reference for days in range(2))
    old = machine.get(f"/cases?before={second}")
    assert [one["reference"] for one in told(old, 200)["cases"]] == [first]
    assert (old["Deprecation"], old["Sunset"]) == ("@1795305600", "Mon, 22 Nov 2027 00:00:00 GMT")
    assert 'rel="deprecation"' in old["Link"]
    assert "Deprecation" not in machine.get("/cases")


def test_every_answer_says_what_is_left_of_the_minute(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READS", 2)
    machine = Machine(cast.key)
    answers = [machine.get("/facts") for _call in range(6)]  # the minute may turn in between
    assert answers[0]["RateLimit-Policy"] == '"read";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"read";r=1;t=')
    late = next(one for one in answers if one.status_code == 429)
    assert late["RateLimit"].startswith('"read";r=0;')
    assert told(late, 429)["code"] == "too_many_requests"


def test_an_address_says_nothing_of_itself_under_options(cast: Cast) -> None:
    answer = Machine(cast.key).client.options(f"{ROOT}/cases")
    assert told(answer, 405)["code"] == "method_not_allowed"  # type: ignore[arg-type]


def test_every_operation_has_a_page_in_both_languages_and_the_list_leads_to_it() -> None:
    reader = Client(headers={"Accept-Language": "zh"})
    whole = reader.get("/developers/reference/").content.decode()
    for name in ("createResponse", "getCase", "uploadEvidence", "rotateKey"):
        assert f'href="/developers/reference/{name}/"' in whole
        page = reader.get(f"/developers/reference/{name}/").content.decode()
        assert "curl" in page
        assert ("data-console" in page) is (name != "uploadEvidence")
        assert reader.get(f"/en/developers/reference/{name}/").status_code == 200
    assert "sha256:" in reader.get("/developers/reference/getCase/").content.decode()
    assert "Idempotency-Key" in reader.get("/developers/reference/createResponse/").content.decode()
    assert reader.get("/developers/reference/nothing/").status_code == 404
