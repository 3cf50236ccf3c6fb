"""Records asked of the platform, item by item: silence is a dated fact, and a late word turns it back."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from complaints.flow import takeout
from complaints.flow.aftermath import ReopenReason, reopen
from complaints.flow.intake import add_evidence
from complaints.flow.inviting import invite
from complaints.flow.moments import Heard, say, take_back
from complaints.flow.record_requests import (
    Answered,
    CannotAnswerRecord,
    CannotAsk,
    answer_records,
    ask_for_records,
    lapse_records,
    note_looked,
    note_served,
)
from complaints.flow.responses import CannotAnswer
from complaints.flow.triage import settle
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Delivery, Notice, Party, RecordAnswer, RecordItem, Speaker
from complaints.narrative import Known, timeline_of
from complaints.papers.sheets import sheets_of
from complaints.record_keeping import keeping_of, owed_by
from complaints.record_words import choices_of, lacks, requests_told
from complaints.timeline import first_break
from tests.builders import PHONE, a_complaint, a_screenshot
from tests.cast import MONDAY, Cast
from tests.platform.calls import ROOT, Machine, told

pytestmark = pytest.mark.django_db

Says, Why = RecordAnswer.Says, RecordAnswer.Why
DAY = timedelta(days=1)
AFTER = MONDAY + 8 * DAY  # the fifth working day is Monday, 8 June
IDENTITIES = ("seller_identity", "operator_identity")
SECRET = f"主播说假一赔十，电话{PHONE}"


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """The platform was told of the complaint, and has said nothing yet of who the seller is."""
    made = a_complaint(consumer=cast.lin)
    say(made, Heard(date(2026, 5, 20), SECRET, code="1:23:45"), actor=Actor.consumer(cast.lin), at=MONDAY)
    made.refresh_from_db()
    return made


def ask(complaint: Complaint, cast: Cast, *kinds: str, **changed: Any) -> list[RecordItem]:
    given = {"actor": Actor.consumer(cast.lin), "at": MONDAY, **changed}
    return ask_for_records(complaint, kinds or ("replay", *IDENTITIES), **given)[1]


def reply(complaint: Complaint, cast: Cast, item: RecordItem, **changed: Any) -> list[RecordAnswer]:
    given: dict[str, Any] = {"says": Says.NO, "why": Why.NEVER_KEPT, "words": "没有留。"}
    at, actor = changed.pop("at", MONDAY + DAY), changed.pop("actor", cast.platform)
    return answer_records(complaint, [Answered(item.pk, **{**given, **changed})], actor=actor, at=at)


def verdict(complaint: Complaint) -> str:
    complaint.refresh_from_db()
    assert complaint.decision
    return complaint.decision.verdict("platform")


# ── The law that is shown ────────────────────────────────────────────────────────────────────────────────────────────


def test_each_item_is_shown_with_its_articles_and_the_day_until_which_it_is_kept(complaint: Complaint) -> None:
    replay = keeping_of(complaint, "replay", date(2026, 5, 20))
    assert (replay.basis, replay.until) == (("OTM 20", "O117 16"), date(2029, 5, 24))  # three years from delivery
    assert replay.warn_on == date(2028, 11, 24)  # thirty months
    chat = keeping_of(complaint, "chat", None)
    assert chat.basis == ("ECL 31", "OTM 31", "O117 16")
    assert keeping_of(complaint, "account", None).basis == ()  # no article of the folder names it
    assert owed_by(complaint, "operator_identity") == ("SPC-OC 14", "O117 18")
    assert owed_by(complaint, "payment") == ("ECL 62", "O117 18")


def test_an_older_purchase_is_told_the_law_of_its_day_and_what_is_no_longer_owed(cast: Cast) -> None:
    dates = {"purchased_on": "2022-06-01", "delivered_on": "2022-06-05"}
    old = a_complaint(consumer=cast.lin, dates=dates, when={"watched_on": "2022-06-01"})
    assert keeping_of(old, "replay", date(2022, 6, 1)).basis == ("OTM 20",)
    assert keeping_of(old, "interaction", date(2022, 6, 1)).basis == ()
    assert owed_by(old, "payment") == ("ECL 62",)
    items = ask(old, cast, "replay", "payment")
    assert [item.is_owed for item in items] == [False, False]  # the three years were over
    lapse_records(at=AFTER)
    old.refresh_from_db()
    assert old.decision is not None
    assert "P18" not in held(old)
    assert old.has_records  # an officer looks


def held(complaint: Complaint) -> set[str]:
    assert complaint.decision is not None
    return {each["id"] for each in complaint.decision.output["grounds"] if each["status"] == "held"}


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_asking_again_adds_nothing_and_an_officer_may_ask_for_what_was_not_given(
    complaint: Complaint, cast: Cast
) -> None:
    replay, *_rest = ask(complaint, cast)
    assert replay.about == "2026-05-20"
    assert ask(complaint, cast) == []
    assert complaint.record_requests.count() == 1
    reply(complaint, cast, replay)
    assert ask(complaint, cast) == []
    assert len(ask(complaint, cast, "replay", actor=cast.officer, at=MONDAY + DAY)) == 1
    with pytest.raises(CannotAsk):
        ask(complaint, cast, "free-lunch")


def test_what_the_decision_lacks_is_ticked_beforehand(complaint: Complaint) -> None:
    assert {"replay", *IDENTITIES} <= lacks(complaint)
    choices = choices_of(complaint, on=MONDAY.date())
    assert {each.kind for each in choices} == set(RecordItem.Kind.values)
    assert next(each for each in choices if each.kind == "replay").is_preset


# ── Silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_silence_is_a_dated_fact_and_the_platform_answers_for_it(complaint: Complaint, cast: Cast) -> None:
    assert verdict(complaint) == "possible"
    ask(complaint, cast)
    assert lapse_records(at=MONDAY + 7 * DAY) == 0  # the last day is still inside
    assert lapse_records(at=AFTER) == 3
    assert lapse_records(at=AFTER + DAY) == 0
    assert verdict(complaint) == "responsible"
    assert complaint.decision is not None
    assert {"P18", "P03"} <= held(complaint)
    assert "platform" in complaint.decision.input["lapsed"]
    body = complaint.events.get(kind="records-lapsed").body
    assert (body["asked_on"], body["due_on"]) == ("2026-06-01", "2026-06-08")
    assert Notice.objects.filter(event__kind="records-lapsed").exists()
    assert not complaint.has_records
    assert first_break(complaint.events.order_by("sequence"), expected=complaint.version) is None


def test_a_late_answer_turns_it_back_and_both_dates_stay(complaint: Complaint, cast: Cast) -> None:
    items = ask(complaint, cast)
    lapse_records(at=AFTER)
    assert verdict(complaint) == "responsible"
    at = AFTER + DAY
    shown = add_evidence(complaint, a_screenshot(), kind="other", speaker=Speaker.PLATFORM, actor=cast.platform, at=at)
    for item in items:
        reply(complaint, cast, item, says=Says.YES, evidence=[shown], at=at)
    assert verdict(complaint) != "responsible"
    item = RecordItem.objects.get(pk=items[0].pk)
    assert item.lapsed_at == AFTER
    assert item.answered_at == at
    line = requests_told(complaint, on=at.date())[0].items[0]
    assert line.answers[0].answer.is_late
    assert "到6月8日没有答复" in line.dates
    assert "6月10日答复" in line.dates


def test_silence_about_a_film_is_not_read_as_silence_about_who_the_seller_is(complaint: Complaint, cast: Cast) -> None:
    ask(complaint, cast, "replay")
    lapse_records(at=AFTER)
    assert verdict(complaint) == "possible"
    assert complaint.has_records  # the officers look instead
    note_looked(complaint, actor=cast.officer, at=AFTER)
    complaint.refresh_from_db()
    assert not complaint.has_records


def test_a_platform_that_will_not_say_who_the_seller_is_has_said_so(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "seller_identity")[0]
    reply(complaint, cast, item, why=Why.AUTHORITY, words="要法院来调。")
    assert verdict(complaint) == "responsible"
    assert complaint.decision is not None
    assert complaint.decision.sources["seller_identity_given"]["how"] == "admission"


# ── Answering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_partly_says_what_is_missing_and_why_and_an_officer_looks(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "replay")[0]
    with pytest.raises(CannotAnswerRecord) as refusal:
        reply(complaint, cast, item, says=Says.PARTLY, words="")
    assert refusal.value.field == "words"
    for says, changed, field in (
        (Says.PARTLY, {"why": ""}, "why"),
        (Says.NO, {"words": ""}, "words"),
        (Says.YES, {}, "evidence"),
    ):
        with pytest.raises(CannotAnswerRecord) as refusal:
            reply(complaint, cast, item, says=says, **changed)
        assert refusal.value.field == field
    reply(complaint, cast, item, says=Says.PARTLY, words="只有后一小时。", link="https://files.kuailive.example/88")
    complaint.refresh_from_db()
    assert complaint.has_records
    line = requests_told(complaint, on=MONDAY.date())[0].items[0]
    assert (line.code, line.answers[0].words) == ("partly", "只有后一小时。")
    assert Notice.objects.filter(event__kind="records-answered").exists()


def test_the_same_twice_is_once_and_another_word_stands_beside_the_first(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "replay")[0]
    assert len(reply(complaint, cast, item)) == 1
    events = complaint.events.count()
    assert reply(complaint, cast, item) == []
    assert complaint.events.count() == events
    reply(complaint, cast, item, says=Says.YES, link="编号 88231-0520")
    assert [each.says for each in item.answers.all()] == ["no", "yes"]


def test_nobody_but_the_platform_answers_and_not_in_an_ended_case(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "replay")[0]
    for stranger in (Actor.machine(cast.yunji), Actor()):
        with pytest.raises(CannotAnswer):
            reply(complaint, cast, item, actor=stranger)
    other = a_complaint()
    with pytest.raises(RecordItem.DoesNotExist):
        reply(other, cast, item)
    settle(complaint, actor=cast.officer, at=MONDAY)
    with pytest.raises(IllegalMove):
        reply(complaint, cast, item)
    with pytest.raises(IllegalMove):
        ask(complaint, cast, "payment")
    assert lapse_records(at=AFTER) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_each_is_on_file_once(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing to race for")
    case = a_complaint(consumer=cast.lin)
    item = ask(case, cast, "replay")[0]

    def act(words: str) -> None:
        try:
            reply(case, cast, item, words=words)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, ["没有留。", "没有留。"]))
        assert RecordAnswer.objects.count() == 1
        list(pool.map(act, ["删了。", "过期了。"]))
    assert RecordAnswer.objects.count() == 3
    case.refresh_from_db()
    assert case.events.filter(kind="records-answered").count() == 3
    assert first_break(case.events.order_by("sequence"), expected=case.version) is None


# ── A platform that is not connected ─────────────────────────────────────────────────────────────────────────────────


def test_where_nobody_listens_the_clock_waits_until_the_letter_was_handed_over(cast: Cast) -> None:
    case = a_complaint(consumer=cast.lin, platform={"name": "没接入的平台"})
    item = ask(case, cast, "replay", "seller_identity")[0]
    assert item.request.due_on is None
    assert lapse_records(at=AFTER) == 0
    facts = dict(case.assertions.values_list("fact", "value"))
    assert "seller_identity_requested" not in facts
    note_served(item.request, actor=cast.officer, at=MONDAY + DAY)
    note_served(item.request, actor=cast.officer, at=MONDAY + 2 * DAY)
    item.request.refresh_from_db()
    assert item.request.due_on == date(2026, 6, 9)
    assert case.assertions.filter(fact="seller_identity_requested", value=True).exists()


# ── By API ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def send(machine: Machine, case: Complaint, answers: Any, *, number: int = 1, key: str = "r-1") -> HttpResponse:
    return machine.client.post(  # type: ignore[return-value]
        f"{ROOT}/cases/{case.reference}/record-requests/{number}",
        json.dumps({"answers": answers}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_the_platform_reads_and_answers_by_api_once(complaint: Complaint, cast: Cast) -> None:
    ask(complaint, cast)
    machine = Machine(cast.key)
    shown = told(machine.get(f"/cases/{complaint.reference}/record-requests"), 200)["requests"][0]
    assert (shown["number"], shown["due_on"], shown["asked_by"]) == (1, "2026-06-08", "consumer")
    replay, seller, _operator = shown["items"]
    assert (replay["kind"], replay["live_on"], replay["state"]) == ("replay", "2026-05-20", "waiting")
    assert replay["moments"][0]["code"] == "01:23:45"
    assert PHONE not in json.dumps(shown)
    assert "《网络交易监督管理办法》第20条" in [each["text"] for each in replay["basis"]]
    piece = told(machine.offer(complaint.reference, a_screenshot(), kind="other"), 201)["id"]
    answers = [
        {"item": replay["id"], "answer": "yes", "evidence": [piece]},
        {"item": seller["id"], "answer": "no", "why": "needs_authority", "words": "要法院来调。"},
    ]
    made = told(send(machine, complaint, answers), 201)
    assert [each["state"] for each in made["request"]["items"]] == ["yes", "no", "waiting"]
    assert told(send(machine, complaint, answers), 201) == made
    assert RecordAnswer.objects.count() == 2
    assert told(send(machine, complaint, answers[:1]), 422)["code"] == "idempotency_key_reused"
    assert told(machine.get(f"/cases/{complaint.reference}"), 200)["record_requests"] == 1  # one item still waits
    take_back(complaint, complaint.moments.get().pk, actor=Actor.consumer(cast.lin), at=timezone.now())
    shown = told(machine.get(f"/cases/{complaint.reference}/record-requests/1"), 200)
    assert shown["items"][0]["moments"] == []  # what was taken back is shown to nobody


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"answer": "maybe"}, 400, "invalid"),
        ({"why": "because"}, 400, "invalid"),
        ({"item": 10**6}, 404, "not_found"),
        ({"evidence": [10**6]}, 400, "invalid"),
        ({"why": ""}, 422, "cannot_answer_record"),
        ({"words": ""}, 422, "cannot_answer_record"),
        ({"colour": "red"}, 400, "invalid"),
    ],
)
def test_what_is_wrong_with_an_answer_is_named(
    complaint: Complaint, cast: Cast, changed: dict[str, Any], status: int, code: str
) -> None:
    item = ask(complaint, cast, "replay")[0]
    given = {"item": item.pk, "answer": "no", "why": "never_kept", "words": "没有留。", **changed}
    assert told(send(Machine(cast.key), complaint, [given]), status)["code"] == code
    assert not RecordAnswer.objects.exists()


def test_to_others_a_request_for_records_does_not_exist(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "replay")[0]
    given = [{"item": item.pk, "answer": "no", "why": "never_kept", "words": "没有留。"}]
    other = Machine(cast.other_key)
    for _role in ("a stranger", "the shop"):
        told(other.get(f"/cases/{complaint.reference}/record-requests"), 404)
        told(send(other, complaint, given), 404)
        complaint.respondents.filter(party="merchant").update(organisation=cast.yunji, asked_at=MONDAY)
    assert told(send(Machine(cast.key), complaint, given, number=2), 404)["code"] == "not_found"
    assert not RecordAnswer.objects.exists()


def test_notices_name_the_request_and_nothing_a_person_wrote(complaint: Complaint, cast: Cast) -> None:
    ask(complaint, cast)
    lapse_records(at=AFTER)
    sent = Delivery.objects.filter(type__startswith="case.records_").order_by("pk")
    assert [each.type for each in sent] == ["case.records_requested", "case.records_overdue"]
    for each in sent:
        body = bytes(each.body).decode()
        data = json.loads(body)["data"]
        assert (data["record_request"], data["party"], data["response_due_on"]) == (1, "platform", "2026-06-08")
        for private in (SECRET, PHONE, "桑蚕丝", complaint.order_number, complaint.room):
            assert private not in body


# ── In the entrance, on the consumer's page, at the desk ─────────────────────────────────────────────────────────────


@pytest.fixture
def invited(cast: Cast) -> Complaint:
    """A case against a platform without a system of its own."""
    return a_complaint(at=timezone.now(), consumer=cast.lin, platform={"name": "没接入的平台"})


def entrance(case: Complaint, cast: Cast, party: Party) -> Client:
    browser = Client()
    code = invite(case, party=party, actor=cast.officer, at=timezone.now())
    assert browser.post("/r/", {"code": code}).status_code == 302
    return browser


def test_in_the_entrance_the_replay_to_keep_comes_first_and_each_item_is_answered(
    invited: Complaint, cast: Cast
) -> None:
    item = ask(invited, cast, "replay", at=timezone.now())[0]
    shop, platform = entrance(invited, cast, Party.MERCHANT), entrance(invited, cast, Party.PLATFORM)
    item.request.refresh_from_db()
    assert item.request.due_on is not None  # it was told of the case as it opened its entrance
    page = f"/r/case/{invited.reference}/records/"
    assert shop.get(page).status_code == 404
    assert "完整回放" not in shop.get(f"/r/case/{invited.reference}/").content.decode()
    shown = platform.get(page).content.decode()
    assert "请保存5月20日“小满家居间”的完整回放" in shown
    assert "请保存" in platform.get(f"/r/case/{invited.reference}/").content.decode()
    wrong = platform.post(f"{page}{item.pk}/", {"says": "no", "why": "", "words": "没有留。"}).content.decode()
    assert "没有留。" in wrong
    assert not RecordAnswer.objects.exists()
    given = {"says": "yes", "file": a_screenshot(), "kind": "live", "why": "", "words": "", "link": ""}
    assert platform.post(f"{page}{item.pk}/", given).status_code == 302
    assert RecordAnswer.objects.get().evidence.get().offered_by == "platform"
    assert shop.post(f"{page}{item.pk}/", given).status_code == 404


def test_the_consumer_asks_in_one_tap_prints_the_letter_and_reads_the_answer(complaint: Complaint, cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.lin)
    page = f"/case/{complaint.reference}/records/"
    assert "还没有向平台要过记录" in browser.get(page).content.decode()
    assert "选一下要哪些记录" in browser.post(page, {}).content.decode()
    assert browser.post(page, {"kinds": ["replay", *IDENTITIES]}).status_code == 302
    shown = browser.get(page).content.decode()
    assert "《网络交易监督管理办法》第20条" in shown
    assert "2029年5月24日" in shown
    paper = browser.get(f"{page}letter/").content.decode()
    assert "主播说假一赔十" in paper
    assert PHONE not in paper  # it goes to the other side
    reply(complaint, cast, complaint.record_items.first(), words="超过九十天已删除。", at=timezone.now())  # type: ignore[arg-type]
    assert "超过九十天已删除。" in browser.get(page).content.decode()
    stranger = Client()
    stranger.force_login(cast.zhao)
    for path in (page, f"{page}letter/", f"{page}letter.pdf"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(page, {"kinds": ["chat"]}).status_code == 404


def test_the_desk_shows_it_asks_hands_over_and_marks_as_seen(cast: Cast) -> None:
    case = a_complaint(at=timezone.now(), consumer=cast.lin, platform={"name": "没接入的平台"})
    desk = Client()
    desk.force_login(cast.chen)
    at = f"/admin/case/{case.reference}/"
    version = {"version": case.version}
    assert desk.post(f"{at}act/records/", {**version, "kinds": ["replay"]}).status_code == 302
    case.refresh_from_db()
    assert "还没有送到平台" in desk.get(at).content.decode()
    assert desk.post(f"{at}act/records-served/", {"version": case.version}).status_code == 302
    assert case.record_requests.get().served_at
    case.refresh_from_db()
    item = case.record_items.get()
    note = {"version": case.version, "item": item.pk, "says": "no", "why": "", "words": "电话说没有留。", "link": ""}
    assert desk.post(f"{at}act/records-answer/", note).status_code == 422
    assert desk.post(f"{at}act/records-answer/", {**note, "why": "never_kept"}).status_code == 302
    assert RecordAnswer.objects.get().officer == cast.chen
    assert case.reference in desk.get("/admin/queue/?view=records").content.decode()
    case.refresh_from_db()
    assert desk.post(f"{at}act/records-looked/", {"version": case.version}).status_code == 302
    case.refresh_from_db()
    assert not case.has_records


def test_what_one_takes_away_the_papers_and_the_timeline_tell_it_whole(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "replay")[0]
    lapse_records(at=AFTER)
    reply(complaint, cast, item, words="超过九十天已删除。", at=AFTER + DAY)
    with takeout.pack(cast.lin, at=AFTER + DAY) as packed, zipfile.ZipFile(packed) as archive:
        told = json.loads(archive.read("data.json"))["complaints"][0]
    assert told["livestream"][0]["sentence"] == SECRET
    assert told["records_asked"][0]["items"][0]["answers"][0]["words"] == "超过九十天已删除。"
    sheet = render_to_string("papers/pack.html", sheets_of(complaint, "association", on=AFTER.date()))
    assert "直播里的话，和向平台要的记录" in sheet
    assert "超过九十天已删除。" in sheet
    known = Known()
    titles = [line.title for line in timeline_of(complaint.events.all(), known=known)]
    assert "请平台提供：直播回放" in titles
    assert "6月1日要的记录，平台到6月8日没有答复：直播回放" in titles
    assert "平台答复了要调取的记录：直播回放：没有给" in titles
    with translation.override("en"):
        assert all(line.title for line in timeline_of(complaint.events.all(), known=known))


def test_a_case_opened_again_gives_the_platform_its_whole_time_again(complaint: Complaint, cast: Cast) -> None:
    item = ask(complaint, cast, "replay")[0]
    settle(complaint, actor=cast.officer, at=MONDAY + DAY)
    reopen(complaint, reason=ReopenReason.NOT_KEPT, actor=Actor.consumer(cast.lin), at=MONDAY + 7 * DAY)
    item.request.refresh_from_db()
    assert item.request.due_on == date(2026, 6, 15)
    assert lapse_records(at=AFTER) == 0
