"""The portal's list of cases: what a business has to answer, and what it has answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Membership
from complaints.models import Actor, Complaint
from complaints.web.portal_members import house_of, member_page


@member_page(Membership.Part.ANSWERING)
@require_safe
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cases this business was made a respondent of."""
    cases = Complaint.objects.visible_to(actor).order_by("-pk")[:50]
    return render(request, "portal/inbox.html", {**house_of(actor), "cases": cases})
