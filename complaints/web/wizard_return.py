"""Leaving the form and coming back: on this device by its cookie, on another one by a code or its QR picture."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.asking.pages import STEPS
from complaints.flow import resuming
from complaints.models import Draft
from complaints.references import RESUME_LENGTH, tidy_resume_code
from complaints.web import drafts
from complaints.web.case_forms import posted
from complaints.web.qr import qr
from complaints.web.wizard import journey_of, resume_url
from complaints.web.wrong_codes import count_wrong, is_out_of_tries, silent, wait_page


class ResumeForm(forms.Form):
    """A code, typed or pasted whole."""

    code = forms.CharField(
        label=_("接着填的码"),
        max_length=80,
        help_text=_("4组，每组4位字母和数字，可以整段粘贴，大小写都行"),
        error_messages={
            "required": _("填上接着填的码。在原来那台手机的“保存并退出”里能找到。"),
            "max_length": _("这里有%(show_value)d个字符，码只有16位。只留码本身。"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if tidy_resume_code(code) is None:
            sentence = translated("码有{length}位，这个少了或错了一位。4位一组，对着原来的手机核对一遍。")
            raise forms.ValidationError(sentence.format(length=RESUME_LENGTH))
        return code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Everything is kept: how to come back, here and, with a code asked for, anywhere else."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        return redirect("complaints:start")
    if request.method == "POST":
        return _change_code(request, draft)
    shown = {**_where(draft), **_code(request, draft), "is_guest": bool(drafts.came_by(request))}
    return silent(render(request, "wizard/save.html", shown))


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Take a code and open its draft here, or say that there is none such, without saying why."""
    at, form = timezone.now(), ResumeForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    if is_out_of_tries(request, at=at):
        return wait_page(request, at=at)
    draft = resuming.draft_by_code(form.cleaned_data["code"], at=at)
    if draft is None:
        if count_wrong(request, at=at):
            return wait_page(request, at=at)
        form.add_error("code", translated("没有找到。核对一下；草稿提交、删除或放了30天以后，码就打不开了。"))
        return _page(request, form)
    mine = drafts.unfinished_draft_of(request, at=at)
    if mine and mine.pk != draft.pk and "instead" not in request.POST:
        return silent(render(request, "wizard/resume_instead.html", {"mine": mine, "code": form.cleaned_data["code"]}))
    is_own = mine is not None and mine.pk == draft.pk and not drafts.came_by(request)
    return drafts.remember(redirect("complaints:wizard-tasks"), draft, mark="" if is_own else draft.resume_mark)


def _change_code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A new code, or none. Only the device the draft was begun on withdraws one: a finder must not keep the owner out,
    nor stay in himself."""
    is_guest = bool(drafts.came_by(request))
    if "withdraw" not in request.POST:
        resuming.give_code(draft, at=timezone.now())
        mark = draft.resume_mark if is_guest else ""
        return drafts.remember(redirect("complaints:wizard-save"), draft, mark=mark)
    if not is_guest:
        resuming.withdraw_code(draft)
    return redirect("complaints:wizard-save")


def _where(draft: Draft) -> dict[str, Any]:
    page = journey_of(draft).resume_at()
    return {"resume_url": resume_url(page), "resume_step": page.step if page else STEPS, "steps_total": STEPS}


def _code(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """The code, its address and its picture. The code stands behind the #: browsers send that part to nobody."""
    code = resuming.code_of(draft)
    if not code:
        return {}
    plain = request.build_absolute_uri(reverse("complaints:resume"))
    title = translated("扫码接着填，扫出来是本站地址和这个码")
    return {"code": code, "groups": code.split("-"), "address": plain, "qr": qr(f"{plain}#{code}", title=title)}


def _page(request: HttpRequest, form: ResumeForm) -> HttpResponse:
    return silent(render(request, "wizard/resume.html", {"form": form}))
