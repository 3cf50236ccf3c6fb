"""The pages of the form as data: what a program of a kiosk or hotline asks, in which words, and what it may take."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.region_choices import flat
from complaints.asking.forms import AtMost, DateField, QuestionForm
from complaints.asking.forms_order import AmountField
from complaints.asking.pages import Page
from complaints.asking.route import Journey


def page_told(journey: Journey, page: Page) -> dict[str, Any]:
    """One page with its fields, in the language of the journey."""
    assert page.form is not None
    form = page.form(journey)
    return {
        "page": page.slug,
        "step": page.step,
        "question": str(page.heading),
        "why": str(form.why),
        "notice": page.notice(journey),
        "fields": _fields(form, journey),
    }


def _fields(form: QuestionForm, journey: Journey) -> list[dict[str, Any]]:
    """As one sends them: the kinds of several problems are one list."""
    told = [_field(name, field) for name, field in form.fields.items()]
    if form.slug != "detail":
        return told
    options = [
        {**option, "code": f"{each['name'].removeprefix('kinds-')}-{option['code']}", "of": each["label"]}
        for each in told
        for option in each["options"]
    ]
    return [{"name": "kinds", "label": str(form.heading), "type": "codes", "required": False, "options": options}]


def _field(name: str, field: forms.Field) -> dict[str, Any]:
    most = next((each.limit for each in field.validators if isinstance(each, AtMost)), None)
    told: dict[str, Any] = {
        "name": name,
        "label": str(field.label or ""),
        "type": _type(field),
        "required": field.required,
    }
    if field.help_text:
        told["help"] = str(field.help_text)
    if most is not None:
        told["longest"] = most
    if isinstance(field, forms.ChoiceField):
        told["options"] = [_option(code, label) for code, label in flat(field.choices) if code]  # type: ignore[arg-type]
    return told


def _type(field: forms.Field) -> str:
    match field:
        case DateField():
            return "day"
        case AmountField():
            return "amount"
        case forms.MultipleChoiceField():
            return "codes"
        case forms.ChoiceField():
            return "code"
        case forms.BooleanField():
            return "true-or-false"
        case forms.EmailField():
            return "email"
    return "long-text" if isinstance(field.widget, forms.Textarea) else "text"


def _option(code: Any, label: Any) -> dict[str, str]:
    """A label's second line is its example."""
    first, _line, hint = str(label).partition("\n")
    return {"code": str(code), "label": first, **({"hint": hint} if hint else {})}
