"""What a member of a business types and ticks about an address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.certificates import LONGEST
from complaints.notice_types import CATALOGUE, CHOICES

URL_TROUBLE = {"required": _("写上地址，以https://开头。"), "max_length": _("地址太长，最多2048个字符。")}
OVERLAPS = [
    ("24", _("24小时\n对方有一天时间换过来")),
    ("72", _("72小时\n跨周末用这个")),
    ("168", _("7天\n几个团队一起换用这个")),
    ("0", _("马上停用\n密钥可能已经泄露就选这个；没换过来的一方会收不到")),
]


PEM = {"rows": "6", "autocomplete": "off", "spellcheck": "false", "translate": "no"}
TOO_LONG = _("太长，最多32768个字符。只放要用的证书。")


class Unshown(forms.Textarea):
    """What was typed goes back to nobody."""

    def format_value(self, value: Any) -> str:
        return ""


class LineForm(forms.Form):
    """A new address."""

    url = forms.CharField(
        label=_("接收通知的地址"),
        help_text=_("以https://开头的公网地址，例如https://hooks.example.com/in"),
        max_length=2048,
        error_messages=URL_TROUBLE,
        widget=forms.URLInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    hide_optional = True


class UrlForm(LineForm):
    """Another URL for the same address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].label = _("换成")
        self.fields["url"].help_text = _("密钥不变。新地址要再核对一次，核对通过以前通知先搁置。")


class AuthorityForm(forms.Form):
    """An authority that is trusted at this address as well."""

    ca = forms.CharField(
        label=_("CA证书（PEM）"),
        help_text=_("从-----BEGIN CERTIFICATE-----到-----END CERTIFICATE-----，一行不少。最多5张。"),
        max_length=LONGEST,
        error_messages={"required": _("把CA证书的文本贴进来。"), "max_length": TOO_LONG},
        widget=forms.Textarea(PEM),
    )
    hide_optional = True


class CertificateForm(forms.Form):
    """A certificate that is shown there, and its key, which is never shown back."""

    certificate = forms.CharField(
        label=_("客户端证书（PEM）"),
        help_text=_("有中间证书的接在后面，自己的证书放在最前面。"),
        max_length=LONGEST,
        error_messages={"required": _("把证书的文本贴进来。"), "max_length": TOO_LONG},
        widget=forms.Textarea(PEM),
    )
    key = forms.CharField(
        label=_("私钥（PEM）"),
        help_text=_("没有密码的私钥，以-----BEGIN PRIVATE KEY-----开头。没存成就要再贴一次。"),
        max_length=LONGEST,
        error_messages={"required": _("把私钥的文本贴进来。"), "max_length": TOO_LONG},
        widget=Unshown(PEM),
    )
    hide_optional = True


class TypesForm(forms.Form):
    """Which notices; none ticked is all."""

    types = forms.MultipleChoiceField(
        label=_("要哪些通知"),
        help_text=_("一个都不选就是全要，以后新增的也要。"),
        choices=[(name, f"{CATALOGUE[name].label}\n{name}") for name in CHOICES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("有一种通知已经没有了，重新选一下。")},
    )
    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["types"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, f"{CATALOGUE[name].label}\n{name}") for name in CHOICES]  # in the reader's language
        field.columns = 2  # type: ignore[attr-defined]


class RotationForm(forms.Form):
    """How long the old secret goes on."""

    overlap = forms.ChoiceField(
        label=_("旧密钥还能用多久"),
        choices=OVERLAPS,
        initial="24",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下旧密钥还能用多久。")),
    )

    @property
    def chosen(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["overlap"]))
