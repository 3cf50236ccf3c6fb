"""Order exports: read within bounds, guessed, shown, confirmed, taken over and put back."""

from __future__ import annotations

import hashlib
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from complaints.evidence import columns, exports, shelf
from complaints.evidence.exports import NoTable, Table, open_table, table_from
from complaints.evidence.tablereader import Refused, rows_of_book, rows_of_text, survey
from complaints.exports.disarming import disarmed
from complaints.flow.intake import add_evidence, add_evidence_to_draft
from complaints.models import Blob, Draft, OrderTable, Speaker
from complaints.models.actor import Actor
from complaints.models.evidence import WORKBOOK
from tests.builders import a_complaint
from tests.cast import Cast
from tests.evidence.tables import (
    ADDRESS,
    NUMBER,
    PERSON,
    PHONE,
    PLATFORMS,
    csv_bytes,
    rows_of,
    swollen_xlsx,
    xlsx_bytes,
)
from tests.wizard.steps import the_draft, walk

FORMULAS = ('=HYPERLINK("http://a.example")', "+1+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "＝1+1")


def read(raw: bytes, needle: str = "") -> Table:
    return table_from(survey(rows_of_text(io.BytesIO(raw)), needle))


def refusal_of(raw: bytes) -> str:
    with pytest.raises(Refused) as found:
        survey(rows_of_text(io.BytesIO(raw)))
    return str(found.value)


def kept(raw: bytes, media_type: str = "text/plain") -> Blob:
    """Bytes on the shelf, as intake leaves them."""
    sha256 = hashlib.sha256(raw).hexdigest()
    path = Path(settings.FILE_UPLOAD_TEMP_DIR) / sha256
    path.write_bytes(raw)
    shelf.put(path, sha256)
    return Blob.objects.create(sha256=sha256, size=len(raw), media_type=media_type, kept_at=timezone.now())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_columns_of_each_platform_are_guessed_in_every_encoding(platform: str) -> None:
    base = read(csv_bytes(rows_of(platform)))
    assert [read(csv_bytes(rows_of(platform), encoding)) for encoding in ("utf-8", "gb18030", "utf-16")] == [base] * 3
    assert read(csv_bytes(rows_of(platform), sign="\t")) == base
    assert table_from(survey(rows_of_book(io.BytesIO(xlsx_bytes(rows_of(platform)))))) == base
    order = base.orders(base.guess)[1]
    assert (order.paid, order.ordered and order.ordered.date().isoformat()) == (Decimal("469.00"), "2026-05-20")
    assert order.number.replace("-", "") and order.shop and order.goods and order.quantity == "1" and order.parcel
    names = {column.heading for column in base.columns if column.is_personal}
    cells = [cell for column in base.columns if not column.is_personal for cell in (base.lines[1].cell(column.place),)]
    assert names and PHONE not in cells and ADDRESS not in cells and PERSON not in cells


def test_a_table_without_headings_is_guessed_by_what_stands_in_it() -> None:
    rows = [[f"2605207712345677{n}9", f"{n}8.50", f"2026-05-2{n} 10:00:00", "澜岸家居旗舰店"] for n in range(5)]
    found = columns.columns_of(["", "", "", ""], rows)
    assert [column.meaning for column in found] == ["number", "paid", "ordered", "shop"]


def test_a_title_above_the_table_and_a_rounded_number_are_seen() -> None:
    above = "微信支付账单明细\n起始时间：2026-05-01\n\n".encode()
    table = read(above + csv_bytes([["订单号", "实付", "下单时间"], ["2.60521E+17", "469", "2026/5/20"]], "utf-8"))
    order = table.orders(table.guess)[0]
    assert (table.count, order.row, order.number, order.spoilt) == (1, 5, "", False)
    assert table.orders(["number", "paid", "ordered"])[0].spoilt


def test_personal_columns_are_covered_and_never_taken_whatever_they_are_said_to_be() -> None:
    table = read(csv_bytes(rows_of("taobao")))
    order = table.order(table.lines[1], ["shop"] * len(table.columns))
    assert order.shop == table.lines[1].cell(0)
    at = next(column.place for column in table.columns if column.heading == "联系手机")
    assert table.order(table.lines[1], [*[""] * at, "number"]).number == ""
    assert (columns.covered(PHONE), columns.covered(PERSON)) == ("138****1234", "林***")


def test_b25_cells_that_begin_a_formula_are_text_and_what_we_write_is_disarmed() -> None:
    table = read(csv_bytes([["订单号", "宝贝标题", "实付款"], *([NUMBER, each, "1.00"] for each in FORMULAS)]))
    assert [order.goods for order in table.orders(table.guess)] == list(FORMULAS)
    assert all(disarmed(each).startswith("'") for each in FORMULAS[:4])


def test_a_workbook_is_read_by_its_stored_values_and_runs_nothing() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["订单号", "宝贝标题", "实付款"])
    sheet.append([NUMBER, '=HYPERLINK("http://a.example","x")', 469])
    sheet.append([260520771234567719, "x", 1.5])  # a number: its end is lost, and it is not put forward
    out = io.BytesIO()
    book.save(out)
    table = table_from(survey(rows_of_book(io.BytesIO(out.getvalue()))))
    first, second = table.orders(["number", "goods", "paid"])
    assert (first.number, first.goods, first.paid) == (NUMBER, "", Decimal("469.00"))
    assert (second.number, second.spoilt) == ("", True)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"a,b\n1,\x002\n", "encoding"),
        ("订单号,店铺\n1,澜岸家居\n".encode() + "2,澜岸家居旗舰店\n".encode("gb18030"), "encoding"),
        (b"a," * 300 + b"\n", "columns"),
        (b"a,b\n1," + b"x" * 40_000, "cell"),
        (b'"' * 1_000_001, "cell"),
        (b'",' * 1_000_001, "quotes"),
        (b'"\n' * 1_000_001, "rows"),
        (b"a,b\n" * 200_001, "rows"),
        (b"\n \n", "empty"),
    ],
    ids=["nul", "mixed", "wide", "onecell", "quotes", "quotes-cells", "quotes-lines", "rows", "empty"],
)
def test_b26_b27_what_is_beyond_a_limit_is_refused_at_once(raw: bytes, code: str) -> None:
    assert refusal_of(raw) == code


