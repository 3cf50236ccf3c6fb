"""The four numbers above the queue, each against the days before and with its line of the last ten days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin.figures import Recent

LINE_DAYS = 10
NOTHING = "—"
LEFT, RIGHT, HIGH, LOW = 1, 60, 3, 22  # of the drawn line, in its own units


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit; ``change`` against the days before, coloured by ``tone`` (up is worse, dn better)."""

    label: str
    value: str
    unit: str = ""
    change: str = ""
    tone: str = ""
    line: str = ""
    end: tuple[str, str] = ("", "")


def day_conditions(on: date) -> Mapping[str, Q]:
    """What the queue's count asks for beside its views: filed today and yesterday."""
    zone = timezone.get_current_timezone()
    midnight = datetime(on.year, on.month, on.day, tzinfo=zone)
    return {
        "filed_today": Q(filed_at__gte=midnight),
        "filed_yesterday": Q(filed_at__gte=midnight - timedelta(days=1), filed_at__lt=midnight),
    }


def measures_of(
    recent: Sequence[Recent], answers: Sequence[tuple[date, bool]], counts: Mapping[str, int], *, on: date
) -> list[Measure]:
    """New today, hours to the first act, answers in time, decisions that changed."""
    days = [on - timedelta(days=back) for back in reversed(range(LINE_DAYS))]
    by_day: dict[date, list[Recent]] = {day: [] for day in days}
    for one in recent:
        by_day.setdefault(one.filed_at.date(), []).append(one)
    due: dict[date, list[bool]] = {}
    for day, in_time in answers:
        due.setdefault(day, []).append(in_time)
    hours = [_hours(by_day[day]) for day in days]
    return [
        _new(counts, [float(len(by_day[day])) for day in days]),
        _measure(_("首次处理中位数"), _hours(recent), _("小时"), hours, places=1),
        _measure(
            _("按期答复"), _share(came for _day, came in answers), "%", [_share(due.get(day, ())) for day in days]
        ),
        _measure(
            _("判定被改"),
            _share(one.changed for one in recent),
            "%",
            [_share(one.changed for one in by_day[day]) for day in days],
        ),
    ]


def _new(counts: Mapping[str, int], line: Sequence[float]) -> Measure:
    today, before = counts["filed_today"], counts["filed_yesterday"]
    change = round(100 * (today - before) / before) if before else 0
    path, end = _line(line)
    words = f"{change:+d}%".replace("-", "−") if change else ""
    return Measure(_("今日新增"), str(today), "", words, "up" if change > 0 else "dn", path, end)


def _measure(label: str, value: float | None, unit: str, line: Sequence[float | None], *, places: int = 0) -> Measure:
    if value is None:
        return Measure(label, NOTHING)
    path, end = _line(line)
    return Measure(label, f"{value:.{places}f}", unit, line=path, end=end)


def _hours(recent: Sequence[Recent]) -> float | None:
    """The median from filing to the first act of an officer."""
    waits = [(one.acted_at - one.filed_at).total_seconds() / 3600 for one in recent if one.acted_at]
    return median(waits) if waits else None


def _share(yes: Iterable[bool]) -> float | None:
    """Per cent of true ones; None of nothing."""
    answers = list(yes)
    return 100 * sum(answers) / len(answers) if answers else None


def _line(values: Sequence[float | None]) -> tuple[str, tuple[str, str]]:
    """A path through the known values and the place of the last; empty where fewer than three are known."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 3:
        return "", ("", "")
    low, high = min(value for _p, value in known), max(value for _p, value in known)
    span = (high - low) or 1.0
    step = (RIGHT - LEFT) / (len(values) - 1)
    points = [
        (f"{LEFT + place * step:.1f}", f"{LOW - (value - low) / span * (LOW - HIGH):.1f}") for place, value in known
    ]
    return "M" + "L".join(f"{x} {y}" for x, y in points), points[-1]
