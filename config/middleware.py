"""The first visit's language, small pages, the visitor's address behind a proxy, a page of ours for a wrong method."""

import errno
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from complaints.evidence.shelf import Unavailable
from config.errors import no_room, not_allowed
from config.logs import page_of

log = logging.getLogger(__name__)
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
FOR_MACHINES = ("/api/", "/static/", "/healthz", "/readyz", "/metrics")
NOT_PAGES = (*FOR_MACHINES, "/language/", "/en/", "/offline/", "/service-worker.js", "/manifest.webmanifest")


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


class CompressedPages(GZipMiddleware):
    """Pages go out gzipped, padded against guessing by size (BREACH; CSRF tokens are masked anew each time).

    Evidence and other files go out as they are: their lengths and parts must stay true.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response


class WrongMethodInWords:
    """Django answers a method an address does not take with an empty page: people get one that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not request.path.startswith(FOR_MACHINES):
            return not_allowed(request, response["Allow"])
        return response


class NoRoomInWords:
    """A full disk and a database that cannot take any more now are no errors of a page: they are told, with the words
    that were typed kept for another try. Nothing was written: each request is one transaction or none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith(FOR_MACHINES):
            return None
        if isinstance(exception, Unavailable):
            log.error("storage: %s at %s", exception.strerror, page_of(request))
            return no_room(request, is_full=False)
        if isinstance(exception, OSError) and exception.errno in DISK_FULL:
            return no_room(request, is_full=True)
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("database: %s at %s", type(exception.__cause__ or exception).__name__, page_of(request))
            return no_room(request, is_full="full" in str(exception))
        return None


class AddressFromProxy:
    """Behind a proxy of ours the visitor's address is what the proxy says; limits count people, not the proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.headers.get("X-Real-IP", "")
        if address:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)
