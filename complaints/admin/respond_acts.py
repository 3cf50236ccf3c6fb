"""Acts upon what a party says: who answers where a case is passed to and fro, more time, an identity nobody is at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.acting import Act, Given, says
from complaints.admin.forms import VALUES, ActForm, choose, text_box
from complaints.admin.panels import fact_choices
from complaints.contest_words import contests_told
from complaints.deadlines import extended_by
from complaints.flow import contest_closing, extending, identities
from complaints.flow.silence import IDENTITY_FACTS
from complaints.flow.triage import CannotAct
from complaints.models import Complaint, Extension, RecordItem, Unreachable
from complaints.models.actor import Actor
from complaints.narrative import day, party_name, sentences, until_words


class ContestForm(ActForm):
    """A finding, or that the decision is right as it is; and why."""

    fact = forms.ChoiceField(
        label=gettext_lazy("要不要认定一项事实"),
        required=False,
        help_text=gettext_lazy("判定对的，就选“不用”。要改判，用“改判”，这一项会一起了结。"),
        error_messages=choose(gettext_lazy("选一项事实，或者选“不用”。")),
    )
    value = forms.ChoiceField(
        label=gettext_lazy("怎么认定"),
        required=False,
        choices=(("", gettext_lazy("不用认定")), ("yes", gettext_lazy("成立")), ("no", gettext_lazy("不成立"))),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么认定。")),
    )
    words = text_box(
        gettext_lazy("为什么该由它答复"),
        gettext_lazy("写明凭哪件证据、哪一条。消费者和各方都看得到。"),
        limit=contest_closing.LONGEST,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("fact", [("", _("不用，判定就是对的")), *fact_choices()])
        self.hide_optional = True

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("fact") and not given.get("value") and "value" not in self.errors:
            self.add_error("value", _("选一下这项事实成立还是不成立。"))


class ExtensionForm(ActForm):
    """Yes, until a day; or no, and why."""

    extension = forms.ChoiceField(label=gettext_lazy("哪一方"), error_messages=choose(gettext_lazy("选一下哪一方。")))
    agrees = forms.ChoiceField(
        label=gettext_lazy("同不同意"),
        choices=(("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意"))),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下同不同意。")),
    )
    until = forms.DateField(
        label=gettext_lazy("延到哪天"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("日期写成2026-12-01这样。")},
    )
    words = forms.CharField(
        label=gettext_lazy("不同意的，写一句为什么"),
        required=False,
        max_length=extending.LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = {str(each.pk): each for each in extending.open_extensions(self.complaint)}
        self.offer("extension", [(key, _asked(each)) for key, each in self.open.items()])
        self.hide_optional = True
        if len(self.open) == 1:
            only = next(iter(self.open.values()))
            until = extended_by(extending.span_of(only)[0], min(only.days, int(settings.EXTENSION_WORKING_DAYS))).day
            self.initial = {"extension": str(only.pk), "until": until, **self.initial}

    def clean_extension(self) -> Extension:
        return self.open[self.cleaned_data["extension"]]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("agrees") == "yes" and not given.get("until") and "until" not in self.errors:
            self.add_error("until", _("写明延到哪天。"))
        if given.get("agrees") == "no" and not given.get("words", "").strip():
            self.add_error("words", _("写一句为什么不同意，那一方看得到。"))


class UnreachableForm(ActForm):
    """Whose identity, what was tried, and what came of it."""

    kind = forms.ChoiceField(label=gettext_lazy("谁的身份"), error_messages=choose(gettext_lazy("选一下是谁的身份。")))
    why = forms.ChoiceField(
        label=gettext_lazy("怎么联系不上"),
        choices=Unreachable.Why.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下怎么联系不上。")),
    )
    words = text_box(
        gettext_lazy("怎么联系的，结果怎样"),
        gettext_lazy("写明哪天、用什么办法。不要写个人的电话和姓名。各方都看得到。"),
        limit=400,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [(kind, RecordItem.Kind(kind).label) for kind in _given(self.complaint)])


def _asked(extension: Extension) -> str:
    told = _("{party}：{reason}，{n}个工作日\n{words}")
    return told.format(
        party=party_name(extension.respondent.party, start=True),
        reason=extension.get_reason_display(),
        n=extension.days,
        words=extension.words,
    )


def _given(complaint: Complaint) -> list[str]:
    """The identities that were given and that no officer has reported yet."""
    said = set(complaint.unreachable.standing().filter(by="officer").values_list("kind", flat=True))
    return [kind for kind in IDENTITY_FACTS if kind not in said and identities.was_given(complaint, kind)]


# ── What each does ───────────────────────────────────────────────────────────────────────────────────────────────────


def _close(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    value = VALUES[given["value"]] if given["value"] else None
    closed = contest_closing.close_contest(
        complaint, fact=given["fact"], value=value, words=given["words"], actor=actor, at=at
    )
    number = closed[0].closed_with.number if closed and closed[0].closed_with else 0
    return _("已定下来，按第{n}版判定，各方都收到通知。谁也不能再推。").format(n=number)


def _close_does(complaint: Complaint, on: date) -> str:
    lines = [line for line in contests_told(complaint) if line.is_waiting]
    told = [_("{party}推给{whom}。").format(party=line.party, whom=line.points_to) for line in lines]
    until = _("{until}。").format(until=until_words(complaint.contest_due_on)) if complaint.contest_due_on else ""
    return sentences(*told, until, _("写明理由，各方收到通知，谁也不能再推。"))


def _answer(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    extension = given["extension"]
    party = party_name(extension.respondent.party)
    if given["agrees"] == "yes":
        made = extending.grant_time(extension, until=given["until"], actor=actor, at=at)
        return _("已同意{party}延到{date}，消费者会收到通知。").format(
            party=party, date=day(made.until or made.was_due)
        )
    extending.refuse_time(extension, words=given["words"], actor=actor, at=at)
    return _("已告诉{party}不延期，原来的期限不变。").format(party=party)


def _report(complaint: Complaint, given: Given, actor: Actor, at: datetime) -> str:
    if given["kind"] not in IDENTITY_FACTS:
        raise CannotAct(_("选一下是谁的身份。"))
    why = Unreachable.Why(given["why"])
    identities.report_unreachable(complaint, given["kind"], why=why, words=given["words"], actor=actor, at=at)
    return _("已认定联系不上，判定重新算过，已请平台另给。")


ACTS: tuple[Act, ...] = (
    Act(
        "contest",
        gettext_lazy("定下该由谁答复"),
        "scale",
        ContestForm,
        _close_does,
        _close,
        open_when=lambda complaint: complaint.is_open and complaint.contest_due_on is not None,
    ),
    Act(
        "extension",
        gettext_lazy("答复延期申请"),
        "clock",
        ExtensionForm,
        says(gettext_lazy("同意就写明延到哪天，消费者会收到通知；不同意要写一句理由，原来的期限不变。只能延一次。")),
        _answer,
        open_when=lambda complaint: complaint.is_open and bool(extending.open_extensions(complaint)),
    ),
    Act(
        "unreachable",
        gettext_lazy("身份联系不上"),
        "user",
        UnreachableForm,
        says(
            gettext_lazy(
                "平台给了卖家或运营者的身份，按它联系不上时用。这是一项认定，马上重新判定，并请平台另给；另给了，认定就收回。"
            )
        ),
        _report,
        open_when=lambda complaint: complaint.is_open and bool(_given(complaint)),
    ),
)
