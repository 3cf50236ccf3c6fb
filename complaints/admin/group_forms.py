"""The forms about groups. Each carries the version of the group it was opened on."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.forms import FOUND, NO_VERSION, REASON_LENGTH, VALUES, WORDS_LENGTH, choose, due_after, text_box
from complaints.admin.panels import fact_choices
from complaints.flow.triage import WEIGHED
from complaints.models import Group, GroupAct, Offer
from complaints.models.complaint import Party
from complaints.narrative import language
from complaints.references import tidy_reference
from complaints.statement import NoAmount, amount
from routing import rulebook

TITLE_LENGTH, MATTER_LENGTH = 80, 500
BETWEEN = re.compile(r"[\s,，;；、]+")


class NewGroupForm(forms.Form):
    """What members are told of the group; the cases are ticked beside it."""

    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("直播间和商品就够了，别写任何一个人的事。"),
        error_messages={"required": gettext_lazy("写一个名称，例如“小满家居间：真丝衬衫”。")},
    )
    matter = text_box(
        gettext_lazy("共同的事"),
        gettext_lazy("两三句话：在哪个直播间，怎么说的，收到的是什么。每位被问的消费者都会看到，只写大家一样的。"),
        limit=MATTER_LENGTH,
    )
    use_required_attribute = False


class GroupForm(forms.Form):
    """What everything done to a group carries; by itself a form that only needs to be confirmed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), NO_VERSION),
    )
    use_required_attribute = False
    asks_first = False  # whether something has to be chosen before the rest can be asked

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": group.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.group = group

    def offer(self, name: str, choices: Any) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class CaseForm(GroupForm):
    """Something about one case of the group."""

    case = forms.CharField(widget=forms.HiddenInput, max_length=20, error_messages={"required": NO_VERSION})


class ActForm(GroupForm):
    """Something about one common finding or offer."""

    number = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, error_messages=dict.fromkeys(("required", "invalid"), NO_VERSION)
    )


class AddForm(GroupForm):
    cases = forms.CharField(
        label=gettext_lazy("哪几件"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("写投诉编号，一行一个。"),
        error_messages={"required": gettext_lazy("写上要加进来的投诉编号。")},
    )

    def clean_cases(self) -> list[str]:
        """Numbers in their written form."""
        written = [text for text in BETWEEN.split(self.cleaned_data["cases"]) if text]
        tidy = [(text, tidy_reference(text)) for text in written]
        if wrong := [text for text, found in tidy if found is None]:
            raise forms.ValidationError(
                _("“{found}”不是投诉编号，看看是不是少打、错打了一位。").format(found=wrong[0][:30]), code="reference"
            )
        return [found for _text, found in tidy if found]


class CommonFindingForm(GroupForm):
    fact = forms.ChoiceField(
        label=gettext_lazy("哪项事实"), error_messages=choose(gettext_lazy("选一项要认定的事实。"))
    )
    value = forms.ChoiceField(
        label=gettext_lazy("怎么认定"),
        choices=FOUND,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么认定；要收回就选“收回认定”。")),
    )
    reason = text_box(
        gettext_lazy("认定的理由"),
        gettext_lazy("写明凭什么、怎么看出来的。它会写进每一件，别写任何一个人的事。"),
        limit=REASON_LENGTH,
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("fact", fact_choices(except_for=WEIGHED))
        known = rulebook().facts.get(str(self["fact"].value() or ""))
        self.asks_first = known is None or known.label is None
        if known is not None and known.yes and known.no:
            self.fields["fact"].widget = forms.HiddenInput()
            lang = language()
            self.offer("value", [("yes", known.yes.in_(lang)), ("no", known.no.in_(lang)), FOUND[2]])

    def clean_value(self) -> bool | None:
        return VALUES[self.cleaned_data["value"]]


class CommonOfferForm(GroupForm):
    party = forms.ChoiceField(
        label=gettext_lazy("谁提的"),
        choices=Party.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下方案是谁提的。")),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("怎么解决"),
        choices=Offer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么解决。")),
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("每件多少"),
        choices=[
            ("fixed", GroupAct.Rule.FIXED.label),
            ("share", GroupAct.Rule.SHARE.label),
            ("", GroupAct.Rule.NONE.label),
        ],
        widget=forms.RadioSelect,
        required=False,
        error_messages=choose(gettext_lazy("选一下金额怎么定。")),
    )
    amount = forms.CharField(
        label=gettext_lazy("每件多少元"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("每件一样多时写。"),
    )
    percent = forms.DecimalField(
        label=gettext_lazy("实付的百分之几"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("按实付的百分比时写，例如50。没有写实付多少的那几件算不出来，会列出来。"),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"),
            gettext_lazy("百分比写大于0、不超过100的数，例如50。"),
        ),
    )
    words = text_box(gettext_lazy("对方的原话"), gettext_lazy("照对方说的写，每位消费者会看到。"), limit=WORDS_LENGTH)
    until = forms.DateField(
        label=gettext_lazy("有效到哪天"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("写上方案有效到哪天。"),
            "invalid": gettext_lazy("没有这一天，或者写法读不懂。写成年-月-日三个数字，例如2026-6-8。"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("until", due_after(timezone.localdate()))
        self.initial.setdefault("rule", "fixed")

    def clean_amount(self) -> Decimal | None:
        try:
            return amount(self.cleaned_data["amount"])
        except NoAmount as refusal:
            raise forms.ValidationError(str(refusal), code="amount") from None
