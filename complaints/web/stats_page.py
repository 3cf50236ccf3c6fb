"""What the page of the public figures shows of the stored sheets: words, tables and drawings, each finding first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.deadlines import local_day
from complaints.figures.words import CATEGORIES, ENDS
from complaints.models import FigureSheet
from complaints.narrative import language
from complaints.web.stats_draw import KINDS, REST, Flow, Line, end_label, flow_of, line_of
from complaints.web.stats_tables import Heat, Table, heat_of, table_of

LATE = timedelta(days=1)  # a sheet of yesterday is not late: this morning's may still be counted


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four numbers: its value with unit, and how it stood the month before. None: too few."""

    label: Any
    value: str | None
    unit: str = ""
    change: str = ""
    note: Any = ""


@dataclass(frozen=True, slots=True)
class Mix:
    """A category as a bar of parties, and a row of the table."""

    label: str
    total: int
    parts: tuple[tuple[str, str, str], ...]  # kind, x, width of 100
    cells: tuple[int | None, ...]  # in the order of the ends
    rest: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A small line with its name and last value, and the row of the table."""

    label: str
    line: Line
    last: int | None
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page."""

    month: date
    name: str
    months: tuple[tuple[str, str, bool], ...]  # address part, name, whether it is this one
    counted: datetime
    is_late: bool
    is_shown: bool
    numbers: tuple[Number, ...]
    mixes: tuple[Mix, ...]
    together: tuple[str, int] | None
    flow: Flow | None
    flow_finding: str
    table: Table
    trends: tuple[Trend, ...]
    trend_months: tuple[str, ...]
    trend_finding: str
    heat: Heat | None


def page_of(sheets: Sequence[FigureSheet], month: date, *, query: Mapping[str, str], at: datetime) -> Page:
    """The page of one of the months of the sheets (the newest first). Raises LookupError where it is not among them."""
    sheet = next((each for each in sheets if each.month == month), None)
    if sheet is None:
        raise LookupError(month)
    body = sheet.body
    before = next((each.body for each in sheets if each.month < month), None)
    categories = body.get("categories", [])
    mixes = tuple(_mix(row, max(each["total"] for each in categories)) for row in categories)
    trends = _trends(sheets)
    return Page(
        month=month,
        name=month_name(month),
        months=tuple((f"{each.month:%Y-%m}", month_name(each.month), each.month == month) for each in sheets),
        counted=sheet.made_at,
        is_late=local_day(at) - sheet.counted_on > LATE,
        is_shown=body["total"] is not None,
        numbers=_numbers(body, before),
        mixes=mixes,
        together=_together(body),
        flow=flow_of(categories) if categories else None,
        flow_finding=_flow_finding(categories),
        table=table_of(body.get("platforms", []), query),
        trends=trends,
        trend_months=tuple(month_name(each.month) for each in reversed(sheets)),
        trend_finding=_trend_finding(sheets),
        heat=heat_of(body.get("heat")),
    )


def month_name(month: date) -> str:
    """``2026年10月`` or ``October 2026``."""
    if language() == "en":
        return f"{month:%B} {month.year}"
    return f"{month.year}年{month.month}月"


def _numbers(body: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[Number, ...]:
    was = before or {}
    return (
        Number(_("投诉数"), _plain(body["total"]), "", _change(body["total"], was.get("total"))),
        *(
            Number(label, _plain(body.get(key)), "%", _points(body.get(key), was.get(key)), note)
            for key, label, note in MEASURES
        ),
    )


MEASURES = (
    ("in_time", gettext_lazy("按期答复"), gettext_lazy("被问到的三方里，在期限内答复的")),
    ("satisfied", gettext_lazy("消费者满意"), gettext_lazy("打了分的消费者里，打“好”和“很好”的")),
    ("changed", gettext_lazy("判定被改"), gettext_lazy("因为后来的答复、证据或认定，至少一方的判定变了")),
)


def _plain(value: int | None) -> str | None:
    return None if value is None else f"{value}"


def _change(now: int | None, was: int | None) -> str:
    """Against the month before, in per cent."""
    if now is None or not was:
        return ""
    moved = round(100 * (now - was) / was)
    return _("和上个月一样") if not moved else _more(moved, "%")


def _points(now: int | None, was: int | None) -> str:
    """Against the month before, in points of a hundred."""
    if now is None or was is None:
        return ""
    return _("和上个月一样") if now == was else _more(now - was, _("个百分点"))


def _more(moved: int, unit: str) -> str:
    words = _("比上个月多{n}{unit}") if moved > 0 else _("比上个月少{n}{unit}")
    return words.format(n=abs(moved), unit=unit)


def _mix(row: Mapping[str, Any], most: int) -> Mix:
    x, parts, spoken = 0.0, [], []
    for end in (*ENDS, REST):
        count = row["rest"] if end == REST else row["parties"][end]
        if count:
            width = 100 * count / most
            parts.append((KINDS[end], f"{x:.2f}", f"{max(width - 0.5, 0.5):.2f}"))
            spoken.append(_("{label}{count}件").format(label=end_label(end), count=count))
            x += width
    cells = tuple(row["parties"][end] for end in ENDS)
    return Mix(str(CATEGORIES[row["code"]]), row["total"], tuple(parts), cells, row["rest"], _("，").join(spoken))


def _together(body: Mapping[str, Any]) -> tuple[str, int] | None:
    """The categories too few each, by their names, and how many they are together."""
    other = body.get("other_categories")
    if not other or not other["total"]:
        return None
    return _("、").join(str(CATEGORIES[code]) for code in other["codes"]), other["total"]


def _flow_finding(categories: Sequence[Mapping[str, Any]]) -> str:
    """The heading that states the finding: the largest category, and to whom most of it leads."""
    if not categories:
        return ""
    first = categories[0]
    label = str(CATEGORIES[first["code"]])
    named = {end: count for end, count in first["parties"].items() if count and end in KINDS and end != "nobody"}
    if not named:
        return _("{category}最多").format(category=label)
    party = max(named, key=lambda end: named[end])
    return (
        _("{category}最多，大多先找{party}").format(category=label, party=end_label(party))
        if (2 * named[party] > first["total"])
        else _("{category}最多，其中先找{party}的最多").format(category=label, party=end_label(party))
    )


def _trends(sheets: Sequence[FigureSheet]) -> tuple[Trend, ...]:
    """The categories of the newest month that were shown at all, on one scale."""
    rows: dict[str, list[int | None]] = {code: [] for code in CATEGORIES}
    for sheet in reversed(sheets):
        shown = {row["code"]: row["total"] for row in sheet.body.get("categories", [])}
        for code, values in rows.items():
            values.append(shown.get(code))
    known = {code: values for code, values in rows.items() if any(value is not None for value in values)}
    top = max((value for values in known.values() for value in values if value), default=1)
    order = sorted(known, key=lambda code: -sum(value or 0 for value in known[code]))
    return tuple(
        Trend(str(CATEGORIES[code]), line_of(known[code], top=top), known[code][-1], tuple(known[code]))
        for code in order
    )


def _trend_finding(sheets: Sequence[FigureSheet]) -> str:
    """How the newest month stands against the highest."""
    shown = [(each.body["total"], each.month) for each in sheets if each.body["total"] is not None]
    if len(shown) < 2:
        return _("各类投诉的走势")
    most, month = max(shown)
    if month == sheets[0].month:
        return _("最近一个月的投诉是{n}个月里最多的").format(n=len(sheets))
    return ngettext("{month}的投诉最多，{count}件", "{month}的投诉最多，{count}件", most).format(
        month=month_name(month), count=most
    )
