"""The account's own pages: cases put into it, language and notices."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.names import email_of, masked
from complaints.flow import account
from complaints.flow.intake import hash_of
from complaints.models import Complaint
from complaints.posting import post_only
from complaints.web.account_forms import PreferencesForm
from complaints.web.case_forms import posted
from complaints.web.sign_up import account_page, send_link
from complaints.web.track import CodeForm
from complaints.web.wrong_codes import count_wrong, is_out_of_tries, wait_page


def person(request: HttpRequest) -> User:
    """Who is signed in; the pages here are behind the sign-in page."""
    assert request.user.is_authenticated
    return request.user


@sensitive_post_parameters("code")
@account_page
@login_required
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Put a case into the account by its receipt code; wrong codes count as they do where one follows a case."""
    now = timezone.now()
    form = CodeForm(posted(request))
    if form.is_valid():
        if is_out_of_tries(request, at=now):
            return wait_page(request, at=now)
        complaint = Complaint.objects.filter(receipt_hash=hash_of(form.cleaned_data["code"])).first()
        if complaint is None and count_wrong(request, at=now):
            return wait_page(request, at=now)
        try:
            if complaint:
                account.claim(complaint, user=person(request), at=now)
                messages.success(request, _("已放进你的账号，以后不用回执码也能看。"))
                return redirect("complaints:mine")
            form.add_error("code", _("没有找到。核对一下回执码，再试一次。"))
        except account.TakenByAnother:
            form.add_error("code", _("这件投诉已经在另一个账号里。回执码还能用来查它。"))
    return render(request, "account/claim.html", {"form": form})


@account_page
@login_required
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Language and notices; the page comes back in the language chosen."""
    user = person(request)
    now_set = {"language": user.language, "wants_notices": user.wants_notices}
    form = PreferencesForm(posted(request), initial=now_set)
    if form.is_valid():
        account.prefer(user, **form.cleaned_data)
        messages.success(request, _("改好了。"))
        return redirect(translate_url(reverse("complaints:account"), "en" if user.language == "en" else "zh-hans"))
    page = {"form": form, "address": masked(email_of(user)), "may_delete": account.may_delete(user)}
    return render(request, "account/settings.html", page)


@post_only("complaints:account")
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Send the link to the account's own address."""
    email = email_of(person(request))
    if not email or not send_link(email):
        messages.error(request, _("信没有发出去，不是你的错。过几分钟再试一次。"))
        return redirect("complaints:account")
    return redirect("complaints:sign-up-sent")
