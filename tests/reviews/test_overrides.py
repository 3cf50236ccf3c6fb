"""Who may override, what it takes, and the second person where it costs the consumer something."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from complaints.flow import overrides
from complaints.flow.triage import CannotAct, make_finding
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Override, SecondWord
from complaints.permissions import NotAllowed
from tests import racing
from tests.cast import Cast
from tests.reviews.conftest import CITED, WORDS, Decide

LONG = "说" * 1001

together = partial(racing.together, refused=(CannotAct,))


@pytest.mark.django_db
def test_what_costs_the_consumer_something_waits_for_another_officer(
    cast: Cast, case: Complaint, decide: Decide, wu: User
) -> None:
    responsible = next(party for party, verdict in case.verdicts.items() if verdict == "responsible")
    proposal = decide(case, responsible, "not_responsible")
    case.refresh_from_db()
    assert (proposal.needs_second, case.has_proposal, case.verdicts[responsible]) == (True, True, "responsible")
    assert case.events.order_by("-sequence")[0].kind == "override-proposed"
    with pytest.raises(CannotAct, match="要由另一个人确认"):
        overrides.confirm(proposal, actor=Actor.officer(cast.chen), at=timezone.now())
    with pytest.raises(CannotAct, match="先办那一项"):
        decide(case, responsible, "possible")
    overrides.confirm(proposal, actor=Actor.officer(wu), at=timezone.now())
    case.refresh_from_db()
    assert (case.has_proposal, case.verdicts[responsible]) == (False, "not_responsible")
    with pytest.raises(CannotAct, match="已经有人办过了"):
        overrides.confirm(proposal, actor=Actor.officer(wu), at=timezone.now())

    raised = decide(case, responsible, "machine")  # back up: one person is enough
    case.refresh_from_db()
    assert (raised.needs_second, case.verdicts[responsible]) == (False, "responsible")


@pytest.mark.django_db
def test_a_proposal_can_be_turned_down_by_another_and_dropped_by_its_maker(
    cast: Cast, case: Complaint, decide: Decide, wu: User
) -> None:
    responsible = next(party for party, verdict in case.verdicts.items() if verdict == "responsible")
    for person in (wu, cast.chen):
        proposal = decide(case, responsible, "not_responsible")
        with pytest.raises(CannotAct):
            overrides.turn_down(proposal, words=" ", actor=Actor.officer(person), at=timezone.now())
        overrides.turn_down(proposal, words="证据不够", actor=Actor.officer(person), at=timezone.now())
        case.refresh_from_db()
        assert (case.has_proposal, case.verdicts[responsible]) == (False, "responsible")
    assert not SecondWord.objects.filter(is_confirmed=True).exists()


@pytest.mark.django_db
def test_what_was_proposed_upon_an_earlier_version_is_not_confirmed_blindly(
    cast: Cast, case: Complaint, decide: Decide, wu: User
) -> None:
    responsible = next(party for party, verdict in case.verdicts.items() if verdict == "responsible")
    proposal, officer = decide(case, responsible, "possible"), Actor.officer(cast.chen)
    make_finding(case, fact="seller_identity_given", value=False, reason="退信", actor=officer, at=timezone.now())
    with pytest.raises(CannotAct, match="提出以后判定更新过"):
        overrides.confirm(proposal, actor=Actor.officer(wu), at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": "太短"}, "理由太短"),
        ({"words": " " * 30}, "理由太短"),
        ({"words": LONG}, "最多1000字"),
        ({"citation": "CPL 999"}, "从规则里选一条依据"),
        ({"citation": ""}, "从规则里选一条依据"),
    ],
)
def test_a_reason_and_an_article_are_asked_for(
    case: Complaint, decide: Decide, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(CannotAct, match=said):
        decide(case, "platform", "joint", **changes)
    assert not Override.objects.exists()


@pytest.mark.django_db
def test_only_officers_who_may_see_an_open_case_override_it(cast: Cast, case: Complaint, decide: Decide) -> None:
    outsiders = [
        Actor.officer(cast.huang),  # of another province
        Actor.consumer(cast.lin),
        Actor.officer(cast.lin),  # of no association
        cast.platform,
        Actor(),
    ]
    for actor in outsiders:
        with pytest.raises((CannotAct, NotAllowed)):
            decide(case, "platform", "joint", actor=actor)
    decide(case, "platform", "joint", actor=Actor.officer(cast.zhou))  # the national association sees all
    with pytest.raises(CannotAct, match="没有要改的"):
        decide(case, "platform", "joint")
    Complaint.objects.filter(pk=case.pk).update(state="withdrawn")
    with pytest.raises(IllegalMove):
        decide(case, "platform", "sole")


@pytest.mark.django_db
def test_at_the_desk_the_sentence_is_read_before_it_is_confirmed(
    cast: Cast, case: Complaint, client: Client, wu: User
) -> None:
    client.force_login(cast.chen)
    address = reverse("admin:case-act", args=[case.reference, "override"])
    given = {"version": case.version, "party": "platform", "outcome": "joint", "reason": "equity"}
    short = client.post(address, {**given, "citation": CITED, "words": "不公平"})
    assert short.status_code == 422
    assert "理由太短。写清依据了哪个事实、哪一条。" in short.content.decode()
    given |= {"citation": CITED, "words": WORDS}
    shown = client.post(address, given)
    text = shown.content.decode()
    assert "消费者会读到" in text and "平台一起负责" in text and WORDS in text
    assert not Override.objects.exists()
    seen = shown.context["form"].data["seen"]
    other = client.post(address, {**given, "outcome": "advance", "seen": seen})  # not what was seen
    assert "消费者会读到" in other.content.decode()
    assert not Override.objects.exists()
    assert client.post(address, {**given, "seen": seen}).status_code == 302
    assert Override.objects.get().outcome == "joint"

    case.refresh_from_db()
    given |= {"version": case.version, "outcome": "not_responsible"}
    lower = client.post(address, given)
    assert "这次改判需要第二个人确认" in lower.content.decode()
    client.post(address, {**given, "seen": lower.context["form"].data["seen"]})
    case.refresh_from_db()
    assert case.verdicts["platform"] == "responsible"
    second = reverse("admin:case-act", args=[case.reference, "second"])
    proposal = Override.objects.proposed().get()
    answer = {"proposal": proposal.pk, "agrees": "yes"}
    assert client.post(second, {"version": case.version, **answer}).status_code == 409  # the same person
    client.force_login(wu)
    assert "确认以后消费者读到" in client.get(second).content.decode()
    assert client.post(second, {"version": case.version, **answer}).status_code == 302
    case.refresh_from_db()
    assert case.verdicts["platform"] == "not_responsible"


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_leave_one_proposal_and_one_second_word(
    cast: Cast, case: Complaint, decide: Decide, wu: User
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing to race for")
    responsible = next(party for party, verdict in case.verdicts.items() if verdict == "responsible")
    outcomes = together(lambda: decide(case, responsible, "possible"), lambda: decide(case, responsible, "possible"))
    assert outcomes.count(None) == 1
    proposal = Override.objects.get()
    confirm = lambda: overrides.confirm(proposal, actor=Actor.officer(wu), at=timezone.now())  # noqa: E731
    assert together(confirm, confirm).count(None) == 1
    assert SecondWord.objects.count() == 1
