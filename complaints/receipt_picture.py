"""The receipt as a picture to keep: number, code, QR and the name of the site, drawn here and stored nowhere."""

from __future__ import annotations

import io
from functools import lru_cache

import pylopdf_fonts_zh_cn as fonts
import segno
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, EDGE = 1080, 1400, 80
PAPER, INK, SOFT = "#FFFFFF", "#171E26", "#4A5560"
QR_SIDE = 460
GROUPS_A_LINE = 4
CLOSING = "、，。；：！？）”"  # never the first sign of a line


def draw(*, site: str, reference: str, code: str, link: str, words: tuple[str, str, str]) -> bytes:
    """A PNG. ``words`` are what stands over the number, over the code, and under it all."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    over_number, over_code, foot = words
    pen.text((EDGE, 70), site, INK, _type(56))
    pen.line((EDGE, 165, WIDTH - EDGE, 165), INK, 4)
    pen.text((EDGE, 205), over_number, SOFT, _type(34))
    pen.text((EDGE, 250), reference, INK, _type(68))
    pen.text((EDGE, 375), over_code, SOFT, _type(34))
    groups = code.split("-")
    for line, start in enumerate(range(0, len(groups), GROUPS_A_LINE)):
        pen.text((EDGE, 425 + 90 * line), "-".join(groups[start : start + GROUPS_A_LINE]), INK, _type(64))
    squares = _squares(link)
    picture.paste(squares, ((WIDTH - squares.width) // 2, 660))
    y = 660 + QR_SIDE + 50
    for line_text in _broken(pen, foot, WIDTH - 2 * EDGE):
        pen.text((EDGE, y), line_text, SOFT, _type(34))
        y += 52
    out = io.BytesIO()
    picture.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _squares(link: str) -> Image.Image:
    """The QR picture, each module the same whole number of points."""
    matrix = [list(row) for row in segno.make(link, error="m").matrix_iter(border=2)]
    drawn = Image.new("1", (len(matrix[0]), len(matrix)), 1)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            drawn.putpixel((x, y), 0 if is_dark else 1)
    scale = QR_SIDE // drawn.width
    return drawn.convert("RGB").resize((drawn.width * scale, drawn.height * scale), Image.Resampling.NEAREST)


def _broken(pen: ImageDraw.ImageDraw, text: str, width: int) -> list[str]:
    """The text in lines that fit: at blanks where there are some, else between any two signs."""
    pieces = text.split(" ") if " " in text else list(text)
    joint = " " if " " in text else ""
    lines = [""]
    for piece in pieces:
        longer = f"{lines[-1]}{joint}{piece}" if lines[-1] else piece
        if lines[-1] and piece not in CLOSING and pen.textlength(longer, _type(34)) > width:
            lines.append(piece)
        else:
            lines[-1] = longer
    return lines


@lru_cache(maxsize=8)
def _type(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.sans_path()), size)
