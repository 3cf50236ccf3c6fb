"""The list of places at the side of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import permissions
from complaints.admin.counting import capped_counts, counted
from complaints.models import Mention, Reminder, Transfer
from complaints.models.actor import Actor

VIEWS = (
    ("all", _("待办"), "inbox"),
    ("unassigned", _("待分派"), "flag"),
    ("messages", _("新消息"), "chat"),
    ("records", _("平台记录"), "video"),
    ("mine", _("我的案件"), "user"),
    ("every", _("全部案件"), "folder"),
)

# Pages beside the queue: address by name, label, icon, and the act of complaints.permissions that opens it (none: every
# officer who reads cases).
PAGES: tuple[tuple[str, Any, str, str], ...] = (
    ("admin:mentions", _("提到我的"), "user", ""),
    ("admin:reminders", _("期限提醒"), "clock", ""),
    ("admin:transfers", _("转交"), "send", ""),
    ("admin:groups", _("合并投诉"), "users", ""),
    ("admin:register", _("主体登记"), "shop", ""),
    ("admin:dashboard", _("数据看板"), "chart", ""),
    ("admin:whatif", _("假设推演"), "sliders", ""),
    ("admin:exports", pgettext_lazy("desk", "导出"), "download", "export"),
    ("admin:templates", _("模板"), "file", ""),
    ("admin:people", _("人员和岗位"), "users", "people"),
    ("admin:log", _("查看记录"), "eye", "read-log"),
)
# What waits behind a page, where something does.
WAITING: Mapping[str, Callable[[Actor], QuerySet[Any]]] = {
    "admin:mentions": lambda actor: Mention.objects.visible_to(actor).unread(),
    "admin:reminders": lambda actor: Reminder.objects.visible_to(actor).standing(),
    "admin:transfers": lambda actor: (
        Transfer.objects.visible_to(actor).waiting().filter(to_association=actor.organisation)
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A link with how many cases wait behind it; ``hot`` where they wait for anybody."""

    label: Any
    icon: str
    address: str
    count: str
    is_here: bool
    is_hot: bool


def rail_of(counts: Mapping[str, int], view: str) -> list[Place]:
    """The views of the queue as links. The tabs of the list itself count as its first place."""
    here = view if view in {code for code, _label, _icon in VIEWS} else "all"
    return [
        Place(
            label,
            icon,
            reverse("admin:queue") + ("" if code == "all" else f"?view={code}"),
            counted(counts[code]),
            code == here,
            code in {"unassigned", "messages", "records"} and counts[code] > 0,
        )
        for code, label, icon in VIEWS
    ]


def waiting_for(actor: Actor) -> dict[str, QuerySet[Any]]:
    """What waits for this officer behind the pages beside the queue, by the page."""
    return {name: find(actor) for name, find in WAITING.items()} if _reads(actor) else {}


def pages_of(actor: Actor, waiting: Mapping[str, int] | None = None) -> list[tuple[str, Any, str, Callable[[], str]]]:
    """The pages beside the queue that this officer may open: address, label, icon, and how many wait there, in words.
    Unless they were counted before, they are counted when the list is drawn, all in one question to the database."""
    counts = waiting if waiting is not None else SimpleLazyObject(lambda: _counts(actor))
    return [
        (reverse(name), label, icon, partial(_told, counts, name))
        for name, label, icon, right in PAGES
        if (permissions.may(actor, right) if right else _reads(actor))
    ]


def _reads(actor: Actor) -> bool:
    return not permissions.READING.isdisjoint(actor.duties)


def _counts(actor: Actor) -> dict[str, int]:
    return capped_counts(waiting_for(actor), me=actor.user) if actor.user else {}


def _told(counts: Any, name: str) -> str:
    """Empty for a page where nothing can wait, and where nothing does: that is not asked of the database."""
    return counted(counts[name]) if name in WAITING and counts.get(name) else ""
