"""How much one network may begin, send and file in an hour: far more than people do, far less than a machine can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.evidence.vault import CROWDED, MEBIBYTE, Unacceptable
from complaints.flow import drafting
from complaints.models import Draft, Tally
from complaints.narrative import language
from complaints.networks import is_too_many
from complaints.web import drafts
from complaints.web.wrong_codes import hour_of

SECRET = "csrfmiddlewaretoken"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class TooMuch(Exception):
    """This network has had its share of the hour."""


class ShutOut(Exception):
    """The draft of this browser was opened with a code that is withdrawn."""


def begin_draft(request: HttpRequest, *, at: datetime) -> Draft:
    """A new draft for a browser that carries none. Raises TooMuch and ShutOut; ``or_why_not_begun`` shows them."""
    if drafts.is_shut_out(request):
        raise ShutOut
    count(request, "drafts", settings.DRAFTS_PER_NETWORK_AN_HOUR, at=at)
    return drafting.begin(language=language(), at=at)


def count(request: HttpRequest, what: str, most: int, *, at: datetime, by: int = 1) -> None:
    """Count what this network does. Raises TooMuch."""
    if is_too_many(what, request.META.get("REMOTE_ADDR", ""), most, window=hour_of(at), by=by):
        raise TooMuch


def count_bytes(request: HttpRequest, size: int, *, at: datetime) -> None:
    """Count a file before it is taken, in whole MiB. Raises vault.Unacceptable with a sentence."""
    whole = max(1, -(-size // MEBIBYTE))
    _count_of_account(request, whole, at=at)
    try:
        count(request, "upload-mib", settings.UPLOAD_MIB_PER_NETWORK_AN_HOUR, at=at, by=whole)
    except TooMuch:
        sentence = _("你这个网络这一小时传的文件太多了。{minutes}分钟后再传；也可以先提交投诉，证据晚些再补。")
        raise Unacceptable(CROWDED, sentence.format(minutes=minutes_left(at))) from None


def _count_of_account(request: HttpRequest, whole: int, *, at: datetime) -> None:
    """The same for who is signed in, by the day of China: an account may come from many networks."""
    if not request.user.is_authenticated:
        return
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    sum_of = Tally.objects.count_up(f"upload-mib:account:{request.user.pk}", window=midnight, by=whole)
    if sum_of > settings.UPLOAD_MIB_PER_ACCOUNT_A_DAY:
        raise Unacceptable(CROWDED, _("你的账号今天传的文件太多了。明天再传；也可以先提交投诉，证据晚些再补。"))


def minutes_left(at: datetime) -> int:
    """Until the hour that is counted is over."""
    return max(1, -(-int((hour_of(at) + timedelta(hours=1) - at).total_seconds()) // 60))


def or_why_not_begun(view: View[P]) -> View[P]:
    """Where no draft can be begun for what was sent, say why, and give back what was typed."""

    @wraps(view)
    def tried(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooMuch:
            return crowded(request, at=timezone.now())
        except ShutOut:
            return drafts.forget(_page(request, "wizard/shut_out.html", HTTPStatus.GONE, {}))

    return tried


def crowded(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Too much from one network: when to send the same again, with one press."""
    minutes = minutes_left(at)
    response = _page(request, "wizard/crowded.html", HTTPStatus.TOO_MANY_REQUESTS, {"minutes": minutes})
    response["Retry-After"] = str(minutes * 60)
    return response


def _page(request: HttpRequest, template: str, status: HTTPStatus, told: dict[str, object]) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({}, status=status)
    kept = [(name, value) for name in request.POST if name != SECRET for value in request.POST.getlist(name)]
    return render(request, template, {**told, "kept": kept}, status=status)
