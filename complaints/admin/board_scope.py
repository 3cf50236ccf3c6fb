"""What the dashboard is asked of: whose cases, of which days. And each of its figures: what is counted, and by what.

A figure and the list behind it come from one definition, so that as many rows stand in the list as the figure says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, CharField, Count, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncWeek
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import permissions
from complaints.figures.words import CATEGORIES
from complaints.models import BoardCase, BoardRule, BoardTerm, Complaint, Party
from complaints.models.actor import Actor

DAYS = 30
LONGEST = 366  # days that one page counts over
EARLIEST = date(2000, 1, 1)
# Age of a case in days: from, to; code. The last has no end.
AGES: Mapping[str, tuple[int, int | None]] = {"0-7": (0, 7), "8-30": (8, 30), "31-60": (31, 60), "61-": (61, None)}

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """The filters of the address; what is unknown is dropped, so that an old link still opens."""

    first: date
    last: date
    association: int | None = None
    category: str = ""
    platform: str = ""

    @classmethod
    def read(cls, query: QueryDict, on: date) -> Scope:
        last = min(_day(query.get("to", "")) or on, on)
        first = max(_day(query.get("from", "")) or last - timedelta(days=DAYS - 1), EARLIEST)
        first, last = min(first, last), max(first, last)
        association = query.get("association", "")
        category = query.get("category", "")
        return cls(
            first=max(first, last - timedelta(days=LONGEST - 1)),
            last=last,
            association=int(association) if association.isdecimal() and len(association) < 10 else None,
            category=category if category in CATEGORIES else "",
            platform=query.get("platform", "").replace("\0", "")[:120],
        )

    def pairs(self) -> list[tuple[str, str]]:
        """As in the address."""
        found = [("from", self.first.isoformat()), ("to", self.last.isoformat())]
        others = (("association", self.association), ("category", self.category), ("platform", self.platform))
        return found + [(name, str(value)) for name, value in others if value]

    def address(self, **changes: Any) -> str:
        """``?…`` with these values changed."""
        return f"?{urlencode(replace(self, **changes).pairs())}"


@dataclass(frozen=True, slots=True)
class Board:
    """Somebody's dashboard on a day."""

    actor: Actor
    scope: Scope
    on: date

    def cases(self) -> Rows:
        return self._narrowed(BoardCase.objects.visible_to(self.actor), "")

    def filed(self) -> Rows:
        return self.cases().filter(filed_on__range=(self.scope.first, self.scope.last))

    def terms(self) -> Rows:
        """Last days, each with what became of it: kept, missed, or still running."""
        fate = Case(
            When(is_kept=True, then=Value("kept")),
            When(Q(is_kept=False) | Q(last_on__lt=self.on), then=Value("missed")),
            default=Value("running"),
            output_field=CharField(),
        )
        found: Rows = self._narrowed(BoardTerm.objects.visible_to(self.actor), "case__").annotate(fate=fate)
        return found

    def rules(self) -> Rows:
        found = self._narrowed(BoardRule.objects.visible_to(self.actor), "case__")
        return found.filter(filed_on__range=(self.scope.first, self.scope.last))

    def own(self) -> Rows:
        """The officer's own open cases, as they stand this moment."""
        return Complaint.objects.visible_to(self.actor).open().filter(officer=self.actor.user)

    def free(self) -> Rows:
        return Complaint.objects.visible_to(self.actor).open().filter(officer=None)

    def may_see(self, name: str) -> bool:
        """Whether this figure is for the officer's duty."""
        right = FIGURES[name].right
        return not right or permissions.may(self.actor, right)

    def counts(self, name: str) -> Counter[tuple[Any, ...]]:
        """How many, by the keys of that figure: one question to the database."""
        figure = FIGURES[name]
        rows = figure.rows(self).order_by().values_list(*figure.keys).annotate(n=Count("pk"))
        return Counter({tuple(row[:-1]): row[-1] for row in rows})

    def count(self, name: str) -> int:
        return int(FIGURES[name].rows(self).count())

    def address(self, name: str, **keys: Any) -> str:
        """The list behind a figure, or behind a part of it."""
        pairs = [("figure", name), *((key, written(value)) for key, value in keys.items()), *self.scope.pairs()]
        return f"{reverse('admin:dashboard-list')}?{urlencode(pairs)}"

    def _narrowed(self, rows: Rows, to_case: str) -> Rows:
        asked = {"association": self.scope.association, "letter": self.scope.category, "platform": self.scope.platform}
        return rows.filter(**{f"{to_case}{name}": value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted, and the columns it is counted by. ``right`` is an act of complaints.permissions."""

    label: Any
    rows: Callable[[Board], Rows]
    keys: tuple[str, ...] = ()
    right: str = ""


def _in_hand(board: Board) -> Rows:
    day = board.on
    ages = [
        When(filed_on__gte=day - timedelta(days=end), then=Value(code)) for code, (_first, end) in AGES.items() if end
    ]
    age = Case(*ages, default=Value("61-"), output_field=CharField())
    late = Case(When(due_on__lt=day, then=Value(True)), default=Value(False), output_field=BooleanField())
    found: Rows = board.cases().filter(is_open=True).annotate(age=age, is_late=late)
    return found


def _deadlines(board: Board) -> Rows:
    scope, week = board.scope, TruncWeek("last_on", output_field=DateField())
    found: Rows = board.terms().filter(last_on__range=(scope.first, scope.last)).annotate(week=week)
    return found


def _platforms_answers(board: Board) -> Rows:
    days = (board.scope.first, board.scope.last)
    answers = board.terms().filter(kind=BoardTerm.Kind.ANSWER, party=Party.PLATFORM, filed_on__range=days)
    came = Case(When(done_on=None, then=Value(False)), default=Value(True), output_field=BooleanField())
    found: Rows = answers.annotate(named=F("case__platform"), came=came)
    return found


FIGURES: Mapping[str, Figure] = {
    "my-today": Figure(_("我的，今天到期"), lambda board: board.own().filter(due_on=board.on)),
    "my-late": Figure(_("我的，已超期"), lambda board: board.own().filter(due_on__lt=board.on)),
    "my-messages": Figure(_("我的，有新消息"), lambda board: board.own().filter(has_message=True)),
    "free": Figure(_("待分派"), lambda board: board.free()),
    "hand": Figure(_("在办"), _in_hand, ("state", "age")),
    "load": Figure(_("各人在办"), _in_hand, ("officer", "is_late"), right="load"),
    "terms": Figure(pgettext_lazy("figure", "期限"), _deadlines, ("kind", "week", "fate")),
    "flow": Figure(_("提交的投诉"), lambda board: board.filed(), ("letter", "first")),
    "ended": Figure(_("结束的投诉"), lambda board: board.filed().filter(is_open=False), ("letter", "state")),
    "heat": Figure(
        _("提交的投诉"), lambda board: board.filed().annotate(span=F("hour") - F("hour") % 2), ("weekday", "span")
    ),
    "rules": Figure(_("规则"), lambda board: board.rules(), ("rule", "is_overridden")),
    "changed": Figure(_("补了事实以后判定变了"), lambda board: board.filed(), ("is_changed",)),
    "platforms": Figure(_("各平台"), lambda board: board.filed().annotate(named=F("platform")), ("named",)),
    "answers": Figure(_("要平台答复"), _platforms_answers, ("named", "fate", "came")),
}
KEYS = frozenset(key for figure in FIGURES.values() for key in figure.keys)
_FLAGS = frozenset({"is_late", "is_overridden", "is_changed", "came"})
_NUMBERS = frozenset({"weekday", "span"})


def written(value: Any) -> str:
    """A value of a key as it stands in an address."""
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def given(query: QueryDict, name: str) -> dict[str, Any] | None:
    """The values of the keys of that figure that an address gives; None where one of them cannot be."""
    found: dict[str, Any] = {}
    for key in FIGURES[name].keys:
        if key in query:
            try:
                found[key] = _value(key, query.get(key, "").replace("\0", "")[:120])
            except ValueError:
                return None
    return found


def _value(key: str, text: str) -> Any:
    if key in _FLAGS:
        return bool(int(text))
    if key in _NUMBERS:
        return int(text[:3])
    if key == "officer":
        return int(text[:9]) if text else None
    return date.fromisoformat(text) if key == "week" else text


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
