"""The facts of a what-if as rows of three radios, grouped by what they would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from complaints.admin.panels import GROUPS
from complaints.admin.whatif_forms import ANSWERS
from complaints.narrative import language
from routing import Explanation
from routing.engine.facts import Fact

WORDS: Mapping[str, Any] = {
    "yes": pgettext_lazy("fact", "是"),
    "no": pgettext_lazy("fact", "不是"),
    "unknown": pgettext_lazy("fact", "不知道"),
}
CODES = {value: code for code, value in ANSWERS.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """A fact with its answer as supposed; ``was`` is the answer in the case. ``effects``: what knowing it would do."""

    key: str
    number: str
    label: str
    statement: str
    value: str
    was: str
    effects: tuple[str, ...] = ()
    officer_only: bool = False

    @property
    def is_changed(self) -> bool:
        return self.value != self.was

    @property
    def before(self) -> str:
        return str(WORDS[self.was])


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading; ``is_folded`` where one has to open it first."""

    name: str
    label: str
    rows: tuple[Row, ...]
    is_folded: bool = False


def groups_of(
    catalogue: Mapping[str, Fact],
    *,
    before: Mapping[str, bool],
    now: Mapping[str, bool],
    told: Explanation | None,
    missing: Sequence[Mapping[str, Any]],
) -> list[Group]:
    """What the case knows; what is supposed beside it; what would turn a verdict, the most decisive first; the rest.

    ``missing`` is that list of the decision on the supposition; nothing where it could not be made.
    """
    decisive = [each["fact"] for each in missing if each["would_change"]]
    effects = {} if told is None else {each.fact: each.effects for each in told.missing if each.fact in decisive}
    rows = {
        key: _row(fact, before, now, effects.get(key, ()))
        for key, fact in catalogue.items()
        if fact.input is None and fact.label is not None
    }
    known = [key for key in rows if key in before]
    added = [key for key in rows if key in now and key not in before]
    open_ = [key for key in decisive if key in rows and key not in before and key not in now]
    taken = {*known, *added, *open_}
    found = [
        Group("known", _("案件里已知的"), tuple(rows[key] for key in known)),
        Group("added", _("你假设的"), tuple(rows[key] for key in added)),
        Group("decisive", _("知道了会改变结论的"), tuple(rows[key] for key in open_)),
    ]
    for group, label in GROUPS.items():
        rest = tuple(row for key, row in rows.items() if key not in taken and catalogue[key].group == group)
        found.append(Group(group, str(label), rest, is_folded=True))
    return [group for group in found if group.rows]


def _row(fact: Fact, before: Mapping[str, bool], now: Mapping[str, bool], effects: tuple[str, ...]) -> Row:
    lang = language()
    return Row(
        key=fact.key,
        number=fact.number,
        label=fact.label.in_(lang) if fact.label else fact.key,
        statement=fact.yes.in_(lang) if fact.yes else "",
        value=CODES[now.get(fact.key)],
        was=CODES[before.get(fact.key)],
        effects=effects,
        officer_only=fact.officer,
    )
