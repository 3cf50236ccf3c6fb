"""The list of places at the side of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import permissions
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
    ("admin:dashboard", _("数据看板"), "chart", ""),
    ("admin:exports", pgettext_lazy("desk", "导出"), "download", "export"),
    ("admin:whatif", _("假设推演"), "sliders", ""),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A link with how many cases wait behind it; ``hot`` where they wait for anybody."""

    label: Any
    icon: str
    address: str
    count: int
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
            counts[code],
            code == here,
            code in {"unassigned", "messages", "records"} and counts[code] > 0,
        )
        for code, label, icon in VIEWS
    ]


def pages_of(actor: Actor) -> list[tuple[str, Any, str]]:
    """The pages beside the queue that this officer may open: address, label, icon."""
    reads = not permissions.READING.isdisjoint(actor.duties)
    return [
        (reverse(name), label, icon)
        for name, label, icon, right in PAGES
        if (permissions.may(actor, right) if right else reads)
    ]
