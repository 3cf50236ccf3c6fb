"""How a picture looks, in a process of its own: three prints to compare it by, and where two pictures differ.

Run as ``python -m complaints.evidence.likeness print`` with a working copy on standard input, or as ``… compare SIZE``
with two behind one another, the first of SIZE bytes. It imports nothing of ours and nothing of Django. Prints one JSON
object; exit 0 with what was found, 3 where a picture cannot be read.

The prints are our own difference hashes, pinned here by RECIPE, because those of other programs differ from version to
version: the picture in grey, averaged down to 9 × 8 (17 × 16, 33 × 64) fields; a bit is 1 where a field is brighter
than its left neighbour by more than a step of 255, which keeps the noise of compression in even areas from counting.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import warnings
from array import array
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

RECIPE = "grey-1"  # prints of another recipe are never compared
MEMORY_BYTES = 512 << 20
CPU_SECONDS = 10
MAX_PIXELS = 20_000_000  # a working copy has at most 2048 × 8192
# Fields across and down, and the step: 64, 256 and 2,048 bits. The last tells one order from another on the same page
# of an app, which the first two do not (docs/reuse.md has the figures).
COARSE, FINE, DETAIL = (8, 8, 1.0), (16, 16, 1.0), (32, 64, 4.0)
NEAR_COARSE, NEAR_FINE = 4, 24  # bits of 64 and of 256 that may differ: the same page of an app, or the same picture
NEAR_DETAIL = 22  # of 2,048: the same picture saved again
LEAST_LEVELS, LEAST_ONES, MOST_ONES = 12, 10, 246  # fewer shades, or hardly any edge either way: a flat picture
GRID = (24, 48)  # fields across and down, in which two pictures are compared
NOTICED = 10  # of 255: a field that differs by less looks the same
UNREADABLE = 3


def main(what: str, size: int = 0) -> int:
    """Look at standard input and print what was found."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    from PIL import Image as pictures  # after the limits, so that they hold for the decoders too

    pictures.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", pictures.DecompressionBombWarning)
    raw = sys.stdin.buffer.read()
    try:
        if what == "compare":
            return _say(0, **differences(_grey(raw[:size]), _grey(raw[size:])))
        return _say(0, **prints(_grey(raw)))
    except (pictures.DecompressionBombWarning, pictures.DecompressionBombError, MemoryError):
        return _say(UNREADABLE, problem="too-large")
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        return _say(UNREADABLE, problem="damaged", detail=type(error).__name__)


def prints(grey: Image) -> dict[str, Any]:
    """``coarse``, ``fine`` and ``detail`` in hexadecimal, and whether it is too ``flat`` for them to mean anything."""
    fine = bits_of(grey, *FINE)
    small = grey.resize((64, 64), _box())
    levels, ones = sum(count > 0 for count in small.histogram()), fine.bit_count()
    flat = levels < LEAST_LEVELS or not LEAST_ONES <= ones <= MOST_ONES
    coarse, detail = bits_of(grey, *COARSE), bits_of(grey, *DETAIL)
    return {"coarse": f"{coarse:016x}", "fine": f"{fine:064x}", "detail": f"{detail:0512x}", "flat": flat}


def bits_of(grey: Image, across: int, down: int, step: float) -> int:
    """A difference hash of ``across`` × ``down`` bits, from the top left."""
    values = array("f", grey.convert("F").resize((across + 1, down), _box()).tobytes())
    bits = 0
    for row in range(down):
        line = values[row * (across + 1) : (row + 1) * (across + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (right - left > step)
    return bits


def apart(one: str, other: str) -> int:
    """In how many bits two prints of one kind differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def differences(one: Image, other: Image) -> dict[str, Any]:
    """``share``: the part of the fields, in percent, in which the two differ to the eye; ``where``: the bands of the
    picture, of eight from its top, in which they do; ``shape``: whether they have other proportions."""
    across, down = GRID
    mine, theirs = (picture.resize(GRID, _box()).tobytes() for picture in (one, other))
    rows = [
        sum(abs(mine[row * across + column] - theirs[row * across + column]) > NOTICED for column in range(across))
        for row in range(down)
    ]
    band = down // 8
    where = [place for place in range(8) if any(rows[place * band : (place + 1) * band])]
    ratio = (one.width * other.height) / (one.height * other.width)
    return {"share": round(100 * sum(rows) / (across * down)), "where": where, "shape": not 0.98 < ratio < 1.02}


def _grey(raw: bytes) -> Image:
    from PIL import Image as pictures

    with pictures.open(io.BytesIO(raw), formats=["WEBP", "JPEG", "PNG"]) as picture:
        return picture.convert("L")


def _box() -> Any:
    from PIL import Image as pictures

    return pictures.Resampling.BOX


def _say(code: int, **found: object) -> int:
    print(json.dumps(found))
    return code


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
