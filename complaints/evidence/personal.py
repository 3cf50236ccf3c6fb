"""What in the words of a piece of evidence is personal, and of which kind: numbers, addresses, names, plates.

Wider than what conversations hide (complaints.masking), and more careful with what the other side needs: order,
logistics and transaction numbers, sums, shops and times stay readable (docs/masking.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from complaints import masking
from complaints.models import Mask

Kind = Mask.Kind


@dataclass(frozen=True, slots=True)
class Found:
    """A personal thing: its first sign and the one behind its last, in the words as they are."""

    low: int
    high: int
    kind: str


# An identity number of the first generation: fifteen digits, the day of birth after the place.
OLD_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
# A number that somebody else has half covered already is still somebody's number; the rest goes too.
HALF_COVERED = re.compile(r"(?<!\d)(?:1\d{2}[*＊xX•]{4}\d{4}|\d{3,6}[*＊•]{4,12}[\dXx]{2,4})(?!\d)")
PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·.\s-]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)
WORD = r"[一-鿿A-Za-z0-9（）()]"
# The parts of a Chinese address, from the large to the small; each may be missing, none may come out of order.
PARTS = (
    r"[一-鿿]{2,7}?(?:特别行政区|自治区|省)|(?:北京|天津|上海|重庆)市?",
    r"[一-鿿]{2,9}?(?:自治州|地区|盟|市)",
    r"[一-鿿]{1,9}?(?:自治县|新区|开发区|区|县|旗|市)",
    r"[一-鿿]{1,9}?(?:街道|镇|乡|苏木)",
    r"[一-鿿]{1,9}?(?:社区|村|屯|庄)",
    rf"{WORD}{{1,10}}?(?:大道|大街|路|街|道|巷|胡同|里弄|公路)",
    r"[0-9一二三四五六七八九十百甲乙丙丁-]{1,8}(?:号院|弄|号)",
    rf"{WORD}{{1,14}}?(?:小区|花园|家园|公寓|大厦|广场|苑|城|府|园|湾|里|庭|宿舍|校区)",
    rf"{WORD}{{1,5}}?(?:号楼|栋|幢|座|楼)",
    rf"{WORD}{{1,5}}?单元",
    r"[0-9一二三四五六七八九十]{1,4}(?:层|楼)",
    r"[0-9A-Za-z-]{1,6}(?:室|户|房|号)|[0-9]{3,4}(?![0-9])",
)
ADDRESS = re.compile(r"[\s,，]*".join(f"({part})?" for part in PARTS))
UNITS = re.compile(r"[省市区县旗镇乡道路街巷弄村号栋幢座楼室]")
LARGE, SMALL = slice(0, 5), slice(5, 12)
AFTER_ADDRESS = re.compile(
    r"(?:收货地址|收件地址|送货地址|配送地址|家庭住址|住址|详细地址|所在地区)\s*[:：]?\s*([^\n,，;；]{4,60})"
)
BEFORE_BUSINESS = re.compile(r"(?:厂址|生产地址|厂家地址|注册地址|经营地址|公司地址|退货地址|发货地|产地)\s*[:：]?\s*$")
NAMED = re.compile(
    r"(?:收货人|收件人|收件|联系人|持卡人|户名|真实姓名|姓名|寄件人|买家姓名|consignee|recipient|card ?holder)"
    r"\s*(?:姓名|是|为)?\s*[:：]?\s*([一-鿿]{1,4}(?:·[一-鿿]{1,8})?|[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2})",
    re.IGNORECASE,
)
NOT_A_NAME = frozenset(
    {"信息", "地址", "电话", "手机", "手机号", "号码", "姓名", "联系", "联系电", "联系方式", "已签收", "签收", "未填"}
)
CALLED = re.compile(
    r"(?<![一-鿿])([一-鿿]{2,4})\s*[,，]?\s*$"
)  # a name right before a telephone number, as on a parcel
NO_CALL = re.compile(r"电|话|机|号|联系|客服|热线|打|给|是")
BUSINESS_NUMBER = re.compile(
    r"(?:订单(?:编?号|号码)|订单|交易(?:编?号|单号|订单号|流水号)|流水号|商户(?:订?单号|编号)|(?:运|快递|物流|退货运)单(?:编?号|号码)?|"
    r"凭证号|商品(?:编号|ID)|货号|款号|批号|条码|房间号|直播间(?:ID|号)?|"
    r"order(?: no\.?| number)?|tracking(?: no\.?| number)?)"
    r"\s*(?:是|为)?\s*[:：#]?\s*([A-Za-z]{0,4}\d(?:-?[A-Za-z0-9]){5,33})",
    re.IGNORECASE,
)
CLOCK_OR_SUM = re.compile(r"\d[:：]\d{2}|\d[./年-]\d{1,2}[./月-]\d|[￥¥]\s?\d|(?<!\d)\d{1,6}\.\d{2}(?!\d)")
MISREAD = re.compile(r"(?<=\d)[OoQDIlSB|](?=[\dOoQDIlSB|])|(?<=\d)[OoQDIlSB|](?!\w)")
MEANT = str.maketrans("OoQDIlSB|", "000011581")


def found_in(words: str, *, keep: Iterable[str] = ()) -> list[Found]:
    """Every personal thing in these words, from left to right. ``keep`` are numbers of the case itself."""
    plain, places = masking.read_aloud(words)
    if not plain.strip():
        return []
    kept, given_out = masking.kept_in(plain, keep), [match.span(1) for match in BUSINESS_NUMBER.finditer(plain)]
    return [
        Found(places[low], places[high - 1] + 1, kind)
        for low, high, kind in sorted(_found(plain))
        # One in ten order numbers passes for a card. Behind the same word a telephone number is one all the same.
        if not _is_inside(low, high, kept) and not (kind == Kind.CARD and _is_inside(low, high, given_out))
    ]


def covered(words: str, *, keep: Iterable[str] = ()) -> tuple[str, int]:
    """The words with everything personal replaced by ``****``, and how many places that were."""
    found = found_in(words, keep=keep)
    hidden = masking.covered(words, range(len(words)), [(each.low, each.high) for each in found])
    return hidden, hidden.count(masking.MASK)


def _is_inside(low: int, high: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= low and high <= last for first, last in spans)


def _found(plain: str) -> Iterator[tuple[int, int, str]]:
    for text in {plain, masking.digits_of(plain), MISREAD.sub(lambda sign: sign[0].translate(MEANT), plain)}:
        yield from _numbers(text)
    yield from ((*match.span(), Kind.OTHER) for pattern in (masking.MAIL, PLATE) for match in pattern.finditer(plain))
    yield from ((*span, Kind.OTHER) for span in masking.handles_in(plain))
    yield from _addresses(plain)
    for match in NAMED.finditer(plain):
        if match[1] not in NOT_A_NAME:
            yield (*match.span(1), Kind.NAME)


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    for match in masking.MOBILE.finditer(text):
        if not CLOCK_OR_SUM.search(match[0]):
            yield (*match.span(), Kind.PHONE)
            called = CALLED.search(text, 0, match.start())
            if called and not NO_CALL.search(called[1]):
                yield (*called.span(1), Kind.NAME)
    yield from ((*match.span(), Kind.PHONE) for match in masking.LANDLINE.finditer(text))
    yield from ((*match.span(), Kind.ID) for match in masking.IDENTITY.finditer(text) if masking.is_identity(match[0]))
    yield from ((*match.span(), Kind.ID) for match in OLD_IDENTITY.finditer(text))
    yield from ((*match.span(), Kind.PHONE) for match in HALF_COVERED.finditer(text))
    for pattern in (masking.CARD, DOTTED_CARD):
        yield from ((*match.span(), Kind.CARD) for match in pattern.finditer(text) if masking.is_card(match[0]))
    yield from ((*match.span(1), Kind.CARD) for match in masking.ACCOUNT.finditer(text))
    yield from ((*match.span(1), Kind.OTHER) for match in masking.ONE_TIME.finditer(text))
    yield from ((*match.span(), Kind.CARD) for match in masking.PAY_CODE.finditer(text))


DOTTED_CARD = re.compile(r"(?<!\d)[3-6]\d{3}(?:[\s.·•-]{1,3}\d{4}){3}(?:[\s.·•-]{1,3}\d{1,3})?(?!\d)")


def _addresses(plain: str) -> Iterator[tuple[int, int, str]]:
    """Where parts follow each other in order and reach down to a street, a house or a room; and what a label names."""
    place = 0 if UNITS.search(plain) else len(plain)
    while place < len(plain):
        match = ADDRESS.match(plain, place)
        if match is None or match.end() == place:
            place += 1
            continue
        if not _is_somewhere(match):
            place += 1
            continue
        if not BEFORE_BUSINESS.search(plain, 0, match.start()):
            yield (*match.span(), Kind.ADDRESS)
        place = match.end()
    for match in AFTER_ADDRESS.finditer(plain):
        yield (*match.span(1), Kind.ADDRESS)


def _is_somewhere(match: re.Match[str]) -> bool:
    """Three regions one in the other; a region with a street or house; or a street with a house. "On the road by the
    market" is none: where there are few parts, one has a number."""
    large = sum(1 for each in match.groups()[LARGE] if each)
    small = sum(1 for each in match.groups()[SMALL] if each)
    has_number = any(sign.isdigit() for sign in match[0])
    return large >= 3 or (large >= 2 and small >= 1) or (has_number and small >= 1 and large + small >= 2)
