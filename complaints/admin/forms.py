"""The forms of the case screen. Each carries the version of the case it was opened on."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from complaints.admin.access import colleagues_of, name_of
from complaints.admin.panels import fact_choices, speaker_label
from complaints.deadlines import answer_by
from complaints.evidence.refusals import held_because
from complaints.flow.looks import Verdict
from complaints.flow.messages import LONGEST
from complaints.flow.triage import DECLINE_LABELS, HAND_OFF_ROUTES, barred_routes
from complaints.flow.viewing import ContactReason
from complaints.lifecycle import Role
from complaints.models import Blob, Complaint, Evidence, Offer, those_out_of
from complaints.models.actor import Actor
from complaints.models.complaint import Party
from complaints.narrative import language
from complaints.rulings import ruling_on
from complaints.statement import NoAmount, amount
from routing import rulebook

ASKED: Sequence[tuple[str, Any]] = (("consumer", gettext_lazy("消费者")), *Party.choices)
FOUND = (
    ("yes", gettext_lazy("成立")),
    ("no", gettext_lazy("不成立")),
    ("unknown", gettext_lazy("收回认定\n回到各方的说法")),
)
VALUES = {"yes": True, "no": False, "unknown": None}
REASON_LENGTH, WORDS_LENGTH = 500, 1000
TOO_LONG = gettext_lazy("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。")
NO_VERSION = gettext_lazy("这一页不完整，什么都没有做。回到案件，重新打开再试。")


def due_after(day: date) -> date:
    """The usual last day of a question: as many working days as the parties get to answer."""
    return answer_by(day).day


def text_box(label: Any, help_text: Any, *, limit: int, rows: int = 4) -> forms.CharField:
    """A box for a few sentences."""
    field = forms.CharField(label=label, help_text=help_text, max_length=limit, widget=forms.Textarea({"rows": rows}))
    field.error_messages |= {"required": gettext_lazy("写一两句话。"), "max_length": TOO_LONG}
    return field


def choose(words: Any) -> dict[str, Any]:
    """The one thing to say where nothing was chosen, or something that is not there."""
    return {"required": words, "invalid_choice": words}


class ActForm(forms.Form):
    """What every act carries; by itself a form that only needs to be confirmed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), NO_VERSION),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, complaint: Complaint, actor: Actor, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": complaint.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.complaint, self.actor = complaint, actor

    def preview(self) -> Any:
        """What has to be looked at before the act is done; nothing for most."""
        return None

    def now_seen(self) -> None:
        """Note that it was looked at."""

    def offer(self, name: str, choices: Any) -> None:
        """What can be chosen in a field, where that depends on the case or the reader's language."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def opened_anew(self) -> None:
        """Keep what was typed, and stand on the case as it is now."""
        typed = cast(QueryDict, self.data).copy()
        typed[self.add_prefix("version")] = str(self.complaint.version)
        self.data = typed


class AssignForm(ActForm):
    officer = forms.TypedChoiceField(
        label=gettext_lazy("谁来承办"),
        required=False,
        error_messages=choose(gettext_lazy("这个人不在本协会的名单里，重新选一位。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        out = those_out_of(self.complaint)
        self.people: dict[str, User] = {str(user.pk): user for user in colleagues_of(self.actor) if user.pk not in out}
        self.offer("officer", [*((key, name_of(user)) for key, user in self.people.items()), ("", _("退回待分派"))])
        self.hide_optional = True
        self.initial.setdefault("officer", str(self.complaint.officer_id or ""))

    def clean_officer(self) -> User | None:
        return self.people.get(self.cleaned_data["officer"])


class FileForm(ActForm):
    """A file that no machine could check to the end."""

    piece = forms.TypedChoiceField(
        label=gettext_lazy("哪一个文件"),
        coerce=int,
        error_messages=choose(gettext_lazy("选一个文件。")),
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("看过以后"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "收下以后它能作证，但没有副本，页面上看不到里面，原件只能下载。不收的，消费者会收到通知和原因。"
        ),
        error_messages=choose(gettext_lazy("选收还是不收，和为什么。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.complaint.evidence.offered().filter(blob__state=Blob.State.HELD).select_related("blob")
        self.offer(
            "piece",
            [(piece.pk, f"{piece.get_kind_display()} {piece.blob.sha256[:8]}：{_why(piece)}") for piece in held],
        )


def _why(piece: Evidence) -> str:
    return " ".join(filter(None, (held_because(piece.blob.report.get("why", "")), piece.blob.report.get("found", ""))))


class DeclineForm(ActForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("哪一条理由"),
        choices=list(DECLINE_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一条不予受理的理由。")),
    )
    words = text_box(gettext_lazy("写给消费者的话"), gettext_lazy("说清为什么，别只抄条文。"), limit=WORDS_LENGTH)


class AskForm(ActForm):
    to = forms.ChoiceField(
        label=gettext_lazy("问谁"),
        choices=ASKED,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下问谁。")),
    )
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("关于哪些事实"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("判定还差这些；不在里面的，写在下面。"),
        error_messages={"invalid_choice": gettext_lazy("选的事实里有一项判定已经不差了，重新选一下。")},
    )
    about = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)  # a fact a link has picked
    words = text_box(gettext_lazy("要什么"), gettext_lazy("写清楚要哪份材料、哪段录屏、哪个说明。"), limit=WORDS_LENGTH)
    due_on = forms.DateField(
        label=gettext_lazy("最晚哪天"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("写上最晚哪天答复。"),
            "invalid": gettext_lazy("没有这一天，或者写法读不懂。写成年-月-日三个数字，例如2026-6-8。"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", due_after(timezone.localdate()))
        missing = _missing(self.complaint)
        picked = str(self["about"].value() or "")
        if is_askable(picked):
            self.initial.setdefault("facts", [picked])
            missing += [] if picked in dict(missing) else [(picked, _question(picked))]
        self.offer("facts", missing)
        if not missing:
            del self.fields["facts"]

    def clean(self) -> dict[str, Any]:
        return {"facts": [], **(super().clean() or {})}


class ReleaseForm(ActForm):
    """Which of the consumer's pieces, for whom, and why."""

    evidence = forms.ChoiceField(
        label=gettext_lazy("哪一件"),
        error_messages=choose(gettext_lazy("选一件消费者的证据。")),
        widget=forms.RadioSelect,
    )
    party = forms.ChoiceField(
        label=gettext_lazy("给谁"),
        choices=Party.choices,
        error_messages=choose(gettext_lazy("选一方。")),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("为什么需要原件"),
        max_length=200,
        help_text=gettext_lazy("消费者会读到。例如：平台要核对付款凭证的完整流水号。"),
        error_messages={"required": gettext_lazy("写一句为什么需要。"), "max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [
            (each.pk, _("证据{n}：{kind}").format(n=number, kind=each.get_kind_display()))
            for number, each in enumerate(self.complaint.evidence.of_dispute(), start=1)
            if each.offered_by == Role.CONSUMER
        ]
        self.offer("evidence", own)


class OfferForm(ActForm):
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
    amount = forms.CharField(
        label=gettext_lazy("多少元"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("退款或赔偿要写明金额。"),
    )
    words = text_box(gettext_lazy("对方的原话"), gettext_lazy("照对方说的写，消费者会看到。"), limit=WORDS_LENGTH)
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

    def clean_amount(self) -> Decimal | None:
        try:
            return amount(self.cleaned_data["amount"])
        except NoAmount as refusal:
            raise forms.ValidationError(str(refusal), code="amount") from None


class FindingForm(ActForm):
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
        gettext_lazy("认定的理由"), gettext_lazy("写明凭哪件证据、怎么看出来的。"), limit=REASON_LENGTH, rows=3
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("fact", fact_choices())
        known = rulebook().facts.get(str(self["fact"].value() or ""))
        self.asks_first = known is None or known.label is None  # which fact it is about: nothing else can be asked yet
        if known is not None and known.yes and known.no:
            self.fields["fact"].widget = forms.HiddenInput()
            lang = language()
            self.offer("value", [("yes", known.yes.in_(lang)), ("no", known.no.in_(lang)), FOUND[2]])

    def clean_value(self) -> bool | None:
        return VALUES[self.cleaned_data["value"]]


class MessageForm(ActForm):
    """A message; ``key`` makes a second press the same one."""

    words = text_box(gettext_lazy("写给消费者"), gettext_lazy("别写结论，结论用认定和受理。"), limit=LONGEST, rows=3)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages={"required": NO_VERSION})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", secrets.token_hex(16))


class HandOffForm(ActForm):
    route = forms.ChoiceField(
        label=gettext_lazy("转到哪里"),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下转到哪里。")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told, lang = rulebook().words, language()
        barred = barred_routes(self.complaint, on=timezone.localdate())
        self.offer(
            "route",
            [
                (route, "\n".join(told[f"route.{route}.{part}"].in_(lang) for part in ("name", "explain")))
                for route in HAND_OFF_ROUTES
                if route not in barred
            ],
        )
        own = self.complaint.evidence.of_dispute().filter(offered_by=Role.CONSUMER, blob__erased_at=None).count()
        lines = [
            _("消费者在“六条路”页能下载整套材料：文书PDF、可以粘贴的文字、判定，和自己的{n}件原件。").format(n=own)
        ]
        for route, why in barred.items():
            name = told[f"route.{route}.name"].in_(lang)
            lines.append(_("{route}走不了：{why}").format(route=name, why=why))
        self.fields["route"].help_text = "\n".join(lines)


class ContactForm(forms.Form):
    """Why somebody needs to see the contact."""

    reason = forms.ChoiceField(
        label=gettext_lazy("为什么要看"),
        choices=ContactReason.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个要看的理由，它会写进办理记录。")),
    )
    use_required_attribute = False


def is_askable(fact: str) -> bool:
    """Whether there is a question that somebody outside the association could answer."""
    known = rulebook().facts.get(fact)
    return known is not None and known.label is not None and not known.officer and known.group != "derived"


def _question(fact: str) -> str:
    """The question about a fact that the decision does not wait for."""
    known = rulebook().facts[fact]
    return f"{known.ask.in_(language())}\n{known.evidence.in_(language())}"


def _missing(complaint: Complaint) -> list[tuple[str, str]]:
    """The questions whose answer would change a verdict, each with whom it is best put to; then what is disputed."""
    if complaint.decision is None:
        return []
    told = ruling_on(complaint.decision).told(language())
    found = {
        missing.fact: f"{missing.question}\n{speaker_label(missing.ask)} · {missing.evidence}"
        for missing in told.missing
        if missing.answer is not None
    }
    for fact in complaint.decision.disputed:
        known = rulebook().facts.get(fact)
        if known is not None:
            found.setdefault(fact, f"{known.ask.in_(language())}\n{_('说法不一致')} · {known.evidence.in_(language())}")
    return list(found.items())
