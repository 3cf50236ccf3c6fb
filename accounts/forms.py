"""The forms one signs in with, and shows again with that it is oneself."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.factors import is_on, step_of, use_passkey
from accounts.models import User
from accounts.names import name_meant

LONGEST_NAME = 254  # an address may be that long (RFC 5321), although no name is
LONGEST_CREDENTIAL = 20_000
NO_CREDENTIAL = _("没有收到通行密钥。点下面的按钮，再试一次。")


class SignInForm(AuthenticationForm):
    """Address or name, and password. The same words for a wrong name and a wrong password: neither is confirmed."""

    error_messages = {
        "invalid_login": _("邮箱、用户名或密码不对。核对大小写，再试一次。"),
        "inactive": _("邮箱、用户名或密码不对。核对大小写，再试一次。"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, label, missing in (
            ("username", _("邮箱或用户名"), _("写上邮箱或用户名。")),
            ("password", _("密码"), _("写上密码。")),
        ):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = missing
        self.fields["username"].widget.attrs["maxlength"] = LONGEST_NAME

    def clean_username(self) -> str:
        return name_meant(self.cleaned_data["username"])


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
            raise ValidationError(_("密码不对。核对大小写，再试一次。"))
        return password


def code_field(help_text: Any) -> forms.CharField:
    """Six digits from an app, typed or filled in by the telephone."""
    return forms.CharField(
        label=_("验证码"),
        max_length=60,
        help_text=help_text,
        error_messages={
            "required": _("写上验证码。"),
            "max_length": _("验证码没有这么长（现在有%(show_value)d个字符）。只留验证码本身。"),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )


class CodeForm(forms.Form):
    """The second step: a code of the app, or one of those on paper."""

    code = code_field(_("打开验证器App，输入6位数字。手机不在身边，就输一个恢复码。"))

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    @method_decorator(sensitive_variables())
    def clean_code(self) -> str:
        return tried(self.request, self.user, str(self.cleaned_data["code"]))


@sensitive_variables("code")
def tried(request: HttpRequest, user: User, code: str) -> str:
    """The code, if it is a good one; tried as a password is, so that wrong ones lock the same door. Raises
    ValidationError."""
    if authenticate(request, username=user.get_username(), code=code) == user:
        return code
    user.refresh_from_db(fields=["no_codes_until"])
    until = user.no_codes_until
    if until and until > timezone.now():
        clock = timezone.localtime(until)
        raise ValidationError(_("错得太多，%(clock)s以后再输。"), params={"clock": f"{clock:%H:%M}"})
    raise ValidationError(_("验证码不对，或者已经用过。等App换一个新的再输；手机时间要设成自动。"))


class ProofForm(PasswordForm):
    """The password once more, and a code where there is a second factor. Its fields have names of their own: they are
    sent with those of another form."""

    prefix = "proof"
    code = code_field(_("打开验证器App，输入6位数字。手机不在身边，就输一个恢复码。"))

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.user = user
        if not is_on(user):
            del self.fields["code"]

    @method_decorator(sensitive_variables())
    def clean_code(self) -> str:
        """Tried only once the password was right: a code is good once."""
        code = str(self.cleaned_data["code"])
        return tried(self.request, self.user, code) if "password" in self.cleaned_data else code


class NewAppForm(forms.Form):
    """That the app has the seed: a first code of it."""

    code = code_field(_("App里现在显示的6位数字"))

    def __init__(self, seed: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seed, self.step = seed, 0

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        step = step_of(self.seed, code, at=timezone.now())
        if step is None:
            raise ValidationError(_("和App对不上。等它换一个新的再输；手机时间要设成自动。"))
        self.step = step
        return code


class CredentialForm(forms.Form):
    """What the browser answered about a passkey, put into a hidden field by js/passkey.js."""

    credential = forms.CharField(
        max_length=LONGEST_CREDENTIAL,
        error_messages=dict.fromkeys(("required", "max_length"), NO_CREDENTIAL),
        widget=forms.HiddenInput,
    )

    def clean_credential(self) -> dict[str, Any]:
        """The answer as a mapping; anything else is no answer."""
        try:
            answer = json.loads(self.cleaned_data["credential"])
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ValidationError(NO_CREDENTIAL)
        return answer


def passkey_holder(sent: QueryDict, user: User | None) -> User | None:
    """Whose passkey was sent, if it is a good one (and of ``user``, where one is given)."""
    form = CredentialForm(sent)
    return use_passkey(form.cleaned_data["credential"], user=user, at=timezone.now()) if form.is_valid() else None


class NewPasskeyForm(CredentialForm):
    """A passkey to be, with the name its owner knows it by."""

    name = forms.CharField(
        label=_("给它起个名字"),
        max_length=40,
        required=False,
        help_text=_("例如：我的手机、办公室电脑"),
        error_messages={"max_length": _("名字最多%(limit_value)d个字，现在有%(show_value)d个。")},
    )
