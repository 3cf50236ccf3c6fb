"""Where on a picture something personal stands, from the lines that were read on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import cast

from complaints.evidence.personal import Found, found_in
from complaints.models import Line, Mask, Region

WHOLE = 10_000  # ten-thousandths of a sheet's side
MOST = 100  # rectangles of one piece
MARGIN_SIGNS = 1.5  # half-width signs to either side: type is not evenly wide, and readers cut close
MARGIN_WIDTH = 0.03  # of the line
MARGIN_HEIGHT = 0.25  # of the line's height, above and below
MOST_OF_IT = 0.7  # of a line: then all of it is covered
LINE_GAP = 1.2  # of a line's height: what is farther below is another matter


@dataclass(frozen=True, slots=True)
class _Part:
    """A line inside a run of lines read as one: where its signs begin there."""

    line: Line
    start: int


def regions_in(lines: Sequence[Line], *, keep: Iterable[str] = ()) -> list[Region]:
    """A rectangle for every personal thing, generous. Looked for line by line, in lines that stand beside each other,
    and across the end of a line into the one below it."""
    kept = tuple(keep)
    found: list[Region] = []
    for _sheet, group in groupby(sorted(lines, key=lambda each: each["sheet"]), key=lambda each: each["sheet"]):
        here = [each for each in group if each["text"].strip()]
        rows = _rows(here)
        free = _given_out(rows, kept)
        for line in here:
            alone = [_Part(line, 0)]
            found += _boxes(alone, line["text"], kept, free, across=False)
        for row in rows:
            found += _boxes(*_joined(row, "  "), kept, free, across=True)
        for upper, lower in _below(here):
            found += _boxes(*_joined([upper, lower], "\n"), kept, free, across=True)
    return _without_doubles(found)


def _boxes(
    parts: Sequence[_Part], text: str, keep: Sequence[str], free: Iterable[int], *, across: bool
) -> Iterator[Region]:
    """``across``: only what stands in more than one of the parts; the rest was found line by line."""
    free = set(free)
    for each in found_in(text, keep=keep):
        touched = [part for part in parts if each.low < part.start + len(part.line["text"]) and each.high > part.start]
        is_named_beside = each.kind in {Mask.Kind.NAME, Mask.Kind.ADDRESS, Mask.Kind.CARD} and len(touched) == 1
        if across and len(touched) < 2 and not is_named_beside:
            continue
        for part in touched:
            if each.kind == Mask.Kind.CARD and id(part.line) in free:
                continue
            low = max(0, each.low - part.start)
            high = min(len(part.line["text"]), each.high - part.start)
            if part.line["text"][low:high].strip():
                yield _box(part.line, Found(low, high, each.kind))


def _box(line: Line, found: Found) -> Region:
    """The part of the line that holds those signs, by how wide signs are."""
    text = line["text"]
    total = max(1.0, _width(text))
    before, inside = _width(text[: found.low]), _width(text[found.low : found.high])
    left, right = 0.0, 1.0
    if inside / total < MOST_OF_IT:
        margin = MARGIN_SIGNS / total + MARGIN_WIDTH
        left = max(0.0, before / total - margin)
        right = min(1.0, (before + inside) / total + margin)
    pad = round(line["height"] * MARGIN_HEIGHT)
    low = line["left"] + round(line["width"] * left) - (pad if left == 0.0 else 0)
    high = line["left"] + round(line["width"] * right) + (pad if right == 1.0 else 0)
    return within(
        Region(
            sheet=line["sheet"],
            left=low,
            top=line["top"] - pad,
            width=high - low,
            height=line["height"] + 2 * pad,
            kind=str(found.kind),
            origin=str(Mask.Origin.SUGGESTED),
        )
    )


def few(regions: Sequence[Region]) -> list[Region]:
    """As many as a form can hold; of more, one on each sheet around all that lie there: rather too much covered."""
    if len(regions) <= MOST:
        return list(regions)
    found: list[Region] = []
    for sheet in sorted({each["sheet"] for each in regions}):
        here = [each for each in regions if each["sheet"] == sheet]
        left, top = min(each["left"] for each in here), min(each["top"] for each in here)
        right = max(each["left"] + each["width"] for each in here)
        bottom = max(each["top"] + each["height"] for each in here)
        around = {**here[0], "left": left, "top": top, "width": right - left, "height": bottom - top}
        found.append(cast(Region, {**around, "kind": str(Mask.Kind.OTHER)}))
    return found


def within(region: Region) -> Region:
    """The same rectangle, cut at the edges of its sheet."""
    left, top = max(0, min(WHOLE - 1, region["left"])), max(0, min(WHOLE - 1, region["top"]))
    right = max(left + 1, min(WHOLE, region["left"] + region["width"]))
    bottom = max(top + 1, min(WHOLE, region["top"] + region["height"]))
    return {**region, "left": left, "top": top, "width": right - left, "height": bottom - top}


def _width(text: str) -> float:
    return float(sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text))


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand beside each other, as label and value do, from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: each["top"] + each["height"] / 2):
        middle = line["top"] + line["height"] / 2
        if rows and rows[-1][0]["top"] < middle < rows[-1][0]["top"] + rows[-1][0]["height"]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda each: each["left"]) for row in rows if len(row) > 1]


def _below(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Each line with that right below it, in the same column."""
    by_place = sorted(lines, key=lambda each: (each["top"], each["left"]))
    for place, upper in enumerate(by_place):
        foot = upper["top"] + upper["height"]
        for lower in by_place[place + 1 :]:
            if lower["top"] >= foot + LINE_GAP * upper["height"]:
                break  # and so is everything after it
            is_near = upper["top"] + upper["height"] / 2 < lower["top"]
            overlap = min(upper["left"] + upper["width"], lower["left"] + lower["width"]) - max(
                upper["left"], lower["left"]
            )
            if is_near and overlap > 0:
                yield upper, lower
                break


def _joined(lines: Sequence[Line], between: str) -> tuple[list[_Part], str]:
    parts, text = list[_Part](), ""
    for line in lines:
        text += between if text else ""
        parts.append(_Part(line, len(text)))
        text += line["text"]
    return parts, text


def _given_out(rows: Sequence[Sequence[Line]], keep: Sequence[str]) -> set[int]:
    """Lines whose number a label beside them calls an order's, a parcel's or a transaction's."""
    free: set[int] = set()
    for row in rows:
        for label, value in pairwise(row):
            cards = [each for each in found_in(value["text"], keep=keep) if each.kind == Mask.Kind.CARD]
            both = found_in(f"{label['text']} {value['text']}", keep=keep)
            if cards and not any(each.kind == Mask.Kind.CARD for each in both):
                free.add(id(value))
    return free


def _without_doubles(regions: Iterable[Region]) -> list[Region]:
    """Largest first, none that lies inside another."""
    kept: list[Region] = []
    for each in sorted(regions, key=lambda one: (one["sheet"], -one["width"] * one["height"])):
        if not any(_holds(one, each) for one in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: (one["sheet"], one["top"], one["left"]))


def _holds(outer: Region, inner: Region) -> bool:
    return (
        outer["sheet"] == inner["sheet"]
        and outer["left"] <= inner["left"]
        and outer["top"] <= inner["top"]
        and outer["left"] + outer["width"] >= inner["left"] + inner["width"]
        and outer["top"] + outer["height"] >= inner["top"] + inner["height"]
    )
