"""Sentences heard in a livestream: kept, sealed, corrected without overwriting, and seen only by whom they concern."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints.flow.intake import add_evidence_to_draft, file_complaint
from complaints.flow.moments import MOST, CannotTell, Heard, correct, say, say_in_draft, take_back
from complaints.flow.triage import settle
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, CannotChange, Complaint, LiveMoment
from complaints.moment_words import code_of, livestreams_of, moments_for_others, moments_told
from complaints.statement import filing_from
from tests.builders import PHONE, a_complaint, a_draft, a_screenshot
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

LIVE = date(2026, 5, 20)
SAID = "百分百桑蚕丝，假一赔十"


def heard(**changed: Any) -> Heard:
    return Heard(**{"on": LIVE, "sentence": SAID, "code": "1:23:45", **changed})


def lin(cast: Cast) -> Actor:
    return Actor.consumer(cast.lin)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1:23:45", "01:23:45"),
        ("23:45", "00:23:45"),
        ("０１：２３：４５", "01:23:45"),
        (" 0:05 ", "00:00:05"),
        ("", ""),
    ],
)
def test_a_place_in_the_replay_is_read_as_people_write_it(typed: str, code: str) -> None:
    assert code_of(typed) == code


@pytest.mark.parametrize("typed", ["晚上8点半", "1:60:00", "1:2", "1:23:45:67", "-1:00", "100:00:00"])
def test_what_is_no_place_in_the_replay_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        code_of(typed)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": None}, "on"),
        ({"on": MONDAY.date() + timedelta(days=1)}, "on"),
        ({"sentence": "  "}, "sentence"),
        ({"sentence": "话" * 201}, "sentence"),
        ({"clock": "晚" * 41}, "clock"),
        ({"code": "晚上8点半"}, "code"),
    ],
)
def test_what_is_wrong_with_a_sentence_is_named_and_nothing_is_kept(changed: dict[str, Any], field: str) -> None:
    draft = a_draft()
    with pytest.raises(CannotTell) as refusal:
        say_in_draft(draft, heard(**changed), at=MONDAY)
    assert refusal.value.field == field
    assert not LiveMoment.objects.exists()


def test_what_was_said_in_the_draft_is_the_cases_once_it_is_filed_and_sealed_at_rest(cast: Cast) -> None:
    draft = a_draft()
    piece = add_evidence_to_draft(draft, a_screenshot(), kind="live", at=MONDAY)
    say_in_draft(draft, heard(clock="晚上8点半", places={piece.pk: "0:12"}), at=MONDAY)
    complaint = file_complaint(draft, filing_from(draft.answers), consumer=cast.lin, at=MONDAY).complaint
    moment = complaint.moments.get()
    assert (moment.sentence, moment.clock, moment.code) == (SAID, "晚上8点半", "01:23:45")
    assert [(each.evidence_id, each.position) for each in moment.places.all()] == [(piece.pk, "00:00:12")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM complaints_livemoment")
        assert SAID not in str(cursor.fetchall())
    draft.refresh_from_db()
    assert say_in_draft(draft, heard(), at=MONDAY) is None


def test_a_draft_takes_its_sentences_with_it() -> None:
    draft = a_draft()
    say_in_draft(draft, heard(), at=MONDAY)
    draft.delete()
    assert not LiveMoment.objects.exists()


def test_in_a_filed_case_a_correction_ends_the_old_one_and_keeps_it(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    first = say(complaint, heard(), actor=lin(cast), at=MONDAY)
    assert say(complaint, heard(), actor=lin(cast), at=MONDAY).pk == first.pk  # pressed twice
    second = correct(complaint, first.pk, heard(code="1:24:00"), actor=lin(cast), at=MONDAY)
    assert [each.pk for each in complaint.moments.standing()] == [second.pk]
    assert second.corrects_id == first.pk
    take_back(complaint, second.pk, actor=lin(cast), at=MONDAY)
    take_back(complaint, second.pk, actor=lin(cast), at=MONDAY)
    assert complaint.moments.count() == 2
    kinds = list(complaint.events.filter(kind__startswith="moment").values_list("kind", flat=True))
    assert kinds == ["moment-added", "moment-corrected", "moment-taken-back"]
    assert SAID not in str(list(complaint.events.values_list("body", flat=True)))
    with pytest.raises(CannotChange):
        first.save()
    with pytest.raises(CannotChange):
        first.delete()


def test_there_is_an_end_to_it_and_none_in_an_ended_case(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    for n in range(MOST):
        say(complaint, heard(sentence=f"第{n}句"), actor=lin(cast), at=MONDAY)
    with pytest.raises(CannotTell):
        say(complaint, heard(), actor=lin(cast), at=MONDAY)
    settle(complaint, actor=cast.officer, at=MONDAY)
    with pytest.raises(IllegalMove):
        take_back(complaint, complaint.moments.first().pk, actor=lin(cast), at=MONDAY)


def test_the_other_side_reads_no_number_to_call_but_the_order(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    words = f"加微信号 abc12345，打{PHONE}，订单{complaint.order_number}"
    say(complaint, heard(sentence=words, clock=f"晚上 {PHONE}", goods=f"四件套 {PHONE}"), actor=lin(cast), at=MONDAY)
    moments = list(complaint.moments.standing())
    told = str(moments_for_others(moments, complaint))
    assert PHONE not in told
    assert "abc12345" not in told
    assert complaint.order_number in told
    assert PHONE in str(moments_told(moments, complaint))


def test_moments_stand_in_the_order_of_the_livestream_and_close_ones_apart(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    for code in ("2:00:00", "0:10:00", "0:10:05", ""):
        say(complaint, heard(code=code, sentence=f"在{code}"), actor=lin(cast), at=MONDAY)
    say(complaint, heard(on=date(2026, 5, 21)), actor=lin(cast), at=MONDAY)
    lines = moments_told(complaint.moments.standing(), complaint)
    first, second = livestreams_of(lines)
    assert [dot.number for dot in first.dots] == [2, 3, 4]
    assert first.dots[0].y != first.dots[1].y
    assert len(first.lines) == 4  # the one without a place stands in the table
    assert len(second.dots) == 1


# ── On the pages ─────────────────────────────────────────────────────────────────────────────────────────────────────


def page_of(case: Complaint) -> str:
    return f"/case/{case.reference}/moments/"


def sent(**changed: Any) -> dict[str, Any]:
    day = {"on_0": "2026", "on_1": "5", "on_2": "20"}
    return {**day, "sentence": SAID, "by": "anchor", "code": "1:23:45", "clock": "", "goods": "", **changed}


def test_on_the_page_a_sentence_is_added_corrected_and_taken_back_and_kept_when_it_is_wrong(cast: Cast) -> None:
    case = a_complaint(at=timezone.now(), consumer=cast.lin)
    browser = Client()
    browser.force_login(cast.lin)
    wrong = browser.post(page_of(case), sent(code="晚上8点半"))
    assert SAID in wrong.content.decode()
    assert "1:23:45" in wrong.content.decode()  # how to write it
    assert browser.post(page_of(case), sent()).status_code == 302
    moment = case.moments.get()
    assert f"{SAID}" in browser.get(page_of(case)).content.decode()
    shown = browser.get(f"{page_of(case)}?change={moment.pk}").content.decode()
    assert 'value="01:23:45"' in shown
    assert browser.post(f"{page_of(case)}?change={moment.pk}", sent(code="1:24:00")).status_code == 302
    now = case.moments.standing().get()
    assert (now.code, now.corrects_id) == ("01:24:00", moment.pk)
    undo = browser.post(f"{page_of(case)}{now.pk}/remove/")["Location"]
    assert not case.moments.standing().exists()
    assert f"{now.pk}/restore/" in browser.get(undo).content.decode()
    for _twice in range(2):
        assert browser.post(f"{page_of(case)}{now.pk}/restore/").status_code == 302
    assert case.moments.standing().get().code == "01:24:00"
    assert f"{now.pk}/restore/" not in browser.get(undo).content.decode()
    for stale in (f"{page_of(case)}?change={moment.pk}", f"{page_of(case)}?change=x"):
        assert browser.get(stale).status_code == 302


def test_another_person_finds_no_such_page(cast: Cast) -> None:
    case = a_complaint(consumer=cast.lin)
    moment = say(case, heard(), actor=lin(cast), at=MONDAY)
    stranger = Client()
    stranger.force_login(cast.zhao)
    assert stranger.get(page_of(case)).status_code == 404
    assert stranger.post(page_of(case), sent()).status_code == 404
    assert stranger.post(f"{page_of(case)}{moment.pk}/remove/").status_code == 404
    assert not LiveMoment.objects.visible_to(Actor.consumer(cast.zhao)).exists()
    assert LiveMoment.objects.visible_to(cast.officer).exists()


def test_in_the_form_sentences_are_said_and_removed_without_scripts() -> None:
    browser = Client()
    browser.post("/complaint/story/", {"story": "我在直播间买了四件套，收到的和说的不一样。"})
    page = "/complaint/evidence/moments/"
    assert browser.get("/complaint/evidence/").status_code == 200
    assert browser.post("/complaint/evidence/", {"moments": "1"})["Location"] == page
    assert SAID in browser.post(page, sent(on_0="2999")).content.decode()
    assert browser.post(page, sent()).status_code == 302
    moment = LiveMoment.objects.get()
    assert SAID in browser.get("/complaint/evidence/").content.decode()
    assert SAID not in Client().get(page).content.decode()  # another browser has no draft
    browser.post(page, {"remove": str(moment.pk)})
    assert not LiveMoment.objects.exists()
