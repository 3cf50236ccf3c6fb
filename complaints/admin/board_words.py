"""How the keys of the dashboard's figures are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from complaints.admin.access import name_of
from complaints.admin.figures import end_label, weekdays
from complaints.figures.words import CATEGORIES
from complaints.lifecycle import State
from complaints.models import BoardTerm
from complaints.narrative import day, language
from routing import rulebook

AGE_WORDS: Mapping[str, Any] = {
    "0-7": gettext_lazy("0到7天"),
    "8-30": gettext_lazy("8到30天"),
    "31-60": gettext_lazy("31到60天"),
    "61-": gettext_lazy("60天以上"),
}
KIND_WORDS: Mapping[str, Any] = {
    BoardTerm.Kind.ACCEPTANCE: gettext_lazy("七个工作日内受理"),
    BoardTerm.Kind.MEDIATION: gettext_lazy("调解期限"),
    BoardTerm.Kind.ANSWER: gettext_lazy("各方答复"),
}
FATE_WORDS: Mapping[str, Any] = {
    "kept": pgettext_lazy("deadline", "按期"),
    "missed": pgettext_lazy("deadline", "超期"),
    "running": pgettext_lazy("deadline", "还没到期"),
}


def rule_title(rule: str) -> str:
    """What a rule of today's law is called; its code where it is no longer in force."""
    if not rule:
        return _("没有规则成立")
    found = next((each for each in rulebook().rules if each.id == rule), None)
    return found.title.in_(language()) if found else rule


def officer_name(pk: int | None) -> str:
    found = User.objects.filter(pk=pk).first() if pk else None
    return name_of(found) or _("还没分派")


def _state(value: str) -> str:
    return str(State(value).label) if value in State.values else value


def _weekday(value: int) -> str:
    return str(weekdays()[value]) if 0 <= value < 7 else str(value)


def _span(value: int) -> str:
    return _("{start}点到{end}点").format(start=value, end=value + 2)


def _week(value: date) -> str:
    return _("{day}起的一周").format(day=day(value))


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "state": _state,
    "age": lambda value: str(AGE_WORDS.get(value, value)),
    "letter": lambda value: str(CATEGORIES.get(value, value)),
    "first": end_label,
    "weekday": _weekday,
    "span": _span,
    "kind": lambda value: str(KIND_WORDS.get(value, value)),
    "week": _week,
    "fate": lambda value: str(FATE_WORDS.get(value, value)),
    "rule": rule_title,
    "is_overridden": lambda value: _("改判过") if value else _("没有改判"),
    "is_changed": lambda value: _("变了") if value else _("没有变"),
    "is_late": lambda value: _("已超期") if value else _("没有超期"),
    "came": lambda value: _("答复了") if value else _("没有答复"),
    "named": lambda value: value or _("没写平台"),
    "officer": officer_name,
}


def said(keys: Mapping[str, Any]) -> str:
    """The keys of a figure in words: ``待受理，8到30天``."""
    return _("，").join(_WORDS[key](value) for key, value in keys.items())
