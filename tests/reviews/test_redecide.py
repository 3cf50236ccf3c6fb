"""A change of law moves stored cases when the operator says so, and shows beforehand what would move."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from complaints.models import Complaint, DecisionRecord
from complaints.rulings import ruling_on
from routing import rulebook
from tests.builders import a_complaint
from tests.cast import Cast
from tests.reviews.conftest import Decide

OLD = "sha256:" + "0" * 64


def run(*flags: str) -> str:
    out = io.StringIO()
    call_command("redecide", "--quiet", *flags, stdout=out)
    return out.getvalue()


def by_an_older_law(case: Complaint, **verdicts: str) -> None:
    """As if the latest decision had been made by a law that read these parties so."""
    assert case.decision
    output: dict[str, Any] = {**case.decision.output, "parties": dict(case.decision.output["parties"])}
    for party, verdict in verdicts.items():
        output["parties"][party] = {**output["parties"][party], "verdict": verdict, "forms": []}
    output["ruleset"] = {"id": "old", "digest": OLD}
    DecisionRecord.objects.filter(pk=case.decision.pk).update(output=output, rulebook=OLD, digest=OLD)


@pytest.mark.django_db
def test_only_open_cases_that_read_otherwise_are_decided_again_and_only_when_told_to(
    cast: Cast, decide: Decide
) -> None:
    same, other, ended, judged, new = (a_complaint() for _ in range(5))
    decide(judged, "platform", "joint")
    by_an_older_law(same)
    by_an_older_law(other, merchant="not_responsible")
    by_an_older_law(judged, platform="not_responsible")
    by_an_older_law(ended, merchant="not_responsible")
    Complaint.objects.filter(pk=ended.pk).update(state="withdrawn")
    told = run()
    assert "3 open cases were last decided by an earlier law; 2 would be decided again" in told
    assert f"merchant: not_responsible → responsible  in 1, such as {other.reference}" in told
    assert "platform" not in told  # what an officer decided stands
    assert DecisionRecord.objects.count() == 5

    assert "2 were decided again" in run("--write")
    for case, versions in ((same, 1), (other, 2), (judged, 2), (ended, 1), (new, 1)):
        assert case.decisions.count() == versions
    record = other.decisions.get(number=2)
    assert (record.because, record.rulebook) == ("law", rulebook().digest)
    judged.refresh_from_db()
    assert judged.decision and ruling_on(judged.decision).verdicts["platform"] == "responsible"
    assert judged.has_carried
    assert "1 open cases" in run("--write") and other.decisions.count() == 2
