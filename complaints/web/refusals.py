"""What the procedure no longer allows is no error: it is said on the page of the case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from complaints.lifecycle import IllegalMove

View = Callable[..., HttpResponse]


def told_on(page: str) -> Callable[[View], View]:
    """Turn IllegalMove into its sentence on ``page``, the name of a view that takes the case's reference."""

    def guarded(view: View) -> View:
        @wraps(view)
        def tried(request: HttpRequest, *args: Any, reference: str, **named: Any) -> HttpResponse:
            try:
                return view(request, *args, reference=reference, **named)
            except IllegalMove as refusal:
                messages.info(request, str(refusal))
                return redirect(page, reference)

        return tried

    return guarded
