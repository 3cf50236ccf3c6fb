"""How to find a live room again: the menu path of a platform where somebody has published it, else the general way.

Menus change with every version of an app. A path stands here only with where it was read and on which day; a platform
without one gets the general steps alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CHECKED = date(2026, 11, 21)  # the day on which every source below was read
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Room:
    """A platform as the help knows it. ``path`` leads to the history in its app, ``hint`` is one thing more that helps
    there; both empty where no source was found. ``called`` are parts of the names it goes by."""

    slug: str
    name: Any
    called: tuple[str, ...]
    path: tuple[Any, ...] = ()
    hint: Any = ""
    source: str = ""


ROOMS = (
    Room(
        "douyin",
        _("抖音"),
        ("抖音", "douyin"),
        (_("我"), _("右上角“☰”"), pgettext_lazy("history", "观看历史")),
        _("有的版本叫“历史记录”。记录一般只留最近一段时间，早点找。"),
        "https://nctoro.com/gongnue/145966.html",
    ),
    Room(
        "kuaishou",
        _("快手"),
        ("快手", "kuaishou"),
        (_("首页右上角的放大镜"), _("搜“历史记录”"), _("点进“浏览记录”")),
        _("搜索框能直接找到这个入口，不用记在哪个菜单里。"),
        "https://www.2zixun.com/a/704860.html",
    ),
    Room("taobao", _("淘宝直播"), ("淘宝", "点淘", "天猫", "taobao", "tmall")),
    Room("jd", _("京东"), ("京东", "jd")),
    Room("pinduoduo", _("拼多多"), ("拼多多", "pinduoduo")),
    Room(
        "channels",
        _("微信视频号"),
        ("视频号", "微信", "wechat", "weixin"),
        (_("微信“发现”"), _("视频号"), _("个人中心（头像）"), _("浏览记录")),
        _("清理过微信缓存的，记录可能不全。"),
        "https://www.chazhengzhuang.com/shipinhao/8604436773.html",
    ),
    Room("xiaohongshu", _("小红书"), ("小红书", "xiaohongshu", "rednote")),
    Room(
        "bilibili",
        _("B站"),
        ("哔哩", "bilibili", "b站"),
        (_("历史记录"), pgettext_lazy("history", "选“直播”")),
        _("B站的历史记录把直播单独列一类，存了直播间。"),
        "https://github.com/cdnclass/awesome-api/blob/master/docs/history&toview/history.md",
    ),
    Room(OTHER, _("其他平台"), ()),
)
BY_SLUG = {room.slug: room for room in ROOMS}


def room_of(platform: object) -> str:
    """The slug of the page for a platform by the name it was given; ``other`` where we have no page for it."""
    name = str(platform or "").casefold()
    return next((room.slug for room in ROOMS if any(part in name for part in room.called)), OTHER)
