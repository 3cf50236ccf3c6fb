"""What the question pages have in common: answers kept as typed, choices from the statement, dates in three parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.region_choices import flat
from complaints.narrative import day
from complaints.statement import Option

if TYPE_CHECKING:
    from complaints.asking.route import Journey

EARLIEST = date(2010, 1, 1)  # before that nobody sold by livestream: a slip of the finger
DATE_PARTS = (gettext_lazy("年"), gettext_lazy("月"), gettext_lazy("日"))
CHOOSE = gettext_lazy("选一项，或者选“我不清楚”")
NOT_OFFERED = gettext_lazy("“%(value)s”不在可选的几项里，重新选一下")
NUL, NUL_SHOWN = "\x00", "\u2400"  # no database takes the first; ␀ stands for it in what is kept
NO_NUL = gettext_lazy("里面有空字符（NUL，写成␀），存不了。把它删掉。")


class QuestionForm(forms.Form):
    """One page. ``saved`` are its fields in ``Draft.answers``: by their contract where valid, as typed where not."""

    slug: ClassVar[str]  # the page in Draft.answers and in the address
    heading: ClassVar[Any]  # the question of the page
    heading_field = ""  # the field that carries the question as its label; none where the page asks several things
    why: ClassVar[Any] = ""  # why this is asked, in a fold under the fields
    unlabelled: ClassVar[frozenset[str]] = frozenset()  # fields whose answer needs no label when it is read through
    hide_optional = False
    opening: ClassVar[Mapping[str, Any]] = {}  # what stands there before anything was saved

    def __init__(self, journey: Journey, data: Mapping[str, Any] | None = None) -> None:
        self.journey = journey
        super().__init__(data, initial={**self.opening, **self.spread(journey.answers.get(self.slug, {}))})
        self.arrange()
        if self.heading_field:
            self.fields[self.heading_field].label = self.heading
        for field in self.fields.values():
            field.validators = [
                without_nul if isinstance(each, ProhibitNullCharactersValidator) else each for each in field.validators
            ]

    @classmethod
    def of_saved(cls, journey: Journey) -> Self:
        """The page as if what is kept were sent again: the one way to ask whether a page is complete."""
        data: MultiValueDict[str, Any] = MultiValueDict()
        fields = cls(journey).fields
        for name, value in cls.spread(journey.answers.get(cls.slug, {})).items():
            if name in fields:
                for key, values in _as_sent(fields[name].widget, name, value):
                    data.setlist(key, values)
        return cls(journey, data)

    @staticmethod
    def spread(saved: Mapping[str, Any]) -> Mapping[str, Any]:
        """From the contract of Draft.answers to the fields of the page, where these differ."""
        return saved

    def arrange(self) -> None:
        """Fit the fields to the answers of other pages."""

    def answers(self) -> dict[str, Any]:
        """The fields by the contract of Draft.answers. Only for a valid form."""
        return {name: _plain(value) for name, value in self.cleaned_data.items()}

    def typed(self) -> dict[str, Any]:
        """The fields as they came, so that nothing is lost. A NUL is kept as the sign for it."""
        return {
            name: _without_nul(field.widget.value_from_datadict(self.data, self.files, name))
            for name, field in self.fields.items()
        }

    def still_asked(self) -> dict[str, Any]:
        """What is kept of this page, without what the page no longer asks."""
        return dict(self.journey.answers.get(self.slug, {}))

    def to_keep(self) -> dict[str, Any]:
        return self.answers() if self.is_valid() else self.typed()


class DateParts(forms.MultiWidget):
    """Year, month and day as three numeric fields: native date pickers fail in some in-app browsers."""

    template_name = "wizard/dateparts.html"
    use_fieldset = True

    def __init__(self) -> None:
        part = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__([forms.TextInput(attrs={**part, "size": size, "class": "w-4"}) for size in (4, 2, 2)])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], DATE_PARTS, strict=True):
            part["label"] = label
        return context

    def decompress(self, value: Any) -> list[str]:
        """Three parts from an ISO day; what was typed wrongly is kept as its three parts."""
        if isinstance(value, list):
            return value
        if isinstance(value, date):
            value = value.isoformat()
        return [part.lstrip("0") for part in value.split("-")] if value else ["", "", ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


class DateField(forms.Field):
    """A day that exists, not in the future and not before 2010; None where all three parts are empty.

    What is wrong is said with the label in front, unless it is ``alone`` on its page."""

    widget = DateParts

    def __init__(self, *, label: Any, empty: Any = None, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(label=label, required=empty is not None, **kwargs)
        self.alone = alone
        self.today: date | None = None
        if empty is not None:
            self.error_messages["required"] = empty

    def clean(self, value: Any) -> date | None:
        parts = [_digits(part) for part in value or ()]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            year, month, day_of_month = (int(part) for part in parts)
            found = date(year + 2000 if year < 100 else year, month, day_of_month)
        except (ValueError, OverflowError):
            sentence = _("没有这一天（{found}），检查年月日").format(found=day_as_typed(parts)[:40])
            raise ValidationError(self._named(sentence), code="none") from None
        return self._within_reason(found)

    def _within_reason(self, found: date) -> date:
        if self.today and found > self.today:
            sentence = _("{day}在今天（{today}）之后，检查一下").format(day=day(found), today=day(self.today))
            raise ValidationError(self._named(sentence), code="future")
        if found < EARLIEST:
            sentence = _("{day}太早了，年份要从2010年起，检查一下").format(day=day(found))
            raise ValidationError(self._named(sentence), code="early")
        return found

    def _named(self, sentence: str) -> str:
        return sentence if self.alone else named(self, sentence)


def day_as_typed(parts: Iterable[Any]) -> str:
    """Three parts that may be no day, said as a day: ``2026年2月30日``; as they stand where they are no numbers."""
    typed = [_digits(part) or "?" for part in parts]
    if len(typed) == len(DATE_PARTS) and all(part.isdecimal() for part in typed):
        return _("{year}年{month}月{day}日").format(year=typed[0], month=typed[1], day=typed[2])
    return " ".join(typed)


def named(field: forms.Field, sentence: str) -> str:
    """A sentence that would fit several fields of a page, with the label of its own in front."""
    return _("{name}：{sentence}").format(name=field.label, sentence=sentence)


def choices(options: Iterable[Option]) -> list[tuple[str, str]]:
    """Options as choices of a field: the example stands on the second line of the label."""
    return [(option.code, f"{option.label}\n{option.hint}" if option.hint else str(option.label)) for option in options]


def labels_of(field: forms.ChoiceField) -> dict[str, str]:
    """Code → label of a field's choices, as shown, groups opened: the example after the line break included."""
    pairs = flat(cast(Iterable[tuple[Any, Any]], field.choices))
    return {str(code): str(label) for code, label in pairs}


