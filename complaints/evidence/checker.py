"""Look inside a picture in a process of its own, with bounded memory and time, and rebuild copies from its pixels.

Run as ``python -m complaints.evidence.checker DECODERS TARGET`` with the file on standard input. It imports nothing of
ours and nothing of Django. Prints one JSON object; exit 0 when the picture is sound, 3 when it is not (``problem``
says why).
"""

import json
import os
import resource
import sys
import warnings

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
MAX_PIXELS = 50_000_000
MAX_SIDE = 40_000  # long screenshots of a phone
PREVIEW = 2048  # pixels of the longer side; long pictures keep their width up to PREVIEW and 4 times that in height
THUMB = 320
UNSOUND = 3


def main(decoders: list[str], target: str) -> int:
    """Check standard input, write ``TARGET.preview`` and ``TARGET.thumb`` (WebP), print what was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    from PIL import Image, ImageOps  # after the limits, so that they hold for the decoders too

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)  # the default only warns up to twice the limit
    try:
        with Image.open(sys.stdin.buffer, formats=decoders) as picture:
            width, height = picture.size
            if max(width, height) > MAX_SIDE:
                return _say(UNSOUND, problem="too-large", width=width, height=height)
            picture.seek(0)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return _say(UNSOUND, problem="too-large")
    except MemoryError:
        return _say(UNSOUND, problem="too-large")
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        return _say(UNSOUND, problem="damaged", detail=type(error).__name__)

    # Made small first, which keeps memory down; then a new picture from bare pixels, so that no comment, EXIF, profile
    # or trailing data can come along.
    upright.thumbnail((PREVIEW, 4 * PREVIEW))
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    bare.save(f"{target}.preview", format="WEBP", quality=80, method=2)
    bare.thumbnail((THUMB, THUMB))
    bare.save(f"{target}.thumb", format="WEBP", quality=80, method=2)
    return _say(0, width=width, height=height)


def _say(code: int, **found: object) -> int:
    print(json.dumps(found))
    return code


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1].split(","), sys.argv[2]))
