"""The dashboard: as many rows stand in the list behind a figure as the figure says, for whoever looks."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from complaints.admin import board as page_of
from complaints.figures.board import count_cases
from complaints.flow import boards, overrides, reopening, terminating, triage
from complaints.lifecycle import State
from complaints.models import (
    Actor,
    BoardCase,
    BoardCount,
    BoardRule,
    BoardTerm,
    Complaint,
    Override,
    Party,
    Respondent,
)
from routing import rulebook
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast
from tests.desk.conftest import SignIn

FIGURE = re.compile(r'<a class="fig" href="([^"]+)">(?:<span class="sr">[^<]*</span>)?(\d+)</a>')
ROW = re.compile(r'<li><a href="[^"]*/admin/case/')


def counted(at: datetime | None = None) -> None:
    boards.keep_counts(lambda: at or timezone.now())


def figures_on(browser: Client, query: str = "") -> dict[str, int]:
    """Every figure of the page by the address of its list."""
    answer = browser.get(reverse("admin:dashboard") + query)
    assert answer.status_code == 200
    return {unescape(address): int(number) for address, number in FIGURE.findall(answer.content.decode())}


def rows_behind(browser: Client, address: str) -> int:
    """The rows of all pages of a list."""
    rows = 0
    while address:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        rows += len(ROW.findall(answer.content.decode()))
        address = answer.context["more"]
    return rows


def invented(cast: Cast, seed: int, count: int) -> Iterator[BoardCase]:
    """Rows of cases in every state and age, with last days kept, missed and running, and rules set aside or not."""
    chance, today = random.Random(seed), timezone.localdate()
    house: list[Organisation | None] = [cast.zhejiang, cast.guangdong, None]
    people: list[User | None] = [cast.chen, cast.huang, None]
    for number in range(count):
        state = chance.choice(list(State))
        filed = timezone.now() - timedelta(days=chance.choice([0, 3, 7, 8, 20, 29, 30, 31, 45, 60, 61, 200]))
        case = Complaint.objects.create(
            reference=f"ZZ-{seed:02}-{number:04}",
            receipt_hash=f"{seed}-{number}",
            association=chance.choice(house),
            officer=chance.choice(people),
            goods="杯子",
            state=state,
            filed_at=filed,
            purchased_on=today,
            problems=chance.choice([["C"], ["D", "C"], [], ["Z"]]),
            has_message=chance.random() < 0.3,
            due_on=chance.choice([None, today, today - timedelta(days=2), today + timedelta(days=2)]),
        )
        Respondent.objects.create(complaint=case, party="platform", name=chance.choice(["快播场", "云集市", ""]))
        (found,) = count_cases([case.pk])
        row = found.case
        row.first = chance.choice(["", *Party.values])
        row.is_changed = chance.random() < 0.3
        row.hour = chance.randrange(24)
        row.save()
        for kind in chance.sample(list(BoardTerm.Kind), 2):
            kept = chance.choice([True, False, None])
            party = "platform" if kind == BoardTerm.Kind.ANSWER else ""
            last = today + timedelta(days=chance.randrange(-40, 5))
            done = None if kept is None else last
            BoardTerm.objects.create(
                case=row, filed_on=row.filed_on, kind=kind, party=party, last_on=last, is_kept=kept, done_on=done
            )
        for rule in chance.sample(["M01", "M04", "A01", ""], 2):
            BoardRule.objects.create(case=row, filed_on=row.filed_on, rule=rule, is_overridden=chance.random() < 0.4)
        yield row
    now = timezone.now()
    BoardCount.objects.update_or_create(pk=1, defaults={"round_on": today, "counted_at": now})


@pytest.mark.django_db
def test_what_an_association_opens_again_is_counted_as_going_on(cast: Cast) -> None:
    def terms(case: Complaint) -> dict[str, BoardTerm]:
        (found,) = count_cases([case.pk])
        return {each.kind: each for each in found.terms if each.kind != BoardTerm.Kind.ANSWER}

    def reopen(case: Complaint, days: int) -> None:
        told: dict[str, Any] = {"reason": reopening.OfficersReason.MISTAKE, "words": "办错了。"}
        reopening.reopen_case(case, **told, actor=cast.officer, at=MONDAY + timedelta(days=days))

    case = a_referred_complaint()
    triage.decline(case, ground=triage.Declined.NO_PROOF, words="没有凭证。", actor=cast.officer, at=MONDAY)
    assert terms(case)["acceptance"].is_kept
    reopen(case, 7)
    anew = terms(case)["acceptance"]
    assert (anew.is_kept, str(anew.last_on)) == (None, "2026-06-17")
    triage.accept(case, actor=cast.officer, at=MONDAY + timedelta(days=8))
    case.refresh_from_db()
    before = terms(case)["mediation"].last_on
    told: dict[str, Any] = {"ground": terminating.Ground.IMPASSE, "words": "谈不拢。", "actor": cast.officer}
    terminating.terminate(case, **told, at=MONDAY + timedelta(days=9))
    assert terms(case)["mediation"].is_kept
    reopen(case, 10)
    assert (terms(case)["mediation"].is_kept, terms(case)["mediation"].last_on) == (None, before)
    terminating.terminate(case, **told, at=MONDAY + timedelta(days=200))
    assert terms(case)["mediation"].is_kept is False


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_behind_every_figure_stand_as_many_rows_as_it_says(
    cast: Cast, signed_in: SignIn, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of, "PAGE_SIZE", 7)
    list(invented(cast, seed, 30))
    queries = ("", "?category=C", "?platform=快播场&from=2020-01-01", f"?association={cast.zhejiang.pk}")
    browser = signed_in((cast.chen, cast.zhou)[seed % 2])
    found = figures_on(browser, queries[seed])
    assert len(found) > 40
    lists = {re.search(r"figure=([^&]+)", each)[1]: each for each in random.Random(seed).sample(sorted(found), 40)}  # type: ignore[index]
    for address in {*lists.values(), *random.Random(seed).sample(sorted(found), 12)}:
        assert rows_behind(browser, address) == found[address], address


@pytest.mark.django_db
def test_an_officer_counts_only_what_they_see_and_the_load_is_for_leads_and_auditors(
    cast: Cast, signed_in: SignIn
) -> None:
    list(invented(cast, 7, 25))
    mine = BoardCase.objects.visible_to(cast.officer)
    assert set(mine) == set(BoardCase.objects.filter(association=cast.zhejiang))
    assert BoardCase.objects.visible_to(Actor.officer(cast.zhou)).count() == 25
    assert not BoardCase.objects.visible_to(Actor.consumer(cast.lin)).exists()
    assert not BoardTerm.objects.visible_to(replace(cast.officer, duties=frozenset({"administrator"}))).exists()
    browser = signed_in(cast.chen)
    load = f"{reverse('admin:dashboard-list')}?figure=load"
    for duty, sees in (("intake", False), ("mediator", False), ("auditor", True), ("lead", True)):
        Membership.objects.filter(user=cast.chen).update(duties=[duty])
        assert browser.get(load).status_code == (200 if sees else 404)
        assert any("figure=load" in each for each in figures_on(browser)) == sees
    Membership.objects.filter(user=cast.chen).update(duties=["administrator"])
    assert browser.get(reverse("admin:dashboard")).status_code == 404
    assert browser.get(load).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "?from=zzz&to=9999-99-99&category=Q&association=x&platform=%00",
        "?from=2030-01-01&to=1999-01-01",
        "?association=²&from=0001-01-01",
    ],
)
def test_an_old_or_twisted_address_still_opens(cast: Cast, signed_in: SignIn, query: str) -> None:
    browser = signed_in(cast.zhou)
    assert browser.get(reverse("admin:dashboard") + query).status_code == 200
    page = reverse("admin:dashboard-list") + query
    for figure in (
        "heat&weekday=9999999&span=x",
        "terms&week=nothing",
        "nothing",
        "load&officer=x",
        "changed&is_changed=z",
    ):
        assert browser.get(f"{page}&figure={figure}").status_code == 404
    for figure in ("heat&weekday=99", "hand&state=none&age=%00", "flow&first="):
        assert browser.get(f"{page}&figure={figure}").status_code == 200


@pytest.mark.django_db
def test_what_is_counted_is_what_happened(cast: Cast) -> None:
    case = a_referred_complaint(at=MONDAY)
    counted(MONDAY)
    row = BoardCase.objects.get(complaint=case)
    assert (row.state, row.letter, row.weekday, row.hour, row.is_changed) == ("referred", "C", 0, 10, False)
    acceptance = row.terms.get(kind="acceptance")
    assert (f"{acceptance.last_on}", acceptance.is_kept) == ("2026-06-10", None)  # seven working days after Monday 1st
    assert {each.is_kept for each in row.terms.filter(kind="answer")} == {None}
    assert not row.rules.filter(is_overridden=True).exists()

    late = MONDAY + timedelta(days=20)
    triage.accept(Complaint.objects.get(pk=case.pk), actor=cast.officer, at=late)
    platform = case.respondent(Party.PLATFORM)
    assert platform is not None
    counted(late)
    row.refresh_from_db()
    assert (row.state, row.terms.get(kind="acceptance").is_kept) == ("accepted", False)
    assert row.terms.get(kind="mediation").is_kept is None
    assert BoardCount.objects.get().counted_at == late
    assert boards.keep_counts(lambda: late) == 0


@pytest.mark.django_db
def test_a_rule_that_officers_set_aside_is_counted_so_until_they_give_it_back(cast: Cast) -> None:
    case = a_complaint(at=MONDAY)
    assert case.decision is not None
    held = [
        each for each in case.decision.output["grounds"] if each["party"] == "merchant" and each["status"] == "held"
    ]
    outcome = Override.Outcome.EITHER if held else Override.Outcome.SOLE
    overrides.override(
        case,
        party=Party.MERCHANT,
        outcome=outcome,
        reason=Override.Reason.MISAPPLIED,
        words="这条规则用在这里不对，吊牌照片里的成分和页面写的不一样。",
        citation=next(overrides.citations_open(rulebook())),
        actor=cast.officer,
        at=MONDAY,
    )
    counted(MONDAY)
    aside = set(BoardRule.objects.filter(is_overridden=True).values_list("rule", flat=True))
    assert aside == ({each["id"] for each in held if each["form"] != "duty"} or {""})


@pytest.mark.django_db
def test_the_round_finds_what_no_event_told_of(cast: Cast) -> None:
    first, second = a_complaint(at=MONDAY), a_complaint(at=MONDAY)
    counted(MONDAY)
    BoardCase.objects.filter(complaint=first).update(version=0, letter="Z")
    BoardCase.objects.filter(complaint=second).delete()
    BoardCount.objects.update(last_event=2**40)
    assert boards.keep_counts(lambda: MONDAY) == 0  # today's round is over
    assert boards.keep_counts(lambda: MONDAY + timedelta(days=1)) == 2
    assert BoardCase.objects.filter(letter="C").count() == 2
