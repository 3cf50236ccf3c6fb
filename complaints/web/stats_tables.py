"""The two tables of the public figures: how platforms answer, sorted by a link, and when complaints come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.narrative import language

# Column → its name, its unit, and whether the first press sorts from the largest down.
COLUMNS: Mapping[str, tuple[Any, Any, bool]] = {
    "name": (gettext_lazy("平台"), "", False),
    "cases": (gettext_lazy("投诉数"), "", True),
    "in_time": (gettext_lazy("按期答复"), "%", True),
    "days": (gettext_lazy("答复用时中位数"), gettext_lazy("天"), False),
    "accepted": (gettext_lazy("方案被消费者接受"), "%", True),
    "passed_on": (gettext_lazy("推给别人的比例"), "%", True),
}
SHADES = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A heading: where its link leads, and what ``aria-sort`` says of it now."""

    key: str
    label: Any
    sorted: str  # none, ascending, descending
    link: str


@dataclass(frozen=True, slots=True)
class Table:
    """How platforms answer. A cell that is None is too few."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[tuple[Any, str | None], ...]], ...]  # name, (label, value with unit)
    sort: str
    finding: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Some hours of a weekday; ``count`` None is too few to be shown."""

    count: int | None
    shade: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Weekdays by hours."""

    finding: str
    span: int
    hours: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    has_hidden: bool


def table_of(platforms: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> Table:
    """The table as the address asks for it (``sort``, ``dir``); else by cases. What is not shown stands last."""
    sort = query.get("sort", "")
    sort = sort if sort in COLUMNS else "cases"
    descends = {"asc": False, "desc": True}.get(query.get("dir", ""), COLUMNS[sort][2])
    known = sorted((row for row in platforms if _value(row, sort) is not None), key=lambda row: _value(row, sort))
    ordered = [*(reversed(known) if descends else known), *(row for row in platforms if _value(row, sort) is None)]
    return Table(
        columns=tuple(_column(key, sort, descends) for key in COLUMNS),
        rows=tuple((_name(row), tuple(_cell(row, key) for key in list(COLUMNS)[1:])) for row in ordered),
        sort=sort,
        finding=_finding(platforms),
    )


def heat_of(heat: Mapping[str, Any] | None) -> Heat | None:
    """The table of hours with its shades; None where too few complaints came for one."""
    if heat is None:
        return None
    span, rows = heat["span"], heat["rows"]
    counts = [(count, day, place) for day, row in enumerate(rows) for place, count in enumerate(row) if count]
    if not counts:
        return None
    most, day, place = max(counts)
    names = weekdays() if len(rows) == 7 else [_("周一到周五"), _("周六、周日")]
    return Heat(
        finding=_("{weekday}{start}点到{end}点投诉最多").format(
            weekday=names[day], start=place * span, end=place * span + span
        ),
        span=span,
        hours=tuple(f"{hour}" for hour in range(0, 24, span)),
        rows=tuple(
            (str(name), tuple(_heat_cell(count, most) for count in row)) for name, row in zip(names, rows, strict=True)
        ),
        has_hidden=any(count is None for row in rows for count in row),
    )


def weekdays() -> list[str]:
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


def _heat_cell(count: int | None, most: int) -> Cell:
    return Cell(None, "x") if count is None else Cell(count, f"{-(-SHADES * count // most)}")


def _column(key: str, sort: str, descends: bool) -> Column:
    label, _unit, first_down = COLUMNS[key]
    is_now = key == sort
    down = not descends if is_now else first_down
    spoken = ("descending" if descends else "ascending") if is_now else "none"
    return Column(key, label, spoken, f"?sort={key}&dir={'desc' if down else 'asc'}")


def _value(row: Mapping[str, Any], key: str) -> Any:
    return _name(row) if key == "name" else row[key]


def _name(row: Mapping[str, Any]) -> str:
    return str((row["name_en"] or row["name_zh"]) if language() == "en" else row["name_zh"])


def _cell(row: Mapping[str, Any], key: str) -> tuple[Any, str | None]:
    label, unit, _down = COLUMNS[key]
    value = row[key]
    return label, None if value is None else f"{value}{_spaced(unit)}"


def _spaced(unit: Any) -> str:
    text = str(unit)
    return f" {text}" if text.isascii() and text not in {"", "%"} else text


def _finding(platforms: Sequence[Mapping[str, Any]]) -> str:
    """The heading: between which shares the platforms answer in time."""
    known = [row["in_time"] for row in platforms if row["in_time"] is not None]
    if len(known) < 2:
        return _("各平台答复情况")
    return _("按期答复：各平台在{low}%到{high}%之间").format(high=max(known), low=min(known))
