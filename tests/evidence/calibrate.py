"""How far apart the prints of one picture saved again are, and of other orders on the same page: the figures of
docs/reuse.md. ``python -m tests.evidence.calibrate``"""

import io
import itertools
import statistics
from collections.abc import Callable

from PIL import Image

from complaints.evidence.likeness import NEAR_COARSE, NEAR_DETAIL, NEAR_FINE, apart, prints
from tests.evidence.screens import order_page, saved

PAGES = 30
KINDS = ("coarse", "fine", "detail")


def working_copy(picture: Image.Image) -> Image.Image:
    """As the checker makes it: at most 2048 pixels wide, WebP of quality 80."""
    small = picture.convert("RGB")
    small.thumbnail((2048, 8192))
    return Image.open(io.BytesIO(saved(small, "WEBP", quality=80, method=2))).convert("L")


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(saved(picture, "JPEG", quality=quality)))


AGAIN: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG, quality 70": lambda page: jpeg(page, 70),
    "JPEG, quality 40": lambda page: jpeg(page, 40),
    "two thirds as wide": lambda page: page.resize((720, 1600), Image.Resampling.LANCZOS),
    "half as wide, JPEG 60": lambda page: jpeg(page.resize((540, 1200), Image.Resampling.LANCZOS), 60),
    "one percent cut off below": lambda page: page.crop((0, 0, page.width, page.height - page.height // 100)),
    "status bar cut off": lambda page: page.crop((0, page.height // 30, page.width, page.height)),
}


def main() -> None:
    pages = [order_page(seed, (1080, 2400)) for seed in range(PAGES)]
    mine = [prints(working_copy(page)) for page in pages]
    others = [tuple(apart(a[kind], b[kind]) for kind in KINDS) for a, b in itertools.combinations(mine, 2)]
    first_two = sum(coarse <= NEAR_COARSE and fine <= NEAR_FINE for coarse, fine, _detail in others)
    all_three = sum(
        coarse <= NEAR_COARSE and fine <= NEAR_FINE and detail <= NEAR_DETAIL for coarse, fine, detail in others
    )
    print(f"other orders, {len(others)} pairs: {first_two} near by two prints, {all_three} by three;", end=" ")
    print(
        *(
            f"{kind} {min(each)}/{statistics.median(each):g}"
            for kind, each in zip(KINDS, zip(*others, strict=True), strict=True)
        )
    )
    for name, save in AGAIN.items():
        again = [prints(working_copy(save(page))) for page in pages]
        far = [tuple(apart(a[kind], b[kind]) for kind in KINDS) for a, b in zip(mine, again, strict=True)]
        found = sum(c <= NEAR_COARSE and f <= NEAR_FINE and d <= NEAR_DETAIL for c, f, d in far)
        print(f"{name}: {found} of {PAGES} found; most bits apart", *map(max, zip(*far, strict=True)))


if __name__ == "__main__":
    main()