def one_of(
    options: Iterable[Option], *, label: Any, error: Any = CHOOSE, required: bool = True, **kwargs: Any
) -> forms.ChoiceField:
    """Radios; the labels are put in at the time of the request, in its language."""
    return forms.ChoiceField(
        label=label,
        required=required,
        widget=forms.RadioSelect,
        choices=lambda: choices(options),
        error_messages={"required": error, "invalid_choice": error},
        **kwargs,
    )


def some_of(options: Iterable[Option], *, label: Any, error: Any = "", **kwargs: Any) -> forms.MultipleChoiceField:
    """Checkboxes; with ``error`` at least one must be ticked."""
    return forms.MultipleChoiceField(
        label=label,
        required=bool(error),
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: choices(options),
        error_messages={"required": error, "invalid_choice": NOT_OFFERED},
        **kwargs,
    )


def line(*, label: Any, limit: int, error: Any = "", **kwargs: Any) -> forms.CharField:
    """One line of text; with ``error`` it may not be empty. Longer than ``limit`` is kept as typed and said."""
    kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
    field = forms.CharField(label=label, required=bool(error), error_messages={"required": error}, **kwargs)
    field.validators += [AtMost(limit), without_control_characters]
    return field


def without_nul(text: str) -> None:
    """NUL cannot be stored: it is kept as ␀, so that one sees where it stood."""
    if NUL in text or NUL_SHOWN in text:
        raise ValidationError(NO_NUL, code="null_characters_not_allowed")


def without_control_characters(text: str) -> None:
    """One line holds no invisible signs: they come with a paste, and break what reads the line later."""
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValidationError(_("里面有看不见的控制字符，删掉重新打一遍"), code="control")


class AtMost:
    """A limit that says how much to take away. No maxlength in the page: browsers cut pasted text without a word."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, text: str) -> None:
        if len(text) > self.limit:
            sentence = _("最多{limit}字，还要删{more}字").format(limit=self.limit, more=len(text) - self.limit)
            raise ValidationError(sentence, code="long")


def _digits(part: Any) -> str:
    """Full-width digits and blanks as people type them."""
    return str(part or "").strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _without_nul(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nul(part) for part in value]
    return value.replace(NUL, NUL_SHOWN) if isinstance(value, str) else ("" if value is None else value)


def _as_sent(widget: forms.Widget, name: str, value: Any) -> Iterable[tuple[str, list[Any]]]:
    if isinstance(widget, forms.MultiWidget):
        return [(f"{name}_{part}", [text]) for part, text in enumerate(widget.decompress(value) or ())]
    if isinstance(widget, forms.CheckboxInput):
        return [(name, ["on"])] if value else []
    return [(name, value if isinstance(value, list) else [value])]
