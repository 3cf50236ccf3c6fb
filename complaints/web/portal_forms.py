"""The forms of a party that answers by hand. The API's fields are the same, one to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.flow.responses import MOST_WORDS, Position
from complaints.models import Evidence, Offer, Party
from complaints.models.evidence import DISPUTE_KINDS
from complaints.narrative import party_name
from complaints.open_facts import OpenFact
from complaints.references import RECEIPT_RANDOM, tidy_receipt_code
from complaints.statement import NoAmount, amount
from routing.engine.facts import Language

WORDS_LENGTH, INSTEAD_LENGTH, OFFER_LENGTH = MOST_WORDS, 200, 500
TOO_LONG = _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。")
PREFIX = "fact-"

POSITIONS = [
    (Position.ACCEPTED.value, _("认可\n按消费者的要求办")),
    (Position.PARTLY.value, _("部分认可\n说清认可哪部分，给出方案")),
    (Position.DISPUTED.value, _("不认可\n说清哪里不对，附上证明")),
    (Position.NOT_OURS.value, _("不是我方的责任\n要写明该由谁负责，并附证明")),
]
FACT_ANSWERS = [("yes", _("属实")), ("no", _("不属实")), ("", _("还说不好"))]


class InvitationForm(forms.Form):
    """The code of an invitation, typed or pasted whole."""

    code = forms.CharField(
        label=_("入口码"),
        max_length=80,
        help_text=_("协会给你的7组字母和数字，可以整段粘贴，大小写都行"),
        error_messages={
            "required": _("填上协会给你的入口码。"),
            "max_length": _("这里有%(show_value)d个字符，入口码只有28位。只留码本身。"),
        },
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if tidy_receipt_code(code) is None:
            words = _("入口码有%(n)d位，这个少了或错了一位。4位一组，对着协会给的核对一遍。")
            raise ValidationError(words, params={"n": RECEIPT_RANDOM + 2})
        return code


class AnswerForm(forms.Form):
    """Where the party stands, which facts it confirms, what it says to the consumer, and on which proof."""

    hide_optional = True

    position = forms.ChoiceField(
        label=_("贵方的意见"),
        choices=POSITIONS,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一项贵方的意见。")),
    )
    points_to = forms.ChoiceField(label=_("应由哪一方负责"), required=False, widget=forms.RadioSelect)
    instead = forms.CharField(
        label=_("那一方的全称和联系方式"),
        help_text=_("选“不是我方的责任”时必填。例如：某某贸易有限公司，400开头的客服电话。"),
        required=False,
        max_length=INSTEAD_LENGTH,
        error_messages={"max_length": TOO_LONG},
    )
    rule = forms.ChoiceField(
        label=_("依据哪一条规则"),
        help_text=_("说“不是我方”要有依据：写明凭哪一条。规则会按贵方的说法再判一遍，两个结果并排给大家看。"),
        required=False,
        error_messages={"invalid_choice": _("这一条不适用于这件投诉，重新选一条。")},
    )
    words = forms.CharField(
        label=_("写给消费者的话"),
        help_text=_("直接说怎么解决，少用套话。消费者和协会看得到。"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("写一两句给消费者的话。"), "max_length": TOO_LONG},
    )
    note = forms.CharField(
        label=_("内部备注"),
        help_text=_("只有贵方自己的人看得到。"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": TOO_LONG},
    )
    proofs = forms.MultipleChoiceField(
        label=_("用哪些证明"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("有一份证明已经不在了，重新选一下。")},
    )

    def __init__(
        self,
        *args: Any,
        party: Party,
        questions: Iterable[OpenFact],
        proofs: Sequence[Evidence],
        rules: Sequence[tuple[str, str]] = (),
        lang: Language,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.own = {str(piece.pk): piece for piece in proofs}
        others = [(other.value, party_name(other.value, start=True)) for other in Party if other != party]
        self.fields["points_to"].choices = others  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["rule"].choices = [("", _("选一条")), *rules]  # type: ignore[attr-defined]  # as above
        if proofs:
            listed = [(str(piece.pk), f"{piece.get_kind_display()}\n{piece.name}") for piece in proofs]
            self.fields["proofs"].choices = listed  # type: ignore[attr-defined]  # as above
        else:
            del self.fields["proofs"]
        for question in questions:
            self.fields[PREFIX + question.fact.key] = forms.ChoiceField(
                label=question.fact.ask.in_(lang),
                help_text=question.fact.evidence.in_(lang),
                choices=FACT_ANSWERS,
                widget=forms.RadioSelect,
                required=False,
            )

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("position") != Position.NOT_OURS:
            given["points_to"] = given["instead"] = given["rule"] = ""
            return
        if not given.get("points_to"):
            self.add_error("points_to", _("选一下应由哪一方负责。"))
        if not given.get("instead", "").strip() and "instead" not in self.errors:
            self.add_error("instead", _("写上那一方的全称和联系方式，好让消费者找得到。"))

    def questions(self) -> list[forms.BoundField]:
        """The facts that are asked, as fields."""
        return [field for field in self if field.name.startswith(PREFIX)]

    @property
    def facts(self) -> dict[str, bool]:
        """What was said to be so, or not so."""
        return {
            name.removeprefix(PREFIX): value == "yes"
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX) and value
        }

    @property
    def chosen(self) -> list[Evidence]:
        return [self.own[pk] for pk in self.cleaned_data.get("proofs", [])]

    @property
    def is_without_proof(self) -> bool:
        """Whether somebody else is blamed and nothing shows it."""
        return self.cleaned_data["position"] == Position.NOT_OURS and not self.chosen


class ProofForm(forms.Form):
    """A file that shows what the party says."""

    file = forms.FileField(
        label=_("选文件"),
        help_text=_(
            "直播回放、合同、营业执照、检测报告、物流记录都算。图片、PDF、录屏、录音、表格（XLSX、CSV）或文字，一次一个。压缩包请解开再传。"
        ),
        error_messages={
            "required": _("还没有选文件。"),
            "empty": _("这个文件是空的（0字节），换一个。"),
        },
    )
    kind = forms.ChoiceField(
        label=_("是什么"),
        choices=DISPUTE_KINDS,
        initial=Evidence.Kind.OTHER,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下这是什么，不好说就选“其他”。")),
    )


class OfferForm(forms.Form):
    """What the party offers to end the dispute."""

    kind = forms.ChoiceField(
        label=_("怎么解决"),
        choices=Offer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一种解决办法。")),
    )
    amount = forms.CharField(
        label=_("多少元"),
        help_text=_("退款或赔偿要写明金额。"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=_("有效到哪天"),
        help_text=_("消费者在这天以前可以接受，最长60天。"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("写明方案到哪天为止。"), "invalid": _("日期写成2026-12-01这样。")},
    )
    words = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=OFFER_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].prefix = "¥"  # type: ignore[attr-defined]  # read by templates/components/field.html

    def clean_amount(self) -> Decimal | None:
        try:
            return amount(self.cleaned_data["amount"]) if self.cleaned_data["amount"] else None
        except NoAmount as refusal:
            raise ValidationError(str(refusal), code="amount") from None
