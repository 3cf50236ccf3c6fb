"""What the consumer said, page by page, as it is read through before sending."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.asking.forms import DateField, QuestionForm, day_as_typed, labels_of
from complaints.asking.forms_order import AmountField
from complaints.asking.pages import Page
from complaints.asking.route import Journey
from complaints.narrative import day

CONTACT_STEP = 10
SECTIONS = {
    1: gettext_lazy("发生了什么"),
    2: gettext_lazy("在哪看的"),
    3: gettext_lazy("对方是谁"),
    4: gettext_lazy("买了什么，怎么付的"),
    5: gettext_lazy("什么问题"),
    6: gettext_lazy("说的和到手的"),
    7: gettext_lazy("你找过谁"),
    8: gettext_lazy("你想要的结果"),
    10: gettext_lazy("怎么联系你"),
}
WHO_IS_REACHED = gettext_lazy("联系谁，告诉谁")  # the same step where somebody fills it in for another
REMARK = re.compile(r"\s*[（(][^（）()]*[）)]$")
LONGEST_SHOWN = 1600  # characters: a text that is far too long need not be sent back in full


@dataclass(frozen=True, slots=True)
class Row:
    """One page: its question, what was answered (label or nothing, text), and whether it can be sent like that."""

    page: Page
    lines: tuple[tuple[str, str], ...]
    is_complete: bool

    @property
    def change_url(self) -> str:
        return f"{self.page.url}?from=check"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[Row, ...]


def summary(journey: Journey) -> tuple[Section, ...]:
    """All pages of the route with their answers, step by step."""
    steps: dict[int, list[Row]] = {}
    for page in journey.route:
        form = journey.saved(page)
        if form is not None:
            steps.setdefault(page.step, []).append(Row(page, lines_of(form), journey.is_complete(page)))
    return tuple(Section(title_of(journey, step), tuple(rows)) for step, rows in steps.items())


def title_of(journey: Journey, step: int) -> str:
    """What a step of the questions is about."""
    return str(WHO_IS_REACHED if step == CONTACT_STEP and journey.is_for_another else SECTIONS[step])


def lines_of(form: QuestionForm) -> tuple[tuple[str, str], ...]:
    """One page as it is read through: label (or nothing) and answer, line by line."""
    return tuple(_lines(form))


def _lines(form: QuestionForm) -> Iterable[tuple[str, str]]:
    saved = form.spread(form.journey.answers.get(form.slug, {}))
    for name, field in form.fields.items():
        text = _text(field, saved.get(name))
        if text:
            alone = name in {form.heading_field, *form.unlabelled} or isinstance(field, forms.BooleanField)
            yield ("" if alone else _before_answer(str(field.label))), text[:LONGEST_SHOWN]


def _before_answer(label: str) -> str:
    """A label as it stands before an answer: without remarks in brackets, with a colon unless it asks."""
    plain = REMARK.sub("", label)
    return plain if plain.endswith(("？", "?")) else _("{label}：").format(label=plain)


def _text(field: forms.Field, value: Any) -> str:
    """An answer as a person reads it; empty where there is none."""
    if not value:
        return ""
    if isinstance(field, forms.BooleanField):
        return str(field.label)
    if isinstance(field, forms.MultipleChoiceField):
        return _("、").join(_label(field, code) for code in value)
    if isinstance(field, forms.ChoiceField):
        return _label(field, value)
    if isinstance(field, DateField):
        return _day(value)
    return f"¥{value}" if isinstance(field, AmountField) else str(value)


def _label(field: forms.ChoiceField, code: Any) -> str:
    return labels_of(field).get(str(code), str(code)).partition("\n")[0]


def _day(value: Any) -> str:
    if isinstance(value, list):
        return day_as_typed(value) if any(value) else ""
    found = parse_date(value)
    return day(found) if found else str(value)
