"""Order pages of one shopping app, drawn: the same page every time, another order in it."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFont

INK, GREY, PAPER, CARD, ACCENT = (30, 30, 30), (140, 140, 140), (245, 245, 245), (255, 255, 255), (255, 80, 0)


SIGNS = "的一是在有和这中大为上个国地要他说产了店铺旗舰官方家居食品订单付款成交发货时间编号羊毛桑蚕丝四件套0123456789"


def order_page(seed: int, size: tuple[int, int] = (720, 1600), *, font: str = "") -> Image.Image:
    """A page of that app with the order of that number; goods, shop, sums and times follow from it.

    ``font`` is a file to write it with; without one each sign is a few strokes."""
    chance, label, scale = random.Random(seed), random.Random(0), size[0] / 1080
    picture = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(picture)

    def box(left: int, top: int, right: int, bottom: int, colour: tuple[int, int, int]) -> None:
        draw.rectangle([round(side * scale) for side in (left, top, right, bottom)], fill=colour)

    def words(
        left: int, top: int, length: int, high: int, colour: tuple[int, int, int], chance: random.Random = chance
    ) -> None:
        if font:
            text = "".join(chance.choice(SIGNS) for _sign in range(length))
            letters = ImageFont.truetype(font, round(high * scale))
            draw.text((round(left * scale), round(top * scale)), text, font=letters, fill=colour)
            return
        for place in range(length):
            for _stroke in range(5):
                x, y = left + place * high + chance.randrange(high), top + chance.randrange(high)
                box(x, y, x + chance.randrange(3, high // 2), y + chance.randrange(3, 8), colour)

    box(0, 100, 1080, 420, ACCENT)
    words(60, 180, 4, 60, CARD, label)
    for top, bottom in ((460, 640), (670, 1180), (1210, 1800), (2230, 2400)):
        box(30, top, 1050, bottom, CARD)
    words(70, 500, 10, 38, INK)
    words(70, 700, 7, 40, INK)
    for _blot in range(12):
        x, y = 70 + chance.randrange(160), 800 + chance.randrange(160)
        box(x, y, x + 60, y + 60, (chance.randrange(256), chance.randrange(256), chance.randrange(256)))
    words(320, 810, 12, 36, INK)
    words(760, 1090, 6, 40, ACCENT)
    for line in range(6):
        words(70, 1240 + line * 90, 4, 34, GREY, label)
        words(320, 1240 + line * 90, 10, 34, INK, label if line % 2 else chance)  # the same shop, other hours
        words(660, 1240 + line * 90, 6, 34, INK)
    return picture


def saved(picture: Image.Image, format: str = "PNG", **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=format, **options)
    return out.getvalue()
