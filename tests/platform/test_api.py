"""The API: who may call it, what it tells, and what it never tells."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import ApiKey
from complaints.api import limits, views
from complaints.flow.intake import add_evidence
from complaints.flow.triage import ask
from complaints.models import Actor, Complaint, Delivery, Evidence, Speaker, Viewing
from routing import rulebook
from tests.builders import EMAIL, NAME, PHONE, a_complaint, a_photo, an_order_export, covered
from tests.cast import MONDAY, Cast
from tests.corpus import films
from tests.platform.calls import ROOT, Machine, fields_of, told

DAY = timedelta(days=1)


@pytest.fixture
def kuailive(cast: Cast) -> Machine:
    return Machine(cast.key)


# ── Who may call ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["", "Bearer ", "Bearer nonsense", "Token {key}", "Bearer {key}x", "Basic Og=="])
def test_without_a_whole_key_nothing_is_told(scheme: str, cast: Cast) -> None:
    header = {"Authorization": scheme.format(key=cast.key.text)} if scheme else {}
    response = Client(headers=header).get(f"{ROOT}/cases")
    told(response, 401)  # type: ignore[arg-type]
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_and_an_expired_key_open_nothing(cast: Cast, kuailive: Machine) -> None:
    told(kuailive.get("/cases"), 200)
    ApiKey.objects.update(expires_at=timezone.now())
    told(kuailive.get("/cases"), 401)
    ApiKey.objects.update(expires_at=None, revoked_at=timezone.now())
    assert told(kuailive.get("/cases"), 401)["code"] == "bad_key"


def test_a_signed_in_officer_is_nobody_here(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.chen)
    told(client.get(f"{ROOT}/cases"), 401)  # type: ignore[arg-type]


def test_the_case_of_another_platform_does_not_exist(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint(files=True)
    piece = complaint.evidence.latest("pk")
    other = Machine(cast.other_key)
    for path in ("", "/decision", f"/evidence/{piece.pk}"):
        told(kuailive.get(f"/cases/{complaint.reference}"), 200)
        problem = told(other.get(f"/cases/{complaint.reference}{path}"), 404)
        assert problem == told(other.get("/cases/20990101-00000000"), 404)
    told(other.answer(complaint.reference), 404)
    told(other.offer(complaint.reference, a_photo()), 404)
    assert told(other.get("/cases"), 200) == {"cases": [], "next": None}
    assert told(other.get("/events"), 200)["events"] == []


def test_a_key_that_calls_too_often_waits_for_the_next_minute(
    cast: Cast, kuailive: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READS", 3)
    answers = [kuailive.get("/cases") for _call in range(8)]
    refused = [one for one in answers if one.status_code == 429]
    assert 2 <= len(refused) <= 5  # the minute may turn in between
    told(refused[0], 429)
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    told(Machine(cast.other_key).get("/cases"), 200)


# ── What is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_platform_reads_what_happened_and_what_is_asked_of_it(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint(files=True)
    case = told(kuailive.get(f"/cases/{complaint.reference}"), 200)
    assert (case["state"], case["state_label"]) == ("negotiating", "协商中")
    assert case["timeline_head"] == complaint.events.latest("sequence").digest
    assert case["version"] == complaint.events.count()
    assert (case["goods"], case["price"], case["purchased_on"]) == ("桑蚕丝四件套", "469.00", "2026-05-20")
    assert [one["code"] for one in case["problems"]] == ["C", "D"]
    assert "聚酯纤维" in case["story"]
    assert [one["party"] for one in case["respondents"]] == ["merchant", "anchor", "platform"]
    asked = case["asked_of_you"]
    assert asked["parties"] == ["merchant", "anchor", "platform"]
    assert asked["due_on"] == "2026-06-08"
    assert {one["fact"] for one in asked["facts"]} >= {"operator_identity_given"}
    assert all(set(one["parties"]) <= {"merchant", "anchor", "platform"} for one in asked["facts"])
    assert case["decision"]["digest"] == complaint.decision.digest
    assert [one["kind"] for one in case["evidence"]] == ["order", "goods"]


def test_what_an_officer_asks_of_a_party_stands_in_the_case(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint()
    day = (MONDAY + 10 * DAY).date()
    ask(
        complaint,
        to="platform",
        facts=["operator_knew"],
        words="请提供回放。",
        due_on=day,
        actor=cast.officer,
        at=MONDAY,
    )
    (request,) = told(kuailive.get(f"/cases/{complaint.reference}"), 200)["asked_of_you"]["requests"]
    assert (request["words"], request["facts"], request["due_on"]) == ("请提供回放。", ["operator_knew"], "2026-06-11")


def test_cases_come_newest_first_in_pages(cast: Cast, kuailive: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    filed = [a_complaint(at=MONDAY + days * DAY).reference for days in range(5)]
    seen: list[str] = []
    page = told(kuailive.get("/cases"), 200)
    while True:
        seen += [one["reference"] for one in page["cases"]]
        if page["next"] is None:
            break
        page = told(kuailive.get(f"/cases?before={page['next']}"), 200)
    assert seen == filed[::-1]
    told(kuailive.get("/cases?before=nonsense"), 404)


def test_a_decision_is_told_by_its_contract_and_in_words(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint()
    kuailive.answer(complaint.reference)
    latest = told(kuailive.get(f"/cases/{complaint.reference}/decision"), 200)
    first = told(kuailive.get(f"/cases/{complaint.reference}/decision?version=1"), 200)
    assert (first["number"], first["because"]) == (1, "filed")
    assert latest["number"] >= first["number"]
    assert first["output"]["digest"] == first["digest"]
    assert first["explanation"]["verdict"]
    assert [one["party"] for one in first["explanation"]["parties"]]
    told(kuailive.get(f"/cases/{complaint.reference}/decision?version=99"), 404)
    assert fields_of(told(kuailive.get(f"/cases/{complaint.reference}/decision?version=x"), 400))["version"]


def test_the_feed_gives_the_very_bytes_of_the_notices_once_in_order(cast: Cast, kuailive: Machine) -> None:
    second = cast.kuailive.endpoints.create(url="https://two.example/", created_at=MONDAY)
    a_complaint()
    assert second.deliveries.count() == 2
    feed = told(kuailive.get("/events"), 200)
    own = Delivery.objects.filter(endpoint=cast.endpoint).order_by("pk")
    assert [one["body"].encode() for one in feed["events"]] == [bytes(one.body) for one in own]
    assert [one["type"] for one in feed["events"]] == ["case.opened", "case.decided"]
    assert told(kuailive.get(f"/events?after={feed['events'][0]['cursor']}"), 200)["events"] == feed["events"][1:]
    assert told(kuailive.get(f"/events?after={feed['next']}"), 200) == {
        "events": [],
        "next": feed["next"],
        "more": False,
    }
    Delivery.objects.update(created_at=timezone.now())
    assert told(kuailive.get("/events"), 200)["events"] == []  # not yet settled
    assert fields_of(told(kuailive.get("/events?after=-1"), 400))["after"]


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def bytes_of(kuailive: Machine, complaint: Complaint, piece: Evidence) -> tuple[bytes, dict[str, str]]:
    response = kuailive.get(f"/cases/{complaint.reference}/evidence/{piece.pk}")
    assert response.status_code == 200
    return b"".join(response.streaming_content), dict(response.headers)  # type: ignore[attr-defined]


def test_a_picture_leaves_as_a_copy_without_a_trace_and_the_look_is_on_record(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint(files=True)
    piece = complaint.evidence.get(kind="goods")
    waits = told(kuailive.get(f"/cases/{complaint.reference}/evidence/{piece.pk}"), 404)
    assert waits["code"] == "copy_pending"  # nobody has looked whether something has to be covered
    covered(complaint)
    data, headers = bytes_of(kuailive, complaint, piece)
    assert Image.open(io.BytesIO(data), formats=["WEBP"]).size == (60, 90)
    assert b"canary" not in data.lower()
    assert headers["Content-Disposition"] == f'attachment; filename="evidence-{piece.pk}.webp"'
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "private, no-store")
    assert "sandbox" in headers["Content-Security-Policy"]
    look = Viewing.objects.get()
    assert (look.evidence, look.variant, look.actor) == (piece, "masked", f"organisation:{cast.kuailive.pk}")


def test_a_text_leaves_as_bare_bytes_and_a_film_does_not_leave(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint()
    consumer = Actor.receipt(complaint.pk)
    sheet = an_order_export()
    text = sheet.read()
    film = SimpleUploadedFile("a.mp4", films.a_film())
    pieces = [
        add_evidence(complaint, upload, kind="order", speaker=Speaker.CONSUMER, actor=consumer, at=MONDAY)
        for upload in (sheet, film)
    ]
    covered(complaint)
    data, headers = bytes_of(kuailive, complaint, pieces[0])
    assert data.decode().split() == text.decode("gb18030").split()  # nothing personal is in it
    assert headers["Content-Type"] == "application/octet-stream"
    refused = told(kuailive.get(f"/cases/{complaint.reference}/evidence/{pieces[1].pk}"), 404)
    assert refused["code"] == "no_copy"
    listed = told(kuailive.get(f"/cases/{complaint.reference}"), 200)["evidence"]
    assert [(one["href"] is None, one["copy"]) for one in listed] == [(False, "masked"), (True, "none")]
    assert Viewing.objects.count() == 1


def test_evidence_that_was_taken_back_is_gone(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint(files=True)
    piece = complaint.evidence.get(kind="goods")
    Evidence.objects.filter(pk=piece.pk).update(removed_at=MONDAY)
    told(kuailive.get(f"/cases/{complaint.reference}/evidence/{piece.pk}"), 404)


# ── Words and secrets ────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_answer_no_notice_and_no_log_line_says_who_complained(
    cast: Cast, kuailive: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    complaint = covered(a_complaint(files=True))
    piece = complaint.evidence.latest("pk")
    offered = kuailive.offer(complaint.reference, a_photo("回单.jpg", colour="#123456"))
    said = [
        kuailive.get("/cases").content,
        kuailive.get(f"/cases/{complaint.reference}").content,
        kuailive.get(f"/cases/{complaint.reference}/decision").content,
        kuailive.get("/events").content,
        offered.content,
        kuailive.answer(complaint.reference).content,
        kuailive.answer(complaint.reference, {"party": PHONE, "words": NAME, "nonsense": EMAIL}).content,
        *(bytes(one.body) for one in Delivery.objects.all()),
        caplog.text.encode(),
    ]
    bytes_of(kuailive, complaint, piece)
    whole = b"\n".join(said).decode()
    assert complaint.reference in whole
    for canary in (NAME, "canary@", "林晓", "IMG_2201", cast.key.text, cast.secret):
        assert canary not in whole
    assert (
        PHONE not in b"\n".join([*said[:6], *said[7:]]).decode()
    )  # a choice nobody offers is named back to who sent it


def test_problems_speak_the_callers_language_under_the_same_code(cast: Cast) -> None:
    reference = a_complaint().reference
    chinese, english = (Machine(cast.key, **{"Accept-Language": wish}) for wish in ("zh-CN", "en-GB,en;q=0.8"))
    seen = set()
    for machine in (chinese, english):
        problems = [
            told(machine.get("/cases/x"), 404),
            told(machine.get("/events?after=x"), 400),
            told(machine.answer(reference, {"party": "platform", "factz": {}}), 400),
            told(machine.answer(reference, key=""), 400),
            told(machine.answer(reference, raw="{"), 400),
            told(machine.client.post(f"{ROOT}/cases/{reference}/evidence", {"file": ""}), 400),  # type: ignore[arg-type]
            told(Client(headers={"Accept-Language": machine.wish}).get(f"{ROOT}/cases"), 401),  # type: ignore[arg-type]
        ]
        seen.add(tuple(problem["code"] for problem in problems))
        words = [problem[part] for problem in problems for part in ("title", "detail")]
        words += [each["message"] for problem in problems for each in problem.get("errors", [])]
        assert all(is_chinese(one) == (machine is chinese) for one in words), words
    assert len(seen) == 1


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_the_catalogue_of_facts_and_the_documentation_are_there_to_read(cast: Cast, kuailive: Machine) -> None:
    facts = {one["fact"]: one for one in told(kuailive.get("/facts"), 200)["facts"]}
    assert facts["seller_identity_given"]["known_to"][0] == "platform"
    assert not any(fact.officer for fact in rulebook().conditions if fact.key in facts)
    page = Client().get(f"{ROOT}/docs.md")
    assert page.status_code == 200
    for path in ("/cases", "/facts", "/events", "Idempotency-Key"):
        assert path in page.content.decode()


def test_addresses_that_do_not_exist_and_methods_that_do_not_fit_are_problems_too(
    cast: Cast, kuailive: Machine
) -> None:
    for path in ("/nowhere/at/all", "/cases/%00", "/cases/%FF", "/cases?before=%00", "/cases/x/evidence/1"):
        assert told(kuailive.get(path), 404)["code"] == "not_found"
    told(kuailive.client.delete(f"{ROOT}/cases"), 405)  # type: ignore[arg-type]
    complaint = a_complaint()
    key = {"Idempotency-Key": "k-1"}
    path = f"{ROOT}/cases/{complaint.reference}/responses"
    plain = kuailive.client.post(path, "x=1", content_type="text/plain", headers=key)
    told(plain, 415)  # type: ignore[arg-type]
