"""A whole complaint as a machine sends it: held against the pages of the form, every mistake named by its field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _

from complaints.asking.forms import DateParts, QuestionForm, labels_of
from complaints.asking.forms_outcome import PARTIES
from complaints.asking.pages import BY_SLUG, DETAILED, PAGES, Page
from complaints.asking.route import Journey
from complaints.statement import PERSONAL
from routing import rulebook

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_CODES = 60  # taken in one field
FOUND_SHOWN = 60  # characters of what was sent, said back
OPTIONS_SHOWN = 20  # more of them stand in the answer to GET questions


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field, what was found, and what would be allowed where that is a list."""

    field: str  # answers.order.amount
    message: str
    found: str | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """The answers on their way through the form. ``whole`` are those of the pages that are right, as the form keeps
    them; ``left_out`` are fields that nobody asks for after these answers."""

    journey: Journey
    whole: Mapping[str, Mapping[str, Any]]
    mistakes: tuple[Mistake, ...]
    left_out: tuple[str, ...]


def read(answers: Any, *, today: date, lang: Literal["zh", "en"], whole: bool = True) -> Sent:
    """Read ``answers`` (page → its fields, by the contract of Draft.answers) as if every page of the form were sent.

    With ``whole`` a page that the way leads through and that is missing is a mistake as well.
    """
    mistakes = list(_misshapen(answers))
    given = _fitting(answers, {mistake.field for mistake in mistakes})
    done = [page.slug for page in PAGES if page.form and (whole or page.slug in given)]
    told, found, left_out = {mistake.field for mistake in mistakes}, dict(given), list[str]()
    complete: dict[str, dict[str, Any]] = {}
    for page in PAGES:
        journey = Journey(found, today, lang, done)
        if page.form is None or page.slug not in done:
            continue
        if not page.applies(journey):
            left_out += [page.slug] if page.slug in given else []
            continue
        form = page.form.of_saved(journey)
        unasked = [name for name in form.spread(found.get(page.slug, {})) if name not in form.fields]
        left_out += [f"{page.slug}.{name}" for name in unasked if _may_be_asked(page, name)]
        mistakes += [_unknown(form, name) for name in unasked if not _may_be_asked(page, name)]
        mistakes += [mistake for mistake in _of_page(page, form) if mistake.field not in told]
        if form.is_valid():
            found[page.slug] = complete[page.slug] = form.answers()  # numbers tidied, names looked up
    return Sent(Journey(found, today, lang, done), complete, tuple(mistakes), tuple(left_out))


def _misshapen(answers: Any) -> Iterator[Mistake]:
    """What no page could have sent: unknown pages, values of another type than the field's."""
    if not isinstance(answers, Mapping):
        yield Mistake("answers", _("要写成对象：页名对应这一页的字段，见POST questions。"))
        return
    for slug, fields in answers.items():
        form = BY_SLUG[slug].form if slug in BY_SLUG else None
        if form is None:
            allowed = tuple(page.slug for page in PAGES if page.form)
            yield Mistake(f"answers.{slug[:FOUND_SHOWN]}", _("没有这一页。"), slug[:FOUND_SHOWN], allowed)
        elif not isinstance(fields, Mapping):
            yield Mistake(f"answers.{slug}", _("要写成对象：字段名对应你的回答。"))
        else:
            known = form.base_fields
            for name, value in fields.items():
                if value is not None and (sentence := _misfit(slug, name, known.get(name), value)):
                    yield Mistake(f"answers.{slug}.{name[:FOUND_SHOWN]}", sentence)


def _misfit(slug: str, name: str, field: forms.Field | None, value: Any) -> str:
    """Why a value cannot be what this field takes; empty where it can. Fields that come with other answers take text,
    the kinds of problems a list."""
    if field and isinstance(field.widget, forms.CheckboxInput):
        return "" if isinstance(value, bool) else _("只能是true或false。")
    if (slug, name) == ("detail", "kinds") or (field and isinstance(field.widget, forms.CheckboxSelectMultiple)):
        is_list = isinstance(value, list) and len(value) <= MOST_CODES and all(isinstance(one, str) for one in value)
        return "" if is_list else _('要写成文字的列表，最多{most}个，例如["merchant"]。').format(most=MOST_CODES)
    if not isinstance(value, str):
        return _("要写成文字，放在引号里。")
    if field and isinstance(field.widget, DateParts) and value and not ISO_DAY.fullmatch(value):
        return _("日期写成2026-05-20这样。")
    return ""


def _fitting(answers: Any, wrong: Collection[str]) -> dict[str, dict[str, Any]]:
    """The answers without what cannot be read at all."""
    if not isinstance(answers, Mapping):
        return {}
    return {
        slug: {
            name: value
            for name, value in fields.items()
            if value is not None and f"answers.{slug}.{name[:FOUND_SHOWN]}" not in wrong
        }
        for slug, fields in answers.items()
        if slug in BY_SLUG and BY_SLUG[slug].form and isinstance(fields, Mapping)
    }


def _of_page(page: Page, form: QuestionForm) -> Iterator[Mistake]:
    """The page's own rules, in its own words."""
    given = form.spread(form.journey.answers.get(page.slug, {}))
    for name, errors in form.errors.get_json_data().items():
        field = form.fields.get(name)
        allowed = tuple(code for code in labels_of(field) if code) if isinstance(field, forms.ChoiceField) else ()
        found = str(given[name])[:FOUND_SHOWN] if allowed and given.get(name) else None
        for error in errors:
            shown = None if page.slug in PERSONAL else found
            yield Mistake(_path(page, name), str(error["message"]), shown, allowed[:OPTIONS_SHOWN])


def _may_be_asked(page: Page, name: str) -> bool:
    """Whether other answers would bring the field onto the page: then it is left out, as the form leaves it out."""
    if page.slug == "more":
        return name.removeprefix("fact-") in rulebook().facts
    if page.slug == "detail":
        return name.removeprefix("kinds-") in DETAILED
    return page.slug == "replies" and name.removeprefix("to-").removeprefix("quote-") in PARTIES


def _unknown(form: QuestionForm, name: str) -> Mistake:
    sentence = _("这一页没有这个字段。")
    return Mistake(f"answers.{form.slug}.{name[:FOUND_SHOWN]}", sentence, name[:FOUND_SHOWN], tuple(form.fields))


def _path(page: Page, name: str) -> str:
    """As it was sent: the kinds of all problems stand in one list."""
    sent = "kinds" if page.slug == "detail" and name.startswith("kinds-") else name
    return f"answers.{page.slug}.{sent}" if sent != "__all__" else f"answers.{page.slug}"
