"""What every template may ask for."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, object]:
    """Language facts for the frame: ``lang`` (``zh``/``en``), ``html_lang`` and the address of the twin page."""
    english = get_language() == "en"
    return {
        "lang": "en" if english else "zh",
        "html_lang": "en" if english else "zh-CN",
        "twin_language": "zh-hans" if english else "en",
        "twin_url": translate_url(request.get_full_path(), "zh-hans" if english else "en"),
        "demo": settings.DEMO,
        "large_text": request.COOKIES.get("text") == "large",
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in {"light", "dark"} else "",
    }
