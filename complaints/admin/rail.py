"""The list of places at the side of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import permissions
from complaints.admin.counting import counted
from complaints.flow import notes
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
# How many wait behind a page, where something does.
WAITING: Mapping[str, Callable[[Actor], int]] = {"admin:mentions": notes.unread}


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


def _nobody(actor: Actor) -> int:
    return 0


def pages_of(actor: Actor) -> list[tuple[str, Any, str, Callable[[], int]]]:
    """The pages beside the queue that this officer may open: address, label, icon, and what counts how many wait there,
    which is asked only where the list is drawn."""
    reads = not permissions.READING.isdisjoint(actor.duties)
    return [
        (reverse(name), label, icon, partial(WAITING.get(name, _nobody), actor))
        for name, label, icon, right in PAGES
        if (permissions.may(actor, right) if right else reads)
    ]
