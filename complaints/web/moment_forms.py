"""The form of a sentence heard in a livestream, alike before and after filing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.asking.forms import AtMost, DateField, line, without_nul
from complaints.flow.moments import LONGEST, LONGEST_CLOCK, LONGEST_GOODS, CannotTell, Heard
from complaints.models import Evidence, LiveMoment
from complaints.moment_words import code_of

NO_CODE = _("写成“1:23:45”这样：时、分、秒。不知道就空着。")
POSITION = "position-"
RECORDED = ("video/", "audio/")


class MomentForm(forms.Form):
    """One sentence. ``pieces`` are the person's own files, any of which may carry it."""

    sentence = forms.CharField(
        label=_("听到的那句话"),
        help_text=_("记得多少写多少，不用一字不差。别写电话和微信。"),
        widget=forms.Textarea({"rows": 2}),
        validators=[AtMost(LONGEST), without_nul],
        error_messages={"required": _("写下听到的那句话，记得多少写多少。")},
    )
    by = forms.ChoiceField(
        label=pgettext_lazy("moment", "谁说的"),
        choices=LiveMoment.By.choices,
        widget=forms.RadioSelect,
        initial=LiveMoment.By.ANCHOR,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("选一下是谁说的。")),
    )
    on = DateField(label=_("哪天的直播"), empty=_("写上是哪天的直播。"), alone=True)
    code = line(label=_("在回放的哪里"), limit=LONGEST_CLOCK, help_text=_("例如1:23:45，时、分、秒"))
    clock = line(label=_("当时几点"), limit=LONGEST_CLOCK, help_text=_("例如晚上8点半"))
    goods = line(label=_("说的是哪件商品"), limit=LONGEST_GOODS, help_text=_("空着就是你买的这件"))
    pieces = forms.MultipleChoiceField(
        label=_("哪些证据里有这句话"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("有一件证据已经不在了，重新选一下。")},
    )

    def __init__(self, *args: Any, pieces: Sequence[Evidence], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].today = today  # type: ignore[attr-defined]  # a DateField of ours
        if not pieces:
            del self.fields["pieces"]
            return
        listed = [(str(piece.pk), f"{piece.get_kind_display()}\n{piece.name}") for piece in pieces]
        self.fields["pieces"].choices = listed  # type: ignore[attr-defined]
        for piece in pieces:
            if piece.blob.media_type.startswith(RECORDED):
                label = _("在“{name}”的哪里").format(name=piece.name)
                hint = _("例如0:12，分、秒")
                self.fields[f"{POSITION}{piece.pk}"] = line(label=label, limit=LONGEST_CLOCK, help_text=hint)

    def clean_code(self) -> str:
        return _read(self.cleaned_data["code"])

    def clean(self) -> None:
        for name in [name for name in self.cleaned_data if name.startswith(POSITION)]:
            try:
                self.cleaned_data[name] = _read(self.cleaned_data[name])
            except ValidationError as refusal:
                self.add_error(name, refusal)

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields one may well leave alone."""
        return [field for field in self if field.name not in {"sentence", "by", "on", "code"}]

    @property
    def is_more_open(self) -> bool:
        """Whether something stands in them already, or is wrong with them."""
        return any(field.errors or field.value() for field in self.more)

    def heard(self) -> Heard:
        """What was said, as the verb takes it. Only for a valid form. A place in a piece names the piece."""
        given = self.cleaned_data
        places = {int(pk): given.get(f"{POSITION}{pk}", "") for pk in given.get("pieces", [])}
        for name, code in given.items():
            if name.startswith(POSITION) and code:
                places[int(name.removeprefix(POSITION))] = code
        told = {name: given[name] for name in ("on", "sentence", "code", "clock", "goods")}
        return Heard(by=LiveMoment.By(given["by"]), places=places, **told)

    def say_why(self, refusal: CannotTell) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def as_typed(moment: LiveMoment) -> dict[str, Any]:
    """A sentence as the form shows it, to be corrected."""
    places = {place.evidence_id: place.position for place in moment.places.all()}
    told = {name: getattr(moment, name) for name in ("sentence", "by", "on", "code", "clock", "goods")}
    return {**told, "pieces": [str(pk) for pk in places], **{f"{POSITION}{pk}": at for pk, at in places.items()}}


def _read(text: str) -> str:
    try:
        return code_of(text)
    except ValueError:
        raise ValidationError(NO_CODE, code="code") from None
