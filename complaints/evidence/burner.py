"""Cover rectangles of pictures, and look for faces, in a process of its own with bounded memory and time.

Run as ``python -m complaints.evidence.burner burn|faces FOLDER``. The folder holds the sheets as ``0.in``, ``1.in``, …
(WebP that was rebuilt by our own checker) and, for ``burn``, ``plan.json``: for each sheet its boxes as
``[left, top, width, height]`` in ten-thousandths of its sides. ``burn`` writes ``0.out``, … and ``thumb.out``;
``faces`` prints one list of such boxes a sheet. It imports nothing of ours and nothing of Django. Exit 0 when all went
well, 3 when a sheet could not be read.
"""

import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1 << 30
FACES_BYTES = 3 << 30  # OpenCV maps its libraries' address space before it does anything
CPU_SECONDS = 120
MAX_PIXELS = 50_000_000
WHOLE = 10_000
INK = (23, 30, 38)  # one colour, solid: what is blurred or pixelated can be computed back
THUMB = 320
LOOKED_AT = 1280  # pixels of the longer side, for faces
UNSOUND = 3


def main(act: str, folder: Path) -> int:
    """Do it; see above."""
    most = FACES_BYTES if act == "faces" else MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    from PIL import Image  # after the limits, so that they hold for the decoders too

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    sheets = sorted(folder.glob("*.in"), key=lambda path: int(path.stem))
    try:
        if act == "faces":
            print(json.dumps(_faces(sheets)))
        else:
            _burn(sheets, json.loads((folder / "plan.json").read_text()), folder)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Warning, Image.DecompressionBombError) as error:
        print(json.dumps({"problem": type(error).__name__}))
        return UNSOUND
    return 0


def _burn(sheets: list[Path], plan: list[list[list[int]]], folder: Path) -> None:
    from PIL import Image

    for number, (path, boxes) in enumerate(zip(sheets, plan, strict=True)):
        with Image.open(path, formats=["WEBP"]) as picture:
            pixels = picture.convert("RGB")
        for left, top, right, bottom in (_pixels(box, pixels.size) for box in boxes):
            pixels.paste(INK, (left, top, right, bottom))
        # A new picture from bare pixels: nothing of the file it was read from can come along.
        bare = Image.frombytes("RGB", pixels.size, pixels.tobytes())
        bare.save(folder / f"{number}.out", format="WEBP", quality=80, method=2)
        if number == 0:
            bare.thumbnail((THUMB, THUMB))
            bare.save(folder / "thumb.out", format="WEBP", quality=80, method=2)


def _pixels(box: list[int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box in pixels, rounded outwards."""
    left, top, width, height = box
    across, down = size
    return (
        max(0, left * across // WHOLE),
        max(0, top * down // WHOLE),
        min(across, -(-(left + width) * across // WHOLE)),
        min(down, -(-(top + height) * down // WHOLE)),
    )


def _faces(sheets: list[Path]) -> list[list[list[int]]]:
    """Faces on each sheet by OpenCV's cascades; none where OpenCV is not installed."""
    try:
        import cv2
        import numpy
    except ImportError:
        return [[] for _sheet in sheets]
    from PIL import Image

    cv2.setNumThreads(1)
    own: Any = cv2  # its types do not know where it keeps its cascades
    cascade = cv2.CascadeClassifier(str(Path(own.data.haarcascades) / "haarcascade_frontalface_alt2.xml"))
    found: list[list[list[int]]] = []
    for path in sheets:
        with Image.open(path, formats=["WEBP"]) as picture:
            grey = picture.convert("L")
        grey.thumbnail((LOOKED_AT, LOOKED_AT))
        across, down = grey.size
        least = max(24, min(across, down) // 16)
        seen: Any = cascade.detectMultiScale(
            numpy.asarray(grey), scaleFactor=1.1, minNeighbors=5, minSize=(least, least)
        )
        found.append(
            [
                [
                    int((x - w * 0.1) * WHOLE / across),
                    int((y - h * 0.2) * WHOLE / down),  # hair belongs to it
                    int(w * 1.2 * WHOLE / across),
                    int(h * 1.35 * WHOLE / down),
                ]
                for x, y, w, h in seen
            ]
        )
    return found


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
