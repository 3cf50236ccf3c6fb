"""A business that answers for several parties of a case says for which of them it speaks now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from complaints.posting import post_only
from complaints.web.portal_session import own_case, portal_page, speak_for


@portal_page
@post_only("complaints:portal-case", "reference")
def speak(request: HttpRequest, reference: str) -> HttpResponse:
    """The party the form names; one it may not speak for has no such page."""
    complaint, respondent, _actor = own_case(request, reference)
    speak_for(request, complaint, respondent)
    return redirect("complaints:portal-case", reference)
