"""Error pages that say what happened and what to do next, in the reader's language."""

import logging
import sys
import uuid
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from config.logs import page_of

log = logging.getLogger(__name__)

STALE_FORM = 419  # not in the register, but widely read as "page expired"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=HTTPStatus.FORBIDDEN)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """``allowed`` are the methods the address takes, as its Allow header says them."""
    page = render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    page["Allow"] = allowed
    return page


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: object) -> HttpResponse:
    """Too many wrong passwords for one name from one address: how long to wait, and what else there is."""
    wait = settings.AXES_COOLOFF_TIME
    told = {"tries": settings.AXES_FAILURE_LIMIT, "minutes": -(-wait // timedelta(minutes=1))}
    page = render(request, "errors/429.html", told, status=HTTPStatus.TOO_MANY_REQUESTS)
    page["Retry-After"] = str(int(wait.total_seconds()))
    return page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django calls a session that could not be written interrupted, also where the database was away."""
    if trouble := _database_trouble(exception):
        return _away(request, trouble)
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def broken(request: HttpRequest) -> HttpResponse:
    """Without the request: whatever broke may be a context processor. The number is in the log too.

    A database that cannot be had breaks no page: where a middleware met it, no other has caught it (NoRoomInWords)."""
    if trouble := _database_trouble(sys.exception()):
        return _away(request, trouble)
    number = uuid.uuid4().hex[:8]
    log.error("error %s at %s", number, page_of(request))
    page = render_to_string("errors/500.html", {"number": number})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _database_trouble(error: BaseException | None) -> BaseException | None:
    """The database that could not be had, at the bottom of an error; None where it was something else."""
    while error and not isinstance(error, OperationalError | InterfaceError):
        error = error.__cause__ or error.__context__
    return error


def _away(request: HttpRequest, trouble: BaseException) -> HttpResponse:
    log.error("database: %s at %s", type(trouble.__cause__ or trouble).__name__, page_of(request))
    return no_room(request, is_full="full" in str(trouble))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long (its CSRF token no longer fits). What was typed into a question of the filing form, or
    into a message, is offered again, to send as it is, but only when our own page sent it: somebody else's page could
    have filled it."""
    return render(request, "errors/419.html", {"kept": _typed(request)}, status=STALE_FORM)


def no_room(request: HttpRequest, *, is_full: bool) -> HttpResponse:
    """The disk is full, or the database takes no more for now: what was typed is offered again. Nothing is read from
    the database for the page."""
    status = HTTPStatus.INSUFFICIENT_STORAGE if is_full else HTTPStatus.SERVICE_UNAVAILABLE
    kept = _typed(request)
    told = {"is_full": is_full, "number": status.value, "kept": kept, "path": request.get_full_path()}
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({}, status=status)
    response = HttpResponse(render_to_string("errors/503.html", {**told, "token": get_token(request)}), status=status)
    response["Retry-After"] = "60"
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a question or message of ours, as they were sent."""
    fields = request.POST if _is_our_question(request) else {}
    return [(name, value) for name in fields if name != "csrfmiddlewaretoken" for value in request.POST.getlist(name)]


def _is_our_question(request: HttpRequest) -> bool:
    """Whether this is a question page or a message, posted from this site. The last steps (check, delete), and what is
    only pressed, are never offered."""
    step = request.path.rstrip("/").rsplit("/", 1)[-1]
    origin = request.headers.get("Origin", "")
    ours = f"{request.scheme}://{request.get_host()}"
    return (
        any(part in request.path for part in ("/complaint/", "/messages/"))
        and step not in {"check", "delete", "complaint", "open", "close", "read"}
        and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        and origin in {"", ours}
    )
