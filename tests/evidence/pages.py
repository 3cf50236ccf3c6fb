"""Lines as a reader of words finds them, laid out by hand; and readings made of them without a reader."""

from __future__ import annotations

from complaints.models import Blob, Reading
from complaints.models.reading import Line
from tests.cast import MONDAY

SIDES = {"width": 1080, "height": 1440, "tilt": 0}
Row = tuple[str, ...]


def lines(*rows: Row | str, sheet: int = 0) -> list[Line]:
    """Each row holds a word at the left edge, and perhaps one at the right edge."""
    found: list[Line] = []
    for number, row in enumerate(rows):
        top = 400 + number * 520
        for place, text in enumerate((row,) if isinstance(row, str) else row):
            left = 350 if place == 0 else 9_650 - 200 * len(text)
            found.append(_line(text, left, top, sheet))
    return found


def turned(found: list[Line]) -> list[Line]:
    """The same sheet lying on its side."""
    return [
        Line(
            sheet=each["sheet"],
            text=each["text"],
            left=each["top"],
            top=10_000 - each["left"] - each["width"],
            width=each["height"],
            height=each["width"],
            score=each["score"],
        )
        for each in found
    ]


ORDER_PAGE = (
    "交易成功",
    "淘宝・感谢你的信任",
    "澜岸家居旗舰店>",
    ("桑蚕丝四件套", "¥599.00"),
    ("商品总价", "¥599.00"),
    ("优惠", "-¥130.00"),
    ("实付款", "¥469.00"),
    "订单编号：2605207712345677190 复制",
    "支付宝交易号：2026052022001412345678901234",
    "创建时间：2026-05-2021:14:33",
    "付款时间：2026-05-21 01:14:40",
)


def a_reading(blob: Blob, *rows: Row | str) -> Reading:
    """As if the words had been read."""
    Reading.objects.filter(blob=blob).delete()
    reading = Reading(blob=blob, state=Reading.State.READ, read_at=MONDAY, reader="by hand", sheets=[SIDES])
    reading.lines = lines(*(rows or ORDER_PAGE))
    reading.save()
    return reading


def _line(text: str, left: int, top: int, sheet: int) -> Line:
    return Line(sheet=sheet, text=text, left=max(left, 0), top=top, width=200 * len(text), height=300, score=99)
