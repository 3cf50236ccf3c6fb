"""Read the text layer of a PDF in a process of its own, with bounded memory and time.

Run as ``python -m complaints.evidence.layer_reader`` with the file on standard input. It imports nothing of ours and
nothing of Django. Prints a list of lines as complaints.models.reading has them; exit 3 when the file cannot be read.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
PAGES = 20  # as many as are drawn
LINES = 4_000
WHOLE = 10_000
UNREADABLE = 3


def main() -> int:
    """Print the lines of standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        import pypdfium2  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return UNREADABLE
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        print(
            json.dumps([line for number in range(min(PAGES, len(document))) for line in _of(document, number)][:LINES])
        )
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return UNREADABLE
    return 0


def _of(document: Any, number: int) -> Iterator[dict[str, Any]]:
    page = document[number]
    text = page.get_textpage()
    across, down = page.get_size()
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        if words and across > 0 and down > 0:
            yield {
                "sheet": number,
                "text": words,
                "left": round(left / across * WHOLE),
                "top": round((down - top) / down * WHOLE),
                "width": max(1, round((right - left) / across * WHOLE)),
                "height": max(1, round((top - bottom) / down * WHOLE)),
                "score": 100,
            }


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
