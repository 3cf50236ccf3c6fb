"""Look inside a file in a process of its own, within bounds, and rebuild copies from its pixels.

Run by complaints.evidence.confined, which sets the limits, with the words FAMILY DECODERS TARGET and the file on
standard input (a regular file, not a pipe). FAMILY is ``Kind.family``; DECODERS the comma-separated names of what may
open it (``decoders_of`` in complaints.evidence.looks); TARGET the path that copies are named after. It imports nothing
of Django.

Prints one JSON object::

    {"width": 1080, "height": 2400,                                   pixels, upright; null where there are none
     "pages": [{"file": ".page-1", "width": 1240, "height": 1754}],   leaves or tiles, from the top, at TARGET.page-1 …
     "flags": ["script"],                                             what one should know: codes of FLAGS in looks
     "report": {"leaves": 3, "tools": {"pillow": "13.0.0"}},          codes and figures, for Blob.report
     "problem": ""}                                                   a code of PROBLEMS in looks where it is not taken

and writes ``TARGET.preview``, ``TARGET.thumb`` and the pages (WebP) where the kind has a picture. Exit 0: sound;
3: not taken, ``problem`` says why and ``report`` has the figures; 4: cannot be checked, a person must look (``held``).
Anything else, and any signal, is a crash.
"""

import importlib
import json
import os
import sys

SOUND, UNSOUND, HELD = 0, 3, 4
FAMILIES = frozenset({"image", "pdf", "video", "audio", "text", "table"})


def main(family: str, decoders: list[str], target: str) -> int:
    """Look into standard input, write the copies, print what was found."""
    if family not in FAMILIES:
        return _say(UNSOUND, problem="unknown-family")

    # Only what this family needs.
    finding = importlib.import_module("complaints.evidence.finding")
    look = importlib.import_module(f"complaints.evidence.look_{family}").look
    file = sys.stdin.buffer
    size = os.fstat(file.fileno()).st_size
    try:
        found = look(finding.Work(file, size, decoders, target))
    except finding.Unsound as error:
        return _say(HELD if error.held else UNSOUND, problem=error.problem, report=error.figures)
    except MemoryError:
        return _say(UNSOUND, problem="too-large")
    return _say(
        SOUND, width=found.width, height=found.height, pages=found.pages, flags=found.flags, report=found.report
    )


def _say(code: int, **found: object) -> int:
    empty: dict[str, object] = {"width": None, "height": None, "pages": [], "flags": [], "report": {}, "problem": ""}
    print(json.dumps({**empty, **found}))
    return code


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1], [name for name in sys.argv[2].split(",") if name], sys.argv[3]))