def test_archives_that_swell_or_are_none_are_refused() -> None:
    for raw, code in ((swollen_xlsx(), "too-large"), (b"PK\x03\x04 nothing", "damaged")):
        with pytest.raises(Refused, match=code):
            survey(rows_of_book(io.BytesIO(raw)))


@pytest.mark.django_db
def test_stored_files_are_read_in_a_process_of_their_own() -> None:
    blob = kept(csv_bytes(rows_of("douyin"), "gb18030"))
    table = open_table(blob, needle=NUMBER[-8:], row=4)
    assert [line.number for line in table.found] == [3] and table.picked and table.picked.number == 4
    assert open_table(kept(xlsx_bytes(rows_of("jd")), WORKBOOK)).guess.count("number") == 1
    for raw, media_type, words in (
        (swollen_xlsx(), WORKBOOK, "太大"),
        (b"PK\x03\x04 nothing", WORKBOOK, "打不开"),
        (b'a,b\n"1,2\n', "text/plain", "引号没有成对"),
        ("你好，在吗\n在的".encode(), "text/plain", "没有读出表格"),
    ):
        with pytest.raises(NoTable, match=words):
            open_table(kept(raw, media_type))
    Blob.objects.filter(pk=blob.pk).update(state=Blob.State.HELD)
    with pytest.raises(NoTable):
        open_table(Blob.objects.get(pk=blob.pk))
    assert not exports.may_be_table(Blob(media_type="image/png"))


def an_export(platform: str = "taobao") -> SimpleUploadedFile:
    return SimpleUploadedFile("订单.csv", csv_bytes(rows_of(platform), "gb18030"), "text/csv")


