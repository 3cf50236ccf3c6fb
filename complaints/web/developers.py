"""The documentation for those who connect a platform, open to all; and the signature checker, which keeps nothing."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from complaints.web import quotas
from complaints.web.case_forms import posted
from complaints.web.developers_words import ADDRESSES, NOTICES, retry_plan
from complaints.web.markdown import Part, anchor_of, parts_of
from complaints.web.signature_check import Finding, SignatureForm, examine

DOCS = Path(settings.BASE_DIR) / "docs"
EXAMPLES = DOCS / "examples"
SNIPPETS = {"python": "verify.py", "java": "Verify.java", "go": "verify.go", "node": "verify.mjs"}
NAMES = {"python": "Python", "java": "Java", "go": "Go", "node": "Node.js"}
FILES = frozenset(
    path.relative_to(EXAMPLES).as_posix()
    for path in EXAMPLES.rglob("*")
    if path.suffix in {".py", ".java", ".go", ".mjs"}
)
# Where a link between the documents leads on this page; and which part of them stands in which section of it.
LINKS = {
    "api-changes.md": "/developers/api/#changes",
    "api.md": "/developers/api/",
    "webhooks.md": "/developers/#events",
    "examples/platform/": "/developers/#files",
    "first-hour.md": "/developers/first-hour/",
    "sandbox.md": "/developers/sandbox/",
}
ABOUT, ERRORS, CHANGES, ANSWERS = "", "Errors", "Changes", "What we do with your answer"
NOT_FOR_PLATFORMS = {"For operators"}

# The commands of the quick start.
ROOT = f"{settings.SITE_URL}/api/v1"
RUN = f"python3 server.py --port 8201 --api {settings.SITE_URL} \\\n  --secret whsec_… --key zz_live_…"
READ = f'curl -H "Authorization: Bearer zz_live_…" \\\n  {ROOT}/cases/ZZ-260601-9E02'
ANSWER = f"""curl -X POST -H "Authorization: Bearer zz_live_…" \\
  -H "Idempotency-Key: answer-9E02-1" -H "Content-Type: application/json" \\
  -d '{{"party": "platform", "position": "disputed", "words": "…",
       "facts": {{"seller_identity_given": true}}, "evidence": [], "points_to": null}}' \\
  {ROOT}/cases/ZZ-260601-9E02/responses"""


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def developers(request: HttpRequest) -> HttpResponse:
    """The page; and under POST, what the signature checker found. Neither stores what was sent."""
    form = SignatureForm(posted(request))
    finding, status = _checked(request, form)
    chosen = request.GET.get("lang", "")
    chosen = chosen if chosen in SNIPPETS else "python"
    around = {"form": form, "finding": finding, "chosen": chosen, "snippet": _snippet(chosen)}
    page = render(request, "developers/developers.html", {**_page(), **around}, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        page["Retry-After"] = str(quotas.minutes_left(timezone.now()) * 60)
    return page


@require_safe
def example(request: HttpRequest, name: str) -> HttpResponse:
    """One file of docs/examples, as it stands in the checkout."""
    if name not in FILES:
        raise Http404
    answer = HttpResponse((EXAMPLES / name).read_bytes(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name.rpartition("/")[2]}"'
    return answer


@require_safe
def api_in_full(request: HttpRequest) -> HttpResponse:
    """Every address in words, its errors and what changed: a page of its own, so that the first one stays light."""
    return render(request, "developers/api.html", _api_page())


def _checked(request: HttpRequest, form: SignatureForm) -> tuple[Finding | None, HTTPStatus]:
    at = timezone.now()
    if not form.is_bound:
        return None, HTTPStatus.OK
    try:
        quotas.count(request, "signature-checks", settings.SIGNATURE_CHECKS_PER_NETWORK_AN_HOUR, at=at)
    except quotas.TooMuch:
        words = _("你这个网络这一小时查得太多了，{minutes}分钟后再查。用下载的程序在自己机器上验，不限次数。")
        return Finding("warn", words.format(minutes=quotas.minutes_left(at))), HTTPStatus.TOO_MANY_REQUESTS
    return (examine(form.cleaned_data, at=at) if form.is_valid() else None), HTTPStatus.OK


def _page() -> dict[str, object]:
    """What every reader is shown."""
    api, webhooks = _document("api.md"), _document("webhooks.md")
    apart = {ABOUT, ERRORS, CHANGES, ANSWERS} | NOT_FOR_PLATFORMS
    return {
        "api": ROOT,
        "run": RUN,
        "read": READ,
        "answer": ANSWER,
        "auth": api[ABOUT],
        "about_notices": webhooks[ABOUT],
        "events": [part for title, part in webhooks.items() if title not in apart],
        "answers": webhooks[ANSWERS],
        "notices": NOTICES.items(),
        "addresses": [(address, words, anchor_of("api", address)) for address, words in ADDRESSES],
        "plan": retry_plan(),
        "languages": [(code, NAMES[code]) for code in SNIPPETS],
        "files": sorted(name for name in FILES if not name.startswith("kiosk/")),
    }


def _api_page() -> dict[str, object]:
    api = _document("api.md")
    return {
        "api": ROOT,
        "endpoints": [part for title, part in api.items() if title not in {ABOUT, ERRORS, CHANGES}],
        "errors": api[ERRORS],
        "changes": list(_document("api-changes.md").values()),
    }


def _snippet(chosen: str) -> dict[str, str]:
    name = SNIPPETS[chosen]
    return {"name": name, "text": (EXAMPLES / "verify" / name).read_text("utf-8"), "file": f"verify/{name}"}


def _document(name: str) -> dict[str, Part]:
    path = DOCS / name
    return _parts(path, path.stat().st_mtime_ns, translation.get_language())


@lru_cache(maxsize=8)
def _parts(path: Path, changed: int, language: str) -> dict[str, Part]:
    """The parts by title, rendered once for each language (of the copy buttons) and state of the file."""
    return {part.title: part for part in parts_of(path.read_text("utf-8"), prefix=path.stem, links=LINKS)}
