"""The page a letter's last line leads to: stop the notices of that one case, or start them again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from complaints.flow.telling import is_off, switch


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Says which way it stands; only a press changes it, because programs open the links of letters too."""
    if request.method == "POST":
        if not switch(token, on="on" in request.POST, at=timezone.now()):
            raise Http404
        return redirect("complaints:notices-off", token)
    stands = is_off(token)
    if stands is None:
        raise Http404
    return render(request, "account/notices_off.html", {"is_off": stands})
