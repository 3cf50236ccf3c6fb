"""An account by e-mail: a link goes to the address, behind it one sets a password. The same way leads back to a
forgotten one, and nobody learns from it whether an address has an account."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.names import address_of, keep_password, link_token, masked, name_for
from accounts.signing_in import after_password
from complaints import mail, networks
from complaints.models import Tally
from complaints.narrative import language
from complaints.web.account_forms import EmailForm, NewPasswordForm
from complaints.web.case_forms import posted
from complaints.web.contact_codes import demo_folder
from complaints.web.wrong_codes import hour_of

LINKS_PER_ADDRESS, LINKS_PER_NETWORK = 3, 20  # an hour

account_page = cache_control(private=True, no_store=True)


@sensitive_post_parameters("email")
@account_page
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an address, send the link there."""
    form = EmailForm(posted(request))
    status = HTTPStatus.OK
    if form.is_valid():
        if is_too_many_here(request):
            form.add_error("email", _("这个网络一小时内发得太多了，过一小时再试。"))
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif trouble := send_link(form.cleaned_data["email"]):
            form.add_error("email", trouble)
        else:
            return redirect("complaints:sign-up-sent")
    return render(request, "account/sign_up.html", {"form": form}, status=status)


@sensitive_variables("email", "link")
def send_link(email: str) -> str:
    """Send the link, to one address a few times an hour at most. Empty when it went; else what to tell the person."""
    link = settings.SITE_URL + reverse("complaints:new-password", args=[link_token(email, at=timezone.now())])
    return send_to(email, _("责在谁：设置密码的链接"), "password", {"link": link})


@sensitive_variables("email", "told")
def send_to(email: str, subject: str, template: str, told: Mapping[str, str]) -> str:
    """A letter of the account to one address, counted with the others. Empty when it went; else what to say."""
    if is_too_many(f"account-link:{name_for(email)}", LINKS_PER_ADDRESS):
        return _("这个邮箱一小时内发过{n}封了，这次没有再发。先找找前面的信，垃圾邮件里也看看；过一小时再要。").format(
            n=LINKS_PER_ADDRESS
        )
    try:
        mail.send(email, subject, template, told)
    except (OSError, ValueError):  # no mail server, or an address none can write
        return _("信没有发出去，不是你的错。过几分钟再试一次。")
    return ""


@account_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What to do now."""
    return render(request, "account/sent.html", demo_folder("email"))


@sensitive_post_parameters("password")
@account_page
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password, and stand before one's complaints; a second factor is asked for as ever: a mailbox alone opens
    no account that has one."""
    email = address_of(token, at=timezone.now())
    if email is None:
        return render(request, "account/link_old.html", status=HTTPStatus.GONE)
    form = NewPasswordForm(posted(request))
    if not form.is_valid():
        return render(request, "account/new_password.html", {"form": form, "address": masked(email)})
    user = keep_password(email, form.cleaned_data["password"], language=language())
    return after_password(request, user, wanted="", at=timezone.now())


def is_too_many_here(request: HttpRequest) -> bool:
    """Count one more letter that this network asks for, and say whether that was one too many this hour."""
    address, hour = request.META.get("REMOTE_ADDR", ""), hour_of(timezone.now())
    return networks.is_too_many("account-link", address, LINKS_PER_NETWORK, window=hour)


def is_too_many(what: str, limit: int) -> bool:
    """Count one more letter, and say whether that was one too many this hour."""
    return Tally.objects.count_up(what=what, window=hour_of(timezone.now())) > limit
