"""From lines to hints: the words of the common apps, what is no value, and that nothing odd can come out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.asking.forms_order import LABELS, NOISE
from complaints.evidence.gleaning import FIELDS, glean
from complaints.evidence.written import is_valid
from complaints.models.reading import Line
from tests.evidence.pages import ORDER_PAGE, SIDES, Row, lines, turned


def found(*rows: Row | str) -> dict[str, str]:
    return values(lines(*rows))


def values(given: list[Line]) -> dict[str, str]:
    first: dict[str, str] = {}
    for hint in glean(given, [SIDES]):
        first.setdefault(hint.field, hint.value)
    return first


ORDER = {
    "order_number": "2605207712345677190",
    "amount": "469.00",
    "ordered_on": "2026-05-20",
    "shop": "澜岸家居旗舰店",
    "goods": "桑蚕丝四件套",
    "platform": "taobao",
    "payment_number": "2026052022001412345678901234",
}


def test_an_order_page_is_read_whichever_way_it_lies() -> None:
    assert found(*ORDER_PAGE) == ORDER
    assert values(turned(lines(*ORDER_PAGE))) == ORDER
    assert values(turned(turned(lines(*ORDER_PAGE)))) == ORDER


@pytest.mark.parametrize(
    ("rows", "field", "value"),
    [
        (["订单编号:260520-123456789012345"], "order_number", "260520-123456789012345"),
        ([("订单号", "P712345678901234567 复制")], "order_number", "P712345678901234567"),
        (["订单编号", "2605 2077 1234 567719"], "order_number", "260520771234567719"),
        (["Order No.: 2605207712345677190 Copy"], "order_number", "2605207712345677190"),
        (["你好，订单号是6923456789012345678 帮我看下"], "order_number", "6923456789012345678"),
        ([("实付款(含运费)", "￥１，４６９．００")], "amount", "1469.00"),
        ([("实付:", "¥29.90 (免运费)")], "amount", "29.90"),
        (["共1件 实付款 ¥88"], "amount", "88.00"),
        ([("合计", "95.80"), ("实收", "90.00")], "amount", "90.00"),
        ([("Total paid", "¥469.00")], "amount", "469.00"),
        (["下单时间2026-05-1820:33:10"], "ordered_on", "2026-05-18"),
        (["支付时间 2026年2月11日 19:22:30"], "ordered_on", "2026-02-11"),
        (["日期：2026/06/12 16:45"], "ordered_on", "2026-06-12"),
        (["【杭州市】您的快件已签收", "2026-05-24 14:02:11"], "delivered_on", "2026-05-24"),
        (["顺丰速运 SF1234567890123 复制"], "parcel_number", "SF1234567890123"),
        (["顺丰速运 SF1234567890123 复制"], "carrier", "顺丰速运"),
        ([("快递单号", "78912345678901"), ("物流公司", "中通快递")], "carrier", "中通快递"),
        (["交易单号 4200002345202602111234567890"], "payment_number", "4200002345202602111234567890"),
        (["小满家居间的直播间"], "room", "小满家居间"),
        (["感谢您在京东购物"], "platform", "jd"),
        (["视频号小店·微信支付"], "platform", "channels"),
        (["快手小店|老赵家茶叶>"], "shop", "老赵家茶叶"),
        (["抖音商城・阿云家的小铺"], "shop", "阿云家的小铺"),
        ([("应付总额", "￥59.00"), ("优惠后实付", "￥52.00")], "amount", "52.00"),
        (["Order placed: 2026-03-08 00:03"], "ordered_on", "2026-03-08"),
    ],
)
def test_apps_say_it_in_different_words(rows: list[Row | str], field: str, value: str) -> None:
    assert found(*rows).get(field) == value


@pytest.mark.parametrize(
    "rows",
    [
        ["订单编号", "138 1234 5678"],  # a telephone
        ["运单号码：4312345678901", "商户单号 3712345678901234567"],  # other numbers than that of the order
        ["商品总价 ¥599.00", "优惠 -¥130.00"],
        ["退您50元可以吗？", "我付了469块"],
        ["下单时间 2026-02-30 10:00:00"],
        ["京东快递 已揽收"],
    ],
)
def test_what_is_no_order_and_no_sum_is_not_taken_for_one(rows: list[Row | str]) -> None:
    assert not found(*rows).keys() & {"order_number", "amount", "ordered_on"}


def test_two_orders_on_one_page_are_both_told() -> None:
    hints = glean(lines(("实付款", "¥10.00"), "订单编号：111122223333", ("实付款", "¥20.00"), "订单编号：444455556666"))
    assert [hint.value for hint in hints if hint.field == "order_number"] == ["111122223333", "444455556666"]
    assert sorted(hint.value for hint in hints if hint.field == "amount") == ["10.00", "20.00"]


WORDS = st.sampled_from(
    [
        *(
            "订单编号",
            "实付款",
            "下单时间",
            "店铺",
            "合计",
            "已签收",
            "支付宝交易号",
            "快递单号",
            "的直播间",
            "账单详情",
            "¥",
            "-",
            ">",
        ),
        *("2026-13-40", "9" * 60, "¥1e9", "NaN", "١٢٣٤٥٦٧٨٩", "<script>", "\x00", "\u202e", "¥99999999999", "1,2,3"),
    ]
)
PIECES = st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=5).map("".join)
SIDE = st.integers(-5, 10_005)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(PIECES, SIDE, SIDE, SIDE, SIDE), max_size=14),
    st.one_of(st.just([]), st.just([{"width": 0, "height": 3, "tilt": -9000}]), st.just([SIDES])),
)
def test_whatever_is_read_nothing_is_raised_and_every_value_fits_the_form(
    pieces: list[tuple[str, int, int, int, int]], sheets: list[dict[str, Any]]
) -> None:
    given = [
        Line(sheet=0, text=text, left=left, top=top, width=width, height=height, score=80)
        for text, left, top, width, height in pieces
    ]
    for hint in glean(given, sheets):
        assert hint.field in FIELDS
        assert is_valid(hint.field, hint.value)
        assert 0 <= hint.sure <= 100
        assert hint.line in given
        if hint.field == "order_number":
            assert NOISE.sub("", LABELS.sub("", hint.value)) == hint.value


def test_a_wall_of_text_is_read_in_no_time() -> None:
    given = lines(*(f"{'订单编号' * 60}{number}" for number in range(60)))
    assert len(glean(given * 20, [SIDES])) < 10
