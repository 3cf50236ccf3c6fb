"""The list of a business's members, and the cases behind it: whose they are, for whom one speaks, who works on them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from complaints.flow.inviting import invite, open_invitation
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.models import Assignment, Complaint, Event, Party, Respondent
from complaints.web import portal_list
from tests.browsers import browser_of
from tests.builders import a_referred_complaint
from tests.cast import Cast
from tests.portal.test_members import acting, member

pytestmark = pytest.mark.django_db
Part = Membership.Part
DISPUTES = {"position": "disputed", "words": "面料与页面一致", "send": "1"}


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_referred_complaint(at=timezone.now())


@pytest.fixture
def li(cast: Cast) -> Membership:
    return member("li", cast.kuailive, Part.ANSWERING)


@pytest.fixture
def browser(li: Membership) -> Client:
    return browser_of(li.user)


def at(complaint: Complaint, page: str = "") -> str:
    return f"/r/case/{complaint.reference}/{page}"


def answers_of(complaint: Complaint) -> dict[str, str]:
    return {each.party: each.answer.get("words", "") for each in complaint.respondents.all()}


def test_a_member_answers_for_the_platform_and_for_who_it_passes_on_to(complaint: Complaint, browser: Client) -> None:
    page = browser.get(at(complaint)).content.decode()
    assert "现在代谁说话" in page
    assert 'name="as" value="platform"' in browser.get(at(complaint, "answer/")).content.decode()
    browser.post(at(complaint, "answer/"), {**DISPUTES, "as": "platform"})
    assert answers_of(complaint) == {"platform": "面料与页面一致", "merchant": "", "anchor": ""}
    browser.post(at(complaint, "as/"), {"as": "merchant"})
    assert 'name="as" value="merchant"' in browser.get(at(complaint, "answer/")).content.decode()
    browser.post(
        at(complaint, "answer/"), {**DISPUTES, "as": "platform", "words": "平台这边补充"}
    )  # a page from before
    assert answers_of(complaint) == {"platform": "平台这边补充", "merchant": "", "anchor": ""}
    browser.post(at(complaint, "answer/"), {**DISPUTES, "words": "店铺这边的话", "as": "merchant"})
    assert answers_of(complaint)["merchant"] == "店铺这边的话"
    assert browser.post(at(complaint, "as/"), {"as": "association"}).status_code == 404


def test_who_has_come_in_itself_is_spoken_for_no_more(complaint: Complaint, browser: Client, cast: Cast) -> None:
    browser.post(at(complaint, "as/"), {"as": "merchant"})
    code = invite(complaint, party=Party.MERCHANT, actor=cast.officer, at=timezone.now())
    open_invitation(code, at=timezone.now())
    assert browser.post(at(complaint, "answer/"), {**DISPUTES, "as": "merchant"}).status_code == 404
    assert answers_of(complaint)["merchant"] == ""
    assert 'value="merchant"' not in browser.get(at(complaint)).content.decode()


def test_the_case_of_another_business_is_no_page_and_another_part_answers_nothing(
    complaint: Complaint, cast: Cast
) -> None:
    foreign = browser_of(member("yun", cast.yunji, Part.ANSWERING).user)
    for page in ("", "answer/", "offer/", "proof/", "records/", "messages/", "bundle/", "as/"):
        assert foreign.get(at(complaint, page), follow=True).status_code == 404
        assert foreign.post(at(complaint, page), DISPUTES).status_code in {404, 405}
    engineer = member("wang", cast.kuailive, Part.ENGINEER, Part.MANAGER)
    assert browser_of(engineer.user).post(at(complaint, "answer/"), DISPUTES).status_code == 403
    with pytest.raises(CannotAnswer):
        receive_response(
            complaint,
            party=Party.PLATFORM,
            position=Position.DISPUTED,
            words="x",
            claims={},
            actor=acting(engineer),
            at=timezone.now(),
        )
    assert not any(answers_of(complaint).values())


def test_a_code_and_an_account_do_not_stand_in_one_browser(complaint: Complaint, cast: Cast, browser: Client) -> None:
    other = a_referred_complaint(at=timezone.now())
    code = invite(complaint, party=Party.MERCHANT, actor=cast.officer, at=timezone.now())
    assert "会先退出这个账号" in browser.get("/r/").content.decode()
    browser.post("/r/", {"code": code})
    assert browser.get(at(complaint)).status_code == 200
    assert "现在代谁说话" not in browser.get(at(complaint)).content.decode()
    assert browser.get(at(other)).status_code == 404
    assert browser.get("/r/inbox/").status_code == 302
    guest = Client()
    guest.post("/r/", {"code": code})
    guest.post("/account/sign-in/", {"username": "li", "password": "a-long-test-password"})
    assert "现在代谁说话" not in guest.get(at(other)).content.decode() or guest.get("/r/inbox/").status_code == 200
    assert guest.get(at(other)).status_code == 200


def test_the_second_of_two_colleagues_is_told_before_answering_over_the_first(
    complaint: Complaint, cast: Cast, browser: Client
) -> None:
    other = browser_of(member("mei", cast.kuailive, Part.ANSWERING).user)
    stale = {**DISPUTES, "as": "platform", "answered": ""}
    assert browser.post(at(complaint, "answer/"), stale).status_code == 302
    page = other.post(at(complaint, "answer/"), {**stale, "words": "另一套说法"}).content.decode()
    assert "同事" in page and "另一套说法" in page
    assert answers_of(complaint)["platform"] == "面料与页面一致"
    assert Event.objects.filter(complaint=complaint, kind="answered").count() == 1
    given = complaint.respondents.get(party=Party.PLATFORM).answered_at
    assert given
    seen = {**stale, "words": "另一套说法", "answered": given.isoformat()}
    assert other.post(at(complaint, "answer/"), seen).status_code == 302
    assert answers_of(complaint)["platform"] == "另一套说法"


def test_the_list_has_what_waits_by_its_day_and_counts_it(cast: Cast, browser: Client) -> None:
    today = timezone.localdate()
    cases = [a_referred_complaint(at=timezone.now()) for _each in range(4)]
    for case, days in zip(cases, (2, -1, 0, 40), strict=True):
        case.respondents.update(due_on=today + timedelta(days=days))
    late, now, soon, later = cases[1], cases[2], cases[0], cases[3]
    page = browser.get("/r/inbox/").content.decode()
    places = [page.index(each.reference) for each in (late, now, soon, later)]
    assert places == sorted(places)
    for due, wanted in (("late", late), ("today", now)):
        found = browser.get(f"/r/inbox/?due={due}").content.decode()
        assert [each.reference in found for each in cases] == [each == wanted for each in cases]
    later.respondents.update(answered_at=timezone.now())
    assert later.reference not in browser.get("/r/inbox/").content.decode()
    assert later.reference in browser.get("/r/inbox/?tab=answered").content.decode()
    Complaint.objects.filter(pk=soon.pk).update(state="declined", closed_at=timezone.now())
    assert soon.reference in browser.get("/r/inbox/?tab=ended").content.decode()
    for odd in ("?tab=x&due=y&after=9999.x", "?after=99999999.5", "?after=" + "9" * 40, "?least=abc&who=x&kind=Q"):
        assert browser.get(f"/r/inbox/{odd}").status_code == 200
    assert (
        "没有待答复的投诉"
        in browser_of(member("yun", cast.yunji, Part.ANSWERING).user).get("/r/inbox/").content.decode()
    )


def test_a_list_is_filtered_searched_and_turned_page_by_page(
    cast: Cast, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [a_referred_complaint(at=timezone.now(), order={"amount": f"{sum_}.00"}) for sum_ in (100, 500, 900)]
    Respondent.objects.filter(complaint=cases[0], party=Party.MERCHANT).update(name="南山茶庄")

    def listed(query: str) -> list[int]:
        page = browser.get(f"/r/inbox/{query}").content.decode()
        return [number for number, case in enumerate(cases) if case.reference in page]

    assert listed("?merchant=茶庄") == [0]
    assert listed("?least=400&most=600") == [1]
    assert listed("?kind=C") == [0, 1, 2]
    assert listed("?kind=F") == []
    assert listed(f"?q={cases[2].reference.lower()}") == [2]
    assert listed("?q=260520771234567719") == [0, 1, 2]
    assert listed("?q=unknown") == []
    monkeypatch.setattr(portal_list, "SIZE", 2)
    first = browser.get("/r/inbox/").content.decode()
    assert [case.reference in first for case in cases] == [True, True, False]
    Complaint.objects.filter(pk=cases[0].pk).update(state="declined", closed_at=timezone.now())  # one goes meanwhile
    due = cases[1].respondents.first()
    assert due and due.due_on
    second = browser.get(f"/r/inbox/?after={due.due_on:%Y%m%d}.{cases[1].pk}").content.decode()
    assert [case.reference in second for case in cases] == [False, False, True]


def test_cases_are_given_to_colleagues_who_answer_and_to_nobody_else(
    complaint: Complaint, cast: Cast, browser: Client, li: Membership
) -> None:
    mei = member("mei", cast.kuailive, Part.ANSWERING).user
    engineer, foreign = (
        member("wang", cast.kuailive, Part.ENGINEER).user,
        member("yun", cast.yunji, Part.ANSWERING).user,
    )

    def give(to: object, *cases: Complaint) -> str:
        told = {"case": [case.reference for case in cases], "to": to, "next": "https://evil.example/"}
        answer = browser.post("/r/inbox/assign/", told, follow=True)
        assert answer.redirect_chain[0][0] == "/r/inbox/"
        return answer.content.decode()

    assert "1件已分派" in give(mei.pk, complaint)
    assert Assignment.objects.get().user == mei
    for nobody in (engineer.pk, foreign.pk, "x", ""):
        assert "先勾上投诉" in give(nobody, complaint)
    assert complaint.reference in browser.get(f"/r/inbox/?who={mei.pk}").content.decode()
    assert complaint.reference not in browser.get(f"/r/inbox/?who={li.user_id}").content.decode()
    give(li.user_id, complaint)
    assert Assignment.objects.get().user == li.user
    other = browser_of(foreign)
    other.post("/r/inbox/assign/", {"case": [complaint.reference], "to": foreign.pk})
    assert Assignment.objects.get().user == li.user
    give("nobody", complaint)
    assert not Assignment.objects.exists()


def test_the_table_has_no_formula_and_nothing_of_who_complained(
    complaint: Complaint, cast: Cast, browser: Client
) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(goods='=HYPERLINK("http://evil")', price=Decimal("469.00"))
    answer = browser.get("/r/inbox/export.csv")
    assert answer["Content-Disposition"].startswith("attachment; ")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "投诉编号"
    assert rows[1][:2] == [complaint.reference, '\'=HYPERLINK("http://evil")']
    assert "469.00" in rows[1]
    assert "canary" not in text and "13812345678" not in text
    assert len(list(csv.reader(io.StringIO(b"".join(browser.get("/r/inbox/export.csv?tab=ended")).decode())))) == 1
    english = b"".join(browser.get("/en/r/inbox/export.csv")).decode("utf-8-sig")
    assert complaint.reference in english


def test_a_line_in_trouble_is_told_above_the_list(cast: Cast, browser: Client) -> None:
    assert "收不到通知" not in browser.get("/r/inbox/").content.decode()
    cast.endpoint.state = "disabled"
    cast.endpoint.save()
    assert "有1个webhook地址收不到通知" in browser.get("/r/inbox/").content.decode()


def test_a_table_of_answers_is_read_looked_at_and_sent_once(complaint: Complaint, cast: Cast, browser: Client) -> None:
    def upload(text: str) -> str:
        file = SimpleUploadedFile("answers.csv", text.encode("utf-8-sig"), "text/csv")
        return str(browser.post("/r/import/", {"file": file}).get("Location", ""))

    assert complaint.reference in browser.get("/r/import/template.csv").content.decode("utf-8-sig")
    heading = "投诉编号,哪一方,意见,写给消费者的话\n"
    page = upload(f"{heading}{complaint.reference},平台,不认可,面料与页面一致\nZZ-000000-0000,平台,不认可,没有这件\n")
    looked = browser.get(page).content.decode()
    assert "发出1份答复" in looked and "要改" in looked
    assert not any(answers_of(complaint).values())
    assert browser_of(member("yun", cast.yunji, Part.ANSWERING).user).get(page).status_code == 404
    assert browser_of(member("yun2", cast.yunji, Part.ANSWERING).user).post(page).status_code == 404
    assert "1份答复已发出" in browser.post(page, follow=True).content.decode()
    browser.post(page)
    assert answers_of(complaint)["platform"] == "面料与页面一致"
    assert Event.objects.filter(complaint=complaint, kind="answered").count() == 1
    assert complaint.reference in browser.get(f"{page}results.csv").content.decode("utf-8-sig")
    assert upload("x") == ""
