"""Where lines of a sheet stand to one another: set upright, what is right of a label and what is below it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST = 240  # characters of a line that are looked at
MOST_LINES = 300  # of one sheet
UNIT = 10_000
TALL = 1.5  # times as high as wide: a line that stands on its end
WIDE_FORMS = str.maketrans("￥：（）．，－／〇｜＞〉›》・•", "¥:().,-/0|>>>>··")


@dataclass(frozen=True, slots=True)
class Word:
    """A line set upright, its sides in pixels; ``text`` with half-width signs; ``line`` is the line as it was read."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: Mapping[str, Any]

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def glyph(self) -> float:
        """About how wide one Chinese character is: it tells large type from small better than the box's height does."""
        units = sum(1.0 if ord(each) > 0x2E80 else 0.55 for each in self.text) or 1.0
        return (self.right - self.left - self.height / 4) / units

    def is_beside(self, other: Word) -> bool:
        """Whether both stand in one row."""
        common = min(self.bottom, other.bottom) - max(self.top, other.top)
        return common > min(self.height, other.height) * 0.45


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one sheet from top to bottom, and its width in pixels."""

    words: tuple[Word, ...]
    width: float

    def right_of(self, word: Word) -> Iterator[Word]:
        """What stands in its row to the right, the nearest first."""
        beside = [each for each in self.words if each.left >= word.right - word.height and each.is_beside(word)]
        yield from sorted((each for each in beside if each is not word), key=lambda each: each.left)

    def left_of(self, word: Word) -> Iterator[Word]:
        """What stands in its row to the left, the nearest first."""
        beside = [each for each in self.words if each.right <= word.left + word.height and each.is_beside(word)]
        yield from sorted((each for each in beside if each is not word), key=lambda each: -each.right)

    def below(self, word: Word, *, lines: float = 2.2) -> Iterator[Word]:
        """What stands under it, beginning at about the same left edge, at most so many of its heights away."""
        for each in self.words:
            gap = each.top - word.bottom
            is_near = -word.height / 3 < gap < word.height * lines and each.top > word.top
            if is_near and abs(each.left - word.left) < self.width * 0.05:
                yield each

    def above(self, word: Word, *, lines: float = 3.5) -> Iterator[Word]:
        """What stands over it, the nearest first, wherever it begins."""
        over = [each for each in self.words if 0 < word.top - each.bottom + word.height / 3 < word.height * lines]
        yield from sorted((each for each in over if each.top < word.top), key=lambda each: -each.bottom)


def plain(text: object) -> str:
    """One line with half-width digits and signs, without what cannot be printed."""
    wide = unicodedata.normalize("NFKC", str(text)[:LONGEST]).translate(WIDE_FORMS)
    return " ".join("".join(each if each.isprintable() else " " for each in wide).split())


def ways_up(lines: Sequence[Mapping[str, Any]], sheet: Mapping[str, Any]) -> list[Page]:
    """The sheet as it may be meant: as it is and upside down, or turned either way where most lines stand on end."""
    width, height = float(sheet.get("width") or UNIT), float(sheet.get("height") or UNIT)
    lines = lines[:MOST_LINES]
    long = [line for line in lines if len(str(line["text"])) > 2]
    tall = [line for line in long if line["height"] * height > TALL * line["width"] * width]
    turns = (90, 270) if len(long) > 2 and len(tall) * 2 > len(long) else (0, 180)
    slope = int(sheet.get("tilt") or 0) / UNIT
    return [_page(lines, turn, width, height, slope) for turn in turns]


def _page(lines: Iterable[Mapping[str, Any]], turn: int, width: float, height: float, slope: float) -> Page:
    words = []
    for line in lines:
        left, top = line["left"] / UNIT * width, line["top"] / UNIT * height
        right, bottom = left + line["width"] / UNIT * width, top + line["height"] / UNIT * height
        if turn == 90:
            left, top, right, bottom = height - bottom, left, height - top, right
        elif turn == 270:
            left, top, right, bottom = top, width - right, bottom, width - left
        elif turn == 180:
            left, top, right, bottom = width - right, height - bottom, width - left, height - top
        text = plain(line["text"])
        if text and right > left and bottom > top:
            words.append(_straight(Word(text, left, top, right, bottom, line), slope))
    return Page(tuple(sorted(words, key=lambda each: (each.top, each.left))), height if turn in (90, 270) else width)


def _straight(word: Word, slope: float) -> Word:
    """As if the sheet had not been held aslant: its box without the height that the slant adds."""
    middle = (word.top + word.bottom) / 2 - slope * (word.left + word.right) / 2
    half = max(word.height - abs(slope) * (word.right - word.left), word.height / 4) / 2
    return Word(word.text, word.left, middle - half, word.right, middle + half, word.line)
