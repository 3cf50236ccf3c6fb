"""The first visit's language, and the visitor's address behind a proxy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
NOT_PAGES = ("/api/", "/static/", "/healthz", "/readyz", "/metrics", "/language/", "/en/")


class FirstVisitLanguage:
    """Unprefixed pages are Chinese, ``/en/…`` is English; explicit links and crawlers are never redirected."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._applies(request):
            return self.get_response(request)
        if self._reads_no_chinese(request):
            response: HttpResponse = HttpResponseRedirect(f"/en{request.get_full_path()}")
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    @staticmethod
    def _applies(request: HttpRequest) -> bool:
        return (
            request.method == "GET"
            and LANGUAGE_COOKIE not in request.COOKIES
            and "Referer" not in request.headers  # a link inside the site was chosen, not met
            and not request.path.startswith(NOT_PAGES)
        )

    @staticmethod
    def _reads_no_chinese(request: HttpRequest) -> bool:
        asked = [code for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
        return bool(asked) and asked != ["*"] and not any(code.startswith("zh") for code in asked)


class AddressFromProxy:
    """Behind a proxy of ours the visitor's address is what the proxy says; limits count people, not the proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.headers.get("X-Real-IP", "")
        if address:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)
