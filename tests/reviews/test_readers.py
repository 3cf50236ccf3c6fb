"""Who reads the finding reads it as officers left it: the party at its entrance, the consumer just after filing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from complaints.flow.inviting import invite
from complaints.flow.overrides import confirm
from complaints.models import Actor, Complaint, Party
from complaints.open_facts import open_facts_of_parties
from complaints.rulings import ruling_on
from tests.builders import a_referred_complaint
from tests.cast import Cast
from tests.reviews.conftest import WORDS, Decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def freed(cast: Cast, wu: User, decide: Decide) -> Complaint:
    """A case whose merchant two officers let go."""
    case = a_referred_complaint(at=timezone.now(), files=True, consumer=cast.lin)
    made = decide(case, "merchant", "not_responsible")
    confirm(made, actor=Actor.officer(wu), at=timezone.now())
    case.refresh_from_db()
    return case


def test_the_party_reads_the_verdict_as_officers_left_it_and_why(cast: Cast, freed: Complaint, client: Client) -> None:
    client.post("/r/", {"code": invite(freed, party=Party.MERCHANT, actor=cast.officer, at=timezone.now())})
    page = client.get(f"/r/case/{freed.reference}/").content.decode()
    assert freed.decision
    ruling = ruling_on(freed.decision)
    assert ruling.told("zh").verdict in page and WORDS in page
    assert "对贵方的判定（人工改判）" in page and "对贵方的初步判定" not in page


def test_the_page_after_filing_says_what_stands(cast: Cast, freed: Complaint, client: Client) -> None:
    client.force_login(cast.lin)
    page = client.get(reverse("complaints:wizard-done", args=[freed.reference])).content.decode()
    assert freed.decision
    ruling = ruling_on(freed.decision)
    assert ruling.told("zh").verdict != ruling.told_by_machine("zh").verdict
    assert ruling.told("zh").verdict in page and ruling.told_by_machine("zh").verdict not in page
    assert "初步判定已经出来了" not in page


def test_nobody_is_asked_what_would_move_only_a_verdict_that_officers_set(
    cast: Cast, case: Complaint, decide: Decide
) -> None:
    before = open_facts_of_parties(case, list(Party))
    only = {each.fact.key for each in before if each.would_change == ("platform",)}
    assert only
    decide(case, "platform", "joint")
    case.refresh_from_db()
    after = open_facts_of_parties(case, list(Party))
    assert {each.fact.key for each in before} - only == {each.fact.key for each in after}
    assert not any("platform" in each.would_change for each in after)
