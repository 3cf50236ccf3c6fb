"""The door without an account: a receipt code opens its one case for half an hour; it travels in POST bodies only."""

from __future__ import annotations

import re
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.flow import drafting
from complaints.flow.intake import hash_of
from complaints.models import Complaint
from complaints.posting import post_only
from complaints.references import ALPHABET, HEARD_AS, RECEIPT_GROUP, RECEIPT_RANDOM, tidy_receipt_code
from complaints.web import drafts
from complaints.web.actors import actor_of
from complaints.web.case_forms import posted
from complaints.web.receipts import close_case, open_case
from complaints.web.wrong_codes import count_wrong, is_out_of_tries, silent, wait_page

LENGTH = RECEIPT_RANDOM + 2  # the random characters and one check character for each half
GROUPS = LENGTH // RECEIPT_GROUP
HALF = RECEIPT_RANDOM // 2
EMPTY_HALF, EMPTY_CHECK = ALPHABET[0] * HALF, ALPHABET[0]  # zeros check to zero, so either half can be tried alone


class CodeForm(forms.Form):
    """A receipt code, typed or pasted whole."""

    code = forms.CharField(
        label=_("回执码"),
        max_length=80,
        help_text=_("提交时给你的7组字母和数字，可以整段粘贴，大小写都行"),
        error_messages={
            "required": _("填上回执码，提交时给你的那28位。"),
            "max_length": _("这里有%(show_value)d个字符，回执码只有28位。只留回执码本身。"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        wrong = _what_is_wrong(code)
        if wrong:
            raise forms.ValidationError(wrong)
        return code


def wrong_groups(text: str) -> tuple[int, ...]:
    """Which groups of four (1 to 7) hold the wrong or missing character; empty where all is well, or none can be named.

    A group of the wrong length is named alone. Otherwise the check characters tell only which half is wrong: its groups
    are named, and the last one, which holds the check characters themselves.
    """
    groups = _groups(text)
    whole = "".join(groups)
    if len(whole) != LENGTH:
        uneven = tuple(n for n, group in enumerate(groups, 1) if len(group) != RECEIPT_GROUP)
        return uneven if len(groups) == GROUPS else ()
    first = tidy_receipt_code(whole[:HALF] + EMPTY_HALF + whole[-2] + EMPTY_CHECK) is None
    second = tidy_receipt_code(EMPTY_HALF + whole[HALF:RECEIPT_RANDOM] + EMPTY_CHECK + whole[-1]) is None
    middle = HALF // RECEIPT_GROUP + 1  # the group both halves meet in
    found = {*(range(1, middle + 1) if first else ()), *(range(middle, GROUPS + 1) if second else ())}
    return tuple(sorted(found | ({GROUPS} if found else set())))


def _groups(text: str) -> list[str]:
    """The groups as typed, split at dashes and blanks, heard as the alphabet hears them; other signs are dropped."""
    heard = re.split(r"[\s\-－—]+", text.upper().translate(HEARD_AS).strip())
    return ["".join(sign for sign in group if sign in ALPHABET) for group in heard]


def _what_is_wrong(text: str) -> str:
    """A sentence about a code that cannot be one, or nothing."""
    groups, length = wrong_groups(text), len("".join(_groups(text)))
    if not groups and length == LENGTH:
        return ""
    if not groups:
        return gettext("回执码一共{all}位，这里是{n}位。4位一组，对着回执核对一遍。").format(all=LENGTH, n=length)
    if len(groups) == 1:
        return gettext("回执码少了或错了一位，看看第{n}组。").format(n=groups[0])
    if len(groups) == GROUPS:
        return gettext("回执码有错，每一组都核对一下。")
    listed = gettext("、").join(str(group) for group in groups)
    return gettext("回执码少了或错了一位，看看第{groups}组。").format(groups=listed)


@sensitive_post_parameters("code")
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Take a code and open its case, or say that there is none such, without saying why."""
    now = timezone.now()
    form = CodeForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    if is_out_of_tries(request, at=now):
        return wait_page(request, at=now)
    complaint = Complaint.objects.filter(receipt_hash=hash_of(form.cleaned_data["code"])).first()
    if complaint is None:
        return _not_found(request, form, now)
    return _opened(request, complaint, now)


@post_only("complaints:track")
def leave(request: HttpRequest) -> HttpResponse:
    """End the receipt session, for a device that others use. The form that was sent, and its code, go with it."""
    close_case(request)
    response = redirect("complaints:track")
    response["Clear-Site-Data"] = '"cache"'
    draft = drafts.draft_of(request, at=timezone.now())
    if draft and draft.filed_as_id:
        drafting.forget_code(draft)
        drafts.forget(response)
    return response


def _opened(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponseRedirect:
    if not Complaint.objects.visible_to(actor_of(request)).filter(pk=complaint.pk).exists():
        open_case(request, complaint, at=now)
    return redirect("complaints:case", complaint.reference)


def _not_found(request: HttpRequest, form: CodeForm, now: datetime) -> HttpResponse:
    if count_wrong(request, at=now):
        return wait_page(request, at=now)
    form.add_error("code", _("没有找到。核对一下回执码，再试一次。"))
    return _page(request, form)


def _page(request: HttpRequest, form: CodeForm) -> HttpResponse:
    return silent(render(request, "case/track.html", {"form": form}))
