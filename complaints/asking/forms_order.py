"""Step 4: what was bought, the order, how it was paid and when: what fixes the law in force and the clocks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import CHOOSE, DateField, QuestionForm, line, named, one_of
from complaints.deadlines import seven_day_return_ends
from complaints.narrative import day
from complaints.statement import ORDERED, PAYMENTS, RECEIVED, STEERERS, USES, NoAmount, amount
from routing import rulebook

if TYPE_CHECKING:
    from complaints.asking.route import Journey

LONGEST_NUMBER = 64
LABELS = re.compile(r"(?:订单编号|订单号码|订单号|订单|编号|单号|order\s*(?:no|number|id)?)\s*[.:：#]*", re.IGNORECASE)
NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")


class AmountField(forms.CharField):
    """A sum in yuan as people write it; kept as a decimal string with two places, empty where nothing was written."""

    def __init__(self, *, label: Any, error: Any = "", alone: bool = False, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        messages = {"required": error}
        super().__init__(label=label, required=bool(error), widget=widget, error_messages=messages, **kwargs)
        self.prefix, self.alone = "¥", alone  # alone on its page: what is wrong needs no label in front

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            found: Decimal | None = amount(text)
        except NoAmount as refusal:
            sentence = str(refusal) if self.alone else named(self, str(refusal))
            raise ValidationError(sentence, code="amount") from None
        return "" if found is None else str(found)


class GoodsForm(QuestionForm):
    slug, heading = "goods", _("买的是什么？")

    goods = line(
        label=_("商品名字"),
        limit=120,
        error=_("写一下买的是什么，例如“桑蚕丝四件套”"),
        help_text=_("照订单上的写，几个字就行"),
    )
    category = forms.ChoiceField(
        label=_("属于哪一类"),
        required=False,
        help_text=_("食品、药品、化妆品等，法律管得更严；定制、生鲜的退货规则也不一样"),
        error_messages={"invalid_choice": CHOOSE},
    )
    use = one_of(USES, label=_("买来做什么？"), error=_("选一项。家里用、送人都算“自己”。"))

    def arrange(self) -> None:
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        known = rulebook().categories.values()
        category.choices = [("", _("我不清楚")), *((each.key, each.name.in_(self.journey.lang)) for each in known)]


class OrderForm(QuestionForm):
    slug, heading = "order", _("订单号和实付金额")
    hide_optional = True

    order_number = line(label=_("订单号"), limit=200, help_text=_("订单详情里可以一键复制"))
    none = forms.BooleanField(label=_("没有订单号"), required=False)
    amount = AmountField(label=_("实付多少元"), alone=True, help_text=_("只算出问题的这一件。赠品、奖品写0。"))

    def clean_order_number(self) -> str:
        number = NOISE.sub("", LABELS.sub("", self.cleaned_data["order_number"]))
        if len(number) > LONGEST_NUMBER:
            sentence = _("订单号最多{limit}位，现在有{found}位。只留订单号本身。")
            raise ValidationError(sentence.format(limit=LONGEST_NUMBER, found=len(number)), code="long")
        return number

    def clean(self) -> None:
        found = self.cleaned_data
        if found.get("none"):
            return
        if not found.get("order_number") and "order_number" not in self.errors:
            self.add_error("order_number", _("填订单号。找不到就勾选“没有订单号”。"))
        if not found.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("写实付多少元，例如469或469.00"))


class HowForm(QuestionForm):
    slug, heading, heading_field = "how", _("是怎么下单的？"), "how"
    why = _("在直播间里点链接买的，直播间和平台的责任会不一样。")

    how = one_of(ORDERED, label="")


class PaymentForm(QuestionForm):
    slug, heading, heading_field = "payment", _("钱是怎么付的？"), "payment"
    hide_optional = True

    payment = one_of(PAYMENTS, label="")
    steerer = one_of(STEERERS, label=_("是谁让你这样付的？"), required=False)
    payee = line(label=_("收款人名字（可不填）"), limit=60)

    def clean(self) -> None:
        if self.cleaned_data.get("payment") != "person":
            self.cleaned_data |= {"steerer": "", "payee": ""}
        elif not self.cleaned_data.get("steerer") and "steerer" not in self.errors:
            self.add_error("steerer", CHOOSE)


class DatesForm(QuestionForm):
    slug, heading = "dates", _("什么时候下单、收货？")
    why = _("按下单那天的法律判。退货、保修、起诉的期限，也都从这些日子算起。")

    purchased_on = DateField(
        label=_("下单日期"), empty=_("写下单的年月日，订单详情里有"), help_text=_("按哪一天的法律判，要看这一天")
    )
    received = one_of(RECEIVED, label=_("收到货了吗？"), error=_("选一项"))
    delivered_on = DateField(label=_("收货日期"), help_text=_("物流页写着“已签收”的那一天"))
    harm_known_on = DateField(label=_("发现问题的日期"), help_text=_("和收货是同一天就空着"))

    def arrange(self) -> None:
        for name in ("purchased_on", "delivered_on", "harm_known_on"):
            field = self.fields[name]
            assert isinstance(field, DateField)
            field.today = self.journey.today

    def clean(self) -> None:
        found = self.cleaned_data
        if found.get("received") == "no":
            self.errors.pop("delivered_on", None)
            found["delivered_on"] = None
        ordered, delivered, known = (found.get(name) for name in ("purchased_on", "delivered_on", "harm_known_on"))
        if ordered and delivered and delivered < ordered:
            self.add_error("delivered_on", _("收货日期早于下单日期，检查一下"))
        if ordered and known and known < ordered:
            self.add_error("harm_known_on", _("发现问题的日期早于下单日期，检查一下"))

    def seven_days(self) -> str:
        return seven_days(self.journey)


def seven_days(journey: Journey) -> str:
    """Until when the no-reason return is open (Consumer Protection Law Art 25); nothing once it has ended."""
    dates = journey.answers.get("dates", {})
    if dates.get("received") != "yes" or not isinstance(dates.get("delivered_on"), str) or not dates["delivered_on"]:
        return ""
    delivered = date.fromisoformat(dates["delivered_on"])
    ends = seven_day_return_ends(delivered, date.fromisoformat(str(dates["purchased_on"])))
    if ends is None or journey.today > ends:
        return ""
    sentence = _("签收第{n}天。七天无理由退货到{date}为止，可以先在订单里申请，不影响投诉。")
    return sentence.format(n=(journey.today - delivered).days, date=day(ends))
