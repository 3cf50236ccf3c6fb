"""The documentation for associations' kiosks and hotlines, open to all."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.web.developers import DOCS, FILES
from complaints.web.markdown import Part, parts_of

FOLDER = "kiosk/"
ROOT = f"{settings.SITE_URL}/api/v1/consumer"
ADDRESSES = (
    ("GET /catalogue", gettext_lazy("所有有代码的东西，中英文都有")),
    ("GET /questions", gettext_lazy("按已知的事实，法律接下来问什么")),
    ("POST /questions", gettext_lazy("按已有的回答，表单接下来问什么；什么都不存")),
    ("POST /check", gettext_lazy("两分钟责任自查，什么都不存")),
    ("POST /uploads", gettext_lazy("先传一个文件，提交时再交")),
    ("DELETE /uploads/{tray}/{id}", gettext_lazy("拿掉先传的一个文件")),
    ("POST /complaints", gettext_lazy("替消费者提交一件投诉，当场判定，给回执码")),
    ("POST /complaints/{reference}/slip", gettext_lazy("回执的图，可以打印")),
    ("POST /complaints/{reference}/open", gettext_lazy("用回执码打开一件投诉，换一个短时间的Case-Token")),
    ("GET /complaints/{reference}", gettext_lazy("打开的那件投诉：判定、期限、方案、经过")),
    ("POST /complaints/{reference}/facts", gettext_lazy("回答还开着的问题")),
    ("POST /complaints/{reference}/evidence", gettext_lazy("给已提交的投诉补证据")),
    ("POST /complaints/{reference}/messages", gettext_lazy("写一条消息")),
    ("POST /complaints/{reference}/offers/{number}", gettext_lazy("回复方案")),
    ("POST /complaints/{reference}/withdraw", gettext_lazy("撤回投诉")),
)


@require_safe
def kiosk(request: HttpRequest) -> HttpResponse:
    """The page: four steps, the addresses, and docs/kiosk.md."""
    path = DOCS / "kiosk.md"
    about, *parts = _parts(path, path.stat().st_mtime_ns, translation.get_language())
    files = sorted(name for name in FILES if name.startswith(FOLDER))
    shown = {"about": about, "parts": parts, "api": ROOT, "addresses": ADDRESSES, "files": files}
    return render(request, "developers/kiosk.html", shown)


@lru_cache(maxsize=4)
def _parts(path: Path, changed: int, language: str) -> tuple[Part, ...]:
    """The parts, rendered once for each language and state of the file."""
    links = {"api.md": reverse("complaints:developers") + "#errors", "examples/kiosk/": "#files"}
    return parts_of(path.read_text("utf-8"), prefix=path.stem, links=links)
