"""What an operator asks of the log of notices, and which span they send again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Endpoint
from complaints.models import Delivery
from complaints.notice_types import CATALOGUE

TIME = {"type": "datetime-local", "step": "60"}
REPLAYABLE = [(state.value, state.label) for state in (Delivery.State.DEAD, Delivery.State.PARKED, Delivery.State.DONE)]
BAD_TIME = {"invalid": _("写上日期和时刻，例如2026-06-01 09:30。")}


def kinds() -> list[tuple[str, Any]]:
    return [(name, each.label) for name, each in CATALOGUE.items()]


class LogForm(forms.Form):
    """Anything that cannot be read is said, and narrows nothing."""

    hide_optional = True
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("都要")), *Delivery.State.choices])
    endpoint = forms.ModelChoiceField(
        label=_("地址"), required=False, queryset=Endpoint.objects.none(), empty_label=_("都要")
    )
    type = forms.ChoiceField(label=_("通知"), required=False)
    case = forms.CharField(label=_("投诉编号"), required=False, max_length=40)
    since = forms.DateTimeField(
        label=pgettext_lazy("range", "从"),
        required=False,
        widget=forms.DateTimeInput(TIME),
        error_messages=BAD_TIME,
    )
    until = forms.DateTimeField(
        label=pgettext_lazy("range", "到"),
        required=False,
        widget=forms.DateTimeInput(TIME),
        error_messages=BAD_TIME,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines, types = self.fields["endpoint"], self.fields["type"]
        assert isinstance(lines, forms.ModelChoiceField)
        assert isinstance(types, forms.ChoiceField)
        lines.queryset = Endpoint.objects.select_related("organisation").order_by("organisation", "pk")
        types.choices = [("", _("都要")), *kinds()]


class ReplayForm(forms.Form):
    """A span of one address; what was not taken, unless something else is ticked."""

    hide_optional = True
    since = forms.DateTimeField(
        label=pgettext_lazy("range", "从"), widget=forms.DateTimeInput(TIME), error_messages=BAD_TIME
    )
    until = forms.DateTimeField(
        label=pgettext_lazy("range", "到"), widget=forms.DateTimeInput(TIME), error_messages=BAD_TIME
    )
    states = forms.MultipleChoiceField(
        label=_("哪些"),
        help_text=_("都不选，就是没有送到的。"),
        required=False,
        choices=REPLAYABLE,
        widget=forms.CheckboxSelectMultiple,
    )
