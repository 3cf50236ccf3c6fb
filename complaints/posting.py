"""Addresses that only take a form: whoever opens one is led to the page the form stands on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def post_only(page: str, *names: str) -> Callable[[View[P]], View[P]]:
    """Let the view have POST alone. GET leads to ``page``, the name of a view that takes the same values of ``names``
    from the address; anything else is not allowed."""

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in {"GET", "HEAD"}:
                return redirect(reverse(page, kwargs={name: kwargs[name] for name in names}))
            return HttpResponseNotAllowed(["POST"])

        return opened

    return guarded
