"""What an entry belongs together with, as a table and as a drawing of the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.models import Complaint, RegisterEntry, RegisterLink
from complaints.models.actor import Actor
from complaints.narrative import language

TOP, ROW, LONGEST = 52, 62, 20  # units of the drawing: height of the head, of a row; letters of a name


@dataclass(frozen=True, slots=True)
class Line:
    """A relation as this entry sees it. ``is_ended`` where it no longer holds; ``case`` is one the reader may open."""

    link: RegisterLink
    words: str
    other: RegisterEntry
    case: str
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A row of the drawing: where it is, and what stands in it."""

    y: int
    middle: int
    words: str
    name: str
    kind: Any
    is_ended: bool


HERE = {
    RegisterLink.Kind.OPERATED: lambda: _("经营"),
    RegisterLink.Kind.BELONGS: lambda: _("名下有"),
    RegisterLink.Kind.WORKS: lambda: _("签约主播"),
    RegisterLink.Kind.PRESENTS: lambda: _("来这里直播的"),
    RegisterLink.Kind.SAME: lambda: pgettext("register", "是一家"),
}


def lines_of(family: Collection[int], actor: Actor, *, on: date) -> list[Line]:
    """The relations of an entry and of all that were merged into it, to others."""
    links = RegisterLink.objects.standing().filter(Q(entry__in=family) | Q(other__in=family)).order_by("pk")
    found = links.select_related("entry__root", "other__root")
    apart = [each for each in found if each.entry.head.pk != each.other.head.pk]
    keys = [each.complaint_id for each in apart if each.complaint_id]
    cases = Complaint.objects.visible_to(actor).filter(pk__in=keys) if keys else Complaint.objects.none()
    seen = dict(cases.values_list("pk", "reference"))
    return [_line(each, family, seen.get(each.complaint_id or 0, ""), on) for each in apart]


def boxes_of(lines: list[Line]) -> list[Box]:
    return [
        Box(
            y=TOP + ROW * place,
            middle=TOP + ROW * place + 26,
            words=each.words,
            name=_short(each.other.name(language())),
            kind=each.other.get_kind_display(),
            is_ended=each.is_ended,
        )
        for place, each in enumerate(lines)
    ]


def height_of(boxes: list[Box]) -> int:
    return TOP + ROW * len(boxes)


def _line(link: RegisterLink, family: Collection[int], case: str, on: date) -> Line:
    outward = link.entry_id in family
    kind = RegisterLink.Kind(link.kind)
    words = str(kind.label) if outward else HERE[kind]()
    ended = link.until_on is not None and link.until_on < on
    return Line(link, words, (link.other if outward else link.entry).head, case, ended)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
