"""Which column of an order export is which: guessed from its heading and from what stands under it, never believed.

A guess is shown and confirmed by a person. Columns about people (who received it, where, under which telephone number)
are known too, so that they are covered on every page and never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

NUMBER, SHOP, GOODS, PAID, QUANTITY = "number", "shop", "goods", "paid", "quantity"
ORDERED, PAID_AT, STATUS, PARCEL = "ordered", "paid-at", "status", "parcel"
MEANINGS = (NUMBER, SHOP, GOODS, PAID, QUANTITY, ORDERED, PAID_AT, STATUS, PARCEL)
PERSON = "person"  # about somebody: covered, and never taken

# The headings of the exports of Taobao and Tmall, Pinduoduo, JD, Douyin and Kuaishou, of bills of Alipay and WeChat,
# and their like in English. The first of a list says it best: where two columns could be it, that one is.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    NUMBER: (
        *(
            "主订单编号",
            "主订单号",
            "订单编号",
            "订单号",
            "订单号码",
            "交易订单号",
            "商家订单号",
            "商户单号",
            "父订单号",
        ),
        *("order no", "order number", "order id", "order"),
        *("子订单编号", "子订单号", "交易单号", "交易号", "transaction id"),
    ),
    SHOP: (
        *("店铺名称", "店铺", "店铺名", "商家名称", "商家", "卖家", "卖家昵称", "商户名称", "交易对方"),
        *("shop name", "shop", "store name", "store", "seller", "merchant"),
    ),
    GOODS: (
        *("宝贝标题", "商品标题", "商品名称", "选购商品", "商品名", "宝贝名称", "商品", "商品说明", "商品信息", "标题"),
        *("product name", "item name", "product", "item", "title", "goods"),
    ),
    PAID: (
        *("买家实际支付金额", "用户实付金额", "订单实付金额", "实付金额", "实际支付金额", "实付款", "订单实付", "实付"),
        *("实收款", "支付金额", "买家实付", "amount paid", "paid", "total paid"),
        *("订单应付金额", "应付金额", "买家应付货款", "订单金额", "商品总价", "总金额", "金额", "收/付金额"),
        *("order total", "total", "amount", "price"),
    ),
    QUANTITY: (*("商品数量", "购买数量", "订购数量", "宝贝总数量", "宝贝数量", "数量", "件数", "quantity", "qty"),),
    ORDERED: (
        *("订单创建时间", "下单时间", "订单提交时间", "拼单成交时间", "创建时间", "下单日期", "成交时间", "提交时间"),
        *("交易创建时间", "交易时间", "order time", "order date", "ordered at", "created at", "created", "date"),
    ),
    PAID_AT: (
        *(
            "订单付款时间",
            "支付完成时间",
            "付款确认时间",
            "付款时间",
            "支付时间",
            "paid at",
            "payment time",
            "pay time",
        ),
    ),
    STATUS: (*("订单状态", "交易状态", "当前状态", "状态", "order status", "status"),),
    PARCEL: (
        *("快递单号", "物流单号", "运单号", "运单编号", "快递运单号", "包裹单号", "快递信息", "物流信息"),
        *("tracking number", "tracking no", "waybill", "waybill number", "logistics no"),
    ),
    PERSON: (
        *("收货人", "收货人姓名", "收件人", "收件人姓名", "客户姓名", "买家", "买家姓名", "买家昵称", "买家会员名"),
        *(
            "会员名",
            "用户名",
            "下单账号",
            "下单帐号",
            "联系人",
            "姓名",
            "昵称",
            "买家支付宝账号",
            "支付宝账号",
            "对方账号",
        ),
        *("手机", "手机号", "手机号码", "联系手机", "联系电话", "电话", "收件人手机号", "收货人电话", "收货人手机号"),
        *(
            "地址",
            "收货地址",
            "详细地址",
            "客户地址",
            "收件地址",
            "街道",
            "省",
            "市",
            "区",
            "省市区",
            "邮编",
            "身份证号",
        ),
        *("买家留言", "订单备注", "备注", "留言", "客户备注", "银行卡号", "账号", "邮箱"),
        *("recipient", "receiver", "consignee", "buyer", "buyer name", "customer", "customer name", "name", "phone"),
        *("mobile", "telephone", "address", "shipping address", "zip", "postcode", "email", "note", "message"),
    ),
}
# Words that make a longer heading one about somebody, whatever else it says.
PERSONAL_PARTS = (
    *("收货人", "收件人", "买家姓名", "买家昵称", "会员名", "手机", "电话", "地址", "身份证", "支付宝账号", "银行卡"),
    *("联系人", "客户姓名", "recipient", "consignee", "phone", "mobile", "address"),
)
PLAIN = re.compile(r"[\s_\-.:：#*（）()\[\]【】“”\"']+")
UNIT = re.compile(r"[（(\[【]\s*(?:元|件|个|人民币|rmb|cny|¥|￥)\s*[)）\]】]", re.IGNORECASE)
ORDER_NUMBER = re.compile(r"(?=[A-Za-z\d\-]*\d{6})[A-Za-z\d][A-Za-z\d\-]{7,39}")
SHORTENED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")
MONEY = re.compile(r"[¥￥]?\s*-?\d{1,3}(?:,\d{3})*(?:\.\d+)?\s*元?|[¥￥]?\s*-?\d+(?:\.\d+)?\s*元?")
COUNT = re.compile(r"[1-9]\d{0,4}(?:\.0+)?\s*[件个]?")
MOBILE = re.compile(r"(?:\+?86[\s-]?)?1[3-9](?:[\s-]?[\d*]){9}")
IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
ADDRESS = re.compile(r".*(?:省|市|自治区).*(?:区|县|镇|街道|路|号|村).*")
PARCEL_NUMBER = re.compile(r"(?:[A-Z]{2,6})?\d{9,18}")
DAYS = (
    re.compile(
        r"(?P<y>20\d{2})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?:[ T]+(?P<t>\d{1,2}:\d{2}(?::\d{2})?))?.*"
    ),
    re.compile(r"(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:\s*(?P<t>\d{2}:?\d{2}:?\d{2}))?"),
)
HEADING, PART, SURE = 10.0, 6.0, 6.0  # a heading that is the word, one that holds it; what is enough
SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place from 0, its heading as written, what it may be ("" where nobody can tell), and why not."""

    place: int
    heading: str
    meaning: str
    is_personal: bool
    is_shortened: bool = False  # a spreadsheet rounded its long numbers: they are no order numbers any more


