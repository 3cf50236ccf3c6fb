"""The account's own pages: cases put into it and taken out, who one is, language and notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import factors
from accounts.models import User
from accounts.names import email_of, masked
from complaints.asking.replies import ConfirmForm
from complaints.flow import account
from complaints.flow.intake import hash_of
from complaints.models import Complaint
from complaints.narrative import language
from complaints.posting import post_only
from complaints.web.account_forms import ProfileForm
from complaints.web.case import find_case, frame_of
from complaints.web.case_forms import posted
from complaints.web.sign_up import account_page, send_link
from complaints.web.track import CodeForm
from complaints.web.wrong_codes import count_wrong, is_out_of_tries, wait_page

TEXT, YEAR = "text", timedelta(days=365)  # the cookie of large text: it is the device that is read from


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
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a case out of one's own account, after a second look. Who opened it with its receipt code may not: whoever
    found the code could take it from its owner."""
    complaint = find_case(request, reference)
    if complaint.consumer_id != person(request).pk:
        return redirect("complaints:case", reference)
    form = ConfirmForm(_("回执码我留着"), _("先勾选，确认你有回执码。没有它，拿出来就看不到了。"), posted(request))
    if form.is_valid():
        account.release(complaint, user=person(request), at=timezone.now())
        messages.success(request, _("已从账号里拿出来。以后用回执码查。"))
        return redirect("complaints:mine")
    return render(request, "account/release.html", {**frame_of(complaint), "tab": "progress", "form": form})


@sensitive_post_parameters("name", "phone")
@account_page
@login_required
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Who one is, language, notices, size of text; the page comes back in the language chosen."""
    user = person(request)
    now_set = {
        **user.card(),
        "region": user.region,
        "language": user.language,
        "wants_notices": user.wants_notices,
        "large_text": request.COOKIES.get(TEXT) == "large",
    }
    form = ProfileForm(language(), posted(request), initial=now_set)
    if form.is_valid():
        messages.success(request, _("改好了。"))
        return _saved(user, form.cleaned_data)
    page = {
        "form": form,
        "address": masked(email_of(user)),
        "offers_delete": not account.works_here(user),
        "factor_is_on": factors.is_on(user),
    }
    return render(request, "account/settings.html", page)


def _saved(user: User, told: dict[str, Any]) -> HttpResponse:
    account.introduce(user, name=told["name"], phone=told["phone"], region=told["region"])
    account.prefer(user, language=told["language"], wants_notices=told["wants_notices"])
    tongue = "en" if user.language == "en" else "zh-hans"
    response = redirect(translate_url(reverse("complaints:account"), tongue))
    if told["large_text"]:
        response.set_cookie(TEXT, "large", max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
    else:
        response.delete_cookie(TEXT, samesite="Lax")
    return response


@post_only("complaints:account")
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Send the link to the account's own address."""
    email = email_of(person(request))
    trouble = send_link(email) if email else _("这个账号没有邮箱，请运营人员设新密码。")
    if trouble:
        messages.error(request, trouble)
        return redirect("complaints:account")
    return redirect("complaints:sign-up-sent")
