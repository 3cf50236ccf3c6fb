"""The forms of a mediation at the desk: sessions, agreements, how it was kept, how it ended, what is opened again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.forms import TOO_LONG, WORDS_LENGTH, ActForm, choose, text_box
from complaints.flow.reopening import REASON_LABELS
from complaints.flow.sessions import CONSUMER, LONGEST_WORDS, parties_that_can_come
from complaints.flow.terminating import GROUND_LABELS
from complaints.flow.weighing import LONGEST_REASON, POINTS, SHORTEST_REASON, WEIGHED, weighable
from complaints.lifecycle import OfferState
from complaints.mediation_words import side_word
from complaints.models import Agreement, Offer, Party, Session
from complaints.models.session import LONGEST_MINUTES
from complaints.narrative import fact_statement, language, moment, offer_words, party_name
from complaints.statement import NoAmount, amount
from routing import rulebook

NO_DAY = gettext_lazy("没有这一天，或者写法读不懂。写成年-月-日三个数字，例如2026-6-8。")
WHERE_LENGTH = 300


def day_field(label: Any, *, required: Any, help_text: Any = "") -> forms.DateField:
    """A day to choose, told in our own words where it is none."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": required, "invalid": NO_DAY},
    )


def time_field() -> forms.TimeField:
    return forms.TimeField(
        label=gettext_lazy("几点"),
        help_text=gettext_lazy("北京时间，24小时制，例如14:30。"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("写上几点开始。"),
            "invalid": gettext_lazy("读不懂这个时间，写成14:30这样。"),
        },
    )


