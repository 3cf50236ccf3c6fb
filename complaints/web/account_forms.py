"""The forms of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import PasswordForm
from accounts.region_choices import choices, offered
from complaints.asking.forms import line
from complaints.asking.forms_contact import ContactForm

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


class ProfileForm(forms.Form):
    """Who one is, as the next filing form is filled with it; language, notices, size of text."""

    name = line(
        label=_("怎么称呼"),
        limit=40,
        help_text=_("下面三项下次投诉时自动填上，已提交的投诉不变。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = line(
        label=_("手机号"),
        limit=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    region = forms.ChoiceField(
        label=_("所在地区"),
        required=False,
        error_messages={"invalid_choice": _("选一下所在的地区")},
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )

    language = forms.ChoiceField(
        label=_("通知和网页用哪种语言"),
        choices=[("zh", "中文"), ("en", "English")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一种语言。")),
    )
    wants_notices = forms.BooleanField(
        label=_("有进展就通知我\n发到每件投诉里留的邮箱，没有邮箱就发短信。晚上10点到早上8点不发。"), required=False
    )
    large_text = forms.BooleanField(
        label=_("大字\n这台设备上的字都放大四分之一。"),
        required=False,
    )

    clean_phone = ContactForm.clean_phone

    def __init__(self, lang: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        places = choices(lang, on=timezone.localdate())
        region.choices = [("", _("没选")), *places]
        self.initial["region"] = offered(str(self.initial.get("region", "")), places)


class NewAddressForm(EmailForm):
    """Where the account is to stand from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("新邮箱")
        self.fields["email"].help_text = _("我们往新邮箱发一个链接，点开确认才换。两小时内有效。")


class DeleteForm(PasswordForm):
    """The last look before an account goes."""

    understood = forms.BooleanField(
        label=_("我知道删了就找不回来"), error_messages={"required": _("勾上这一项，才能删除。")}
    )
