"""The figures beside the queue, drawn on the server: where problems lie and who answers, and when complaints come.

Each figure is numbers first (its table stands under it) and drawing second; a drawing holds ready coordinates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.figures.words import CATEGORIES
from complaints.models import Event, Respondent
from complaints.models.complaint import ComplaintQuerySet, Party

DAYS = 30
MOST = 2000  # cases that are drawn: beyond that the picture no longer changes
ANSWERED_WITHIN = 90  # days from filing in which an answer falls due
FEW = 30  # below this many, shares are said to be rough

# Colours and short class names of the ends of the flow; "" is "nobody yet".
ENDS = (Party.MERCHANT.value, Party.ANCHOR.value, Party.PLATFORM.value, "")
CLASSES = {Party.MERCHANT.value: "m", Party.ANCHOR.value: "a", Party.PLATFORM.value: "p", "": "n"}
COLOURS = {"m": "var(--p-m)", "a": "var(--p-a)", "p": "var(--p-p)", "n": "var(--control)"}

# The drawing in its own units: two columns of bars with bands between them, and labels outside, as long as they are.
HEIGHT, TOP, GAP, WIDE_GAP, BAR = 346, 4.0, 13.0, 30.0, 9
LEFT, RIGHT, BESIDE = 118, 500, 10
UNDER = 22  # below the last bar: the second line of its label
WIDE, NARROW = 1.0, 0.58  # of the size of the type: a Chinese character, a Latin one
TWO_HOURS = range(0, 24, 2)
SHADES = 4


@dataclass(frozen=True, slots=True)
class Recent:
    """One case of the last days, as far as the figures need it. ``first`` is who is to be turned to first."""

    filed_at: datetime
    letter: str
    first: str
    acted_at: datetime | None
    changed: bool
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A bar of the flow and its label."""

    label: str
    count: int
    share: int  # per cent
    kind: str
    y: str
    height: str
    middle: str
    below: str
    code: str = ""  # of the category, or the end

    @property
    def colour(self) -> str:
        return COLOURS.get(self.kind, "var(--ink-2)")


@dataclass(frozen=True, slots=True)
class Band:
    """A ribbon from a category to a party."""

    path: str
    width: str
    colour: str


@dataclass(frozen=True, slots=True)
class Mix:
    """A category as a bar of parties: the narrow screen's drawing, and a row of the table."""

    label: str
    total: int
    parts: tuple[tuple[str, str, str], ...]  # class, x, width of 100
    counts: tuple[int, ...]  # in the order of the ends
    spoken: str
    code: str = ""  # of the category


