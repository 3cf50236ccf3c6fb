"""The account goes to another address: a link there, and a last look behind it."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.names import AddressTaken, email_of, masked, move, move_of, move_token
from accounts.signing_in import proved_lately
from complaints import mail
from complaints.web.account import person
from complaints.web.account_forms import NewAddressForm
from complaints.web.case_forms import posted
from complaints.web.sign_up import account_page, is_too_many_here, send_to

log = logging.getLogger(__name__)


@sensitive_post_parameters("email")
@account_page
@proved_lately
@require_http_methods(["GET", "POST"])
def new_address(request: HttpRequest) -> HttpResponse:
    """Ask for the new address, send the link there. Only for accounts that were made with an address."""
    user = person(request)
    if not user.sealed_email:
        raise Http404
    form = NewAddressForm(posted(request))
    if form.is_valid():
        email = form.cleaned_data["email"]
        token = move_token(user, email, at=timezone.now())
        link = settings.SITE_URL + reverse("complaints:move-account", args=[token])
        if is_too_many_here(request):
            form.add_error("email", _("这个网络一小时内发得太多了，过一小时再试。"))
        elif trouble := send_to(email, _("责在谁：确认新邮箱"), "new_address", {"link": link}):
            form.add_error("email", trouble)
        else:
            return redirect("complaints:sign-up-sent")
    return render(request, "account/new_address.html", {"form": form, "address": masked(email_of(user))})


@account_page
@require_http_methods(["GET", "POST"])
def move_account(request: HttpRequest, token: str) -> HttpResponse:
    """Only a press moves it: programs open the links of letters too. Whoever reads the new mailbox needs no session."""
    found = move_of(token, at=timezone.now())
    if found is None:
        return render(request, "account/link_old.html", status=HTTPStatus.GONE)
    user, email = found
    if request.method == "GET":
        return render(request, "account/move.html", {"address": masked(email), "before": masked(email_of(user))})
    try:
        before = move(user, email)
    except AddressTaken:
        messages.error(request, _("这个邮箱已经有账号了，没有换。用它直接登录，或者换一个邮箱。"))
        return redirect("complaints:account")
    if request.user == user:
        update_session_auth_hash(request, user)
    _tell_before(before, email)
    messages.success(request, _("邮箱换好了，以后用新邮箱登录。其他设备都退出了登录。"))
    return redirect("complaints:account")


def _tell_before(before: str, email: str) -> None:
    """The old mailbox learns of it: if it was somebody else, that is where it is noticed."""
    try:
        mail.send(before, _("责在谁：登录邮箱换了"), "address_moved", {"address": masked(email)})
    except (OSError, ValueError) as error:
        log.warning("a moved account: the old address was not told (%s)", type(error).__name__)
