"""What a party may say beside its answer: that it needs more time, what is so, and that it kept its promise."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from complaints.asking.forms import AtMost
from complaints.evidence import vault
from complaints.flow.extending import LONGEST, ask_for_time, days_at_once, why_not
from complaints.flow.intake import add_evidence
from complaints.flow.offers import CannotOffer
from complaints.flow.responses import CannotAnswer
from complaints.flow.showing_performance import LONGEST as LONGEST_PROOF
from complaints.flow.showing_performance import show_performance
from complaints.flow.telling_facts import MOST_DAYS, tell_facts
from complaints.lifecycle import OfferState
from complaints.models import Complaint, Evidence, Extension, Party, Respondent, Speaker
from complaints.narrative import day, language, offer_words
from complaints.open_facts import OpenFact, open_facts_of_parties
from complaints.web.case_forms import posted
from complaints.web.portal import frame_of_party, or_why_not
from complaints.web.portal_forms import PREFIX
from complaints.web.portal_session import own_case, portal_page
from complaints.web.quotas import count_bytes
from complaints.web.unreadable import Trouble, readable

CHECK = "check"
SAYS = [
    ("yes", gettext_lazy("属实")),
    ("no", gettext_lazy("不属实")),
    (CHECK, gettext_lazy("要核实几天")),
    ("", gettext_lazy("不说")),
]


class ExtendForm(forms.Form):
    """Why, and how many working days."""

    reason = forms.ChoiceField(
        label=gettext_lazy("为什么来不及"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("选一个原因。")),
    )
    days = forms.IntegerField(
        label=gettext_lazy("多要几个工作日"),
        min_value=1,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("用一两句话写明在等什么。协会看得到，消费者看不到。"),
        validators=[AtMost(LONGEST)],
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("用一两句话写明为什么来不及。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = int(settings.EXTENSION_WORKING_DAYS)
        told = _("最多延{n}个工作日，写1到{n}。").format(n=most)
        days: Any = self.fields["days"]
        days.max_value, days.help_text = most, told
        days.error_messages |= dict.fromkeys(("required", "invalid", "min_value", "max_value"), told)
        days.validators.append(forms.IntegerField(max_value=most).validators[0])
        days.validators[-1].message = told
        reason: Any = self.fields["reason"]
        reason.choices = [(code, _with_days(code, str(label))) for code, label in Extension.Reason.choices]


def _with_days(reason: str, label: str) -> str:
    """The reason, and how many days it is given at once."""
    days = days_at_once(reason)
    if not days:
        return _("{label}\n由协会答复").format(label=label)
    told = ngettext("{n}个工作日以内，马上同意", "{n}个工作日以内，马上同意", days)
    return f"{label}\n{told.format(n=days)}"


class FactsForm(forms.Form):
    """Each open fact: so, not so, or to be looked into."""

    hide_optional = True

    def __init__(self, questions: list[OpenFact], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = language()
        for question in questions:
            self.fields[PREFIX + question.fact.key] = forms.ChoiceField(
                label=question.fact.ask.in_(lang),
                help_text=question.fact.evidence.in_(lang),
                choices=SAYS,
                widget=forms.RadioSelect,
                required=False,
            )
        told = _("核实最多{n}个工作日，写1到{n}。").format(n=MOST_DAYS)
        self.fields["days"] = forms.IntegerField(
            label=_("要核实的，几个工作日"),
            help_text=told,
            required=False,
            min_value=1,
            max_value=MOST_DAYS,
            widget=forms.NumberInput({"inputmode": "numeric"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), told),
        )

    def clean(self) -> None:
        if self.checking_keys and not self.cleaned_data.get("days") and "days" not in self.errors:
            self.add_error("days", _("写明要核实几个工作日。"))
        if not self.claims and not self.checking_keys:
            self.add_error(None, _("至少说明一项事实。"))

    def questions(self) -> list[forms.BoundField]:
        """The facts that are asked, as fields."""
        return [field for field in self if field.name.startswith(PREFIX)]

    def _said(self, *values: str) -> dict[str, str]:
        given = self.cleaned_data.items()
        return {name.removeprefix(PREFIX): said for name, said in given if name.startswith(PREFIX) and said in values}

    @property
    def claims(self) -> dict[str, bool | None]:
        return {fact: said == "yes" for fact, said in self._said("yes", "no").items()}

    @property
    def checking_keys(self) -> list[str]:
        return list(self._said(CHECK))

    @property
    def checking(self) -> dict[str, int]:
        return dict.fromkeys(self.checking_keys, self.cleaned_data.get("days") or 0)


class PerformForm(forms.Form):
    """When the promise was kept, and what shows it."""

    on = forms.DateField(
        label=gettext_lazy("哪天兑现的"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("写明是哪天兑现的。"),
            "invalid": gettext_lazy("日期写成2026-12-01这样。"),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("凭证"),
        help_text=gettext_lazy("退款到账的截图、发货单、签收记录都算。"),
        error_messages={
            "required": gettext_lazy("附上证明，例如退款到账的截图、发货单。"),
            "empty": gettext_lazy("这个文件是空的（0字节），换一个。"),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("说明"),
        help_text=gettext_lazy("消费者和协会看得到。"),
        required=False,
        validators=[AtMost(LONGEST_PROOF)],
        widget=forms.Textarea({"rows": 3}),
    )


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for more time, once."""
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    form, refusal = ExtendForm(posted(request)), why_not(respondent, on=timezone.localdate())
    if form.is_valid():
        given = form.cleaned_data
        told: dict[str, Any] = {"party": Party(respondent.party), "reason": Extension.Reason(given["reason"])}
        told |= {"days": given["days"], "words": given["words"]}
        try:
            made = ask_for_time(complaint, **told, actor=actor, at=timezone.now())
        except CannotAnswer as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _said(made))
            return redirect("complaints:portal-case", reference)
    page = {"form": form, "refusal": refusal, "due": day(respondent.due_on) if respondent.due_on else ""}
    return render(request, "portal/extend.html", {**frame_of_party(complaint, respondent), **page})


