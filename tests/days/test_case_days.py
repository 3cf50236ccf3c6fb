"""The days of a case: a clock takes its length from the law files, stands still for testing, and tells its count."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from complaints.case_limits import CaseLimit, limits_of
from complaints.deadlines import answer_by, answer_of, is_settled, standing_of
from complaints.due_sheet import Row, Stage, sheet_of
from complaints.flow.clock import lapse, lapse_deadlines, recount
from complaints.flow.consumer import refer_to_association
from complaints.flow.testing import begin_testing, end_testing
from complaints.flow.triage import CannotAct, accept, decline, settle
from complaints.models import Actor, Complaint
from routing.engine.deadlines import Due, Waiting
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
AUTUMN = MONDAY.replace(month=12, day=29)  # Tuesday, 29 December 2026: the calendar ends with the week


def limits(complaint: Complaint) -> dict[str, CaseLimit]:
    complaint.refresh_from_db()
    return {each.limit.id: each for each in limits_of(complaint, list(complaint.respondents.all()))}


def last(complaint: Complaint, id: str) -> date | None:
    found = limits(complaint)[id].found
    assert isinstance(found, Due)
    return found.last


def rows(complaint: Complaint, on: date) -> dict[str, Row]:
    complaint.refresh_from_db()
    sheet = sheet_of(limits_of(complaint, list(complaint.respondents.all())), on=on)
    told: Iterable[Row] = (*sheet.running, *sheet.waiting, *sheet.past, *sheet.perhaps)
    return {row.id: row for row in told}


def test_the_days_of_a_case_come_from_what_happened_in_it(cast: Cast) -> None:
    complaint = a_referred_complaint()  # bought on 20 May, delivered on the 24th, filed and referred on 1 June
    assert last(complaint, "answer") == date(2026, 6, 8)
    assert last(complaint, "acceptance") == date(2026, 6, 10) == complaint.due_on
    assert last(complaint, "seven_day_return") == date(2026, 5, 31)
    assert last(complaint, "claim") == date(2029, 6, 1)  # begun again by the request to the association
    assert last(complaint, "rescind_fraud") == date(2027, 5, 24)  # which no complaint does
    assert last(complaint, "records_live") == date(2029, 5, 20)
    waiting = limits(complaint)["mediation"].found
    assert isinstance(waiting, Waiting)


def test_a_seller_whom_nobody_named_is_known_from_the_day_the_platform_names_it(cast: Cast) -> None:
    hidden: dict[str, Any] = {"shop": {"seller": "unsure", "shop": "", "company": ""}}
    complaint = a_complaint(**hidden)
    assert last(complaint, "claim") == date(2029, 5, 24)
    told = MONDAY + 3 * DAY
    complaint.assertions.create(fact="seller_identity_given", value=True, speaker="platform", at=told)
    assert last(complaint, "claim") == date(2029, 6, 4)
    named = a_complaint()
    named.assertions.create(fact="seller_identity_given", value=True, speaker="platform", at=told)
    assert last(named, "claim") == date(2029, 5, 24)  # the order had named it


def test_testing_stops_mediation_and_its_days_are_added(cast: Cast) -> None:
    complaint = a_referred_complaint()
    accept(complaint, actor=cast.officer, at=MONDAY)
    begin_testing(complaint, actor=cast.officer, at=MONDAY + 9 * DAY)
    complaint.refresh_from_db()
    assert complaint.due_on is None
    row = rows(complaint, date(2026, 6, 15))["mediation"]
    assert (row.stage, row.left) == (Stage.STANDING, None)
    assert "还剩52天" in row.when
    with pytest.raises(CannotAct):
        begin_testing(complaint, actor=cast.officer, at=MONDAY + 10 * DAY)
    end_testing(complaint, actor=cast.officer, at=MONDAY + 18 * DAY)
    complaint.refresh_from_db()
    assert complaint.due_on == date(2026, 8, 10)  # 31 July, and ten days of testing; a Monday
    assert "6月10日到6月19日鉴定、检测，10天不算。" in rows(complaint, date(2026, 6, 30))["mediation"].steps
    with pytest.raises(CannotAct):
        end_testing(complaint, actor=cast.officer, at=MONDAY + 19 * DAY)
    settle(complaint, actor=cast.officer, at=MONDAY + 20 * DAY)
    with pytest.raises(CannotAct):
        begin_testing(complaint, actor=cast.officer, at=MONDAY + 21 * DAY)


def test_what_is_done_or_over_runs_no_more_and_what_is_awaited_is_late(cast: Cast) -> None:
    complaint = a_referred_complaint()
    assert rows(complaint, date(2026, 6, 10))["acceptance"].stage is Stage.RUNNING
    late = rows(complaint, date(2026, 6, 12))
    assert (late["acceptance"].stage, late["acceptance"].left) == (Stage.LATE, -2)
    assert late["seven_day_return"].stage is Stage.OVER
    decline(complaint, ground="no-proof", words="没有凭证。", actor=cast.officer, at=MONDAY + DAY)  # type: ignore[arg-type]
    ended = rows(complaint, date(2026, 6, 12))
    assert ended["acceptance"].stage is Stage.DONE
    assert ended["answer"].stage is Stage.DONE
    assert "mediation" not in ended
    assert ended["claim"].stage is Stage.RUNNING


def test_a_day_beyond_the_calendar_is_shown_as_not_before_wherever_it_stands(cast: Cast, client: Client) -> None:
    complaint = a_complaint(at=AUTUMN, consumer=cast.lin)
    respondent = complaint.respondents.get(party="platform")
    assert respondent.due_on == date(2027, 1, 4)
    assert not is_settled(respondent.due_on)
    assert complaint.events.get(kind="reached").body["provisional"] is True
    row = rows(complaint, AUTUMN.date())["answer"]
    assert "不早于" in row.when
    assert "2027年的放假安排还没公布" in row.why_not_exact
    assert not any("最后一天是" in step for step in row.steps)
    client.force_login(cast.lin)
    for page in ("", "decision/", "days/"):
        text = client.get(f"/case/{complaint.reference}/{page}").content.decode()
        assert "不早于2027年1月4日" in text, page
        assert "2027年1月4日前答复" not in text, page
        assert "2027年1月4日截止" not in text, page
    found = client.get(
        f"/api/v1/cases/{complaint.reference}", headers={"Authorization": f"Bearer {cast.key.text}"}
    ).json()
    assert found["due_provisional"] is True
    assert found["asked_of_you"]["due_provisional"] is True
    assert {one["due_provisional"] for one in found["respondents"]} == {True}


def test_nobody_is_silent_before_an_ordinary_week_and_the_longest_holiday_are_over(cast: Cast) -> None:
    complaint = a_complaint(at=AUTUMN)
    respondent = complaint.respondents.get(party="platform")
    until = answer_of(respondent)
    assert until == answer_by(AUTUMN.date())
    assert until.likely == date(2027, 1, 6)
    for day in (5, 6, 16):
        assert lapse_deadlines(at=AUTUMN.replace(year=2027, month=1, day=day)) == 0
        assert standing_of(respondent, date(2027, 1, day)) == {"code": "waiting", "days": 0}
    assert lapse(complaint.pk, at=AUTUMN.replace(year=2027, month=1, day=17)) == 3


def test_when_the_calendar_is_out_the_days_are_counted_again(cast: Cast) -> None:
    complaint = a_referred_complaint()
    sooner = date(2026, 6, 4)
    complaint.respondents.update(due_on=sooner)
    Complaint.objects.filter(pk=complaint.pk).update(due_on=sooner)
    assert recount(complaint.pk, at=MONDAY + DAY)
    complaint.refresh_from_db()
    assert complaint.due_on == date(2026, 6, 10)
    assert {each.due_on for each in complaint.respondents.all()} == {date(2026, 6, 8)}
    assert complaint.events.last().kind == "recounted"
    assert not recount(complaint.pk, at=MONDAY + DAY)
    accept(complaint, actor=cast.officer, at=MONDAY + DAY)
    assert not recount(complaint.pk, at=MONDAY + 2 * DAY)
    settle(complaint, actor=cast.officer, at=MONDAY + 2 * DAY)
    assert not recount(complaint.pk, at=MONDAY + 3 * DAY)


def test_a_shorter_policy_moves_no_clock_that_runs(cast: Cast, settings: Any) -> None:
    complaint = a_complaint()
    settings.RESPONSE_WORKING_DAYS = 2
    assert last(complaint, "answer") == date(2026, 6, 8)
    assert "数满5个工作日。" in rows(complaint, date(2026, 6, 2))["answer"].steps
    assert answer_by(date(2026, 6, 1)).day == date(2026, 6, 3)


def test_the_page_lists_every_limit_and_opens_the_one_that_was_asked_for(cast: Cast, client: Client) -> None:
    complaint = a_complaint(at=timezone.now(), consumer=cast.lin)
    refer_to_association(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    client.force_login(cast.lin)
    page = client.get(f"/case/{complaint.reference}/days/?why=claim")
    text = page.content.decode()
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    told = {each.limit.id for each in limits(complaint).values()}
    assert set(re.findall(r' id="why-([a-z_]+)"', text)) == told
    assert re.findall(r'id="why-([a-z_]+)" open', text) == ["claim"]
    assert "你请协会受理那天，从这天起重新算" in text
    assert "投诉、催要都不会让它停下" in text
    english = client.get(f"/en/case/{complaint.reference}/days/").content.decode()
    assert "it begins again from there" in english
    assert "that day still counts" in english


def test_answers_of_different_days_stand_apart(cast: Cast) -> None:
    complaint = a_complaint()
    complaint.respondents.filter(party="merchant").update(answered_at=MONDAY + DAY)
    complaint.respondents.filter(party="platform").update(answered_at=MONDAY + 2 * DAY)
    told = rows(complaint, date(2026, 6, 4))
    assert (told["answer"].stage, told["answer"].owner) == (Stage.RUNNING, "由主播办")
    assert {told[f"answer-{party}"].stage for party in ("merchant", "platform")} == {Stage.DONE}


def test_each_clock_leads_to_its_count(cast: Cast, client: Client) -> None:
    complaint = a_referred_complaint(at=timezone.now(), consumer=cast.lin)
    client.force_login(cast.lin)
    for page in ("", "decision/"):
        text = client.get(f"/case/{complaint.reference}/{page}").content.decode()
        for limit in ("answer", "acceptance"):
            assert f'href="/case/{complaint.reference}/days/?why={limit}#{limit}"' in text


def test_the_page_exists_for_its_consumer_only(cast: Cast, client: Client) -> None:
    complaint = a_complaint(at=timezone.now(), consumer=cast.lin)
    path = f"/case/{complaint.reference}/days/"
    assert client.get(path).status_code == 404
    for user in (cast.zhao, cast.huang):
        client.force_login(user)
        assert client.get(path).status_code == 404


def test_the_officer_sees_the_same_counts_on_the_case_screen(cast: Cast, client: Client) -> None:
    complaint = a_referred_complaint()
    client.force_login(cast.chen)
    text = client.get(reverse("admin:case", args=[complaint.reference])).content.decode()
    assert 'id="day-acceptance"' in text
    assert "从你请协会受理那天算起：" in text
    assert "不是法定期限" in text


@pytest.mark.parametrize(("lang", "said"), [("zh", "最后一天是6月10日"), ("en", "The last day is 10 June")])
def test_the_count_is_told_in_the_readers_language(cast: Cast, lang: str, said: str) -> None:
    complaint = a_referred_complaint()
    with translation.override(lang):
        steps = rows(complaint, MONDAY.date())["acceptance"].steps
    assert any(step.startswith(said) for step in steps)
