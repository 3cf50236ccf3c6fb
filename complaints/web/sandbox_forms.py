"""The forms of the place to practise."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.flow.sandbox import LONGEST_NAME
from complaints.flow.sandbox_cases import EARLIEST, KINDS
from complaints.flow.sandbox_recipes import RECIPES
from complaints.notice_types import label_of


class SandboxForm(forms.Form):
    """What it is called."""

    name = forms.CharField(
        label=_("公司或者团队的名称"),
        min_length=2,
        max_length=LONGEST_NAME,
        help_text=_("只用来认出这个练习环境，不会公开。"),
        error_messages={"required": _("写一个名称。")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class LineForm(forms.Form):
    """Where notices go."""

    url = forms.CharField(
        label=_("接收通知的网址"),
        max_length=2048,
        help_text=_("公网上的https地址。核对时会发一段文字过去，要原样回来。"),
        error_messages={"required": _("写上网址。")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )


class InventForm(forms.Form):
    """A case to invent."""

    kind = forms.ChoiceField(label=_("哪一种投诉"), choices=lambda: list(KINDS.items()))
    days_ago = forms.IntegerField(label=_("几天前提交的"), min_value=0, max_value=EARLIEST, initial=0)


class ProvokeForm(forms.Form):
    """What is to happen."""

    type = forms.ChoiceField(
        label=_("触发哪一种通知"), choices=lambda: [(kind, f"{label_of(kind)} · {kind}") for kind in RECIPES]
    )
    days = forms.IntegerField(label=_("先让时间过几天"), min_value=0, max_value=400, initial=0)