class _AtATime(ActForm):
    """A form with a day and a time of that day, which together are ``starts_at`` in China's time."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("on") and given.get("clock"):
            naive = datetime.combine(given["on"], given["clock"])
            given["starts_at"] = timezone.make_aware(naive, timezone.get_default_timezone())
        return given


class SessionForm(_AtATime):
    on = day_field(gettext_lazy("哪一天"), required=gettext_lazy("写上哪一天开。"))
    clock = time_field()
    minutes = forms.IntegerField(
        label=gettext_lazy("大约几分钟"),
        min_value=10,
        max_value=LONGEST_MINUTES,
        initial=60,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("写10到480之间的数字。")
        ),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("怎么谈"),
        choices=Session.How.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么谈。")),
    )
    where = text_box(
        gettext_lazy("地点、电话或者会议链接"),
        gettext_lazy("请来的各方都看得到。通知里不写，登录以后才看到。"),
        limit=WHERE_LENGTH,
        rows=2,
    )
    parties = forms.MultipleChoiceField(
        label=gettext_lazy("除了消费者，还请谁"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只能请已经通知到的一方。"),
        error_messages=choose(gettext_lazy("选一下请谁来：至少请一方。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = parties_that_can_come(self.complaint)
        self.offer("parties", [(party.value, party_name(party, start=True)) for party in able])
        self.initial.setdefault("parties", [party.value for party in able])


class _OfASession(ActForm):
    """A form about one planned session; where there is one only, it is that."""

    session = forms.ChoiceField(
        label=gettext_lazy("哪一次调解会"), error_messages=choose(gettext_lazy("选一次约好的调解会。"))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.planned = {str(each.number): each for each in self.complaint.sessions.planned().order_by("starts_at")}
        self.offer("session", [(number, moment(each.starts_at)) for number, each in self.planned.items()])

    def clean_session(self) -> Session:
        return self.planned[self.cleaned_data["session"]]


class MoveSessionForm(_OfASession, _AtATime):
    on = day_field(gettext_lazy("改到哪一天"), required=gettext_lazy("写上改到哪一天。"))
    clock = time_field()
    where = forms.CharField(
        label=gettext_lazy("地点、电话或者会议链接"),
        help_text=gettext_lazy("不变就空着。"),
        required=False,
        max_length=WHERE_LENGTH,
        error_messages={"max_length": TOO_LONG},
    )
    reason = text_box(gettext_lazy("为什么改期"), gettext_lazy("各方都会看到。"), limit=300, rows=2)


class CancelSessionForm(_OfASession):
    reason = text_box(gettext_lazy("为什么取消"), gettext_lazy("各方都会看到。"), limit=300, rows=2)


class RecordSessionForm(_OfASession):
    came = forms.MultipleChoiceField(
        label=gettext_lazy("谁来了"),
        required=False,
        choices=[(CONSUMER, gettext_lazy("消费者")), *Party.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("有一方没有请过，重新选谁来了。")},
    )
    words = text_box(
        gettext_lazy("各方说了什么"),
        gettext_lazy("简短写要点，只有协会看得到。谈妥的条件，写进调解协议。"),
        limit=LONGEST_WORDS,
        rows=6,
    )
    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=Session.Result.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下谈得怎么样。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {party for each in self.planned.values() for party in each.parties}
        self.offer(
            "came",
            [(side, side_word(side, start=True)) for side in (CONSUMER, *Party.values) if side in {CONSUMER, *asked}],
        )


class _Agreed(ActForm):
    """What every agreement says beside who and how much."""

    pay_by = day_field(gettext_lazy("最晚哪天做到"), required=gettext_lazy("写上最晚哪天做到。"))
    duties = forms.CharField(
        label=gettext_lazy("还要做什么"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("例如：谁寄回商品、运费谁出、怎么退款。一行一条。"),
        error_messages={"max_length": TOO_LONG},
    )
    otherwise = forms.CharField(
        label=gettext_lazy("没有做到怎么办"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("双方怎么说就怎么写；空着，协议上写“调解接着进行”。"),
        error_messages={"max_length": TOO_LONG},
    )


class AgreementForm(_Agreed):
    party = forms.ChoiceField(
        label=gettext_lazy("消费者和哪一方谈妥"),
        choices=Party.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下和哪一方。")),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("怎么解决"),
        choices=Offer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么解决。")),
    )
    payer = forms.ChoiceField(
        label=gettext_lazy("谁付钱"),
        choices=[each for each in Agreement.Payer.choices if each[0]],
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("不涉及付款就不选。"),
        error_messages={"invalid_choice": gettext_lazy("重新选谁付钱。")},
    )
    amount = forms.CharField(
        label=gettext_lazy("多少元"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    field_order = ("party", "kind", "payer", "amount", "pay_by", "duties", "otherwise")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = parties_that_can_come(self.complaint)
        self.offer("party", [(party.value, party_name(party, start=True)) for party in able])

    def clean_amount(self) -> Decimal | None:
        try:
            return amount(self.cleaned_data["amount"])
        except NoAmount as refusal:
            raise forms.ValidationError(str(refusal), code="amount") from None


class _OfAPromise(ActForm):
    """A form about an offer that was accepted and of which nobody has said whether it was kept."""

    offer_number = forms.ChoiceField(
        label=gettext_lazy("哪个方案"), error_messages=choose(gettext_lazy("选一个已经接受的方案。"))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promised = {str(each.number): each for each in self.complaint.offers.filter(state=OfferState.ACCEPTED)}
        listed = {
            number: f"{party_name(each.party, start=True)} · {offer_words(each.kind, each.amount)}"
            for number, each in self.promised.items()
        }
        self.offer("offer_number", list(listed.items()))

    def clean_offer_number(self) -> Offer:
        return self.promised[self.cleaned_data["offer_number"]]


class OfferAgreementForm(_OfAPromise, _Agreed):
    field_order = ("offer_number", "pay_by", "duties", "otherwise")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first := next(iter(self.promised.values()), None):
            self.initial.setdefault("pay_by", first.pay_by)
            self.initial.setdefault("duties", first.words)


class PerformanceForm(_OfAPromise):
    kept = forms.ChoiceField(
        label=gettext_lazy("查下来怎么样"),
        choices=[
            ("yes", gettext_lazy("已兑现\n投诉就此解决，并通知各方")),
            ("no", gettext_lazy("没有兑现\n接着办，判定重新算")),
        ],
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下有没有兑现。")),
    )
    piece = forms.ChoiceField(
        label=gettext_lazy("凭哪件证据"),
        required=False,
        help_text=gettext_lazy("记“已兑现”必须有，例如退款到账的截图。"),
        error_messages={"invalid_choice": gettext_lazy("这件证据不在本案里，换一件。")},
    )
    words = text_box(gettext_lazy("怎么查实的"), gettext_lazy("写明看了什么、问了谁。"), limit=WORDS_LENGTH, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pieces = self.complaint.evidence.of_dispute().select_related("blob")
        numbered = [(n, each) for n, each in enumerate(pieces, 1) if each.blob.may_be_opened]
        self.pieces = {str(each.pk): each for _n, each in numbered}
        listed = [
            (str(each.pk), _("证据{n}：{kind}").format(n=n, kind=each.get_kind_display())) for n, each in numbered
        ]
        self.offer("piece", [("", _("没有")), *listed])

    def clean_piece(self) -> Any:
        return self.pieces.get(self.cleaned_data["piece"])


class TerminateForm(ActForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("哪一条理由"),
        choices=list(GROUND_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一条终止调解的理由。")),
    )
    words = text_box(
        gettext_lazy("写给双方的话"),
        gettext_lazy("说清为什么，消费者和对方都会看到，也写进通知书。"),
        limit=WORDS_LENGTH,
    )


class ReopenForm(ActForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么重新打开"),
        choices=list(REASON_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个重新打开的理由。")),
    )
    words = text_box(gettext_lazy("写给双方的话"), gettext_lazy("消费者和对方都会看到。"), limit=WORDS_LENGTH, rows=3)


POINT_LABELS = {
    "yes": gettext_lazy("像直播间在卖"),
    "no": gettext_lazy("不像直播间在卖"),
    "unshown": gettext_lazy("看不出来"),
}


class FactorsForm(ActForm):
    """Each circumstance the law names, with the piece that shows it; then the finding on all of them together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = next(iter(weighable(self.complaint)), "")
        self.factors = WEIGHED[self.fact].factors if self.fact else {}
        for code, name in self.factors.items():
            self.fields[f"points_{code}"] = forms.ChoiceField(
                label=name,
                choices=[(point, POINT_LABELS[point]) for point in POINTS],
                widget=forms.RadioSelect,
                error_messages=choose(_("选一下：像、不像，或者看不出来。")),
            )
            self.fields[f"points_{code}"].columns = 2  # type: ignore[attr-defined]  # read by components/field.html
            self.fields[f"piece_{code}"] = forms.IntegerField(
                label=_("凭第几号证据"),
                required=False,
                min_value=1,
                error_messages=dict.fromkeys(("invalid", "min_value"), _("写证据的编号，例如2；没有就空着。")),
            )
        if self.fact:
            known = rulebook().facts[self.fact]
            self.fields["finding"] = forms.ChoiceField(
                label=_("综合起来怎么认定"),
                choices=[("yes", fact_statement(self.fact, True)), ("no", fact_statement(self.fact, False))],
                widget=forms.RadioSelect,
                help_text=known.ask.in_(language()),
                error_messages=choose(_("选一下怎么认定。")),
            )
        self.fields["reason"] = forms.CharField(
            label=_("权衡的理由"),
            min_length=SHORTEST_REASON,
            max_length=LONGEST_REASON,
            widget=forms.Textarea({"rows": 5}),
            help_text=_("至少{n}字，写明哪些情况最重、为什么。消费者会看到。").format(n=SHORTEST_REASON),
            error_messages={
                "required": _("写明怎么权衡的。"),
                "min_length": _("至少%(limit_value)d字，现在有%(show_value)d字。写明怎么权衡的。"),
                "max_length": str(TOO_LONG),
            },
        )

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """What was said of each circumstance, as the verb takes it."""
        given = self.cleaned_data
        return {code: {"points": given[f"points_{code}"], "evidence": given[f"piece_{code}"]} for code in self.factors}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            given["answers"], given["fact"] = self.answers, self.fact
        return given
