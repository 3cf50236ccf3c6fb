"""What a consumer answers on a filed case: open questions, an offer, taking the complaint back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import AtMost
from complaints.statement import NoAmount, amount

ANSWERS = [("yes", _("是")), ("no", _("不是")), ("unsure", _("我不清楚"))]
PREFIX = "fact-"
REPLY_LENGTH = 500
PRESSED_LENGTH = 200  # characters, on who pressed one to take it back


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the consumer can tell: its key, what is asked, and the line under it."""

    fact: str
    ask: str
    hint: str = ""


class AnswerForm(forms.Form):
    """Yes, no or not sure to each question; what is left out or unsure asserts nothing."""

    hide_optional = True

    def __init__(self, questions: Iterable[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[PREFIX + question.fact] = forms.ChoiceField(
                label=question.ask, help_text=question.hint, choices=ANSWERS, widget=forms.RadioSelect, required=False
            )

    @property
    def facts(self) -> dict[str, bool | None]:
        """What was answered with yes or no."""
        return {
            name.removeprefix(PREFIX): value == "yes"
            for name, value in self.cleaned_data.items()
            if value in {"yes", "no"}
        }


class ConfirmForm(forms.Form):
    """A door that closes behind one: the box must be ticked, and nothing is ticked beforehand."""

    understood = forms.BooleanField()

    def __init__(self, label: Any, missing: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"].label = label
        self.fields["understood"].error_messages["required"] = missing


class AcceptForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("我接受这个方案"), _("请先勾选，确认你接受。"), *args, **kwargs)


class KeptForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("答应的我都收到了，这件事解决了"), _("请先勾选，确认都收到了。"), *args, **kwargs)


class UnpaidForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("约好的日子过了，我没有收到"), _("请先勾选，确认没有收到。"), *args, **kwargs)


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("对方会看到。别写电话、住址和收款码。"),
        required=False,
        validators=[AtMost(REPLY_LENGTH)],
        widget=forms.Textarea({"rows": 3}),
    )


class RefuseForm(forms.Form):
    words = _reason(_("为什么不接受"))


class CounterForm(forms.Form):
    """For how much the consumer would agree."""

    amount = forms.CharField(
        label=_("我希望是多少元"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("写一下你希望是多少元，例如469。")},
    )
    words = _reason(_("理由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].prefix = "¥"  # type: ignore[attr-defined]  # read by templates/components/field.html

    def clean_amount(self) -> Decimal:
        try:
            found = amount(self.cleaned_data["amount"])
        except NoAmount as refusal:
            raise ValidationError(str(refusal), code="amount") from None
        if not found:
            raise ValidationError(_("写一个比0大的金额。"), code="amount")
        return found


class WithdrawForm(ConfirmForm):
    """Taking the complaint back; who was pressed to do so can say it here."""

    pressed = forms.BooleanField(
        label=_("有人劝我撤，或者拿好处换我撤\n勾选了也照样撤回；只有协会看得到，对方不会知道"), required=False
    )
    words = forms.CharField(
        label=_("是谁，怎么说的"),
        help_text=_("只有协会看得到。"),
        required=False,
        max_length=PRESSED_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("我要撤回这件投诉"), _("请先勾选，确认是你自己要撤回。"), *args, **kwargs)
        self.order_fields(["pressed", "words", "understood"])
