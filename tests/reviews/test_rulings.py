"""The finding as it stands is one thing for every reader, and the machine's own stays what it was."""

import itertools
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.flow.triage import make_finding
from complaints.letters import message
from complaints.models import Actor, CannotChange, Complaint, Override
from complaints.papers.sheets import sheets_of
from complaints.rulings import altered, lowers, ruling_on
from routing import decide as read_law
from routing import explain, read_inquiry, rulebook
from tests.cast import Cast
from tests.reviews.conftest import CITED, WORDS, Decide

FORMS = ["sole", "either", "deemed_seller", "joint", "advance", "corresponding"]
OUTCOMES = [*FORMS, "possible", "not_responsible"]


@pytest.mark.django_db
def test_whatever_officers_decide_of_the_three_can_be_told_in_both_languages(case: Complaint) -> None:
    assert case.decision
    record = case.decision
    for merchant, anchor, platform in itertools.product([None, *OUTCOMES], repeat=3):
        wanted = {"merchant": merchant, "anchor": anchor, "platform": platform}
        outcomes = {party: outcome for party, outcome in wanted.items() if outcome}
        output = altered(record.output, outcomes)
        answering = [party for party, found in output["parties"].items() if found["verdict"] == "responsible"]
        assert sorted(output["responsible"]) == sorted(answering)
        assert output["first_contact"] == (output["responsible"][0] if answering else None)
        for party, outcome in outcomes.items():
            found = output["parties"][party]
            assert (found["forms"] or [found["verdict"]]) == [outcome]
        claimed = {party for each in output["remedies"] for party in each["against"]}
        assert not claimed & {party for party, outcome in outcomes.items() if outcome not in FORMS}
        for lang in ("zh", "en"):
            assert explain(rulebook(), record.input, output, lang).verdict


def test_which_step_is_to_the_consumers_harm() -> None:
    ladder = [("responsible", form) for form in ("sole", "deemed_seller", "joint", "advance", "corresponding")]
    ladder += [("possible", ""), ("not_responsible", "")]
    for place, before in enumerate(ladder):
        assert [lowers(before, after) for after in ladder] == [after > place for after in range(len(ladder))]
    assert not lowers(("responsible", "sole"), ("responsible", "either"))
    assert not lowers(("responsible", "either"), ("responsible", "sole"))


@pytest.mark.django_db
def test_an_override_reaches_every_reader_and_the_stored_decision_replays_to_the_same_bytes(
    cast: Cast, case: Complaint, decide: Decide, client: Client
) -> None:
    assert case.decision
    machine = case.decision.verdict("platform")
    assert machine == "possible"
    made = decide(case, "platform", "joint")
    assert not made.needs_second
    case.refresh_from_db()
    record = case.decision
    assert record and record.number == 1
    again = read_law(rulebook(), read_inquiry(record.input, rulebook(), today=timezone.localdate()))
    assert (again.as_dict(), again.digest) == (record.output, record.digest)
    assert (record.verdict("platform"), case.verdicts["platform"]) == (machine, "responsible")

    client.force_login(cast.lin)
    page = client.get(f"/case/{case.reference}/decision/").content.decode()
    assert "已更改" in page and "人工改判" in page and WORDS in page and "<del" in page
    trace = client.get(f"/case/{case.reference}/trace/").content.decode()
    assert WORDS in trace
    told = json.loads(client.get(f"/case/{case.reference}/decision.json").content)
    assert told["output"] == record.output
    assert told["stands"]["verdicts"]["platform"] == "responsible"
    assert told["overrides"][0]["machine"] == {"verdict": "possible", "form": None}
    assert told["overrides"][0]["citation"] == CITED

    key = {"headers": {"Authorization": f"Bearer {cast.key.text}"}}
    line = client.get(f"/api/v1/cases/{case.reference}", **key).json()  # type: ignore[arg-type]
    assert line["verdicts"]["platform"] == line["decision"]["verdicts"]["platform"] == "responsible"
    assert line["decision"]["overrides"][0]["words"] == WORDS
    full = client.get(f"/api/v1/cases/{case.reference}/decision", **key).json()  # type: ignore[arg-type]
    assert full["output"]["parties"]["platform"]["verdict"] == "possible"
    said = {each["party"]: each["verdict"] for each in full["explanation"]["parties"]}
    assert said["platform"] == "responsible"

    words = message(case, ruling_on(record).told("zh"), "platform", lang="zh", until=timezone.localdate())
    assert "贵方要连带负责" in words
    sheets = sheets_of(case, "court", on=timezone.localdate())
    assert "平台" in {each.kind for each in sheets["against"]}
    assert sheets["by_person"][0].words == WORDS

    notice = case.events.get(kind="overridden").deliveries.get(endpoint=cast.endpoint)
    body = json.loads(bytes(notice.body))
    assert body["type"] == "case.decision_updated"
    assert (body["data"]["decision"], body["data"]["decision_digest"]) == (1, record.digest)
    assert WORDS not in bytes(notice.body).decode()


@pytest.mark.django_db
def test_an_override_stands_on_the_next_version_until_an_officer_says_otherwise(
    cast: Cast, case: Complaint, decide: Decide, client: Client
) -> None:
    decide(case, "platform", "joint")
    officer = Actor.officer(cast.chen)
    fact = "seller_identity_given"
    record = make_finding(case, fact=fact, value=False, reason="寄信被退回", actor=officer, at=timezone.now())
    case.refresh_from_db()
    assert (record.number, case.has_carried, case.verdicts["platform"]) == (2, True, "responsible")
    last = case.events.order_by("-sequence")[0]
    assert (last.kind, last.body["carried"]) == ("decided", [1])
    assert "platform" not in last.body.get("changed", {})
    client.force_login(cast.lin)
    text = client.get(f"/case/{case.reference}/decision/").content.decode()
    assert "这是对第1版的改判。判定后来更新过，改判接着有效" in text
    client.force_login(cast.chen)
    assert case.reference in client.get(reverse("admin:queue") + "?view=review").content.decode()

    decide(case, "platform", "joint")  # it still stands, says an officer
    case.refresh_from_db()
    assert (case.has_carried, case.events.order_by("-sequence")[0].kind) == (False, "override-upheld")
    before = ruling_on(case.decisions.get(number=1))
    assert before.standing("platform") == ("responsible", "joint")


@pytest.mark.django_db
def test_an_override_is_never_changed_and_never_deleted(case: Complaint, decide: Decide) -> None:
    made = decide(case, "platform", "joint")
    made.words = "别的"
    for attempt in (made.save, made.delete, Override.objects.all().delete, lambda: Override.objects.update(words="")):
        with pytest.raises(CannotChange):
            attempt()
    stored = Override.objects.get()
    assert (stored.words, stored.digest) == (WORDS, stored.seal())
    assert case.events.get(kind="overridden").body["override_digest"] == stored.digest
