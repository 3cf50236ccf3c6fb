"""The forms of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

EMAIL_ERRORS = {
    "required": _("写上邮箱。"),
    "invalid": _("邮箱的样子像name@example.com，检查一下"),
    "max_length": _("邮箱最多%(limit_value)d个字符，现在有%(show_value)d个。检查一下。"),
}


class EmailForm(forms.Form):
    """Where the link goes that lets one set a password."""

    email = forms.EmailField(
        label=_("邮箱"),
        max_length=254,
        help_text=_("我们发一个链接过去，点开就能设密码。两小时内有效。"),
        error_messages=EMAIL_ERRORS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """Letters that fold into others in lower case could name somebody else's account: they are refused."""
        email = str(self.cleaned_data["email"])
        if not email.rpartition("@")[0].isascii():
            raise forms.ValidationError(EMAIL_ERRORS["invalid"], code="invalid")
        return email


class NewPasswordForm(forms.Form):
    """A password to be, held against the rules of the settings."""

    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=256,
        help_text=_("至少12位。几个不相干的词连起来，好记也难猜。"),
        error_messages={"required": _("写上密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


class PreferencesForm(forms.Form):
    """Language and notices."""

    language = forms.ChoiceField(
        label=_("通知和网页用哪种语言"),
        choices=[("zh", "中文"), ("en", "English")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一种语言。")),
    )
    wants_notices = forms.BooleanField(
        label=_("有进展就通知我\n发到每件投诉里留的邮箱，没有邮箱就发短信。晚上10点到早上8点不发。"), required=False
    )


class PasswordForm(forms.Form):
    """That it is really the person who is signed in: asked again before data leaves or goes."""

    password = forms.CharField(
        label=_("再输一次密码"),
        strip=False,
        max_length=256,
        error_messages={"required": _("写上密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    @method_decorator(sensitive_variables())
    def clean_password(self) -> str:
        """Tried as signing in is, so that wrong ones lock the same door."""
        password, name = str(self.cleaned_data["password"]), self.request.user.get_username()
        if authenticate(self.request, username=name, password=password) != self.request.user:
            raise forms.ValidationError(_("密码不对。核对大小写，再试一次。"))
        return password


class DeleteForm(PasswordForm):
    """The last look before an account goes."""

    understood = forms.BooleanField(
        label=_("我知道删了就找不回来"), error_messages={"required": _("勾上这一项，才能删除。")}
    )