def _said(made: Extension) -> str:
    made.refresh_from_db()
    if made.until:
        return _("已同意延到{date}。").format(date=day(made.until))
    return _("已交给协会。协会答复以前，原来的期限照走。")


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def facts(request: HttpRequest, reference: str) -> HttpResponse:
    """Say of single facts whether they are so, without an answer yet."""
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    questions = open_facts_of_parties(complaint, [respondent.party])
    form = FactsForm(questions, posted(request))
    if form.is_valid():
        told: dict[str, Any] = {"claims": form.claims, "checking": form.checking}
        try:
            tell_facts(complaint, party=Party(respondent.party), **told, actor=actor, at=timezone.now())
        except CannotAnswer as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("说明好了，判定重新算过了。答复还是要在期限前交。"))
            return redirect("complaints:portal-case", reference)
    page = {"form": form, "has_questions": bool(questions)}
    return render(request, "portal/facts.html", {**frame_of_party(complaint, respondent), **page})


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not
def perform(request: HttpRequest, trouble: Trouble, reference: str, number: int) -> HttpResponse:
    """Show that a promise was kept."""
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    offer = get_object_or_404(complaint.offers, party=respondent.party, number=number, state=OfferState.ACCEPTED)
    is_sent = request.method == "POST" and not trouble.is_unreadable
    form = PerformForm(*((request.POST, request.FILES) if is_sent else ()))
    if is_sent and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        try:
            count_bytes(request, given["file"].size or 0, at=at)
            piece = _kept(complaint, respondent, given["file"], actor=actor, at=at)
            show_performance(offer, on=given["on"], words=given["words"], evidence=[piece], actor=actor, at=at)
        except vault.Unacceptable as refusal:
            form.add_error("file", str(refusal))
        except (CannotOffer, CannotAnswer) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("证明交上去了，已请消费者说收没收到。"))
            return redirect("complaints:portal-case", reference)
    page = {"form": form, "refused": trouble.sentences, "words": offer_words(offer.kind, offer.amount)}
    page["until"] = day(offer.pay_by) if offer.pay_by else ""
    return render(request, "portal/perform.html", {**frame_of_party(complaint, respondent), **page})


def _kept(complaint: Complaint, respondent: Respondent, upload: Any, *, actor: Any, at: Any) -> Evidence:
    """The file as evidence; the same file again is the same piece."""
    speaker, kind = Speaker(respondent.party), Evidence.Kind.PAYMENT
    try:
        return add_evidence(complaint, upload, kind=kind, speaker=speaker, actor=actor, at=at)
    except vault.Unacceptable as refusal:
        if refusal.code != "duplicate":
            raise
        same = complaint.evidence.of_dispute().filter(blob=vault.keep(upload, at=at), offered_by=respondent.party)
        return same.get()
