"""What one can ask the rules for: a word, a day, a party. Everything is optional and comes by GET."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.web.rules_pages import PARTIES

LONGEST_WORD = 60
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


class DayField(forms.DateField):
    """A day of the calendar, or nothing; an error repeats what was found."""

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            found = str(value)[:20]
            raise ValidationError(
                _("“%(found)s”不是日历上有的一天。照这样写：2024-05-01。") % {"found": found}, code="invalid"
            ) from None


class RulesForm(forms.Form):
    """The three ways into the rules. ``hide_optional``: nothing here is required, so nothing says so."""

    hide_optional = True

    q = forms.CharField(
        label=gettext_lazy("搜规则"),
        help_text=gettext_lazy("用平常的话，例如“退货”“假货”“虚假宣传”"),
        max_length=LONGEST_WORD,
        required=False,
        error_messages={"max_length": gettext_lazy("太长了，最多%(limit_value)d个字。留下最要紧的词再搜。")},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    on = DayField(
        label=gettext_lazy("按哪天的法律看"),
        help_text=gettext_lazy("例如下单那天：2024-05-01。不填就是今天"),
        input_formats=DAY_FORMATS,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "2024-05-01"}),
    )
    party = forms.ChoiceField(
        label=gettext_lazy("只看哪一方"),
        help_text=gettext_lazy("要做到这些事的一方"),
        choices=[("", gettext_lazy("所有各方")), *PARTIES.items()],
        required=False,
        error_messages={"invalid_choice": gettext_lazy("没有“%(value)s”这一方。从列表里选一个。")},
    )

    def asked(self) -> tuple[str, date, str]:
        """The words, the day and the party, whatever of them is right; today where no day is."""
        given = self.cleaned_data if self.is_valid() or hasattr(self, "cleaned_data") else {}
        return given.get("q", "").strip(), given.get("on") or timezone.localdate(), given.get("party", "")
