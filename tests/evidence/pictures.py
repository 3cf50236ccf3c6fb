"""Pictures with words on them, and where the words stand; read by a real reader where one is installed."""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from complaints.flow import masks
from complaints.models import Blob, Evidence, Line, Reading
from tests.cast import MONDAY

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
FONT = next((path for path in FONTS if Path(path).exists()), "")
HAS_READER = find_spec("rapidocr") is not None and bool(FONT)
reads = pytest.mark.skipif(not HAS_READER, reason="rapidocr (requirements-ocr.txt) or a Chinese font is not here")
needs_font = pytest.mark.skipif(not FONT, reason="no Chinese font on this machine")

SIZE, STEP, LEFT = 28, 66, 30
WIDTH = 760

# Nobody's: a number of the operators' test range, an identity number with a right check digit, a card that passes Luhn.
PHONE, ID, CARD = "13812345678", "330106199003071233", "6222021234567890128"
ADDRESS, NAME = "浙江省杭州市西湖区文三路478号3幢1203室", "林晓"
ORDER = "260520771234567719"
WORDS = (
    "订单详情",
    "澜岸家居旗舰店",
    f"订单编号 {ORDER}",
    f"收货人：{NAME} {PHONE}",
    ADDRESS,
    f"身份证号 {ID}",
    f"卡号 {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
    "实付款 ¥469.00",
)


def drawn(words: tuple[str, ...] = WORDS, *, name: str = "订单.png") -> tuple[SimpleUploadedFile, list[Line]]:
    """A screenshot with these lines, and where each stands."""
    image = Image.new("RGB", (WIDTH, 60 + STEP * len(words)), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, SIZE) if FONT else ImageFont.load_default(SIZE)
    lines: list[Line] = []
    for row, text in enumerate(words):
        pen.text((LEFT, 30 + row * STEP), text, font=font, fill="black")
        left, top, right, bottom = pen.textbbox((LEFT, 30 + row * STEP), text, font=font)
        lines.append(line_at(text, (left, top, right, bottom), image.size))
    out = io.BytesIO()
    image.save(out, format="PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png"), lines


def line_at(text: str, box: tuple[float, float, float, float], size: tuple[int, int], sheet: int = 0) -> Line:
    left, top, right, bottom = box
    across, down = size
    return Line(
        sheet=sheet,
        text=text,
        left=round(left / across * 10_000),
        top=round(top / down * 10_000),
        width=round((right - left) / across * 10_000),
        height=round((bottom - top) / down * 10_000),
        score=99,
    )


def note_reading(blob: Blob, lines: list[Line]) -> None:
    """As the reader leaves it."""
    reading, _made = Reading.objects.get_or_create(blob=blob)
    reading.state, reading.read_at = Reading.State.READ, MONDAY
    reading.lines = lines
    reading.sheets = [{"width": 1000, "height": 1000, "tilt": 0}] * len(blob.sheets)
    reading.save()


def cover_all(blob: Blob, *, at: datetime) -> int:
    """As the queue does it once a file was found sound, or read. How many masks were made."""
    pieces = Evidence.objects.offered().filter(blob=blob).select_related("blob", "complaint", "draft")
    return sum(masks.for_piece(piece, at=at) for piece in pieces)


@cache
def read(body: bytes) -> list[Line]:
    """What a real reader finds on a picture; nothing where none is installed. The same picture is read once."""
    if not HAS_READER:
        return []
    import numpy
    from rapidocr import RapidOCR

    with Image.open(io.BytesIO(body), formats=["WEBP", "PNG"]) as picture:
        pixels = picture.convert("RGB")
    found = RapidOCR(params={"Global.log_level": "error"})(numpy.asarray(pixels)[:, :, ::-1])
    if found.txts is None:
        return []
    boxes = [
        (min(x for x, _y in box), min(y for _x, y in box), max(x for x, _y in box), max(y for _x, y in box))
        for box in found.boxes
    ]
    return [line_at(text, box, pixels.size) for text, box in zip(found.txts, boxes, strict=True)]