@pytest.mark.django_db
def test_a_row_fills_the_answers_only_where_it_was_chosen_and_can_be_put_back(client: Client, cast: Cast) -> None:
    walk(client, until="evidence", order={"order_number": NUMBER, "amount": "400"}, shop={"shop": "澜岸"})
    client.post("/complaint/evidence/", {"file-1": an_export(), "as-1": "order"})
    before = the_draft().answers
    piece = the_draft().evidence.get()
    url = f"/complaint/evidence/{piece.pk}/table/"
    assert url in client.get("/complaint/evidence/").content.decode()
    shown = client.get(url)
    words = shown.content.decode()
    assert shown.context["picked"].number == NUMBER and "订单号和你填的一样" in words
    assert PHONE not in words and ADDRESS not in words and PERSON not in words and "138****1234" in words
    states = {each.code: each.state for each in shown.context["compared"]}
    assert states == {"number": "same", "paid": "differs", "ordered": "differs", "shop": "differs"}
    assert words.count("换成表格里的") == 3 and "checked" not in words.split('id="use-')[1].split(">")[0]
    assert the_draft().answers == before  # looking takes nothing

    columns_sent = ["" if each.is_personal else each.meaning for each in shown.context["columns"]]
    sent = {"column": columns_sent, "row": "3", "do": "take", "needle": NUMBER}
    client.post(url, {**sent, "use": ["paid", "shop", "price", "../"]})
    answers = the_draft().answers
    assert (answers["order"]["amount"], answers["shop"]["shop"]) == ("469.00", "澜岸家居旗舰店")
    assert answers["dates"] == before["dates"] and {"order", "shop"} <= set(the_draft().done)
    assert "第3行是这一单" in client.get(url).content.decode()
    client.post(url, {"do": "undo"})
    assert the_draft().answers == before
    client.post(url, {**sent, "row": "999999", "use": ["paid"]})
    client.post(url, {**sent, "row": "x", "use": ["paid"]})
    assert the_draft().answers == before


@pytest.mark.django_db
def test_what_was_typed_over_since_is_not_put_back(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    client.post("/complaint/evidence/", {"file-1": an_export("kuaishou"), "as-1": "order"})
    url = f"/complaint/evidence/{the_draft().evidence.get().pk}/table/"
    guess = client.get(url).context["columns"]
    sent = {"column": ["" if each.is_personal else each.meaning for each in guess], "row": "2", "needle": ""}
    client.post(url, {**sent, "do": "pick"})
    assert client.get(url).context["picked"].row == 2
    client.post(url, {**sent, "do": "take", "use": ["number", "paid"]})
    assert the_draft().answers["order"]["amount"] == "88.00"
    client.post("/complaint/order/", {"order_number": "2605207712345", "amount": "99"})
    client.post(url, {"do": "undo"})
    assert the_draft().answers["order"]["amount"] == "99.00"


@pytest.mark.django_db
def test_nobody_else_opens_the_table_of_a_draft_or_a_case(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    draft = the_draft()
    piece = add_evidence_to_draft(draft, an_export(), kind="order", at=timezone.now())
    url = f"/complaint/evidence/{piece.pk}/table/"
    assert client.get(url).status_code == 200
    stranger = Client()
    walk(stranger, until="evidence")
    assert stranger.get(url).status_code == 404 and stranger.post(url, {"do": "take", "row": "2"}).status_code == 404
    assert not OrderTable.objects.exists()
    assert Draft.objects.count() == 2


@pytest.mark.django_db
def test_in_a_filed_case_a_row_is_confirmed_and_changes_nothing_that_was_filed(client: Client, cast: Cast) -> None:
    complaint = a_complaint(at=timezone.now(), consumer=cast.lin, order={"order_number": NUMBER, "amount": "400.00"})
    at = timezone.now()
    piece = add_evidence(
        complaint, an_export(), kind="order", speaker=Speaker.CONSUMER, actor=Actor.consumer(cast.lin), at=at
    )
    url = f"/case/{complaint.reference}/evidence/{piece.pk}/table/"
    assert client.get(url).status_code in {302, 404}
    client.force_login(cast.lin)
    assert url in client.get(f"/case/{complaint.reference}/evidence/").content.decode()
    shown = client.get(url)
    assert shown.status_code == 200 and PHONE not in shown.content.decode()
    guess = ["" if each.is_personal else each.meaning for each in shown.context["columns"]]
    for _twice in range(2):
        client.post(url, {"do": "take", "row": "3", "column": guess, "needle": NUMBER})
    complaint.refresh_from_db()
    assert (complaint.order_number, complaint.price) == (NUMBER, Decimal("400.00"))
    event = complaint.events.get(kind="evidence-row")
    assert event.body == {"evidence": piece.pk, "row": 3, "fields": ["number", "ordered", "paid", "shop"]}
    desk = Client()
    desk.force_login(cast.zhou)
    told = desk.get(f"/admin/case/{complaint.reference}/").content.decode()
    assert "表格第3行是这一单。和投诉里的不一样：实付金额（表格里是469.00）" in told
    client.post(url, {"do": "undo"})
    assert OrderTable.objects.get().used_at is None
    client.post(f"/case/{complaint.reference}/withdraw/", {"understood": "on"})
    client.post(url, {"do": "take", "row": "3", "column": guess})
    assert OrderTable.objects.get().used_at is None and "不能再改" in client.get(url).content.decode()
