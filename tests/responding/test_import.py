"""A call centre's table: read row by row, nothing sent before the word; a row goes out once, in whichever file."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Membership
from complaints.flow.importing_responses import (
    carry_on,
    order_responses,
    read_responses,
    sheet_of,
    sweep,
    template,
)
from complaints.flow.sheet_rows import NotASheet, Sheet
from complaints.flow.sheet_tables import results_csv
from complaints.models import Actor, Complaint, ResponseSheet
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.portal.test_members import acting, member
from tests.racing import together

pytestmark = pytest.mark.django_db
WORDS = "您好，这件四件套的吊牌我们核对过了，给您办退货退款，运费由我们出。"
HEAD = (
    "投诉编号",
    "哪一方",
    "意见",
    "写给消费者的话",
    "应由谁负责",
    "那一方的全称和联系方式",
    "依据的规则",
    "claim_mattered",
)


def a_table(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD, encoding: str = "utf-8-sig") -> io.BytesIO:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return io.BytesIO(out.getvalue().encode(encoding))


def send_responses(key: uuid.UUID, *, actor: Actor, at: datetime) -> Sheet:
    order_responses(key, actor=actor, at=at)
    carry_on(key, lambda: at)
    return sheet_of(key, actor)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(consumer=cast.lin)


@pytest.fixture
def sender(cast: Cast) -> Actor:
    return acting(member("li", cast.kuailive, Membership.Part.ANSWERING))


def test_a_table_is_looked_at_first_and_each_wrong_cell_is_named(
    complaint: Complaint, cast: Cast, sender: Actor
) -> None:
    ref = complaint.reference
    sheet = read_responses(
        a_table(
            (ref, "平台", "不认可", WORDS, "", "", "", "是"),
            (ref, "商家", "不是我方", WORDS, "主播", "", "A0Z", "maybe"),
            ("ZZ-000000-0000", "平台", "同意。" + WORDS, "", "", "", "", ""),
            (ref, "平台", "认可", WORDS, "", "", "", ""),
            encoding="gb18030",
        ),
        sender,
        at=MONDAY,
    )
    ready, wrong, stray, twice = sheet.rows
    assert (ready.number, ready.code, sheet.ready) == (2, "ready", 1)
    assert ref in ready.does and "不同意" in ready.does
    assert {each.column for each in wrong.errors} == {"instead", "claim_mattered"}
    assert {each.column for each in stray.errors} == {"position", "words", "case"}
    assert "第2行" in twice.errors[0].message
    complaint.refresh_from_db()
    assert not complaint.respondents.exclude(answered_at=None).exists()  # nothing was sent
    assert WORDS not in ResponseSheet.objects.get().sealed_text
    with pytest.raises(ResponseSheet.DoesNotExist):
        sheet_of(sheet.key, Actor.machine(cast.yunji))

    done = send_responses(sheet.key, actor=sender, at=MONDAY)
    assert [row.code for row in done.rows] == ["sent", "error", "error", "error"]
    assert complaint.respondents.get(party="platform").answer["position"] == "disputed"
    assert "sent" in results_csv(done) and WORDS not in results_csv(done)
    kept = ResponseSheet.objects.get()
    assert WORDS[:18] not in str(kept.results) and "同意。您好" in str(kept.results)  # a wrong cell is cut short
    assert ResponseSheet.objects.get().sealed_text == ""
    again = send_responses(sheet.key, actor=sender, at=MONDAY)
    assert [row.code for row in again.rows] == ["sent", "error", "error", "error"]
    assert complaint.events.filter(kind="answered").count() == 1


def test_the_same_row_in_another_file_is_not_sent_again_and_a_member_sends_as_its_house(
    complaint: Complaint, sender: Actor
) -> None:
    row = (complaint.reference, "merchant", "not_ours", WORDS, "anchor", "星河传媒，400-0000", "M01", "")
    for _turn in range(2):
        sheet = read_responses(a_table(row), sender, at=MONDAY)
        send_responses(sheet.key, actor=sender, at=MONDAY)
    assert sheet_of(sheet.key, sender).rows[0].code == "already"
    assert complaint.events.filter(kind="answered").count() == 1
    assert complaint.contests.get().rule == "M01"


def test_a_file_that_is_no_table_says_why_and_the_template_is_one(
    complaint: Complaint, cast: Cast, sender: Actor
) -> None:
    made = template(sender)
    waiting = [row[1] for row in csv.reader(io.StringIO(made)) if row[0] == complaint.reference]
    assert sorted(waiting) == sorted(["平台", "商家", "主播"])  # shop and room, too: they are answered for
    assert complaint.reference not in template(Actor.machine(cast.yunji))
    for file, told in (
        (a_table((complaint.reference, "平台"), head=("投诉编号", "哪一分")), "哪一方"),
        (a_table(("x",), head=("投诉编号", "说明")), "第2列“说明”不认识。能写的列：投诉编号、.*、意见、写给消费者的话"),
        (a_table(("x",), head=("投诉编号",)), "意见"),
        (a_table(), "还没有"),
        (a_table(*[("x",)] * 5001), "5000行"),
        (io.BytesIO(b"\x00\x01\x02"), "编码"),
        (io.BytesIO(b"a" * (5 << 20) + b"b"), "5MB"),
        (io.BytesIO(b"PK\x03\x04 a workbook"), "另存为CSV"),
    ):
        with pytest.raises(NotASheet, match=told):
            read_responses(file, sender, at=MONDAY)
    assert not ResponseSheet.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_one_sheet_sent_twice_in_the_same_moment_makes_one_set_of_answers(complaint: Complaint, sender: Actor) -> None:
    row = (complaint.reference, "platform", "disputed", WORDS, "", "", "", "")
    sheet = read_responses(a_table(row), sender, at=MONDAY)
    met = together(*[lambda: send_responses(sheet.key, actor=sender, at=MONDAY)] * 3, refused=())
    assert met == [None] * 3
    assert complaint.events.filter(kind="answered").count() == 1
    assert [row.code for row in sheet_of(sheet.key, sender).rows] == ["sent"]


def test_a_second_word_sends_nothing_and_a_run_that_was_cut_short_goes_on(cast: Cast, sender: Actor) -> None:
    cases = [a_complaint(consumer=cast.lin) for _number in range(3)]
    rows = [(each.reference, "平台", "不认可", f"{WORDS}{number}", "", "", "", "") for number, each in enumerate(cases)]
    sheet = read_responses(a_table(*rows), sender, at=MONDAY)
    assert order_responses(sheet.key, actor=sender, at=MONDAY)
    assert not order_responses(sheet.key, actor=sender, at=MONDAY)
    held = ResponseSheet.objects.filter(key=sheet.key)
    held.update(held_until=MONDAY + timedelta(minutes=1))
    assert not carry_on(sheet.key, lambda: MONDAY)  # a worker is at it
    assert sheet_of(sheet.key, sender).is_on_its_way
    later = MONDAY + timedelta(minutes=2)  # it died: the row it had sent is on file, and not sent again
    other = read_responses(a_table(rows[0]), sender, at=MONDAY)
    send_responses(other.key, actor=sender, at=MONDAY)
    assert sweep(at=later) == 1
    assert carry_on(sheet.key, lambda: later)
    assert [row.code for row in sheet_of(sheet.key, sender).rows] == ["sent", "sent", "sent"]
    assert cases[0].events.filter(kind="answered").count() == 1
    assert not carry_on(sheet.key, lambda: later)


def test_a_table_of_somebody_whose_account_is_gone_sends_nothing(complaint: Complaint, sender: Actor) -> None:
    row = (complaint.reference, "平台", "不认可", WORDS, "", "", "", "")
    sheet = read_responses(a_table(row), sender, at=MONDAY)
    order_responses(sheet.key, actor=sender, at=MONDAY)
    ResponseSheet.objects.update(ordered_by=None)
    assert carry_on(sheet.key, lambda: MONDAY)
    (told,) = sheet_of(sheet.key, sender).rows
    assert (told.code, "已经不在贵机构" in told.why) == ("refused", True)
    assert not complaint.events.filter(kind="answered").exists()
