"""Screenshots of shopping apps, drawn line by line: no app's own picture is copied, and nothing is fetched."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

WIDTH: Final = 1080
MARGIN: Final = 42
Colour = tuple[int, int, int]


@cache
def font_file(serif: bool = False) -> Path:
    """A Chinese font from the package index, the same on every machine."""
    found = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    assert found and found.submodule_search_locations, "pylopdf-fonts-zh-cn is not installed"
    name = "NotoSerifSC" if serif else "NotoSansSC"
    return next(Path(found.submodule_search_locations[0]).rglob(f"{name}*.otf"))


@cache
def font(size: int, serif: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(serif)), size)


class Screen:
    """A page that grows downwards. ``scale`` is for large type; dark pages have light words."""

    def __init__(self, *, dark: bool = False, scale: float = 1.0, width: int = WIDTH, serif: bool = False) -> None:
        self.width, self.scale, self.serif = width, scale, serif
        self.paper: Colour = (18, 18, 20) if dark else (244, 244, 246)
        self.card: Colour = (32, 32, 36) if dark else (255, 255, 255)
        self.ink: Colour = (232, 232, 234) if dark else (24, 24, 28)
        self.faint: Colour = (150, 150, 156) if dark else (120, 120, 126)
        self.strong: Colour = (255, 92, 60) if dark else (255, 68, 0)
        self.picture = Image.new("RGB", (width, 12_000), self.paper)
        self.pen = ImageDraw.Draw(self.picture)
        self.top = 20

    def done(self) -> Image.Image:
        return self.picture.crop((0, 0, self.width, self.top + 40))

    def write(
        self, left: int, top: int, text: str, size: int = 38, colour: Colour | None = None, *, right: bool = False
    ) -> int:
        """Write one line; returns where it ends on the right."""
        face = font(round(size * self.scale), self.serif)
        length = round(face.getlength(text))
        start = left - length if right else left
        self.pen.text((start, top), text, font=face, fill=colour or self.ink)
        return start + length

    def down(self, pixels: int) -> None:
        self.top += round(pixels * self.scale)

    def status(self, clock: str = "21:36") -> None:
        """The strip with clock and battery."""
        self.write(MARGIN, self.top, clock, 32)
        self.write(self.width - MARGIN, self.top, "5G  76%", 30, right=True)
        self.down(70)

    def heading(self, text: str, under: str = "") -> None:
        self.write(MARGIN, self.top, text, 52)
        self.down(80)
        if under:
            self.write(MARGIN, self.top, under, 32, self.faint)
            self.down(60)

    def centred(self, text: str, size: int = 44, colour: Colour | None = None) -> None:
        length = font(round(size * self.scale), self.serif).getlength(text)
        self.write(round((self.width - length) / 2), self.top, text, size, colour)
        self.down(size + 36)

    def shade(self, pixels: int) -> None:
        """A card as background of what follows."""
        height = round(pixels * self.scale)
        self.pen.rounded_rectangle((20, self.top, self.width - 20, self.top + height), 24, fill=self.card)
        self.down(20)

    def line(self, text: str, size: int = 38, colour: Colour | None = None, left: int = MARGIN) -> None:
        self.write(left, self.top, text, size, colour)
        self.down(size + 26)

    def pair(self, label: str, value: str, *, size: int = 34, copy: str = "", colon: str = "") -> None:
        """Label and value side by side, as most order pages have it."""
        end = self.write(MARGIN, self.top, label + colon, size, self.faint)
        end = self.write(max(end + 18, 0), self.top, value, size)
        if copy:
            self.write(end + 30, self.top, copy, size - 4, self.faint)
        self.down(size + 30)

    def spread(self, label: str, value: str, *, size: int = 36, colour: Colour | None = None, tail: str = "") -> None:
        """Label on the left edge, value on the right edge."""
        self.write(MARGIN, self.top, label, size, self.faint)
        right = self.width - MARGIN
        if tail:
            self.write(right, self.top, tail, size - 4, self.faint, right=True)
            right -= round(font(round((size - 4) * self.scale)).getlength(tail)) + 24
        self.write(right, self.top, value, size, colour, right=True)
        self.down(size + 34)

    def stacked(self, label: str, value: str, *, size: int = 38) -> None:
        """Label above value."""
        self.write(MARGIN, self.top, label, size - 6, self.faint)
        self.down(size + 12)
        self.write(MARGIN, self.top, value, size)
        self.down(size + 36)

    def goods(
        self, lines: list[str], price: str, *, spec: str = "", count: str = "x1", colour: Colour = (190, 205, 220)
    ) -> None:
        """A picture on the left, the title in up to two lines, the price at the right."""
        side = round(220 * self.scale)
        self.pen.rounded_rectangle((MARGIN, self.top, MARGIN + side, self.top + side), 16, fill=colour)
        left, top = MARGIN + side + 28, self.top
        for number, text in enumerate(lines):
            self.write(left, top, text, 36)
            if number == 0:
                self.write(self.width - MARGIN, top, price, 36, right=True)
            top += round(54 * self.scale)
        if spec:
            self.write(left, top, spec, 30, self.faint)
        self.write(self.width - MARGIN, self.top + round(60 * self.scale), count, 30, self.faint, right=True)
        self.top += max(side, top - self.top + 50) + 30

    def buttons(self, *words: str) -> None:
        right = self.width - MARGIN
        for word in reversed(words):
            length = round(font(round(34 * self.scale)).getlength(word))
            box = (right - length - 56, self.top, right, self.top + round(74 * self.scale))
            self.pen.rounded_rectangle(box, 36, outline=self.faint, width=2)
            self.write(right - 28, self.top + 14, word, 34, right=True)
            right -= length + 80
        self.down(110)

    def bubble(self, text: list[str], *, mine: bool) -> None:
        """A line of a chat."""
        face = font(round(38 * self.scale))
        length = round(max(face.getlength(each) for each in text)) + 56
        height = round((len(text) * 56 + 40) * self.scale)
        left = self.width - 130 - length if mine else 130
        fill: Colour = (149, 236, 105) if mine else self.card
        self.pen.rounded_rectangle((left, self.top, left + length, self.top + height), 18, fill=fill)
        icon = self.width - 110 if mine else 30
        self.pen.rounded_rectangle((icon, self.top, icon + 80, self.top + 80), 12, fill=(170, 180, 200))
        for number, each in enumerate(text):
            colour = (20, 20, 20) if mine else None
            self.write(left + 28, self.top + 20 + round(number * 56 * self.scale), each, 38, colour)
        self.top += height + 36
