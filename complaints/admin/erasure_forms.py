"""Forms of the acts that keep and erase evidence."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from complaints.admin.forms import ActForm, choose
from complaints.models import ErasureRequest, Hold


class HoldForm(ActForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么要留存"),
        choices=Hold.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下为什么要留存。")),
    )


class RefuseErasureForm(ActForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("为什么现在不能删"),
        choices=ErasureRequest.Ground.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下为什么现在不能删。")),
    )
