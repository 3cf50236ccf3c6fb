"""An order table as a page shows it: what each column is taken for, the rows, and one of them beside what was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.evidence import columns, exports
from complaints.evidence.columns import NUMBER, ORDERED, PAID, SHOP
from complaints.evidence.exports import Order, Table
from complaints.evidence.tablereader import MAX_COLUMNS
from complaints.letters import money
from complaints.models import Evidence, OrderTable
from complaints.narrative import day

MEANINGS = {
    NUMBER: gettext_lazy("订单号"),
    SHOP: gettext_lazy("店铺"),
    columns.GOODS: pgettext_lazy("column", "商品"),
    PAID: gettext_lazy("实付金额"),
    columns.QUANTITY: pgettext_lazy("column", "数量"),
    ORDERED: gettext_lazy("下单时间"),
    columns.PAID_AT: gettext_lazy("付款时间"),
    columns.STATUS: gettext_lazy("订单状态"),
    columns.PARCEL: gettext_lazy("物流单号"),
}
TAKEN = (NUMBER, PAID, ORDERED, SHOP)  # what a row can fill in; the rest helps to find it
SAMPLES, SAMPLE_LENGTH = 2, 40
SAME, EMPTY, DIFFERS = "same", "empty", "differs"
LONGEST_SHOP = 60  # as in the page that asks for it


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column: its heading, a few cells under it, and what it is taken for."""

    name: str
    samples: tuple[str, ...]
    meaning: str
    is_personal: bool


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A row: its title, what else it says, and why it is taken to be this order, if it is."""

    number: int
    title: str
    lines: tuple[str, ...]
    is_picked: bool
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing the row says, beside what was told; ``state`` is same, empty (nothing was told) or differs."""

    code: str
    label: Any
    told: str
    read: str
    state: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was told of the order so far, each empty or None where it was not."""

    number: str = ""
    paid: Decimal | None = None
    ordered: date | None = None
    shop: str = ""


def page_of(piece: Evidence, known: Known) -> dict[str, Any]:
    """Everything the page shows. Raises exports.NoTable."""
    kept = OrderTable.objects.filter(evidence=piece).first()
    needle = kept.needle if kept else columns.plain_number(known.number)
    table = exports.open_table(piece.blob, needle=needle, row=kept.row or 0 if kept else 0)
    meanings = meanings_of(table, kept)
    orders = table.orders(meanings)
    picked, why = _picked(orders, known, kept)
    count = table.count
    return {
        "columns": [_column(table, place, meaning) for place, meaning in enumerate(meanings)],
        "meanings": list(MEANINGS.items()),
        "needle": needle,
        "orders": [_row(order, picked, why) for order in orders],
        "picked": picked,
        "compared": compared(picked, known) if picked else [],
        "count": ngettext("表格里有{n}行。", "表格里有{n}行。", count).format(n=f"{count:,}"),
        "is_found": bool(table.found),
        "used": kept if kept and kept.used_at else None,
    }


def meanings_of(table: Table, kept: OrderTable | None) -> list[str]:
    """What a person said the columns are; the guess where nobody did."""
    return list(kept.columns) if kept and len(kept.columns) == len(table.columns) else table.guess


def sent_columns(sent: QueryDict) -> list[str]:
    """What the selects of the form say, column by column."""
    return sent.getlist("column")[:MAX_COLUMNS]


def sent_row(sent: QueryDict) -> int:
    """The number of the row that was chosen; 0 for none."""
    row = sent.get("row", "")
    return int(row) if row.isascii() and row.isdecimal() and len(row) < 7 else 0


def read_row(piece: Evidence, row: int) -> Order | None:
    """One row by the columns as they are kept. Raises exports.NoTable; None where there is no such row."""
    kept = OrderTable.objects.filter(evidence=piece).first()
    table = exports.open_table(piece.blob, row=row)
    return table.order(table.picked, meanings_of(table, kept)) if table.picked else None


def said_by(order: Order) -> dict[str, str]:
    """What a row says of the order, as text: only what could be read."""
    said = {
        NUMBER: order.number,
        PAID: str(order.paid) if order.paid is not None else "",
        ORDERED: order.ordered.date().isoformat() if order.ordered else "",
        SHOP: order.shop[:LONGEST_SHOP],
    }
    return {code: text for code, text in said.items() if text}


def compared(order: Order, known: Known) -> list[Compared]:
    """What the row says beside what was told; what the row does not say is left out."""
    told: Mapping[str, tuple[str, bool]] = {
        NUMBER: (known.number, columns.plain_number(known.number) == order.number),
        PAID: (money(known.paid) if known.paid is not None else "", known.paid == order.paid),
        ORDERED: (day(known.ordered) if known.ordered else "", _day(order) == known.ordered),
        SHOP: (known.shop, known.shop == order.shop[:LONGEST_SHOP]),
    }
    return [
        Compared(code, MEANINGS[code], told[code][0], text, _state(*told[code]))
        for code, text in _shown(order).items()
        if code in TAKEN
    ]


def _state(told: str, same: bool) -> str:
    if not told:
        return EMPTY
    return SAME if same else DIFFERS


def _picked(orders: Sequence[Order], known: Known, kept: OrderTable | None) -> tuple[Order | None, str]:
    """The row a person chose; else the one that is this order by its number, or alone by its sum and day."""
    chosen = next((order for order in orders if kept and order.row == kept.row), None)
    number = columns.plain_number(known.number)
    by_number = next((order for order in orders if number and order.number == number), None)
    if by_number is not None and chosen in {None, by_number}:
        return by_number, _("订单号和你填的一样")
    if chosen is not None:
        return chosen, ""
    alike = [each for each in orders if known.paid and each.paid == known.paid and _day(each) == known.ordered]
    return (alike[0], _("金额和日期和你填的一样")) if len(alike) == 1 else (None, "")


def _day(order: Order) -> date | None:
    return order.ordered.date() if order.ordered else None


def _column(table: Table, place: int, meaning: str) -> ColumnRow:
    column = table.columns[place]
    cells = [cell for line in table.lines if (cell := line.cell(place))][:SAMPLES]
    shown = [
        columns.covered(cell) if column.is_personal or columns.is_about_somebody(cell) else _short(cell)
        for cell in cells
    ]
    name = column.heading or _("第{n}列").format(n=place + 1)
    return ColumnRow(_short(name), tuple(shown), meaning, column.is_personal)


def _row(order: Order, picked: Order | None, why: str) -> OrderRow:
    shown = _shown(order)
    title = order.goods or shown.pop(NUMBER, "") or _("第{n}行").format(n=order.row)
    lines = [_("{label}：{text}").format(label=MEANINGS[code], text=_short(text)) for code, text in shown.items()]
    is_picked = order == picked
    return OrderRow(order.row, _short(title), tuple(lines), is_picked, why if is_picked else "")


def _shown(order: Order) -> dict[str, str]:
    found = {
        NUMBER: order.number,
        PAID: money(order.paid) if order.paid is not None else "",
        ORDERED: _moment(order),
        SHOP: order.shop[:LONGEST_SHOP],
        columns.STATUS: order.status,
    }
    return {code: text for code, text in found.items() if text}


def _moment(order: Order) -> str:
    if order.ordered is None:
        return ""
    has_hour = bool(order.ordered.hour or order.ordered.minute)
    return f"{day(order.ordered.date())} {order.ordered:%H:%M}" if has_hour else day(order.ordered.date())


def _short(text: str) -> str:
    return text if len(text) <= SAMPLE_LENGTH else f"{text[:SAMPLE_LENGTH]}…"


def is_past(ordered: str) -> bool:
    """Whether a day read from a table is one on which something can have been bought."""
    return date(2010, 1, 1) <= date.fromisoformat(ordered) <= timezone.localdate()
