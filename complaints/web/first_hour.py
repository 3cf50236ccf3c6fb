"""The first hour of an engineer as a page, and the reference receiver as one file to take along."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from complaints.flow.sandbox import IDLE
from complaints.web.markdown import Part, anchor_of, parts_of

PAGES = {  # the same commands, which a test holds together; whatever is not Chinese reads English
    "zh-hans": Path(settings.BASE_DIR) / "docs" / "first-hour.zh.md",
    "en": Path(settings.BASE_DIR) / "docs" / "first-hour.md",
}
RECEIVER = Path(settings.BASE_DIR) / "docs" / "examples" / "receiver"
EXAMPLE_SITE = "https://whoanswers.example"  # stands in the document; on the page it is this site
PREFIX = "first-hour"
LINKS = {"sandbox": "/developers/sandbox/"}
THEN = (2000, 1, 1, 0, 0, 0)  # the same bytes each time


@require_safe
def first_hour(request: HttpRequest) -> HttpResponse:
    """Twelve steps, each with the commands to copy."""
    page = PAGES.get(translation.get_language(), PAGES["en"])
    about, *steps = _parts(page, page.stat().st_mtime_ns)
    return render(request, "developers/first_hour.html", {"about": about, "steps": steps, "days": IDLE.days})


@require_safe
def receiver(request: HttpRequest) -> HttpResponse:
    """The reference receiver, packed."""
    answer = HttpResponse(packed(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="receiver.zip"'
    return answer


def packed() -> bytes:
    """The package as it stands in the checkout, under ``receiver/``; the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(RECEIVER.rglob("*")):
            if path.is_file() and path.suffix in {".py", ".md", ".toml"}:
                name = f"receiver/{path.relative_to(RECEIVER).as_posix()}"
                archive.writestr(zipfile.ZipInfo(name, THEN), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


@lru_cache(maxsize=4)
def _parts(page: Path, changed: int) -> tuple[Part, ...]:
    """What stands on the page, under the anchors of the English headings: a link leads to the same step in both."""
    text = page.read_text("utf-8").replace(EXAMPLE_SITE, settings.SITE_URL)
    titles = ("about", *re.findall(r"^## (.+)$", PAGES["en"].read_text("utf-8"), re.MULTILINE))
    return tuple(
        Part(anchor_of(PREFIX, title), each.title, SafeString(each.html))
        for title, each in zip(titles, parts_of(text, prefix=PREFIX, links=LINKS), strict=True)
    )
