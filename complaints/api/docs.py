"""The way to the documentation: a page for people, which stands among the pages in both languages, and its sources."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponseRedirect:
    """To the page in the reader's language: the API stands outside the pages' language prefixes."""
    with translation.override(translation.get_language_from_request(request)):
        answer = redirect("complaints:developers")
    patch_vary_headers(answer, ["Accept-Language", "Cookie"])
    return answer


@require_safe
def raw(request: HttpRequest, name: str) -> HttpResponse:
    """A document as it stands in the checkout, for programs and for reading in a terminal."""
    text = (settings.BASE_DIR / "docs" / name).read_bytes()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