@dataclass(frozen=True, slots=True)
class Flow:
    """Categories on the left, who is to be turned to first on the right."""

    total: int
    caption: str
    ends: tuple[Node, ...]
    starts: tuple[Node, ...]
    bands: tuple[Band, ...]
    mixes: tuple[Mix, ...]
    is_rough: bool
    view_box: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Two hours of a weekday: how many, and how dark. The number is printed where the shade is dark enough."""

    count: int
    shade: int

    @property
    def printed(self) -> bool:
        return self.shade >= SHADES - 1


@dataclass(frozen=True, slots=True)
class Heat:
    """Weekdays by two hours each."""

    caption: str
    hours: tuple[tuple[int, bool], ...]  # hour, and whether it is written out
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def recent_cases(cases: ComplaintQuerySet, *, at: datetime) -> list[Recent]:
    """The visible cases filed in the last days, each with its first act by an officer: one question to the database."""
    acts = Event.objects.filter(complaint=OuterRef("pk"), actor__startswith="officer:").exclude(kind="contact-viewed")
    turned = Event.objects.filter(
        Q(kind="decided", body__has_key="changed") | Q(kind="overridden"), complaint=OuterRef("pk")
    )
    found = cases.filter(filed_at__gte=at - timedelta(days=DAYS)).order_by("-filed_at")
    rows = found.values_list(
        "filed_at",
        "problems",
        "decision__output__first_contact",
        Subquery(acts.order_by("sequence").values("at")[:1]),
        Exists(turned),
        "platform_name",
    )
    return [
        Recent(timezone.localtime(filed), (problems or ["X"])[0], first or "", acted, bool(changed), platform)
        for filed, problems, first, acted, changed, platform in rows[:MOST]
    ]


def answers_in_time(cases: ComplaintQuerySet, *, at: datetime) -> list[tuple[date, bool]]:
    """For each answer that was due in the last days, or came: its last day, and whether it came by then. Asked of the
    newest cases, as the pictures are: a share does not move by more of them."""
    today = timezone.localtime(at).date()
    newest = cases.filter(filed_at__gte=at - timedelta(days=ANSWERED_WITHIN)).order_by("-filed_at").values("pk")[:MOST]
    asked = Respondent.objects.filter(complaint__in=newest, due_on__gte=today - timedelta(days=DAYS))
    return [
        (due, answered is not None and timezone.localtime(answered).date() <= due)
        for due, answered in asked.values_list("due_on", "answered_at")
        if due is not None and (answered is not None or due < today)
    ]


# ── Where problems lie, and who answers ──────────────────────────────────────────────────────────────────────────────


def flow_of(recent: Sequence[Recent]) -> Flow | None:
    """The picture, or None where there is nothing to draw. Each case counts once, by the first problem it names."""
    if not recent:
        return None
    counts = Counter((one.letter if one.letter in CATEGORIES else "X", one.first) for one in recent)
    return flow_from(counts, caption=_caption)


def flow_from(counts: Counter[tuple[str, str]], *, caption: Callable[[int, str, dict[str, int]], str]) -> Flow | None:
    """The picture of numbers at hand, by category and end; ``caption`` of the total, the largest category's name and
    the numbers of the ends."""
    total = sum(counts.values())
    if not total:
        return None
    by_letter = Counter({letter: 0 for letter, _end in counts})
    for (letter, _end), count in counts.items():
        by_letter[letter] += count
    letters = [letter for letter, _count in by_letter.most_common()]
    totals = {end: sum(counts[letter, end] for letter in letters) for end in ENDS}
    ends = [end for end in ENDS if totals[end]]

    scale = (HEIGHT - 2 * TOP - GAP * (len(CATEGORIES) - 1)) / total  # one for both sides: bands keep their width
    starts, left = _column(
        [(str(CATEGORIES[letter]), by_letter[letter], "c", letter) for letter in letters], scale, GAP
    )
    nodes, right = _column([(end_label(end), totals[end], CLASSES[end], end) for end in ends], scale, WIDE_GAP)
    return Flow(
        total=total,
        caption=caption(total, str(CATEGORIES[letters[0]]), totals),
        starts=starts,
        ends=nodes,
        bands=tuple(_bands(letters, ends, counts, left, right, scale)),
        mixes=tuple(_mix(letter, counts, by_letter) for letter in letters),
        is_rough=total < FEW,
        view_box=_view_box(starts, nodes),
    )


def ends_of() -> list[str]:
    """The columns of the table under the picture."""
    return [end_label(end) for end in ENDS]


def _column(
    entries: Sequence[tuple[str, int, str, str]], scale: float, gap: float
) -> tuple[tuple[Node, ...], list[float]]:
    """Bars from top to bottom, in proportion, in the middle of the height; and the top of each."""
    total = sum(count for _label, count, _kind, _code in entries)
    y = max(TOP, (HEIGHT - scale * total - gap * (len(entries) - 1)) / 2)
    nodes, tops = [], []
    for label, count, kind, code in entries:
        height = max(scale * count, 1.5)
        middle = y + height / 2
        share = round(100 * count / total)
        nodes.append(
            Node(label, count, share, kind, f"{y:.1f}", f"{height:.1f}", f"{middle:.1f}", f"{middle + 19:.1f}", code)
        )
        tops.append(y)
        y += height + gap
    return tuple(nodes), tops


def _view_box(starts: Iterable[Node], ends: Iterable[Node]) -> str:
    """The drawing with its labels on both sides: words of one language are longer than those of another."""
    left = LEFT - BESIDE - max(_length(f"{node.label} {node.count}", 14) for node in starts)
    widest = max(max(_length(node.label, 16), _length(f"{node.count} cases 100%", 13)) for node in ends)
    right = RIGHT + BAR + BESIDE + widest
    left, right = min(0.0, left), max(620.0, right)
    return f"{left:.0f} 0 {right - left:.0f} {HEIGHT + UNDER}"


def _length(words: str, size: int) -> float:
    return size * sum(NARROW if character.isascii() else WIDE for character in words)


def _bands(
    letters: Sequence[str],
    ends: Sequence[str],
    counts: Counter[tuple[str, str]],
    left: Sequence[float],
    right: Sequence[float],
    scale: float,
) -> Iterable[Band]:
    arrived = dict(zip(ends, right, strict=True))
    bend = (LEFT + BAR + RIGHT) / 2
    for letter, y in zip(letters, left, strict=True):
        for end in ends:
            width = counts[letter, end] * scale
            if not width:
                continue
            start, stop = y + width / 2, arrived[end] + width / 2
            path = f"M{LEFT + BAR} {start:.1f}C{bend:g} {start:.1f} {bend:g} {stop:.1f} {RIGHT} {stop:.1f}"
            yield Band(path, f"{width:.1f}", COLOURS[CLASSES[end]])
            y += width
            arrived[end] += width


def _mix(letter: str, counts: Counter[tuple[str, str]], by_letter: Counter[str]) -> Mix:
    most = max(by_letter.values())
    x, parts, spoken = 0.0, [], []
    for end in ENDS:
        count = counts[letter, end]
        if count:
            width = 100 * count / most
            parts.append((CLASSES[end], f"{x:.1f}", f"{max(width - 0.6, 0.6):.1f}"))
            spoken.append(f"{end_label(end)}{count}" if not end_label(end).isascii() else f"{end_label(end)} {count}")
            x += width
    label, whole = str(CATEGORIES[letter]), by_letter[letter]
    return Mix(label, whole, tuple(parts), tuple(counts[letter, end] for end in ENDS), _("，").join(spoken), letter)


def end_label(end: str) -> str:
    """Whom to turn to first, as the ends of the flow say it."""
    return str(Party(end).label) if end in Party else _("还不能定")


def _caption(total: int, most: str, totals: dict[str, int]) -> str:
    words = ngettext(
        "近30天{total}件，{most}最多。先该找的：商家{merchant}件，主播{anchor}件，平台{platform}件。",
        "近30天{total}件，{most}最多。先该找的：商家{merchant}件，主播{anchor}件，平台{platform}件。",
        total,
    )
    return words.format(total=total, most=most, **{end: totals[end] for end in ENDS if end})


# ── When complaints come ─────────────────────────────────────────────────────────────────────────────────────────────


def heat_of(recent: Sequence[Recent]) -> Heat | None:
    """Filed complaints by weekday and two hours, in the time of China; None where there are none."""
    if not recent:
        return None
    return heat_from(Counter((one.filed_at.weekday(), one.filed_at.hour // 2 * 2) for one in recent))


def heat_from(counts: Counter[tuple[int, int]]) -> Heat | None:
    """The same of numbers at hand, by weekday (Monday is 0) and the first of two hours."""
    if not counts:
        return None
    most = max(counts.values())
    (weekday, hour), count = max(counts.items(), key=lambda entry: (entry[1], -entry[0][0], -entry[0][1]))
    names = weekdays()
    return Heat(
        caption=_("{weekday}{start}点到{end}点最多，{count}件。").format(
            weekday=names[weekday], start=hour, end=hour + 2, count=count
        ),
        hours=tuple((hour, hour % 4 == 0) for hour in TWO_HOURS),
        rows=tuple(
            (name, tuple(_cell(counts[day, hour], most) for hour in TWO_HOURS)) for day, name in enumerate(names)
        ),
    )


def weekdays() -> list[Any]:
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


def _cell(count: int, most: int) -> Cell:
    return Cell(count, -(-SHADES * count // most))
