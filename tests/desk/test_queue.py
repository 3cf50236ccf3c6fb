"""The queue: order, pages, filters, giving cases out, and what it costs."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from complaints.admin import listing
from complaints.flow import triage
from complaints.models import Complaint
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn


def shown(browser: Client, query: str = "") -> list[str]:
    page = browser.get(reverse("admin:queue") + query, follow=True)
    assert page.status_code == 200
    return [row.case.goods for row in page.context["rows"]]


def a_case(goods: str, **pages: dict[str, object]) -> Complaint:
    return a_complaint(at=timezone.now(), goods={"goods": goods, "category": "home", "use": "own"}, **pages)


def set_due(case: Complaint, days: int | None) -> None:
    day = None if days is None else timezone.localdate() + timedelta(days=days)
    Complaint.objects.filter(pk=case.pk).update(due_on=day)


@pytest.mark.django_db
def test_safety_comes_first_then_the_nearest_last_day_then_the_older_case(cast: Cast, signed_in: SignIn) -> None:
    late, soon, danger, never, also_soon = (a_case(goods) for goods in ("迟", "近", "险", "无", "近二"))
    for case, days in ((late, -2), (soon, 1), (danger, 9), (never, None), (also_soon, 1)):
        set_due(case, days)
    Complaint.objects.filter(pk=danger.pk).update(is_safety=True)
    assert shown(signed_in(cast.chen)) == ["险", "迟", "近", "近二", "无"]


@pytest.mark.django_db
def test_the_next_page_goes_on_where_this_one_ended_whatever_moved(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    cases = [a_case(goods) for goods in "甲乙丙丁戊"]
    for days, case in enumerate(cases):
        set_due(case, days)
    chen = signed_in(cast.chen)
    first = chen.get(reverse("admin:queue"))
    assert [row.case.goods for row in first.context["rows"]] == ["甲", "乙"]
    Complaint.objects.filter(pk=cases[0].pk).update(state="withdrawn")
    set_due(a_case("新"), -3)
    assert shown(chen, first.context["more"]) == ["丙", "丁"]


@pytest.mark.django_db
def test_each_view_and_filter_finds_its_cases(cast: Cast, signed_in: SignIn) -> None:
    plain = a_case("四件套")
    dear = a_case("沙发", order={"amount": "6999.00"})
    asked = a_referred_complaint(at=timezone.now(), goods={"goods": "手机", "category": "home", "use": "own"})
    food = a_case("米粉", type={"problems": ["F"]}, detail={"kinds": ["F-expired"]})
    other = a_case("枣", platform={"platform": "", "name": "云集市", "other": ""}, anchor={"anchor": "枣乡妹子"})
    set_due(plain, -1)
    set_due(dear, 0)
    triage.assign(other, to=cast.chen, actor=cast.officer, at=timezone.now())
    chen = signed_in(cast.chen)
    for query, found in (
        ("?view=mine", {"枣"}),
        ("?view=unassigned", {"四件套", "沙发", "手机", "米粉"}),
        ("?view=referred", {"手机"}),
        ("?view=late", {"四件套"}),
        ("?view=today", {"沙发"}),
        ("?view=safety", {"米粉"}),
        ("?view=large", {"沙发"}),
        ("?category=F", {"米粉"}),
        ("?platform=云集市", {"枣"}),
        ("?state=referred", {"手机"}),
        ("?verdict=anchor.responsible&category=F", {"米粉"} if food.verdicts["anchor"] == "responsible" else set()),
        (f"?q={asked.reference[3:].lower()}", {"手机"}),
        ("?q=枣乡", {"枣"}),
        ("?q=567719", {"四件套", "沙发", "手机", "米粉", "枣"}),
        ("?q=67719&view=mine", {"枣"}),
        ("?view=nonsense&category=Q&after=x.y.z&verdict=a.b", {"四件套", "沙发", "手机", "米粉", "枣"}),
    ):
        assert set(shown(chen, query)) == found, query


@pytest.mark.django_db
def test_a_case_whose_accounts_differ_stands_in_its_view(cast: Cast, signed_in: SignIn) -> None:
    Complaint.objects.filter(pk=a_case("冲突").pk).update(has_dispute=True)
    a_case("清楚")
    assert shown(signed_in(cast.chen), "?view=conflict") == ["冲突"]


@pytest.mark.django_db
def test_cases_are_given_out_together_and_each_leaves_an_event(cast: Cast, signed_in: SignIn) -> None:
    cases = [a_case("甲"), a_case("乙")]
    given = {"case": [case.reference for case in cases], "to": str(cast.chen.pk), "next": "/admin/queue/?view=mine"}
    answer = signed_in(cast.chen).post(reverse("admin:queue-assign"), given)
    assert answer["Location"] == "/admin/queue/?view=mine"
    for case in cases:
        case.refresh_from_db()
        last = case.events.last()
        assert last
        assert (case.officer, last.kind) == (cast.chen, "assigned")


@pytest.mark.django_db
def test_one_number_that_is_not_ours_stops_the_whole_bundle(cast: Cast, signed_in: SignIn) -> None:
    ours, theirs = a_case("我们的"), a_case("他们的", contact={"region": "44"})
    for chosen, to in (([ours, theirs], cast.chen), ([ours], cast.huang)):
        given = {"case": [case.reference for case in chosen], "to": str(to.pk)}
        assert signed_in(cast.chen).post(reverse("admin:queue-assign"), given).status_code == 404
        assert not Complaint.objects.exclude(officer=None).exists()


@pytest.mark.django_db
def test_giving_out_leads_to_no_other_site(cast: Cast, signed_in: SignIn) -> None:
    given = {"case": [], "to": str(cast.chen.pk), "next": "https://elsewhere.example/"}
    answer = signed_in(cast.chen).post(reverse("admin:queue-assign"), given)
    assert answer["Location"] == reverse("admin:queue")


@pytest.mark.django_db
def test_the_page_asks_the_database_twelve_times_at_most(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        a_complaint(at=timezone.now(), files=number == 0, goods={"goods": f"货{number}"})
    case = a_referred_complaint(at=timezone.now(), files=True)
    chen = signed_in(cast.chen)
    address = reverse("admin:queue") + f"?category=C&open={case.reference}"
    with django_assert_max_num_queries(13):  # figures counted anew, and a first look entered
        chen.get(address)
    with django_assert_max_num_queries(12):
        page = chen.get(address)
    assert page.context["shown"] == case
    assert len(page.context["rows"]) == 7


@pytest.mark.django_db
def test_an_empty_desk_says_so_and_its_numbers_are_dashes(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.chen).get(reverse("admin:queue"))
    text = page.content.decode()
    assert "现在没有待办" in text
    numbers = re.findall(r'<b class="num">([^<]+)', text.partition('class="kpi"')[2].partition("</ul>")[0])
    assert numbers == ["0", "—", "—", "—"]


@pytest.mark.django_db
def test_the_preview_stands_beside_the_list_and_alone(cast: Cast, signed_in: SignIn) -> None:
    case = a_case("四件套")
    chen = signed_in(cast.chen)
    whole = chen.get(reverse("admin:queue") + f"?open={case.reference}").content.decode()
    alone = chen.get(reverse("admin:queue-preview", args=[case.reference])).content.decode()
    for text in (whole, alone):
        assert 'aria-labelledby="peek-h"' in text
        assert "质量有问题或货不对板" in text
    assert "<html" not in alone


@pytest.mark.django_db
def test_the_desk_speaks_english_too(cast: Cast, signed_in: SignIn) -> None:
    case = a_case("四件套")
    chen = signed_in(cast.chen)
    for address in (reverse("admin:queue"), reverse("admin:case", args=[case.reference])):
        text = chen.get(f"/en{address}").content.decode()
        assert '<html lang="en"' in text
        assert "Zhejiang Consumers Association" in text
        assert "Responsible" in text


@pytest.mark.django_db
def test_the_numbers_follow_what_one_does_at_once_and_what_colleagues_do_within_seconds(
    cast: Cast, signed_in: SignIn
) -> None:
    case, chen = a_case("甲"), signed_in(cast.chen)

    def number(tab: str) -> str:
        page = chen.get(reverse("admin:queue"))
        assert len(page.context["rows"]) == page.context["total"]
        return str({code: count for code, _label, count, _address in page.context["tabs"]}[tab])

    assert (number("mine"), number("all")) == ("0", "1")
    triage.assign(a_case("乙"), to=cast.chen, actor=cast.officer, at=timezone.now())
    assert (number("mine"), number("all")) == ("0", "2")  # the list itself is never behind
    chen.post(reverse("admin:queue-assign"), {"case": [case.reference], "to": str(cast.chen.pk)})
    assert (number("mine"), number("all")) == ("2", "2")


@pytest.mark.django_db
def test_what_is_searched_for_stands_in_no_address(cast: Cast, signed_in: SignIn) -> None:
    a_case("四件套"), a_case("沙发")
    chen = signed_in(cast.chen)
    sent = chen.post(reverse("admin:queue-find"), {"view": "every", "q": "沙发", "category": ""})
    typed = chen.get(reverse("admin:queue"), {"view": "every", "q": "沙发"})
    for answer in (sent, typed):
        assert "沙发" not in unquote(answer["Location"])
        page = chen.get(answer["Location"])
        assert [row.case.goods for row in page.context["rows"]] == ["沙发"]
        assert page.context["filters"].text == "沙发"
        assert not [href for href in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()) if "沙发" in href]
    cut = chen.get(sent["Location"][:-9])
    assert (cut.status_code, cut.context["filters"].text) == (200, "")
