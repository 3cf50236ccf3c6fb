"""An officer supposes that a case were otherwise, and nothing of the case changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from complaints.admin.whatif_results import Result
from complaints.models import Complaint, LawText
from routing import rulebook
from routing.book import LAW
from routing.engine.loading import load, read_folder
from tests.builders import EMAIL, NAME, PHONE, a_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn

pytestmark = pytest.mark.django_db
CHANGED = "is-changed"


def address_of(case: Complaint) -> str:
    return reverse("admin:case-whatif", args=[case.reference])


def as_it_stands(browser: Client, address: str) -> dict[str, Any]:
    """The form as the page offers it, the way a browser would send it."""
    page = browser.get(address)
    assert page.status_code == 200
    form = page.context["form"]
    sent = {field.name: field.value() or "" for field in form if field.name != "lapsed"}
    facts = {f"fact-{row.key}": row.value for group in page.context["groups"] for row in group.rows}
    return {**sent, "lapsed": form["lapsed"].value(), **facts}


def suppose(browser: Client, address: str, **changes: Any) -> Any:
    sent = {
        **as_it_stands(browser, address),
        **{name.replace("fact_", "fact-"): value for name, value in changes.items()},
    }
    return browser.post(address, sent)


def result_of(answer: Any) -> Result:
    assert answer.status_code == 200, answer.context["form"].errors
    found: Result = answer.context["result"]
    return found


def words(result: Result) -> dict[str, str]:
    return {stand.name: stand.after.word for stand in result.stands}


def an_earlier_law(old: str, new: str) -> LawText:
    """Today's law with one thing called otherwise, kept as if a decision had been made by it."""
    files = {name: text.replace(old, new) for name, text in read_folder(LAW).items()}
    book = load(files)
    at = timezone.now() - timedelta(days=90)
    return LawText.objects.create(digest=book.digest, version=book.version, ruleset=book.id, files=files, at=at)


