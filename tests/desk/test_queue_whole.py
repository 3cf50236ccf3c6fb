"""The queue holds every case once, counts what it lists, keeps views for those they are for, and asks many at once."""

import html
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from complaints.admin import listing
from complaints.admin.counting import CAP, capped_counts, counted
from complaints.admin.listing import Filters, counts_of, found_among, rows_of
from complaints.admin.tabs import TABS
from complaints.flow import desk, many, triage
from complaints.flow.decisions import stand_again, waits_for_person
from complaints.lifecycle import OPEN
from complaints.models import Actor, Complaint, Request, SavedView
from complaints.permissions import NotAllowed
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import PASSWORD, Cast
from tests.desk.conftest import SignIn

SOON = "2099-01-04"


def some_cases(count: int) -> list[Complaint]:
    """Of every kind: copies of one filed case, so that there are many in little time."""
    first = a_complaint(at=timezone.now())
    today = timezone.localdate()
    rows = []
    for number in range(count - 1):
        row = Complaint.objects.get(pk=first.pk)
        row.pk, row.reference, row.receipt_hash, row.decision = None, f"ZZ-{number:06d}", f"{number:064x}", None
        row.filed_at -= timedelta(hours=number)
        row.due_on = None if number % 5 == 0 else today + timedelta(days=number % 4 - 2)
        row.review_due_on = today if number % 7 == 0 else None
        row.is_safety, row.has_dispute, row.needs_person = number % 6 == 0, number % 3 == 0, number % 4 == 0
        if number % 8 == 0:
            row.state, row.closed_at, row.due_on = "settled", timezone.now(), None
        row.problems = ["F"] if number % 2 else ["C", "A"]
        rows.append(row)
    Complaint.objects.bulk_create(rows)
    return list(Complaint.objects.all())


def walk(actor: Actor, query: str) -> list[int]:
    """The keys on all pages; between two pages one case that was shown moves to the end of the list."""
    assert actor.user
    filters, keys, now = Filters.read(QueryDict(query)), list[int](), timezone.localtime()
    for _page in range(60):
        rows, more = rows_of(Complaint.objects.visible_to(actor), filters, at=now, me=actor.user)
        keys += [row.case.pk for row in rows]
        if more is None:
            return keys
        moving = Complaint.objects.filter(pk=rows[0].case.pk, has_message=False)
        moving.update(due_on=now.date() - timedelta(days=400), has_message=True)  # before every page that is to come
        filters = replace(filters, after=listing.place_in(str(more)))
    raise AssertionError("the pages have no end")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "view=every", "category=F", "view=late", "state=settled", "view=safety"])
