"""The drawings of the public figures in ready coordinates: from category to party, and lines over the months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.figures.words import CATEGORIES, ENDS, NOBODY

REST = "rest"  # the parties of a category that are too few each
KINDS = {"merchant": "m", "anchor": "a", "platform": "p", NOBODY: "n", REST: "r"}  # class names of the ends

# The flow in its own units: bars of one scale on both sides, labels outside as long as they are.
HEIGHT, GAP, WIDE_GAP, BAR, LEFT, RIGHT, BESIDE = 340.0, 12.0, 26.0, 10, 150, 820, 10
WIDE, NARROW = 1.0, 0.62  # of the size of the type: a Chinese character, a Latin one

# A small line: its own box, with room for the dot and the number of the last month.
LINE_WIDTH, LINE_HEIGHT, EDGE = 200.0, 56.0, 5.0


@dataclass(frozen=True, slots=True)
class Bar:
    """An end of the flow: where it stands, and its two lines of label."""

    label: str
    words: str
    kind: str
    y: str
    height: str
    middle: str
    below: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Categories to whom to turn to first. Only what is published is drawn; the few of a category go to the rest."""

    starts: tuple[Bar, ...]
    ends: tuple[Bar, ...]
    bands: tuple[tuple[str, str, str], ...]  # path, width, kind
    view_box: str
    places: tuple[int, int, int, int, int] = (LEFT, LEFT - BESIDE, RIGHT, RIGHT + BAR + BESIDE, BAR)


@dataclass(frozen=True, slots=True)
class Line:
    """One measure over the months: pieces of path between the months that are shown, and the last point."""

    paths: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    end: tuple[str, str] | None


def flow_of(categories: Sequence[Mapping[str, Any]]) -> Flow:
    """The flow of the categories shown."""
    cells = {(row["code"], end): _count(row, end) for row in categories for end in (*ENDS, REST)}
    lefts = [(row["code"], row["total"]) for row in categories]
    rights = [(end, sum(cells[code, end] for code, _total in lefts)) for end in (*ENDS, REST)]
    rights = [(end, count) for end, count in rights if count]
    total = sum(count for _code, count in lefts)
    scale = (HEIGHT - GAP * len(CATEGORIES)) / total
    starts = _column([(str(CATEGORIES[code]), count, "c") for code, count in lefts], scale, GAP)
    ends = _column([(end_label(end), count, KINDS[end]) for end, count in rights], scale, WIDE_GAP)
    bands = _bands(cells, [code for code, _n in lefts], [end for end, _n in rights], starts, ends, scale)
    left = LEFT - BESIDE - max(_length(f"{bar.label} {bar.words}", 15) for bar in starts)
    right = RIGHT + BAR + BESIDE + max(max(_length(bar.label, 16), _length(bar.words, 14)) for bar in ends)
    view_box = f"{left:.0f} 0 {right - left:.0f} {HEIGHT + 22:.0f}"
    return Flow(starts, ends, tuple(bands), view_box)


def line_of(values: Sequence[float | None], *, top: float) -> Line:
    """A line on a scale from nothing to ``top``; a month that is not shown leaves a gap."""
    step = (LINE_WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    points: list[tuple[str, str] | None] = [
        None
        if value is None
        else (f"{EDGE + place * step:.1f}", f"{LINE_HEIGHT - EDGE - value / (top or 1) * (LINE_HEIGHT - 2 * EDGE):.1f}")
        for place, value in enumerate(values)
    ]
    pieces: list[list[tuple[str, str]]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    alone = tuple(piece[0] for piece in pieces if len(piece) == 1)
    paths = tuple("M" + "L".join(f"{x} {y}" for x, y in piece) for piece in pieces if len(piece) > 1)
    return Line(paths, alone, points[-1] if points else None)


def end_label(end: str) -> str:
    """The name of an end of the flow."""
    return str(ENDS[end]) if end in ENDS else _rest()


def cases(count: int) -> str:
    """``312件`` or ``312 cases``."""
    return ngettext("{count}件", "{count}件", count).format(count=count)


def _rest() -> str:
    return _("零散合计")


def _count(row: Mapping[str, Any], end: str) -> int:
    return int(row["rest"] if end == REST else row["parties"][end] or 0)


def _column(entries: Sequence[tuple[str, int, str]], scale: float, gap: float) -> tuple[Bar, ...]:
    """Bars from top to bottom, in the middle of the height."""
    total = sum(count for _label, count, _kind in entries)
    y = max(4.0, (HEIGHT - scale * total - gap * (len(entries) - 1)) / 2)
    bars = []
    for label, count, kind in entries:
        height = max(scale * count, 1.5)
        middle = y + height / 2
        bars.append(Bar(label, cases(count), kind, f"{y:.1f}", f"{height:.1f}", f"{middle:.1f}", f"{middle + 19:.1f}"))
        y += height + gap
    return tuple(bars)


def _bands(
    cells: Mapping[tuple[str, str], int],
    lefts: Sequence[str],
    rights: Sequence[str],
    starts: Sequence[Bar],
    ends: Sequence[Bar],
    scale: float,
) -> list[tuple[str, str, str]]:
    arrived = {end: float(bar.y) for end, bar in zip(rights, ends, strict=True)}
    bend = (LEFT + BAR + RIGHT) / 2
    bands = []
    for code, bar in zip(lefts, starts, strict=True):
        y = float(bar.y)
        for end in rights:
            width = cells[code, end] * scale
            if width:
                start, stop = y + width / 2, arrived[end] + width / 2
                path = f"M{LEFT + BAR} {start:.1f}C{bend:g} {start:.1f} {bend:g} {stop:.1f} {RIGHT} {stop:.1f}"
                bands.append((path, f"{width:.1f}", KINDS[end]))
                y += width
                arrived[end] += width
    return bands


def _length(words: str, size: int) -> float:
    return size * sum(NARROW if character.isascii() else WIDE for character in words)
