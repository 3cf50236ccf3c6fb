"""The forms of a filed case: answers to open questions, more evidence, offers, doors that need a second look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.asking.forms import AtMost
from complaints.flow.aftermath import ReopenReason
from complaints.flow.reviews import LONGEST
from complaints.models import Evidence, Feedback, Review
from complaints.models.evidence import DISPUTE_KINDS
from complaints.provable import Point

RATE_LENGTH = 200


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, empty or not; nothing otherwise."""
    return request.POST if request.method == "POST" else None


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
        help_text=_("图片、PDF、录屏、录音、表格（XLSX、CSV）或文字，可以一次选几个。压缩包请解开再传。"),
        error_messages={
            "required": _("还没有选文件。选一张截图、照片或一段录屏。"),
            "empty": _("这个文件是空的（0字节），换一个。"),
        },
    )
    kind = forms.ChoiceField(
        label=_("是什么"),
        choices=DISPUTE_KINDS,
        initial=Evidence.Kind.OTHER,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下这是什么，不好说就选“其他”。")),
    )

    shows = forms.MultipleChoiceField(
        label=_("能证明什么"),
        help_text=_("看得出哪几样就勾哪几样，不勾就按种类来。勾了，就是你这么说。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("这一样现在用不上了，看看还剩哪几样。")},
    )

    def __init__(self, points: Iterable[Point], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(point.code, point.statement) for point in points]
        self.fields["shows"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["shows"]

    def take_one_at_a_time(self) -> None:
        """Android WeChat lets a choice of several files fail without a word."""
        self.fields["pieces"].widget = forms.FileInput()


class ReopenForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("为什么要重新打开"),
        choices=ReopenReason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下为什么要重新打开。")),
    )


class ReviewForm(forms.Form):
    """What seems wrong with the finding."""

    reasons = forms.MultipleChoiceField(
        label=_("你觉得哪里不对？（可多选）"),
        choices=Review.Reason.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice", "invalid_list"), _("选一下你觉得哪里不对，可以多选。")
        ),
    )
    words = forms.CharField(
        label=_("用你自己的话说"),
        help_text=_("比如哪个事实不对、漏了哪件证据。只有协会看得到。"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。")},
    )


class RateForm(forms.Form):
    """Five words rather than stars: they read the same for everybody."""

    score = forms.ChoiceField(
        label=_("总的来说，这件事办得怎么样？"),
        choices=sorted(Feedback.Score.choices, reverse=True),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一个分。")),
    )
    words = forms.CharField(
        label=_("想说一句什么"),
        help_text=_("只有协会看得到，别写电话和住址。"),
        required=False,
        validators=[AtMost(RATE_LENGTH)],
    )
