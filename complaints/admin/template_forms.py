"""The form of a template, and the choice of one on the page of an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from complaints.admin.forms import TOO_LONG, choose, due_after, text_box
from complaints.models import Complaint, Template
from complaints.models.actor import Actor
from complaints.narrative import language
from complaints.wordings import BadWording, check, filled, values_of

WORDS_LENGTH = 2000
OF_ACT: Mapping[str, Template.Kind] = {"ask": Template.Kind.ASK, "message": Template.Kind.MESSAGE}


def _name(label: Any, limit: int) -> forms.CharField:
    field = forms.CharField(label=label, max_length=limit)
    field.error_messages |= {"required": gettext_lazy("起一个名字，同事找得到。"), "max_length": TOO_LONG}
    return field


class TemplateForm(forms.Form):
    """Both languages side by side; ``seen`` is the version the officer had before them."""

    kind = forms.ChoiceField(
        label=gettext_lazy("用在哪里"),
        choices=Template.Kind.choices,
        error_messages=choose(gettext_lazy("选一下用在哪里。")),
    )
    name = _name(gettext_lazy("名称"), 40)
    name_en = _name(gettext_lazy("英文名称"), 60)
    zh = text_box(gettext_lazy("中文"), gettext_lazy("变量照写，例如{reference}。"), limit=WORDS_LENGTH, rows=9)
    en = text_box(gettext_lazy("英文"), gettext_lazy("两种语言说同样的话。"), limit=WORDS_LENGTH, rows=9)
    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, *args: Any, of: Template | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of is not None:
            del self.fields["kind"]

    def clean_zh(self) -> str:
        return self._checked("zh")

    def clean_en(self) -> str:
        return self._checked("en")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name].replace("\r\n", "\n")
        try:
            check(text)
        except BadWording as problem:
            raise forms.ValidationError(str(problem)) from None
        return text


@dataclass(frozen=True, slots=True)
class Offered:
    """The templates an act's page offers; ``kept`` are the values of the address that go on with the choice."""

    choices: list[tuple[int, str]]
    chosen: int | None
    kept: list[tuple[str, str]]


def offered(request: HttpRequest, actor: Actor, act: str) -> Offered | None:
    """What can be chosen on the page of this act; None where it takes none, or there are none."""
    if act not in OF_ACT or request.method == "POST":
        return None
    found = Template.objects.visible_to(actor).in_use().filter(kind=OF_ACT[act])
    choices = [(each.pk, each.called(language())) for each in found]
    kept = [(name, request.GET[name]) for name in ("to", "fact") if name in request.GET]
    return Offered(choices, _key(request), kept) if choices else None


def words_asked_for(request: HttpRequest, actor: Actor, act: str, complaint: Complaint) -> str:
    """The template ``?template=`` names, filled in for the case, in the language of whoever will read it: the
    consumer's own, and Chinese for a party. Empty for none, and for one this officer may not see."""
    key = _key(request)
    if act not in OF_ACT or key is None:
        return ""
    found = Template.objects.visible_to(actor).in_use().filter(pk=key, kind=OF_ACT[act]).first()
    if found is None:
        return ""
    to = request.GET.get("to", "consumer")
    lang = complaint.language if act == "message" or to == "consumer" else "zh"
    return filled_for(complaint, found.newest.words(lang), actor, lang=lang, to=to)


def filled_for(complaint: Complaint, text: str, actor: Actor, *, lang: str, to: str = "") -> str:
    """A text with the variables of a case, as of today."""
    on = timezone.localdate()
    office = actor.organisation.name(lang) if actor.organisation else ""
    return filled(text, values_of(complaint, lang=lang, on=on, answer_by=due_after(on), to=to, office=office))


def _key(request: HttpRequest) -> int | None:
    key = request.GET.get("template", "")
    return int(key) if key.isascii() and key.isdigit() and len(key) < 9 else None
