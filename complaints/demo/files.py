"""Evidence made by code: screenshots, labels, a frame of a live room, a table of orders. Nothing is photographed."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from complaints.flow import masks
from complaints.lifecycle import Role
from complaints.models import Actor, Evidence, Mask, Region

INK, PAPER, GREY, RED, GREEN = "#171E26", "#FFFFFF", "#8A929B", "#C0392B", "#95EC69"
MARGIN = 28
ORDER_SIZE = (540, 900)
ADDRESSEE = "收货人"

# Where the usual systems keep a font with Chinese in it. Without one the words become bars: still a picture.
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


def draw(how: str, words: Sequence[str], *, name: str) -> SimpleUploadedFile:
    """A file of the given kind (``order``, ``label``, ``chat``, ``live``, ``report``, ``table``) with these words."""
    if how == "table":
        return SimpleUploadedFile(f"{name}.csv", "\r\n".join(words).encode("gb18030"), "text/csv")
    picture = {"order": _order, "label": _label, "chat": _chat, "live": _live, "report": _report}[how](words)
    out = io.BytesIO()
    if how in {"label", "live"}:
        picture.save(out, format="JPEG", quality=82)
        return SimpleUploadedFile(f"{name}.jpg", out.getvalue(), "image/jpeg")
    if how == "report":
        day = time.gmtime(0)  # the same words give the same bytes
        picture.save(out, format="PDF", resolution=75, creationDate=day, modDate=day)
        return SimpleUploadedFile(f"{name}.pdf", out.getvalue(), "application/pdf")
    picture.save(out, format="PNG")
    return SimpleUploadedFile(f"{name}.png", out.getvalue(), "image/png")


def cover(piece: Evidence, how: str, words: Sequence[str], *, at: datetime) -> None:
    """Who offers it has looked at it and covered what is theirs. On most there is nothing, and that costs nothing."""
    if piece.blob.sheets:
        masks.save(piece, _personal_in(how, words), actor=Actor(Role.CONSUMER), at=at)
    else:
        masks.for_piece(piece, at=at)


def _personal_in(how: str, words: Sequence[str]) -> list[Region]:
    """The line of an order page that names who gets the parcel."""
    whole, (width, height) = 10_000, ORDER_SIZE
    return [
        Region(
            sheet=0,
            left=MARGIN * whole // width - 100,
            top=(374 + 46 * row - 6) * whole // height,
            width=430 * whole // width,
            height=42 * whole // height,
            kind=str(Mask.Kind.PHONE),
            origin=str(Mask.Origin.SUGGESTED),
        )
        for row, line in enumerate(words[3:])
        if how == "order" and line.startswith(ADDRESSEE)
    ]


def _order(words: Sequence[str]) -> Image.Image:
    """A phone's order page: a bar, the shop, the goods with their picture, the lines below."""
    image, pen = _sheet(*ORDER_SIZE, "#F4F4F4")
    pen.rectangle((0, 0, 540, 70), fill=PAPER)
    _write(pen, (MARGIN, 20), "订单详情", 26)
    pen.rounded_rectangle((14, 90, 526, 330), 14, fill=PAPER)
    _write(pen, (MARGIN, 108), words[0], 22)
    pen.rounded_rectangle((MARGIN, 156, MARGIN + 130, 286), 10, fill="#D9CBB6")
    pen.ellipse((MARGIN + 30, 186, MARGIN + 100, 256), fill="#B79F7C")
    _write(pen, (MARGIN + 150, 162), words[1][:13], 22)
    _write(pen, (MARGIN + 150, 240), words[2], 26, RED)
    pen.rounded_rectangle((14, 350, 526, 390 + 46 * len(words[3:])), 14, fill=PAPER)
    for row, line in enumerate(words[3:]):
        _write(pen, (MARGIN, 374 + 46 * row), line, 20, GREY)
    return image


def _label(words: Sequence[str]) -> Image.Image:
    """A sewn-in label on cloth."""
    image, pen = _sheet(640, 480, "#CFC6B8")
    for line in range(0, 640, 8):
        pen.line((line, 0, line - 160, 480), fill="#C6BCAC")
    pen.rectangle((110, 50, 530, 430), fill="#FBFAF5", outline="#B9B0A0", width=2)
    for row, text in enumerate(words):
        _write(pen, (140, 84 + 62 * row), text, 26)
    return image


def _chat(words: Sequence[str]) -> Image.Image:
    """Speech bubbles: lines that begin with 我 stand on the right."""
    image, pen = _sheet(540, 150 + 96 * len(words), "#EDEDED")
    _write(pen, (210, 22), "聊天记录", 26)
    for row, line in enumerate(words):
        speaker, _colon, text = line.partition("：")
        mine, width, top = speaker == "我", 36 + 24 * len(text), 90 + 96 * row
        left = 450 - width if mine else 90
        pen.rounded_rectangle((left, top, left + width, top + 60), 10, fill=GREEN if mine else PAPER)
        _write(pen, (left + 18, top + 15), text, 23)
        face = 464 if mine else 20
        pen.rounded_rectangle((face, top, face + 56, top + 56), 8, fill="#7A93AC" if mine else "#B5835A")
        _write(pen, (face + 17, top + 14), speaker[:1], 22, PAPER)
    return image


def _live(words: Sequence[str]) -> Image.Image:
    """A frame of a recorded live room: a figure, a banner with the claim, the shopping cart below."""
    image, pen = _sheet(540, 960, "#3A2E39")
    pen.ellipse((180, 220, 360, 420), fill="#E3C4A8")
    pen.rounded_rectangle((110, 410, 430, 960), 90, fill="#A8576A")
    pen.rounded_rectangle((18, 24, 260, 76), 26, fill="#00000088")
    _write(pen, (36, 34), words[0][:9], 22, PAPER)
    pen.rounded_rectangle((420, 24, 522, 66), 8, fill=RED)
    _write(pen, (440, 30), "LIVE", 24, PAPER)
    for row, line in enumerate(words[1:]):
        pen.rounded_rectangle((40, 560 + 84 * row, 500, 630 + 84 * row), 12, fill="#F6D55C")
        _write(pen, (64, 574 + 84 * row), line, 30, "#8A1C1C")
    pen.ellipse((24, 880, 84, 940), fill="#F39C12")
    _write(pen, (100, 894), "12:31", 24, PAPER)
    return image


def _report(words: Sequence[str]) -> Image.Image:
    """A one-page report with a seal."""
    image, pen = _sheet(620, 800, PAPER)
    pen.rectangle((24, 24, 596, 776), outline=GREY, width=2)
    _write(pen, (220, 60), words[0], 34)
    for row, line in enumerate(words[1:]):
        _write(pen, (70, 170 + 70 * row), line, 26)
        pen.line((70, 212 + 70 * row, 550, 212 + 70 * row), fill="#D3CBBC")
    pen.ellipse((380, 580, 540, 740), outline=RED, width=5)
    _write(pen, (418, 644), "演示专用", 21, RED)
    return image


def _sheet(width: int, height: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width, height), colour)
    return image, ImageDraw.Draw(image, "RGBA")


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str = INK) -> None:
    font = _font(size)
    if font:
        pen.text(at, text, font=font, fill=colour)
    else:
        pen.rectangle((at[0], at[1] + size // 3, at[0] + size * len(text) * 3 // 4, at[1] + size), fill=colour)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    found = next((path for path in FONTS if Path(path).exists()), None)
    return ImageFont.truetype(found, size) if found else None