def test_it_begins_with_the_case_as_it_stands(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    page = signed_in(cast.chen).get(address_of(case))
    result = result_of(page)
    assert (result.moved, result.moves, result.sums, result.gates, result.laws) == ([], (), (), (), ())
    known = next(group for group in page.context["groups"] if group.name == "known")
    assert {row.key: row.value == "yes" for row in known.rows} == case.decision.input["facts"]
    assert CHANGED not in page.content.decode()
    assert 'name="note"' not in page.content.decode()
    case_page = signed_in(cast.chen).get(reverse("admin:case", args=[case.reference])).content.decode()
    assert address_of(case) in case_page
    assert "no-store" in page["Cache-Control"]


def test_a_supposed_fact_moves_a_verdict_and_leaves_the_case_alone(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    before = (case.version, case.decisions.count(), case.assertions.count(), case.verdicts)
    answer = suppose(signed_in(cast.chen), address_of(case), fact_seller_displayed="yes", fact_personal_use="no")
    result = result_of(answer)
    text = answer.content.decode()
    assert [stand.name for stand in result.moved]
    for move in result.moves[0].settled:
        assert reverse("complaints:rule", args=[move.version, move.ground]) in text
    assert "has-moved" in text and CHANGED in text
    assert "改过，原来是“是”" in text
    assert "no-store" in answer["Cache-Control"]
    case.refresh_from_db()
    assert (case.version, case.decisions.count(), case.assertions.count(), case.verdicts) == before
    for canary in (NAME, PHONE, EMAIL):
        assert canary not in text


def test_each_way_to_turn_a_verdict_does_turn_it_when_tried(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    chen, address = signed_in(cast.chen), address_of(case)
    start = as_it_stands(chen, address)
    offered = result_of(chen.get(address))
    stood = words(offered)
    assert offered.ways
    for ways in offered.ways:
        for way in (*ways.first, *ways.more):
            answer = chen.post(address, {**start, "apply": way.apply})
            assert words(result_of(answer))[ways.name] != stood[ways.name], way
            for each in way.apply.split():
                fact, code = each.split("=")
                assert f'name="fact-{fact}" value="{code}" checked' in answer.content.decode()


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("purchase_date", ""),
        ("purchase_date", "2026-02-30"),
        ("delivered_date", "1026-05-01"),
        ("filed_date", "2019-01-01"),
        ("harm_known_date", "2019-01-01"),
        ("price", "-3"),
        ("loss", "一百"),
        ("category", "spaceships"),
        ("lapsed", ["landlord"]),
        ("version", "1999-01-01.00000000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_kept(
    cast: Cast, signed_in: SignIn, lang: str, field: str, typed: Any
) -> None:
    case = a_complaint(at=timezone.now())
    chen, address = signed_in(cast.chen), lang + address_of(case)
    given: dict[str, Any] = {"loss": "77.5", "fact_room_found_seller": "yes", field: typed}
    answer = suppose(chen, address, **given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert f'id="id_{field}_error"' in text
    assert "allowed:" not in text and "found" not in str(answer.context["form"].errors.get("filed_date", ""))
    assert 'name="fact-room_found_seller" value="yes" checked' in text
    if isinstance(typed, str) and field not in ("category", "version", "loss"):
        assert f'value="{typed}"' in text or not typed
        assert 'value="77.5"' in text


def test_another_day_brings_another_law_and_the_page_says_since_when(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    answer = suppose(
        signed_in(cast.chen), address_of(case), purchase_date="2020-03-01", filed_date="2020-04-01",
        delivered_date="2020-03-05", harm_known_date="",
    )  # fmt: skip
    result = result_of(answer)
    assert any(name == "《民法典》" and "2021年1月1日" in said for name, said in (*result.laws, *result.far_laws))
    laws = [move.law for party in result.moves for move in (*party.settled, *party.open) if move.law]
    assert laws and all("起才有这一条" in law or "只用到" in law for law in laws)
    assert result.sums


def test_who_let_the_time_run_out_is_decided_on_the_burden_and_marked(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    answer = suppose(signed_in(cast.chen), address_of(case), lapsed=["merchant", "anchor", "platform"])
    result = result_of(answer)
    assert any(move.by_burden for party in result.moves for move in party.settled)
    assert "按举证规则判" in answer.content.decode()


def test_what_cannot_be_so_together_is_named(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    answer = suppose(signed_in(cast.chen), address_of(case), fact_counterfeit="yes", fact_not_as_described="no")
    assert len(result_of(answer).clashes) == 1
    assert "对不上" in answer.content.decode()


def test_an_earlier_law_reads_the_same_facts_and_what_it_does_not_know_is_left_out(
    cast: Cast, signed_in: SignIn
) -> None:
    case = a_complaint(at=timezone.now())
    kept = an_earlier_law("not_as_described", "otherwise_than_said")  # the fact that makes the merchant answer
    chen, address = signed_in(cast.chen), address_of(case)
    answer = suppose(chen, address, version=kept.version)
    result = result_of(answer)
    assert result.then.book.version == kept.version
    assert words(result)["商家"] != "应负责"
    label = rulebook().facts["not_as_described"].label
    assert label and f"这一版规则不认识：{label.zh}" in answer.content.decode()
    assert 'name="fact-otherwise_than_said"' in answer.content.decode()
    free = suppose(chen, reverse("admin:whatif"), version=kept.version, fact_not_as_described="yes")
    assert "今天的规则" in free.content.decode()
    assert result_of(free).now is not None


def test_a_law_that_cannot_be_read_any_more_is_said_at_the_field(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    LawText.objects.create(digest="sha256:0", version="old", ruleset="zz", files={"a.toml": "="}, at=timezone.now())
    answer = suppose(signed_in(cast.chen), address_of(case), version="old")
    assert answer.status_code == 422
    assert "读不出来" in answer.content.decode()


def test_a_note_holds_codes_and_days_and_the_desk_tells_it_in_words(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    chen, address = signed_in(cast.chen), address_of(case)
    decided = case.decision.digest
    supposed = {"fact_personal_use": "no", "category": "food", "price": "99999", "note": "1"}
    answer = suppose(chen, address, **supposed)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:case", args=[case.reference]) + "#timeline"
    case.refresh_from_db()
    event = case.events.order_by("-sequence").first()
    assert event and (event.kind, event.actor) == ("whatif-noted", f"officer:{cast.chen.pk}")
    assert event.body["facts"] == {"personal_use": False}
    assert event.body["given"] == {"category": "food"}
    assert event.body["rulebook"] == rulebook().digest and event.body["decision"] == 1
    assert set(event.body["verdicts"]) == {"merchant", "anchor", "platform"}
    assert "99999" not in str(event.body)
    assert case.decision.digest == decided
    told = chen.get(reverse("admin:case", args=[case.reference])).content.decode()
    assert "推演备注" in told and "品类：普通食品、饮料" in told
    suppose(chen, address, **supposed)  # pressed twice
    assert case.events.filter(kind="whatif-noted").count() == 1


def test_there_is_nothing_to_note_where_nothing_is_supposed_or_the_case_has_ended(
    cast: Cast, signed_in: SignIn
) -> None:
    case = a_complaint(at=timezone.now())
    chen, address = signed_in(cast.chen), address_of(case)
    same = suppose(chen, address, note="1", price="1")
    assert same.status_code == 200
    assert "没有可写的" in same.content.decode()
    Complaint.objects.filter(pk=case.pk).update(state="withdrawn")
    ended = suppose(chen, address, note="1", fact_personal_use="no")
    assert "已经结束" in ended.content.decode()
    assert 'name="note"' not in ended.content.decode()
    assert not case.events.filter(kind="whatif-noted").exists()


def test_only_those_who_see_the_case_may_suppose_about_it(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    sent = as_it_stands(signed_in(cast.chen), address_of(case))
    for person in (cast.huang, cast.lin):
        assert signed_in(person).get(address_of(case)).status_code == 404
        assert signed_in(person).post(address_of(case), {**sent, "note": "1"}).status_code == 404
    assert signed_in(cast.lin).get(reverse("admin:whatif")).status_code == 404
    assert signed_in(cast.huang).get(reverse("admin:whatif")).status_code == 200
    assert signed_in(cast.chen).put(address_of(case)).status_code == 405


def test_from_nothing_it_needs_two_days_only(cast: Cast, signed_in: SignIn) -> None:
    chen, address = signed_in(cast.chen), reverse("admin:whatif")
    page = chen.get(address)
    assert result_of(page).now is None
    assert set(words(result_of(page)).values()) == {"暂不负责"}
    assert f'href="{address}" aria-current="page"' in page.content.decode()
    answer = suppose(chen, address, fact_purchase_proved="yes", fact_not_as_described="yes", fact_personal_use="yes")
    assert words(result_of(answer))["商家"] == "应负责"
    assert [party.name for party in result_of(answer).moves if party.settled]


def test_a_script_gets_the_results_alone_and_the_errors_with_them(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    chen, address = signed_in(cast.chen), address_of(case)
    sent = as_it_stands(chen, address)
    part = chen.post(address, {**sent, "fact-personal_use": "no"}, headers={"X-Part": "result"}).content.decode()
    assert "<html" not in part and "data-party" in part and 'name="fact-personal_use"' not in part
    wrong = chen.post(address, {**sent, "price": "x"}, headers={"X-Part": "result"})
    assert wrong.status_code == 422
    assert 'id="id_price_error"' in wrong.content.decode()


def test_a_page_asks_the_database_twelve_times_at_most(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = a_complaint(at=timezone.now())
    kept = an_earlier_law("not_as_described", "otherwise_than_said")
    chen, address = signed_in(cast.chen), address_of(case)
    sent = as_it_stands(chen, address)
    with django_assert_max_num_queries(12):
        chen.get(address)
    with django_assert_max_num_queries(12):
        chen.post(address, {**sent, "version": kept.version})
    with django_assert_max_num_queries(12):
        chen.get(reverse("admin:whatif"))
