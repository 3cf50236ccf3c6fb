"""Where respondents come in: the code of one case, or the account of a business; and for which business one stands."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import own_page
from complaints.posting import post_only
from complaints.web.portal_members import HOUSE, first_page, member_of, memberships_of, not_kept


@not_kept
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """The choice between one case and a business's account. Who is in already goes on to their page."""
    wanted, here = own_page(request, request.GET.get("next", "")), reverse("complaints:portal-sign-in")
    if actor := member_of(request):
        return redirect(wanted or first_page(actor))
    address = f"{reverse('accounts:sign-in')}?{urlencode({'next': wanted or here})}"
    return render(request, "portal/sign_in.html", {"sign_in": address, "stranger": request.user.is_authenticated})


@not_kept
@post_only("complaints:portal-sign-in")
def choose_house(request: HttpRequest) -> HttpResponse:
    """For which of several businesses their member stands here from now on."""
    wanted = request.POST.get("house", "")
    found = next((each for each in memberships_of(request) if str(each.organisation_id) == wanted), None)
    if found is None:
        raise Http404
    request.session[HOUSE] = found.organisation_id
    return redirect("complaints:portal-sign-in")
