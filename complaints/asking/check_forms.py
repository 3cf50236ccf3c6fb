"""One question of the two-minute check as a form of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import one_of, some_of
from complaints.check_asks import NONE, UNSURE, Ask

CHOOSE = _("请选一项。实在不清楚，选“我不清楚”。")


class AskForm(forms.Form):
    """The choices of one question; ``chosen`` are those taken before one went back."""

    heading_field = "answer"

    def __init__(self, ask: Ask, data: Mapping[str, Any] | None = None, *, chosen: Sequence[str] = ()) -> None:
        super().__init__(data, initial={"answer": list(chosen) if ask.takes_several else "".join(chosen)})
        make = some_of if ask.takes_several else one_of
        field: Any = make(ask.options, label=ask.heading, error=CHOOSE, help_text=ask.hint)
        field.columns = 2
        self.fields["answer"] = field

    def clean_answer(self) -> list[str]:
        """The codes. None of them, or not knowing, cannot go with anything else."""
        found = self.cleaned_data["answer"]
        codes = [found] if isinstance(found, str) else list(found)
        if len(codes) > 1 and {NONE, UNSURE} & set(codes):
            raise ValidationError(_("“都没有”和“我不清楚”不能和别的一起选，去掉一边。"), code="conflict")
        return codes
