"""Read the words on pictures in a process of its own, with bounded memory and time and without a network.

Run as ``python -m complaints.evidence.reader``. It imports nothing of ours and nothing of Django. On standard input
come sheets, one after the other: a line ``SIZE CONTINUES`` (bytes; 1 where the sheet goes on from the one before, as
the tiles of a long picture do, else 0), then that many bytes of PNG or WebP. On standard output goes a JSON line for
each: first ``{"reader"}`` when it is ready, then ``{"width", "height", "tilt", "straddles", "lines"}``, or
``{"problem"}``.

Bytes come through the pipe, so that they lie nowhere on the way. It ends when its input ends, or its parent does.
"""

import ctypes
import io
import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

MEMORY_BYTES = 4 << 30  # of addresses: 744 MB were resident at most, but its libraries and threads reserve far more
CPU_SECONDS = 600
THREADS = 2
MAX_PIXELS = 50_000_000
TILE, OVERLAP = 1600, 160  # pixels: a line of large type is some 100 high
NEAR = 14  # pixels: how far two readings of one line lie apart
SURE = 50  # percent: below that it is a guess
UNIT = 10_000  # boxes are told in ten-thousandths of the sheet's sides
NEW_USER, NEW_NET = 0x10000000, 0x40000000  # linux/sched.h
DIE_WITH_PARENT, NO_NEW_RIGHTS = 1, 38  # linux/prctl.h
FORMATS = ["PNG", "WEBP"]  # what our own copies are written in

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
Found = tuple[Box, str, int]
LONG = 4.0  # times as long as thick: a line that tells how far the sheet is turned


def main() -> int:
    """Read sheets until there are no more."""
    _close_in()
    engine = _engine()
    _say(reader=f"rapidocr {version('rapidocr')}")
    before = None
    while header := sys.stdin.buffer.readline():
        size, continues = (int(word) for word in header.split())
        raw = sys.stdin.buffer.read(size)
        try:
            before = _sheet(engine, raw, before if continues else None)
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Warning) as error:
            before = None
            _say(problem=type(error).__name__)
    return 0


def _close_in() -> None:
    """Give away what reading does not need: memory without end, the network, the right to outlive its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_no_network)
    if sys.platform == "linux":
        system = ctypes.CDLL(None, use_errno=True)
        system.prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        system.prctl(NO_NEW_RIGHTS, 1, 0, 0, 0)
        if system.unshare(NEW_NET) != 0:  # not root: as one's own root, where the machine allows that
            system.unshare(NEW_USER | NEW_NET)


def _no_network(event: str, _arguments: object) -> None:
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"}:
        raise PermissionError("the reader has no network")


def _engine() -> Any:
    """The reader with the models that lie in its wheel."""
    from rapidocr import RapidOCR  # after the limits, so that they hold for its libraries too

    runtime = "EngineConfig.onnxruntime"
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": SURE / 100,
            f"{runtime}.intra_op_num_threads": THREADS,
            f"{runtime}.inter_op_num_threads": 1,
        }
    )


def _sheet(engine: Any, raw: bytes, before: Any) -> Any:
    """Read one sheet and print it; returns its lower edge for a sheet that goes on from it."""
    picture = _opened(raw)
    height, width = picture.shape[:2]
    strip = before if before is not None and before.shape[1] == width else picture[:0]
    over = strip.shape[0]
    tilts: list[float] = []
    found = _all_of(engine, _joined(strip, picture), tilts)
    lines = [each for each in found if each[0][3] > over + NEAR]
    _say(
        width=width,
        height=height,
        tilt=round(sorted(tilts)[len(tilts) // 2] * UNIT) if len(tilts) > 2 else 0,
        straddles=any(box[1] < over - NEAR for box, _text, _score in lines) if over else False,
        lines=[_told(box, text, score, over, width, height) for box, text, score in lines],
    )
    return picture[-OVERLAP:].copy()


def _opened(raw: bytes) -> Any:
    import numpy
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
        return numpy.asarray(picture.convert("RGB"))[:, :, ::-1].copy()  # the reader takes blue first


def _joined(strip: Any, picture: Any) -> Any:
    import numpy

    return numpy.concatenate([strip, picture]) if strip.shape[0] else picture


def _all_of(engine: Any, picture: Any, tilts: list[float]) -> list[Found]:
    """The lines of a picture of any length, from top to bottom, each once; how aslant its long lines are."""
    found: list[Found] = []
    for top, bottom in _tiles(picture.shape[0]):
        first, last = top == 0, bottom == picture.shape[0]
        for box, text, score in _lines_of(engine, picture[top:bottom], tilts):
            middle = (box[1] + box[3]) / 2
            inside = (first or middle >= OVERLAP / 2 - NEAR) and (last or middle <= bottom - top - OVERLAP / 2 + NEAR)
            if inside:
                found.append(((box[0], box[1] + top, box[2], box[3] + top), text, score))
    return _once(sorted(found, key=lambda each: (each[0][1], each[0][0])))


def _tiles(height: int) -> Iterator[tuple[int, int]]:
    top = 0
    while top + TILE < height:
        yield top, top + TILE
        top += TILE - OVERLAP
    yield top, height


def _lines_of(engine: Any, picture: Any, tilts: list[float]) -> Iterator[Found]:
    result = engine(picture)
    if result.boxes is None:
        return
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        text = "".join(each for each in str(text) if each.isprintable()).strip()
        if text:
            across, down = corners[:, 0], corners[:, 1]
            box = (float(across.min()), float(down.min()), float(across.max()), float(down.max()))
            tilts.extend(_tilt(corners))
            yield box, text, round(float(score) * 100)


def _tilt(corners: Any) -> list[float]:
    """How far a long line falls on its way, once the sheet stands upright; nothing for a short one."""
    (right, down), (across, fall) = corners[1] - corners[0], corners[3] - corners[0]
    along, thick = float(right) or 1e-9, float(fall) or 1e-9
    if abs(along) > LONG * abs(thick):
        return [float(down) / along]
    return [-float(across) / thick] if abs(thick) > LONG * abs(along) else []


def _once(found: list[Found]) -> list[Found]:
    """Of two readings of one place the surer one."""
    kept: list[Found] = []
    for each in found:
        twin = next((other for other in kept[-40:] if _same_place(other[0], each[0])), None)
        if twin is None:
            kept.append(each)
        elif each[2] > twin[2]:
            kept[kept.index(twin)] = each
    return kept


def _same_place(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return False
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across * down > smaller / 2


def _told(box: Box, text: str, score: int, over: int, width: int, height: int) -> dict[str, Any]:
    left, right = (min(max(round(side / width * UNIT), 0), UNIT) for side in (box[0], box[2]))
    top, bottom = (min(max(round((side - over) / height * UNIT), 0), UNIT) for side in (box[1], box[3]))
    place = {"left": left, "top": top, "width": right - left, "height": bottom - top}
    return {"text": text, **place, "score": min(score, 100)}


def _say(**found: object) -> None:
    print(json.dumps(found, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
