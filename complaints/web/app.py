"""The site as an app on a phone: what it is called, what it keeps for when the line is down. Never a page of a case."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# What the page without a line needs to look like one of ours.
SHELL = ("joined/site.css", "joined/site.js", "img/favicon.svg")
ICONS = (("img/app-192.png", "192x192", "any"), ("img/app-512.png", "512x512", "any maskable"))
PAPER = "#F6F3EC"  # --paper of static/css/tokens.css


@cache_control(max_age=3600)
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Name, colours and icons, in the language of the page that asks."""
    told = {
        "name": _("责在谁"),
        "short_name": _("责在谁"),
        "description": _("直播间买的东西出了问题，主播、商家、平台谁该负责，依据是什么，话怎么说。"),
        "lang": translation.get_language(),
        "id": "/",
        "start_url": reverse("complaints:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a browser shows by itself when the line is down. It says nothing about anybody."""
    return render(request, "app/offline.html")


@cache_control(no_cache=True)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page above and static files. Its version changes with what it keeps."""
    pages = {}
    for code in ("zh-hans", "en"):
        with translation.override(code):
            pages[code] = reverse("complaints:offline")
    kept = [*pages.values(), *(static(path) for path in SHELL)]
    told = {
        "kept": kept,
        "chinese": pages["zh-hans"],
        "english": pages["en"],
        "static": settings.STATIC_URL,
        "version": hashlib.sha256(" ".join(kept).encode()).hexdigest()[:12],
    }
    return HttpResponse(render_to_string("app/service_worker.js", told), content_type="text/javascript")
