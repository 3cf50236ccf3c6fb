"""The chosen rows of the queue: given to a colleague, or asked for the same material, with a word on each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from complaints import permissions
from complaints.admin.access import colleagues_of, frame_of, name_of, way_back
from complaints.admin.forms import ASKED, WORDS_LENGTH, choose, due_after, text_box
from complaints.flow import many
from complaints.lifecycle import State
from complaints.models import Complaint
from complaints.models.actor import Actor
from complaints.narrative import day
from complaints.posting import post_only


class AskManyForm(forms.Form):
    """The same question to the same side of every chosen case."""

    to = forms.ChoiceField(
        label=gettext_lazy("问谁"),
        choices=ASKED,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下问谁。")),
    )
    words = text_box(
        gettext_lazy("要什么"), gettext_lazy("每件都收到同样的话，别写某一件才有的事。"), limit=WORDS_LENGTH
    )
    due_on = forms.DateField(
        label=gettext_lazy("最晚哪天"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("写上最晚哪天答复。"),
            "invalid": gettext_lazy("没有这一天，或者写法读不懂。写成年-月-日三个数字，例如2026-6-8。"),
        },
    )
    use_required_attribute = False

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError(_("期限已经过去了，选今天或以后的日子。"))
        return due_on


@post_only("admin:queue")
def assign_many(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give the chosen cases to one officer. A number one may not see is no number at all: then nothing is done."""
    found = _chosen(request, actor)
    to_pk = request.POST.get("to") or request.POST.get("other")
    to = next((user for user in colleagues_of(actor) if str(user.pk) == to_pk), None)
    if to is None:
        raise Http404
    try:
        outcomes = many.assign_each(found, to=to, actor=actor, at=timezone.now())
    except many.TooMany as refusal:
        messages.warning(request, str(refusal))
    else:
        _tell(request, outcomes, to)
    return redirect(way_back(request, reverse("admin:queue")))


@post_only("admin:queue")
def ask_many(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for the same material in each chosen case: the question, then what it does to each, then what was done.

    Sent again, the last step puts no question a second time, and says so.
    """
    permissions.require(actor, "ask")
    found = _chosen(request, actor)
    back = way_back(request, reverse("admin:queue"))
    if not found or len(found) > many.MOST:
        messages.warning(request, _too_many(len(found)) if found else _("先勾选要问的案件。"))
        return redirect(back)
    step = request.POST.get("step", "")
    form = AskManyForm(request.POST if step else None, initial={"due_on": due_after(timezone.localdate())})
    context: dict[str, Any] = {**frame_of(actor), "form": form, "chosen": found, "back": back, "most": many.MOST}
    if not step or not form.is_valid() or step == "edit":
        return render(request, "admin/ask_many.html", context, status=422 if form.errors else 200)
    if step == "send":
        outcomes = many.ask_each(found, **form.cleaned_data, actor=actor, at=timezone.now())
        done = sum(outcome.is_done for outcome in outcomes)
        return render(request, "admin/asked_many.html", {**context, "outcomes": outcomes, "done": done})
    will = [(case, *_what_happens(case, form.cleaned_data["to"])) for case in found]
    context |= {"will": will, "whom": dict(ASKED)[form.cleaned_data["to"]], "until": day(form.cleaned_data["due_on"])}
    return render(request, "admin/ask_many.html", context)


def _chosen(request: HttpRequest, actor: Actor) -> list[Complaint]:
    """The visible cases that were ticked, in the order of their numbers; 404 for a number that is none of theirs."""
    numbers = set(request.POST.getlist("case"))
    found = Complaint.objects.visible_to(actor).filter(reference__in=numbers).defer("story", "statement")
    cases = list(found.prefetch_related("respondents").order_by("pk"))
    if len(cases) != len(numbers):
        raise Http404
    return cases


def _what_happens(case: Complaint, to: str) -> tuple[str, bool]:
    """What asking will do to one case, and whether it can be asked at all."""
    if not case.is_open:
        return _("已经结束（{state}），不会问。").format(state=case.get_state_display()), False
    if to == "consumer":
        if case.state == State.REFERRED:
            return _("问消费者；案件从“待受理”转为“待补充”。"), True
        return _("问消费者；案件停在现在的一步，时限照走。"), True
    asked = next((each for each in case.respondents.all() if each.party == to), None)
    name = asked.name if asked and asked.name else _("名称不详")
    return _("问{name}；案件停在现在的一步，时限照走。").format(name=name), True


def _tell(request: HttpRequest, outcomes: list[many.Outcome], to: User) -> None:
    given = sum(outcome.is_done for outcome in outcomes)
    already = sum(outcome.was_done for outcome in outcomes)
    for outcome in outcomes:
        if outcome.refusal:
            messages.warning(request, f"{outcome.complaint.reference} {outcome.refusal}")
    if given:
        words = ngettext("{n}件已分给{name}。", "{n}件已分给{name}。", given)
        messages.success(request, words.format(n=given, name=name_of(to)))
    if already:
        words = ngettext("{n}件本来就归{name}，没有变。", "{n}件本来就归{name}，没有变。", already)
        messages.info(request, words.format(n=already, name=name_of(to)))
    if not outcomes:
        messages.info(request, _("先勾选要分的案件。"))


def _too_many(count: int) -> str:
    return _("一次最多{most}件，现在选了{n}件。少选一些，分几次做。").format(most=many.MOST, n=count)
