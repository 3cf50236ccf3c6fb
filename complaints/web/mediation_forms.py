"""What a side says to a session and to an agreement: the consumer on the case page, a party in the entrance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import AtMost

LONGEST = 500


class AttendanceForm(forms.Form):
    """I come, or I cannot, because."""

    comes = forms.ChoiceField(
        label=_("来不来"),
        choices=[("yes", _("我会来")), ("no", _("我来不了"))],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下来不来。")),
    )
    words = forms.CharField(
        label=_("来不了，为什么；什么时候可以"),
        help_text=_("只有协会看得到，好另定时间。"),
        required=False,
        validators=[AtMost(LONGEST)],
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("comes") == "no" and not given.get("words", "").strip():
            self.add_error("words", _("写一句为什么来不了，协会好另定时间。"))
        return given


class AgreementAnswerForm(forms.Form):
    """Yes to the paper, or no, because."""

    says = forms.ChoiceField(
        label=_("这份协议"),
        choices=[
            ("yes", _("我确认\n双方都确认以后，就要按它做")),
            ("no", _("不同意\n接着调解，协会可以再写一版")),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下确认还是不同意。")),
    )
    reason = forms.CharField(
        label=_("哪里不同意"),
        help_text=_("协会和对方都看得到。"),
        required=False,
        validators=[AtMost(LONGEST)],
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("says") == "no" and not given.get("reason", "").strip():
            self.add_error("reason", _("写一句哪里不同意，协会好再谈。"))
        return given
