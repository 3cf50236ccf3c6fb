"""The receipt code is lost: a telephone or mailbox that was proved before opens the case, and gets a new code for it.

Whatever is typed, the same happens: a code goes there. Only who reads it learns whether there is a case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from complaints.asking.forms_contact import PHONE, plain_phone
from complaints.flow import contacting, receipts
from complaints.flow.contacting import Purpose
from complaints.models import Complaint, ContactCode
from complaints.web import contact_codes
from complaints.web.case import case_page
from complaints.web.case_forms import posted
from complaints.web.contact_codes import DigitsForm
from complaints.web.receipt_views import picture_of, receipt_shown
from complaints.web.receipts import keep_new_code, keep_proof, new_code_of, open_case, opened_case, proved_mark
from complaints.web.wrong_codes import count_wrong, is_out_of_tries, silent, wait_page

SESSION_KEY, NO_KEY = "lost-code", "00000000-0000-0000-0000-000000000000"


class AddressForm(forms.Form):
    """A telephone number or an e-mail address."""

    address = forms.CharField(
        label=gettext_lazy("手机号或邮箱"),
        max_length=254,
        help_text=gettext_lazy("投诉时填的，而且在这里验证过的那个"),
        error_messages={
            "required": gettext_lazy("填上投诉时留的手机号或邮箱。"),
            "max_length": gettext_lazy("这里有%(show_value)d个字符，太长了。只留手机号或邮箱。"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "tel", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).strip()
        if "@" in typed:
            EmailValidator(_("邮箱的样子像name@example.com，检查一下"))(typed)
            return typed
        phone = plain_phone(typed)
        if not PHONE.fullmatch(phone):
            raise ValidationError(_("手机号是11位数字，以1开头；邮箱的样子像name@example.com。检查一下。"))
        return phone


@sensitive_post_parameters("address")
@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take an address and send six digits there, whether or not there is a case."""
    form = AddressForm(posted(request))
    if not form.is_valid():
        return silent(render(request, "contact/lost.html", {"form": form}))
    at, address = timezone.now(), form.cleaned_data["address"]
    try:
        code = contacting.send(address, Purpose(), caller=request.META.get("REMOTE_ADDR", ""), at=at)
    except contacting.NotSent as why:
        form.add_error("address", str(why))
        return silent(render(request, "contact/lost.html", {"form": form}))
    request.session[SESSION_KEY] = str(code.pk)
    return redirect("complaints:lost-code")


@sensitive_post_parameters("code")
@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def digits(request: HttpRequest) -> HttpResponse:
    """Take the digits back."""
    at = timezone.now()
    code = ContactCode.objects.filter(pk=request.session.get(SESSION_KEY, NO_KEY), draft=None, complaint=None).first()
    if code is None or not code.address:
        return redirect("complaints:lost")
    if request.method == "POST" and "send" in request.POST:
        return _again(request, code, at)
    form = DigitsForm(posted(request), sent_to=code.address)
    if form.is_valid():
        if is_out_of_tries(request, at=at):
            return wait_page(request, at=at)
        if _is_right(request, code, form, at):
            return redirect("complaints:lost-cases")
    way = "email" if "@" in code.address else "phone"
    return silent(render(request, "contact/lost_code.html", contact_codes.shown(way, code.address, code, form, at=at)))


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def cases(request: HttpRequest) -> HttpResponse:
    """The cases of whoever proved their address: open one for half an hour, or get a new receipt code for it."""
    at = timezone.now()
    mark = proved_mark(request, at=at)
    if not mark:
        return redirect("complaints:lost")
    found = {str(each.pk): each for each in contacting.cases_of(mark)}
    if request.method == "POST":
        chosen = found.get(request.POST.get("open", "") or request.POST.get("renew", ""))
        if chosen is None:
            raise Http404
        if "renew" not in request.POST:
            open_case(request, chosen, at=at)
            return redirect("complaints:case", chosen.reference)
        code = receipts.renew(chosen, at=at)
        chosen.refresh_from_db()
        open_case(request, chosen, at=at)
        keep_new_code(request, chosen, code, at=at)
        return redirect("complaints:new-code")
    return silent(render(request, "contact/lost_cases.html", {"cases": list(found.values())}))


@case_page
@require_safe
def new_code(request: HttpRequest) -> HttpResponse:
    """The new code, for half an hour."""
    complaint, code = _made(request)
    return silent(render(request, "contact/new_code.html", {"complaint": complaint, **receipt_shown(code)}))


@case_page
@require_safe
def new_code_picture(request: HttpRequest) -> HttpResponse:
    """The same as a picture."""
    return picture_of(*_made(request))


def _made(request: HttpRequest) -> tuple[Complaint, str]:
    at = timezone.now()
    complaint = Complaint.objects.filter(pk=opened_case(request, at=at) or 0).first()
    code = new_code_of(request, complaint, at=at) if complaint else ""
    if complaint is None or not code:
        raise Http404
    return complaint, code


def _again(request: HttpRequest, code: ContactCode, at: datetime) -> HttpResponse:
    try:
        again = contacting.send(code.address, Purpose(), caller=request.META.get("REMOTE_ADDR", ""), at=at)
        request.session[SESSION_KEY] = str(again.pk)
        messages.success(request, _("发出了，看看手机或邮箱。"))
    except contacting.NotSent as why:
        messages.error(request, str(why))
    return redirect("complaints:lost-code")


def _is_right(request: HttpRequest, code: ContactCode, form: DigitsForm, at: datetime) -> Any:
    try:
        contacting.prove(code, form.cleaned_data["code"], at=at)
    except contacting.Wrong as refusal:
        count_wrong(request, at=at)
        form.add_error("code", str(refusal))
        return False
    request.session.pop(SESSION_KEY, None)
    keep_proof(request, code.mark, at=at)
    return True
