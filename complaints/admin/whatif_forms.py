"""What an officer supposes, as a form: the days, sums and parties; the facts beside it, for there are hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin.listing import yuan
from complaints.lawbooks import LawVersion
from complaints.models.complaint import Party
from complaints.narrative import day, language
from complaints.statement import amount
from routing import Problem, rulebook

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # beyond these it is a slip of the finger
DAYS = ("purchase_date", "filed_date", "delivered_date", "harm_known_date", "debtor_known_date")
SUMS = ("price", "loss")
EARLY: Mapping[str, Any] = {  # none of these comes before the purchase
    "filed_date": gettext_lazy("投诉日期早于下单日期（{date}），改其中一个"),
    "delivered_date": gettext_lazy("收货日期早于下单日期（{date}），改其中一个"),
    "harm_known_date": gettext_lazy("发现问题的日期早于下单日期（{date}），改其中一个"),
    "debtor_known_date": gettext_lazy("知道该找谁的日期早于下单日期（{date}），改其中一个"),
}
ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}
FACT = "fact-"  # begins the name of each fact's radios


@dataclass(frozen=True, slots=True)
class Start:
    """What a what-if sets out from: the input of a decision, and the version of the law it was made by."""

    input: Mapping[str, Any]
    version: str

    @property
    def facts(self) -> Mapping[str, bool]:
        found: Mapping[str, bool] = self.input.get("facts", {})
        return found


@dataclass(frozen=True, slots=True)
class Setting:
    """A field with what stood there before: ``was`` as the form would send it, ``before`` as people say it."""

    field: forms.BoundField
    was: str
    before: str
    is_changed: bool


class DayField(forms.DateField):
    """A day of this century, picked or written as 2026-05-20."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        messages = {
            "required": gettext_lazy("写一个日子，按哪天的法律算要看它"),
            "invalid": gettext_lazy("没有这一天。写成2026-05-20这样"),
        }
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], error_messages=messages, **kwargs)

    def clean(self, value: Any) -> date | None:
        found: date | None = super().clean(value)
        if found is not None and not FIRST_DAY <= found <= LAST_DAY:
            sentence = _("写2000年到2099年之间的日子，现在写的是{found}")
            raise ValidationError(sentence.format(found=found.isoformat()), code="range")
        return found


class SumField(forms.CharField):
    """A sum in yuan as people write it; None where nothing was written."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=40, widget=widget, **kwargs)
        self.prefix = "¥"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return amount(text)
        except ValueError:
            sentence = _("金额写0或更大的数字，例如469或469.00；现在写的是“{found}”")
            raise ValidationError(sentence.format(found=text), code="amount") from None


class WhatIfForm(forms.Form):
    """A supposition as typed; without data it supposes what it starts from."""

    purchase_date = DayField(label=gettext_lazy("下单日期"))
    filed_date = DayField(label=gettext_lazy("投诉日期"))
    delivered_date = DayField(label=gettext_lazy("收货日期"), required=False)
    harm_known_date = DayField(label=pgettext_lazy("desk", "发现问题的日期"), required=False)
    debtor_known_date = DayField(label=gettext_lazy("知道该找谁的日期"), required=False)
    price = SumField(label=gettext_lazy("实付"))
    loss = SumField(label=gettext_lazy("其他损失"))
    category = forms.ChoiceField(label=gettext_lazy("品类"), required=False)
    lapsed = forms.MultipleChoiceField(
        label=gettext_lazy("谁到期没有答复"),
        required=False,
        choices=Party.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("该由它证明的，它到期没有拿出来，就按举证规则判"),
    )
    version = forms.ChoiceField(label=gettext_lazy("按哪一版规则算"))
    use_required_attribute = False
    hide_optional = True

    def __init__(self, data: QueryDict | None, *, start: Start, versions: Sequence[LawVersion]) -> None:
        super().__init__(data, initial=_as_fields(start))
        self.start = start
        self.categories = [(each.key, each.name.in_(language())) for each in rulebook().categories.values()]
        self._offer("category", [("", _("不清楚")), *self.categories])
        self._offer("version", [(each.version, _named(each)) for each in versions])
        self.facts = dict(start.facts) if data is None else _facts_sent(data)

    def clean(self) -> None:
        bought = self.cleaned_data.get("purchase_date")
        for name, sentence in EARLY.items():
            found = self.cleaned_data.get(name)
            if bought and found and found < bought:
                self.add_error(name, str(sentence).format(date=day(bought)))

        for name, found in self.data.items():
            fact = rulebook().facts.get(name.removeprefix(FACT))
            if name.startswith(FACT) and str(found) not in ANSWERS:
                said = fact.ask.in_(language()) if fact else name.removeprefix(FACT)
                self.add_error(None, _("“{fact}”只能选是、不是或不知道").format(fact=said))

    def supposed(self) -> dict[str, Any]:
        """The supposition by the decide contract. Only for a valid form, or one without data."""
        if not self.is_bound:
            return dict(self.start.input)
        found = {name: value for name, value in self.cleaned_data.items() if value and name != "version"}
        for name in DAYS:
            if name in found:
                found[name] = found[name].isoformat()
        for name in SUMS:
            if self.cleaned_data[name] is not None:
                found[name] = f"{self.cleaned_data[name]:.2f}"
        if "lapsed" in found:
            found["lapsed"] = sorted(found["lapsed"])
        return {**found, "facts": self.facts}

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Say at its field what the engine could not read, in our words."""
        for problem in problems:
            name = problem.key if problem.key in self.fields else None
            self.add_error(name, _("规则读不懂这一处，换一个写法再试"))

    @property
    def settings(self) -> list[Setting]:
        """The fields with what stood there before; the version stands by itself."""
        return [self._setting(field) for field in self if field.name != "version"]

    def _setting(self, field: forms.BoundField) -> Setting:
        """What was typed wrongly is other than before in any case."""
        was: Any = self.initial.get(field.name)
        now: Any = self.cleaned_data.get(field.name, field.value()) if self.is_bound else was
        if field.name == "lapsed":
            parties = [str(label) for code, label in Party.choices if code in was]
            return Setting(field, ",".join(sorted(was)), _("、").join(parties), sorted(was) != sorted(now or []))
        before = str(was or "")
        if isinstance(was, date):
            before = day(was)
        elif field.name == "category" and was:
            before = dict(self.categories).get(was, was)
        elif field.name in SUMS and was is not None:
            before = yuan(was)
        return Setting(field, str("" if was is None else was), before, (None if now == "" else now) != was)

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


def _as_fields(start: Start) -> dict[str, Any]:
    """A decide input as the values of the form."""
    days = {name: date.fromisoformat(start.input[name]) for name in DAYS if name in start.input}
    sums = {name: Decimal(start.input[name]) for name in SUMS if name in start.input}
    rest = {name: start.input[name] for name in ("category", "lapsed") if name in start.input}
    return {"lapsed": [], **rest, **days, **sums, "version": start.version}


def _facts_sent(data: QueryDict) -> dict[str, bool]:
    """The facts supposed to be known; then, where a way to turn a verdict is tried out, the facts it needs."""
    sent = {name.removeprefix(FACT): str(value) for name, value in data.items() if name.startswith(FACT)}
    tried = (each.partition("=")[::2] for each in data.get("apply", "").split())
    values = {fact: ANSWERS.get(code) for fact, code in {**sent, **dict(tried)}.items()}
    return {fact: value for fact, value in values.items() if value is not None}


def _named(version: LawVersion) -> str:
    return _("{version}（现在用的）").format(version=version.version) if version.is_current else version.version
