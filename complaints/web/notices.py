"""The page a letter's last line leads to: stop the notices of that one case, or start them again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from complaints.flow.telling import switch
from complaints.models import Contact
from complaints.news import contact_of


@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Says which way it stands; only a press changes it, because programs open the links of letters too."""
    if request.method == "POST":
        if not switch(token, on="on" in request.POST, at=timezone.now()):
            raise Http404
        return redirect("complaints:notices-off", token)
    contact = get_object_or_404(Contact, pk=contact_of(token))
    return render(request, "account/notices_off.html", {"is_off": contact.muted_at is not None})
