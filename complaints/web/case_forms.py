"""The forms of a filed case: answers to open questions, more evidence, and the two doors that need a second look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.models import Evidence

ANSWERS = [("yes", _("是")), ("no", _("不是")), ("unsure", _("我不清楚"))]
PREFIX = "fact-"


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, empty or not; nothing otherwise."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the consumer can tell: its key, what is asked, and the line under it."""

    fact: str
    ask: str
    hint: str = ""


class AnswerForm(forms.Form):
    """Yes, no or not sure to each question; what is left out or unsure asserts nothing."""

    hide_optional = True

    def __init__(self, questions: Iterable[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[PREFIX + question.fact] = forms.ChoiceField(
                label=question.ask, help_text=question.hint, choices=ANSWERS, widget=forms.RadioSelect, required=False
            )

    @property
    def facts(self) -> dict[str, bool | None]:
        """What was answered with yes or no."""
        return {
            name.removeprefix(PREFIX): value == "yes"
            for name, value in self.cleaned_data.items()
            if value in {"yes", "no"}
        }


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files at once."""

    widget = ManyFiles(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        if not given:
            given = [None]
        return [super(FilesField, self).clean(each, initial) for each in given]


class EvidenceForm(forms.Form):
    """Files of one kind."""

    pieces = FilesField(
        label=_("选文件"),
        help_text=_("图片、PDF、视频或文字记录，可以一次选几个。"),
        error_messages={
            "required": _("还没有选文件。选一张截图、照片或一段录屏。"),
            "empty": _("这个文件是空的（0字节），换一个。"),
        },
    )
    kind = forms.ChoiceField(
        label=_("是什么"),
        choices=Evidence.Kind.choices,
        initial=Evidence.Kind.OTHER,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下这是什么，不好说就选“其他”。")),
    )

    def take_one_at_a_time(self) -> None:
        """Android WeChat lets a choice of several files fail without a word."""
        self.fields["pieces"].widget = forms.FileInput()


class ConfirmForm(forms.Form):
    """A door that closes behind one: the box must be ticked, and nothing is ticked beforehand."""

    understood = forms.BooleanField()

    def __init__(self, label: str, missing: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"].label = label
        self.fields["understood"].error_messages["required"] = missing
