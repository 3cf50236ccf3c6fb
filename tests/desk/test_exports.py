"""Exports: what is in them at each level, who gets them, and that each is made once, whatever dies in between."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from accounts.models import Membership
from complaints.admin.export_task import chosen
from complaints.exports.columns import COLUMNS, Source, open_at
from complaints.exports.disarming import disarmed
from complaints.exports.writing import writer
from complaints.flow import exporting
from complaints.models import Access, Actor, CannotChange, Complaint, Export, ExportLog, Recusal
from complaints.models.complaint import ComplaintQuerySet
from complaints.permissions import NotAllowed
from tests.builders import EMAIL, FOR_LIN, HELPER, HELPER_EMAIL, HELPER_PHONE, NAME, PHONE, a_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn

ORDER = "260520771234567719"
STORY = f"我是{NAME}，电话{PHONE}，邮箱{EMAIL}，加微信wx12345abc，订单{ORDER}，收到的和说的不一样。"
REASON = "仲裁委员会要全部材料，案号二〇二六第五号"
FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "\u200b=1", "\ufeff=1", "\u2060@a"),
    *(
        "＝1＋1",
        "＋86",
        "－1",
        "＠a",
        "﹢1",
        "﹣1",
        "﹦1",
        "﹫a",
        '=HYPERLINK("http://a.example","x")',
        "=cmd|' /C calc'!A0",
    ),
    *("\x00=1", "\x1f+1", "\u0301=1"),
)
FORMATS = ("csv", "xlsx", "jsonl")


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.EXPORT_DIR = tmp_path / "exports"
    return tmp_path / "exports"


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return a_complaint(at=timezone.now(), story={"story": STORY}, **FOR_LIN)


def asked(cast: Cast, **changes: object) -> Export:
    told: dict[str, Any] = {
        "filters": "view=every",
        "columns": list(open_at(Export.Level.FIGURES)),
        "level": "figures",
        "format": "csv",
    }
    told |= {"language": "zh", "actor": cast.officer, "at": timezone.now(), **changes}
    return exporting.ask(**told)


def made(cast: Cast, **changes: object) -> tuple[Export, bytes]:
    row = asked(cast, **changes)
    assert exporting.make(row.pk, timezone.now, chosen)
    row.refresh_from_db()
    with exporting.take_away(row, actor=cast.officer, at=timezone.now()) as source:
        return row, source.read()


def cells(format: str, body: bytes) -> list[list[object]]:
    """What a reader of that format finds, the names of the columns first."""
    if format == "csv":
        assert body.startswith(b"\xef\xbb\xbf")
        return [list(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))]
    if format == "jsonl":
        rows = [json.loads(line) for line in body.decode().splitlines()]
        return [list(rows[0]), *(list(row.values()) for row in rows)]
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", FORMATS)
def test_a_level_holds_nothing_that_is_not_of_it(cast: Cast, case: Complaint, format: str) -> None:
    _row, body = made(cast, format=format)
    words = json.dumps(cells(format, body), ensure_ascii=False, default=str)
    assert case.reference in words
    for word in (
        NAME,
        PHONE,
        EMAIL,
        HELPER,
        HELPER_PHONE,
        HELPER_EMAIL,
        ORDER,
        "7719",
        "四件套",
        "小满",
        "收到的",
        "快播场",
        "林",
    ):
        assert word not in words, word

    _row, body = made(cast, format=format, level="masked", columns=list(open_at(Export.Level.MASKED)))
    words = json.dumps(cells(format, body), ensure_ascii=False, default=str)
    for word in (NAME, PHONE, EMAIL, HELPER, HELPER_PHONE, HELPER_EMAIL, ORDER, "wx12345abc"):
        assert word not in words, word
    for word in ("林*", "****7719", "收到的和说的不一样", "桑蚕丝四件套"):
        assert word in words, word

    every = {"level": "full", "columns": list(COLUMNS), "reason": REASON}
    row, body = made(cast, format=format, **every)
    words = json.dumps(cells(format, body), ensure_ascii=False, default=str)
    assert all(word in words for word in (NAME, PHONE, EMAIL, ORDER, "wx12345abc"))
    without = [code for code, column in COLUMNS.items() if not column.is_contact and code != "story"]
    _row, body = made(cast, format=format, **{**every, "columns": without})
    words = json.dumps(cells(format, body), ensure_ascii=False, default=str)
    assert NAME in words
    assert PHONE not in words
    assert EMAIL not in words
    assert row.reason == REASON
    assert REASON not in row.sealed_reason


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_cell_is_a_formula_and_numbers_stay_numbers(case: Complaint, format: str) -> None:
    source = Source(case, Export.Level.FULL, {}, None)
    case.price, case.purchased_on = Decimal("-1469.50"), date(2026, 5, 20)
    out = io.BytesIO()
    with writer(out, format, ["price", "purchased_on", "goods", "story"]) as write:
        for text in FORMULAS:
            case.goods, case.story = text, f"好{text}"
            write(source)
    rows = cells(format, out.getvalue())[1:]
    assert len(rows) == len(FORMULAS)
    for row in rows:
        price, bought, goods, story = row
        assert str(goods).startswith("'")
        assert str(story).startswith("好")
        assert (str(price), str(bought)[:10]) == ("-1469.50" if format == "csv" else "-1469.5", "2026-05-20")
    if format == "csv":
        assert b"\r\n-1469.50," in out.getvalue()  # a number, and no text in quotes
        return
    sheet = load_workbook(io.BytesIO(out.getvalue())).active
    assert sheet is not None
    types = {tuple(cell.data_type for cell in row) for row in sheet.iter_rows(min_row=2)}
    assert types == {("n", "d", "s", "s")}


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert disarmed(text) == f"'{text}"
    assert disarmed(f"好{text}") == f"好{text}"
    assert disarmed(Decimal(-1)) == Decimal(-1)


@pytest.mark.django_db(transaction=True)
def test_only_cases_of_the_filters_that_the_officer_still_sees_are_in_it(cast: Cast) -> None:
    ours = [a_complaint(at=timezone.now()) for _each in range(3)]
    far = a_complaint(at=timezone.now(), contact={"region": "44"})
    Complaint.objects.filter(pk=ours[0].pk).update(state="settled", closed_at=timezone.now())
    row, body = made(cast, filters="view=every&state=settled", columns=["reference"])
    assert [cell for (cell,) in cells("csv", body)[1:]] == [ours[0].reference]
    row = asked(cast, columns=["reference"])
    Complaint.objects.filter(pk=ours[1].pk).update(association=cast.guangdong)  # transferred meanwhile
    assert exporting.make(row.pk, timezone.now, chosen)
    row.refresh_from_db()
    with exporting.take_away(row, actor=cast.officer, at=timezone.now()) as source:
        found = {cell for (cell,) in cells("csv", source.read())[1:]}
    assert found == {ours[0].reference, ours[2].reference}
    assert far.reference not in found
    assert (row.total, row.done) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_who_may_ask_and_take_is_asked_each_time(cast: Cast, case: Complaint, signed_in: SignIn) -> None:
    for duties, level, right in (
        ({"intake"}, "figures", False),
        ({"auditor"}, "figures", False),
        ({"mediator"}, "figures", True),
        ({"mediator"}, "full", False),
    ):
        actor = replace(cast.officer, duties=frozenset(duties))
        if right:
            asked(cast, actor=actor, level=level)
            continue
        with pytest.raises(NotAllowed):
            asked(cast, actor=actor, level=level, reason=REASON)
    for words in ("", "太短"):
        with pytest.raises(exporting.NotExported):
            asked(cast, level="full", reason=words)
    with pytest.raises(exporting.NotExported):
        asked(cast, columns=["reference", "phone"], level="masked")
    with pytest.raises(exporting.NotExported):
        asked(cast, columns=[])

    row, _body = made(cast, level="full", reason=REASON)
    page = reverse("admin:export-file", args=[row.pk])
    chen, huang = signed_in(cast.chen), signed_in(cast.huang)
    assert huang.post(page).status_code == 404
    assert chen.get(page).status_code == 302
    given = chen.post(page)
    assert given.status_code == 200
    assert given["Content-Disposition"].startswith("attachment")
    assert "no-store" in given["Cache-Control"]
    assert b"".join(given).startswith(b"\xef\xbb\xbf")
    taken = ExportLog.objects.filter(export=row, act="taken")
    assert [each.by for each in taken] == [cast.chen, cast.chen]
    Membership.objects.filter(user=cast.chen).update(duties=["mediator"])
    assert chen.post(page).status_code == 404
    assert taken.count() == 2
    Membership.objects.filter(user=cast.chen).update(duties=["lead"])
    waiting = asked(cast)
    Membership.objects.filter(user=cast.chen).update(organisation=cast.guangdong)
    assert chen.post(page).status_code == 404
    assert not exporting.make(waiting.pk, timezone.now, chosen)  # asked for by somebody who has left
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure) == ("failed", "no-right")
    with pytest.raises(CannotChange):
        ExportLog.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_an_export_is_made_once_whatever_dies_in_the_middle(cast: Cast, case: Complaint, shelf: Path) -> None:
    row = asked(cast)
    later = timezone.now() + exporting.TAKEN_FOR + timedelta(minutes=1)

    class Killed(BaseException):
        pass

    def killed(row: Export, actor: Actor) -> ComplaintQuerySet:
        shelf.mkdir(exist_ok=True)
        (shelf / "left.export.part").write_bytes(b"torn")
        raise Killed

    with pytest.raises(Killed):
        exporting.make(row.pk, timezone.now, killed)
    assert not exporting.make(row.pk, timezone.now, chosen)  # somebody has it, for all that is known
    assert exporting.sweep(at=later) == 1

    def overtaken(row: Export, actor: Actor) -> ComplaintQuerySet:
        after = later + exporting.TAKEN_FOR + timedelta(minutes=1)
        assert exporting.make(row.pk, lambda: after, chosen)  # the lease ran out, and another worker was faster
        return chosen(row, actor)

    exporting.make(row.pk, lambda: later, overtaken)
    row.refresh_from_db()
    assert (row.state, row.starts, row.done) == ("ready", 3, 1)
    assert [each.act for each in row.log.all()] == ["asked", "made"]
    exporting.sweep(at=later)
    assert [path.name for path in shelf.iterdir()] == [row.name]

    lost = asked(cast)
    Export.objects.filter(pk=lost.pk).update(starts=exporting.MOST_STARTS)
    assert not exporting.make(lost.pk, timezone.now, chosen)
    lost.refresh_from_db()
    assert (lost.state, lost.failure) == ("failed", "starts")


@pytest.mark.django_db(transaction=True)
def test_after_a_week_and_when_it_is_dropped_the_file_is_gone(
    cast: Cast, case: Complaint, shelf: Path, signed_in: SignIn, settings: Settings
) -> None:
    settings.EVIDENCE_KEYS = ["k" * 43]
    row, body = made(cast)
    stored = (shelf / row.name).read_bytes()
    assert case.reference.encode() in body
    assert case.reference.encode() not in stored  # sealed, as evidence is
    exporting.sweep(at=timezone.now() + site.EXPORT_KEPT - timedelta(minutes=1))
    assert (shelf / row.name).exists()
    week = timezone.now() + site.EXPORT_KEPT
    with pytest.raises(exporting.NotExported):
        exporting.take_away(row, actor=cast.officer, at=week)
    exporting.sweep(at=week)
    row = Export.objects.get(pk=row.pk)
    assert row.state == "expired"
    assert not list(shelf.iterdir())
    assert [each.act for each in row.log.all()] == ["asked", "made", "taken", "expired"]

    second, _body = made(cast)
    browser = signed_in(cast.chen)
    browser.post(reverse("admin:export-cancel", args=[second.pk]))
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert not list(shelf.iterdir())
    stopped = asked(cast)

    def dropped(row: Export, actor: Actor) -> ComplaintQuerySet:
        exporting.cancel(row, actor=cast.officer, at=timezone.now())
        return chosen(row, actor)

    assert not exporting.make(stopped.pk, timezone.now, dropped)
    assert not list(shelf.iterdir())


@pytest.mark.django_db(transaction=True)
def test_too_many_rows_are_refused_and_memory_holds_a_few_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    for _each in range(5):
        a_complaint(at=timezone.now())
    row, body = made(cast, columns=["reference"], format="jsonl")
    assert (row.done, len(body.splitlines())) == (5, 5)
    settings.EXPORT_MAX_ROWS_OF_WORDS = 4
    many = asked(cast, format="xlsx")
    assert not exporting.make(many.pk, timezone.now, chosen)
    many.refresh_from_db()
    assert (many.state, many.failure) == ("failed", "too-many")


@pytest.mark.django_db(transaction=True)
def test_a_file_with_a_case_that_is_no_longer_seen_is_not_taken_and_each_look_is_on_record(
    cast: Cast, signed_in: SignIn
) -> None:
    ours = [a_complaint(at=timezone.now()) for _each in range(3)]
    figures, _body = made(cast, columns=["reference"])
    assert (figures.cases, Access.objects.count()) == ([], 0)
    row, _body = made(cast, level="masked", columns=["reference"])
    made(cast, level="full", columns=["reference"], reason=REASON)
    looks = Access.objects.filter(what="export")
    assert sorted(looks.values_list("complaint", flat=True)) == row.cases == [case.pk for case in ours]  # once each
    page = reverse("admin:log") + f"?what=export&case={ours[0].reference}"
    log = signed_in(cast.chen).get(page).content.decode()
    assert "导出的表" in log
    assert ours[0].reference in log
    kept_out = {"user": cast.chen, "made_by": cast.chen, "reason": "kin", "made_at": timezone.now()}
    Recusal.objects.create(complaint=ours[1], **kept_out)
    with pytest.raises(exporting.NotExported, match="再导出一次"):
        exporting.take_away(row, actor=cast.officer, at=timezone.now())
    Recusal.objects.all().delete()
    Complaint.objects.filter(pk=ours[2].pk).update(association=cast.guangdong)
    with pytest.raises(exporting.NotExported):
        exporting.take_away(row, actor=cast.officer, at=timezone.now())
    assert [each.act for each in row.log.all()] == ["asked", "made", "taken"]
    with exporting.take_away(figures, actor=cast.officer, at=timezone.now()) as source:
        assert source.read()


@pytest.fixture
def chen(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.chen)


@pytest.mark.django_db(transaction=True)
def test_the_pages_ask_for_what_the_queue_showed_and_say_who_took_what(
    cast: Cast, case: Complaint, chen: Client
) -> None:
    page = reverse("admin:export-new") + f"?view=every&category=C&q={'桑蚕丝' * 26}"  # as long as a search may be
    assert "虚假宣传" in chen.get(page).content.decode()
    sent = {"level": "full", "columns": ["reference", "phone"], "format": "xlsx", "reason": ""}
    refused = chen.post(page, sent)
    assert refused.status_code == 422
    assert not Export.objects.exists()
    assert chen.post(page, {**sent, "reason": REASON}).status_code == 302
    row = Export.objects.get()
    assert "category=C" in row.filters
    assert "category" not in row.sealed_filters
    waiting = chen.get(reverse("admin:exports")).content.decode()
    assert 'http-equiv="refresh"' in waiting
    exporting.make(row.pk, timezone.now, chosen)
    ready = chen.get(reverse("admin:exports")).content.decode()
    assert 'http-equiv="refresh"' not in ready
    assert REASON in ready  # a lead reads the log
    assert "虚假宣传" in ready.partition("谁导出过什么")[2]
    Membership.objects.filter(user=cast.chen).update(duties=["mediator"])
    assert REASON not in chen.get(reverse("admin:exports")).content.decode()
    Membership.objects.filter(user=cast.chen).update(duties=["intake"])
    assert chen.get(page).status_code == 404
    assert chen.get(reverse("admin:exports")).status_code == 404
