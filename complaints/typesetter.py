"""Set one HTML document as PDF in a process of its own, with bounded memory and time, with Chinese type inside it.

Run as ``python -m complaints.typesetter STYLESHEET`` with the document on standard input; the PDF comes out of standard
output. It imports nothing of ours and nothing of Django, and fetches nothing but its two fonts: whatever else a
document names is refused. The same document gives the same bytes.
"""

import os
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 30
FACES = """
@font-face { font-family: "Paper Serif"; src: url(font:serif); }
@font-face { font-family: "Paper Sans"; src: url(font:sans); }
"""


def main(stylesheet: str) -> int:
    """Read, set, write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["SOURCE_DATE_EPOCH"] = "0"  # no moment of making inside the subset fonts

    import pylopdf_fonts_zh_cn as fonts  # after the limits, so that they hold for the type setter too
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    faces = {"font:serif": fonts.serif_path(), "font:sans": fonts.sans_path()}

    class OnlyFonts(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in faces:
                raise ValueError("nothing is fetched for a paper")
            return URLFetcherResponse(url, faces[url].open("rb"), {"Content-Type": "font/otf"})

    fetcher, known = OnlyFonts(), FontConfiguration()
    style = FACES + Path(stylesheet).read_text("utf-8")
    sheet = CSS(string=style, font_config=known, url_fetcher=fetcher)
    document = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=fetcher, base_url="paper:")
    sys.stdout.buffer.write(document.write_pdf(stylesheets=[sheet], font_config=known))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