def head_of(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row of headings: the one with most words we know; the first where none has two."""
    scores = [sum(bool(_best_heading(cell)) for cell in row) for row in rows]
    best = max(range(len(rows)), key=lambda place: (scores[place], -place)) if rows else 0
    return best if rows and scores[best] >= 2 else 0


def columns_of(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """Every column with the best guess; each meaning is given once, to the column that fits it best."""
    width = max([len(heading), *(len(row) for row in rows[:SAMPLE])], default=0)
    heads = [heading[place] if place < len(heading) else "" for place in range(width)]
    under = [[row[place] for row in rows[:SAMPLE] if place < len(row) and row[place]] for place in range(width)]
    personal = [_is_personal(heads[place], under[place]) for place in range(width)]
    scored = [
        (weight, -place, meaning)
        for place in range(width)
        if not personal[place]
        for meaning in MEANINGS
        if (weight := _weight(meaning, heads[place], under[place])) >= SURE
    ]
    given: dict[int, str] = {}
    for _fit, place, meaning in sorted(scored, reverse=True):
        if -place not in given and meaning not in given.values():
            given[-place] = meaning
    return [
        Column(
            place,
            heads[place],
            PERSON if personal[place] else given.get(place, ""),
            personal[place],
            any(SHORTENED.fullmatch(cell) for cell in under[place]),
        )
        for place in range(width)
    ]


def covered(cell: str) -> str:
    """What is about somebody, as a page shows it: enough to tell which column it is, never enough to use."""
    plain = cell.strip()
    if MOBILE.fullmatch(plain):
        digits = re.sub(r"[\s-]", "", plain)
        return f"{digits[-11:-8]}****{digits[-4:]}" if len(digits) >= 11 else "****"
    return f"{plain[0]}***" if plain else ""


def is_about_somebody(cell: str) -> bool:
    """Whether a single cell holds somebody's number or address, wherever it stands."""
    plain = cell.strip()
    return bool(MOBILE.fullmatch(plain) or IDENTITY.fullmatch(plain))


def plain_number(text: str) -> str:
    """An order number without blanks and marks; "" for what is none."""
    found = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return found if ORDER_NUMBER.fullmatch(found) else ""


def money(text: str) -> Decimal | None:
    """A sum in yuan, with two places; None for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not MONEY.fullmatch(plain):
        return None
    try:
        found = Decimal(re.sub(r"[¥￥元,\s]", "", plain))
    except InvalidOperation:
        return None
    return found.quantize(Decimal("0.01")) if 0 <= found < 10**10 and found == round(found, 2) else None


def moment(text: str) -> datetime | None:
    """A day, with its hour where one is written, as the clocks of the platform showed it; None for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for shape in DAYS:
        if found := shape.fullmatch(plain):
            clock = [int(part) for part in re.findall(r"\d{1,2}", found["t"] or "")]
            hour, minute, second = (*clock, 0, 0, 0)[:3]
            try:
                return datetime(int(found["y"]), int(found["m"]), int(found["d"]), hour, minute, second)
            except ValueError:
                return None
    return None


# ── Weighing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_quantity(cell: str) -> bool:
    return bool(COUNT.fullmatch(cell))


def _is_words(cell: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", cell)) and moment(cell) is None


# What must stand under a heading, and whether a column may be taken for it without any heading that says so.
SHAPES: Mapping[str, tuple[Callable[[str], bool], float]] = {
    NUMBER: (lambda cell: bool(plain_number(cell)) and moment(cell) is None, 5.0),
    SHOP: (_is_words, 0.0),
    GOODS: (_is_words, 0.0),
    PAID: (lambda cell: money(cell) is not None, 0.0),
    QUANTITY: (_is_quantity, 0.0),
    ORDERED: (lambda cell: moment(cell) is not None, 6.0),
    PAID_AT: (lambda cell: moment(cell) is not None, 5.5),
    STATUS: (_is_words, 0.0),
    PARCEL: (lambda cell: bool(PARCEL_NUMBER.search(cell)), 0.0),
}
EMPTY_OK = frozenset({PAID_AT, PARCEL, STATUS})
SHOP_ENDINGS = ("旗舰店", "专卖店", "专营店", "官方店", "企业店", "store", "shop")
STATUS_WORDS = (
    "已完成",
    "已签收",
    "待发货",
    "已发货",
    "交易成功",
    "交易关闭",
    "已收货",
    "退款成功",
    "completed",
    "shipped",
)


def _weight(meaning: str, heading: str, cells: Sequence[str]) -> float:
    """How well a column fits. What contradicts it weighs more than any heading: a sum is no order number."""
    named = _heading_weight(meaning, heading)
    fits, unnamed = SHAPES[meaning]
    if not cells:
        return named if meaning in EMPTY_OK or named >= HEADING else 0.0
    share = sum(fits(cell) for cell in cells) / len(cells)
    if share < 0.5:
        return 0.0
    if named:
        return named + 2 * share
    if meaning == NUMBER:
        lengths, different = {len(cell) for cell in cells}, len(set(cells)) / len(cells)
        long_ones = sum(len(plain_number(cell)) >= 15 for cell in cells) / len(cells)
        return unnamed + share + long_ones if len(lengths) <= 3 and different > 0.4 and share > 0.9 else 0.0
    if meaning == SHOP:
        return 6.5 * (sum(cell.lower().endswith(SHOP_ENDINGS) for cell in cells) == len(cells))
    if meaning == STATUS:
        return 6.5 * (sum(any(word in cell.lower() for word in STATUS_WORDS) for cell in cells) / len(cells) > 0.6)
    if meaning == PAID:
        return 6.2 * (all(re.search(r"\.\d{2}\b|[¥￥元]", cell) for cell in cells) and share > 0.9)
    return unnamed + 0.5 * share if unnamed and share > 0.9 else 0.0


def _heading_weight(meaning: str, heading: str) -> float:
    """More for a word that stands earlier in its list: 实付 says it better than 金额."""
    plain, words = _plain(heading), HEADINGS[meaning]
    if not plain:
        return 0.0
    if plain in (known := [_plain(word) for word in words]):
        return HEADING - 2 * known.index(plain) / len(known)
    held = [place for place, word in enumerate(known) if len(word) >= 3 and word in plain]
    return PART - held[0] / len(known) if held else 0.0


def _best_heading(cell: str) -> str:
    plain = _plain(cell)
    return next((meaning for meaning, words in _KNOWN.items() if plain in words), "") if plain else ""


def _is_personal(heading: str, cells: Iterable[str]) -> bool:
    plain = _plain(heading)
    if plain in _KNOWN[PERSON] or any(_plain(part) in plain for part in PERSONAL_PARTS):
        return True
    values = list(cells)
    about = sum(bool(is_about_somebody(cell) or (ADDRESS.fullmatch(cell) and len(cell) > 8)) for cell in values)
    return bool(values) and about > len(values) / 2 and not any(_heading_weight(each, heading) for each in MEANINGS)


def _plain(heading: str) -> str:
    return PLAIN.sub("", UNIT.sub("", unicodedata.normalize("NFKC", heading))).casefold()


_KNOWN: Mapping[str, frozenset[str]] = {
    meaning: frozenset(_plain(word) for word in words) for meaning, words in HEADINGS.items()
}
