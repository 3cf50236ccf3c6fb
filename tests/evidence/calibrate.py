"""How far apart the prints of one picture saved again are, and of other orders on the same page: the figures of
docs/reuse.md. ``python -m tests.evidence.calibrate [FONT]``"""

import io
import itertools
import statistics
import sys
from collections.abc import Callable

from PIL import Image

from complaints.evidence.likeness import NEAR_COARSE, NEAR_DETAIL, NEAR_FINE, apart, prints
from tests.evidence.screens import order_page, saved

PAGES = 16
KINDS = ("coarse", "fine", "detail")


def working_copy(picture: Image.Image) -> Image.Image:
    """As the checker makes it: at most 2048 pixels wide, WebP of quality 80."""
    small = picture.convert("RGB")
    small.thumbnail((2048, 8192))
    return Image.open(io.BytesIO(saved(small, "WEBP", quality=80, method=2)), formats=["WEBP"]).convert("L")


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(saved(picture, "JPEG", quality=quality)), formats=["JPEG"])


AGAIN: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG, quality 70": lambda page: jpeg(page, 70),
    "JPEG, quality 40": lambda page: jpeg(page, 40),
    "two thirds as wide": lambda page: page.resize((720, 1600), Image.Resampling.LANCZOS),
    "half as wide, JPEG 60": lambda page: jpeg(page.resize((540, 1200), Image.Resampling.LANCZOS), 60),
    "one percent cut off below": lambda page: page.crop((0, 0, page.width, page.height - page.height // 100)),
    "status bar cut off": lambda page: page.crop((0, page.height // 30, page.width, page.height)),
}


def main(font: str) -> None:
    pages = [order_page(seed, (1080, 2400), font=font) for seed in range(PAGES)]
    mine = [prints(working_copy(page)) for page in pages]
    others = [_bits(one, other) for one, other in itertools.combinations(mine, 2)]
    print(f"{len(others)} pairs of other orders: {sum(map(is_near, others))} near by two prints,", end=" ")
    print(f"{sum(map(is_same, others))} by three; bits apart, least and median:", end=" ")
    print(*(f"{min(each)} {statistics.median(each):g};" for each in zip(*others, strict=True)))
    for name, save in AGAIN.items():
        far = [_bits(one, prints(working_copy(save(page)))) for one, page in zip(mine, pages, strict=True)]
        most = " ".join(str(max(each)) for each in zip(*far, strict=True))
        print(f"{name}: {sum(map(is_near, far))} near, {sum(map(is_same, far))} the same; most bits apart {most}")


def is_near(bits: tuple[int, ...]) -> bool:
    return bits[0] <= NEAR_COARSE and bits[1] <= NEAR_FINE


def is_same(bits: tuple[int, ...]) -> bool:
    return is_near(bits) and bits[2] <= NEAR_DETAIL


def _bits(one: dict[str, str], other: dict[str, str]) -> tuple[int, ...]:
    return tuple(apart(one[kind], other[kind]) for kind in KINDS)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
