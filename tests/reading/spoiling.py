"""What happens to a screenshot before it reaches us: small, squeezed by a chat, photographed from another screen."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter


def squeezed(picture: Image.Image, quality: int) -> Image.Image:
    """Saved as a JPEG of that quality."""
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return Image.open(io.BytesIO(kept.getvalue()), formats=["JPEG"]).convert("RGB")


def smaller(picture: Image.Image, share: float) -> Image.Image:
    size = (round(picture.width * share), round(picture.height * share))
    return picture.resize(size, Image.Resampling.BILINEAR)


def photographed(picture: Image.Image, seed: int, *, turn: float = 2.0) -> Image.Image:
    """A photo of a screen: seen from the side, with rings of its dots, a glare, noise and a soft focus."""
    luck = random.Random(seed)
    width, height = picture.size
    table = Image.new("RGB", (width + 240, height + 240), (58, 52, 48))
    table.paste(picture, (120, 120))
    w, h = table.size
    corners = (-40, -25, -70, h + 35, w + 60, h + 15, w + 25, -60)  # nw, sw, se, ne as seen by the lens
    seen = table.transform((w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    seen = seen.rotate(turn, Image.Resampling.BICUBIC, fillcolor=(58, 52, 48))
    rings = Image.new("L", (w, 1))
    rings.putdata([round(128 + 14 * math.sin(x / 2.3) + 10 * math.sin(x / 19.0)) for x in range(w)])
    seen = ImageChops.multiply(seen, Image.merge("RGB", [rings.resize((w, h)).point(lambda v: min(255, v + 112))] * 3))
    glare = Image.new("L", (w, h), 0)
    ImageDraw.Draw(glare).ellipse((w * 0.55, h * 0.02, w * 1.05, h * 0.3), fill=90)
    glare = glare.resize((w // 8, h // 8)).filter(ImageFilter.GaussianBlur(24)).resize((w, h))
    seen = Image.composite(Image.new("RGB", (w, h), (255, 255, 255)), seen, glare)
    noise = Image.frombytes("L", (w, h), luck.randbytes(w * h)).point(lambda v: round((v - 128) * 0.13) + 128)
    seen = ImageChops.add(seen, Image.merge("RGB", [noise] * 3), offset=-128)
    return squeezed(seen.filter(ImageFilter.GaussianBlur(0.9)), 62)