def test_the_pages_hold_every_case_once_and_in_order_while_cases_move(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    some_cases(40)
    filters = Filters.read(QueryDict(query))
    found = found_among(Complaint.objects.all(), filters, on=timezone.localdate(), me=cast.chen)
    order = listing.NEWEST_FIRST if filters.newest_first else listing.ORDER
    before = list(found.order_by(*order).values_list("pk", flat=True))
    monkeypatch.setattr(listing, "PAGE_SIZE", 7)
    assert walk(cast.officer, query) == before


@pytest.mark.django_db
def test_a_number_above_a_list_is_the_length_of_the_list_up_to_the_cap(cast: Cast) -> None:
    some_cases(40)
    on, cases = timezone.localdate(), Complaint.objects.visible_to(cast.officer)
    counts = counts_of(cases, on=on, me=cast.chen, extra={})
    for code, tab in TABS.items():
        assert counts[code] == cases.filter(tab.where(on, cast.chen)).count(), code
    assert counts["all"] == cases.filter(state__in=OPEN).count()
    assert min(counts[code] for code in ("late", "today", "safety", "conflict", "person", "review", "new")) > 0
    with patch("complaints.admin.counting.CAP", 9):
        assert capped_counts({"all": cases}, me=cast.chen) == {"all": 10}
    assert (counted(CAP), counted(CAP + 1)) == ("999", "999+")


@pytest.mark.django_db
def test_what_came_is_new_until_the_officer_says_they_have_looked(cast: Cast, signed_in: SignIn) -> None:
    chen, address = signed_in(cast.chen), reverse("admin:queue") + "?view=new"
    a_complaint(at=timezone.now() - timedelta(hours=1))
    page = chen.get(address)
    assert len(page.context["rows"]) == 1
    news = chen.get(page.context["news"] + f"&since={page.context['since']}").json()
    assert news == {"count": 0, "words": ""}
    a_complaint(at=timezone.now() + timedelta(seconds=1))
    news = chen.get(page.context["news"] + f"&since={page.context['since']}").json()
    assert (news["count"], news["words"]) == (1, "新来1件，点这里显示")
    assert len(chen.get(address).context["rows"]) == 2  # opening a list says nothing about it
    chen.post(reverse("admin:queue-seen"), {"since": page.context["since"]})
    assert len(chen.get(address).context["rows"]) == 1
    assert chen.get(reverse("admin:queue-news") + "?since=soon").status_code == 404


@pytest.mark.django_db
def test_a_view_is_seen_by_its_owner_and_once_shared_by_the_association(cast: Cast, signed_in: SignIn) -> None:
    wang = another_officer(cast, "wang", "mediator")
    given = {"name": " 本周 食品 ", "address": "?view=late&category=F&after=1.2.3&nonsense=1", "is_shared": ""}
    signed_in(wang).post(reverse("admin:queue-view-save"), given)
    own = SavedView.objects.get()
    assert (own.name, own.address, own.is_shared) == ("本周 食品", "view=late&category=F", False)
    assert "本周 食品" in signed_in(wang).get(reverse("admin:queue")).content.decode()
    assert "本周 食品" not in signed_in(cast.chen).get(reverse("admin:queue")).content.decode()
    assert signed_in(cast.chen).post(reverse("admin:queue-view", args=[own.pk]), {"remove": "1"}).status_code == 404
    with pytest.raises(NotAllowed):  # sharing is for whoever leads
        desk.change_view(own, name="本周", is_shared=True, actor=Actor.officer(wang))
    with pytest.raises(desk.CannotSave):
        desk.save_view(name="本周 食品", address="", is_shared=False, actor=Actor.officer(wang), at=timezone.now())

    shared = desk.save_view(name="大额", address="view=large", is_shared=True, actor=cast.officer, at=timezone.now())
    assert [view.name for view in SavedView.objects.visible_to(Actor.officer(wang))] == ["本周 食品", "大额"]
    assert not SavedView.objects.visible_to(Actor.officer(cast.huang)).exists()
    assert (
        "删掉“大额”" in signed_in(cast.chen).get(reverse("admin:queue-views") + f"?remove={shared.pk}").content.decode()
    )
    signed_in(cast.chen).post(reverse("admin:queue-view", args=[shared.pk]), {"remove": "yes"})
    assert [view.name for view in SavedView.objects.all()] == ["本周 食品"]


@pytest.mark.django_db
def test_a_view_keeps_the_longest_search_whole_and_nobody_reads_it_beside_the_desk(
    cast: Cast, signed_in: SignIn
) -> None:
    words = "林晓" * 40
    chen = signed_in(cast.chen)
    chen.post(reverse("admin:queue-view-save"), {"name": "长", "address": f"?view=every&q={words}"})
    view = SavedView.objects.get()
    assert Filters.read(QueryDict(view.address)).text == words
    assert quote("林晓") not in view.sealed_address
    assert f"?{view.address}" in html.unescape(chen.get(reverse("admin:queue")).content.decode())


@pytest.mark.django_db
def test_many_are_asked_at_once_each_with_its_own_outcome_and_none_twice(cast: Cast, signed_in: SignIn) -> None:
    referred, negotiating, ended = (
        a_referred_complaint(at=timezone.now()),
        a_complaint(at=timezone.now()),
        a_complaint(at=timezone.now()),
    )
    Complaint.objects.filter(pk=ended.pk).update(state="withdrawn", closed_at=timezone.now(), due_on=None)
    chosen = {"case": [each.reference for each in (referred, negotiating, ended)]}
    chen, address = signed_in(cast.chen), reverse("admin:queue-ask")
    assert chen.post(address, chosen).status_code == 200
    question = {**chosen, "to": "consumer", "words": "请补一张吊牌照片。", "due_on": SOON}
    assert chen.post(address, {**question, "words": "", "step": "look"}).status_code == 422
    text = chen.post(address, {**question, "step": "look"}).content.decode()
    assert "从“待受理”转为“待补充”" in text
    assert "已经结束（已撤回），不会问" in text
    assert not Request.objects.exists()

    done = chen.post(address, {**question, "step": "send"}).context["outcomes"]
    assert [each.is_done for each in done] == [True, True, False]
    assert "已经结束" in done[2].refusal
    again = chen.post(address, {**question, "step": "send"}).context["outcomes"]
    assert [each.was_done for each in again] == [True, True, False]
    assert Request.objects.count() == 2
    referred.refresh_from_db()
    assert referred.state == "needs-info"

    theirs = a_complaint(at=timezone.now(), contact={"region": "44"})
    assert chen.post(address, {**question, "case": [theirs.reference], "step": "send"}).status_code == 404


@pytest.mark.django_db
def test_nobody_asks_or_gives_out_more_than_a_person_looks_over(cast: Cast) -> None:
    cases = some_cases(many.MOST + 1)
    with pytest.raises(many.TooMany):
        many.assign_each(cases, to=cast.chen, actor=cast.officer, at=timezone.now())
    assert not Complaint.objects.exclude(officer=None).exists()


@pytest.mark.django_db
def test_an_auditor_sees_the_queue_and_no_button_that_changes_a_case(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    auditor = another_officer(cast, "shen", "auditor")
    browser = signed_in(auditor)
    page = browser.get(reverse("admin:queue")).content.decode()
    assert case.goods in page
    assert not [name for name in ('name="case"', "data-bulk", "data-assign", "/act/") if name in page]
    chosen = {"case": [case.reference], "to": str(cast.chen.pk), "words": "请补", "due_on": SOON, "step": "send"}
    for name in ("admin:queue-assign", "admin:queue-ask"):
        assert browser.post(reverse(name), chosen).status_code == 403
    case.refresh_from_db()
    assert (case.officer, case.requests.count()) == (None, 0)


@pytest.mark.django_db
def test_single_keys_are_switched_off_for_good(cast: Cast, signed_in: SignIn) -> None:
    chen, address = signed_in(cast.chen), reverse("admin:queue-keys")
    assert 'data-keys="on"' in chen.get(reverse("admin:queue")).content.decode()
    chen.post(address, {})
    assert 'data-keys="off"' in signed_in(cast.chen).get(reverse("admin:queue")).content.decode()
    chen.post(address, {"single_keys": "on"})
    assert " checked" in chen.get(address).content.decode()


@pytest.mark.django_db
def test_a_case_needs_a_person_while_somebody_may_answer_for_what_only_a_person_weighs(cast: Cast) -> None:
    case = a_complaint(at=timezone.now())
    assert case.decision
    assert case.needs_person == waits_for_person(case.decision.output)
    output = {
        "parties": {"anchor": {"verdict": "possible"}, "merchant": {"verdict": "responsible"}},
        "missing": [{"fact": "room_found_seller", "ask": "association", "would_change": {}}],
    }
    assert waits_for_person(output)
    assert not waits_for_person({**output, "missing": [{"fact": "seller_displayed"}]})
    assert not waits_for_person({**output, "parties": {"anchor": {"verdict": "responsible"}}})
    Complaint.objects.filter(pk=case.pk).update(needs_person=not case.needs_person)
    assert stand_again(case.pk)
    assert not stand_again(case.pk)
    again = Complaint.objects.get(pk=case.pk)
    assert (again.needs_person, again.platform_name) == (case.needs_person, "快播场")


@pytest.mark.django_db
def test_an_empty_desk_says_which_day_comes_next(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    triage.assign(case, to=cast.chen, actor=cast.officer, at=timezone.now())
    text = signed_in(cast.chen).get(reverse("admin:queue") + "?view=unassigned").content.decode()
    assert f"都分完了。下一件到期：{case.reference}" in text


def another_officer(cast: Cast, name: str, duty: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    Membership.objects.create(user=user, organisation=cast.zhejiang, duties=[duty])
    return user


def test_an_address_with_a_place_of_the_other_order_begins_at_the_start() -> None:
    assert Filters.read(QueryDict("view=every&after=1.20260601.5")).after is None
    assert Filters.read(QueryDict("after=n.1700000000000000.5")).after is None
    assert listing.place_in("n.99999999999999999999999999.5") is None
