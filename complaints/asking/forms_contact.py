"""Step 10: how to reach the consumer, and which association is theirs."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.region_choices import choices, offered
from complaints.asking.forms import QuestionForm, line

PHONE = re.compile(r"1\d{10}")
SEPARATORS = re.compile(r"[\s\-－—()（）.\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


class ContactForm(QuestionForm):
    slug, heading = "contact", _("怎么联系你？")
    hide_optional = True

    name = line(
        label=_("怎么称呼"),
        limit=40,
        error=_("写一下怎么称呼你，姓什么也行"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = line(
        label=_("手机号"),
        limit=40,
        help_text=_("用来通知进度，不会给商家。手机号和邮箱，填一个就行。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )
    email = forms.EmailField(
        label=_("邮箱"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("邮箱的样子像name@example.com，检查一下")},
    )
    region = forms.ChoiceField(
        label=_("所在地区"),
        help_text=_("决定由哪个消协处理"),
        error_messages={"required": _("选一下所在的地区"), "invalid_choice": _("选一下所在的地区")},
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )

    def arrange(self) -> None:
        if self.slug not in self.journey.answers:
            self.initial = {**self.initial, **self.journey.known}
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        places = choices(self.journey.lang, on=self.journey.today)
        region.choices = [("", _("请选择")), *places]
        if "region" in self.initial:  # told before, perhaps when there was more or less to choose from
            self.initial["region"] = offered(str(self.initial["region"]), places)

    def clean_phone(self) -> str:
        """Eleven digits."""
        digits = plain_phone(self.cleaned_data["phone"])
        if digits and not PHONE.fullmatch(digits):
            raise ValidationError(_wrong(digits), code="phone")
        return digits

    def clean(self) -> None:
        given = self.cleaned_data
        if "phone" in given and "email" in given and not given["phone"] and not given["email"]:
            self.add_error("phone", _("手机号和邮箱至少填一个，不然没法告诉你进度"))


def plain_phone(typed: str) -> str:
    """The digits, however they were spaced; +86 in front is taken off."""
    digits = SEPARATORS.sub("", typed.translate(str.maketrans("０１２３４５６７８９＋", "0123456789+")))
    return re.sub(r"^(?:\+|00)86", "", digits)


def _wrong(digits: str) -> str:
    if digits.isdigit() and len(digits) != 11:
        return str(_("手机号是11位数字，现在是{found}位，检查一下").format(found=len(digits)))
    return str(_("手机号是11位数字，以1开头，检查一下"))
