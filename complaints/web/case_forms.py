"""The forms of a filed case: answers to open questions, more evidence, offers, doors that need a second look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.flow.aftermath import ReopenReason
from complaints.flow.reviews import LONGEST
from complaints.models import Evidence, Feedback, Review
from complaints.models.evidence import DISPUTE_KINDS
from complaints.provable import Point
from complaints.statement import NoAmount, amount
from complaints.web.forms import AtMost

ANSWERS = [("yes", _("是")), ("no", _("不是")), ("unsure", _("我不清楚"))]
PREFIX = "fact-"
REPLY_LENGTH = 500
RATE_LENGTH = 200


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


class ConfirmForm(forms.Form):
    """A door that closes behind one: the box must be ticked, and nothing is ticked beforehand."""

    understood = forms.BooleanField()

    def __init__(self, label: Any, missing: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"].label = label
        self.fields["understood"].error_messages["required"] = missing


class AcceptForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("我接受这个方案"), _("请先勾选，确认你接受。"), *args, **kwargs)


class KeptForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("答应的我都收到了，这件事解决了"), _("请先勾选，确认都收到了。"), *args, **kwargs)


class UnpaidForm(ConfirmForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("约好的日子过了，我没有收到"), _("请先勾选，确认没有收到。"), *args, **kwargs)


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("对方会看到。别写电话、住址和收款码。"),
        required=False,
        validators=[AtMost(REPLY_LENGTH)],
        widget=forms.Textarea({"rows": 3}),
    )


class RefuseForm(forms.Form):
    words = _reason(_("为什么不接受"))


class CounterForm(forms.Form):
    """For how much the consumer would agree."""

    amount = forms.CharField(
        label=_("我希望是多少元"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("写一下你希望是多少元，例如469。")},
    )
    words = _reason(_("理由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].prefix = "¥"  # type: ignore[attr-defined]  # read by templates/components/field.html

    def clean_amount(self) -> Decimal:
        try:
            found = amount(self.cleaned_data["amount"])
        except NoAmount as refusal:
            raise ValidationError(str(refusal), code="amount") from None
        if not found:
            raise ValidationError(_("写一个比0大的金额。"), code="amount")
        return found


class ReopenForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("为什么要重新打开"),
        choices=ReopenReason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下为什么要重新打开。")),
    )


class WithdrawForm(ConfirmForm):
    """Taking the complaint back; who was pressed to do so can say it here."""

    pressed = forms.BooleanField(
        label=_("有人劝我撤，或者拿好处换我撤\n勾选了也照样撤回；只有协会看得到，对方不会知道"), required=False
    )
    words = forms.CharField(
        label=_("是谁，怎么说的"),
        help_text=_("只有协会看得到。"),
        required=False,
        max_length=RATE_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": _("最多%(limit_value)d字，现在有%(show_value)d字。删短一些。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("我要撤回这件投诉"), _("请先勾选，确认是你自己要撤回。"), *args, **kwargs)
        self.order_fields(["pressed", "words", "understood"])


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
