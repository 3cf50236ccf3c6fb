"""Read a live room out of whatever was pasted, and say how to find one again. No network, nothing is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from complaints.narrative import day
from complaints.statement import Answers

LINK = re.compile(r"https?://[^\s，。；！）】」”\"'<>]+", re.IGNORECASE)
NUMBER = re.compile(
    r"(?:房间号|直播间号|直播间ID|抖音号|快手号|淘口令|\bID|\broom(?:\s*(?:no|number|id))?)\s*[:：#]?\s*([A-Za-z0-9_\-]{3,24})",
    re.I,
)
QUOTED = re.compile(r"[【「“《\"]([^】」”》\"]{1,40})[】」”》\"]")
OF_NAME = re.compile(
    r"(?:来看看?|正在看|我在看|快来|进入|观看)?\s*([^\s，。,：:【】]{1,24}?)(?:正在直播|的直播间|直播间)"
)
BARE_NUMBER = re.compile(r"\d{4,24}")
GENERIC = {"的", "这个", "一个", "主播", "某", "他", "她", "直播", "官方", "复制此链接"}


@dataclass(frozen=True, slots=True)
class Room:
    """What was recognised; the whole text is kept beside it. Empty where nothing was."""

    link: str = ""
    number: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.link or self.number or self.name)


def room_from(text: str) -> Room:
    """The link, the room's number and its name, as far as they can be told from the text alone."""
    found = LINK.search(text)
    link = found.group().rstrip(".,;!?") if found else ""
    rest = LINK.sub(" ", text)
    number = NUMBER.search(rest)
    return Room(link, number.group(1) if number else _bare_number(rest), _name(rest))


def _bare_number(text: str) -> str:
    """A number that stands alone is the room's; several are not told apart."""
    numbers = BARE_NUMBER.findall(text)
    return numbers[0] if len(numbers) == 1 else ""


def _name(text: str) -> str:
    for pattern in (QUOTED, OF_NAME):
        for match in pattern.finditer(text):
            name: str = match.group(1).strip().removesuffix("正在直播").removesuffix("的直播间").removesuffix("直播间")
            if name and name not in GENERIC and not name.isdigit():
                return name
    plain = NUMBER.sub(" ", text).strip(" \n，。,:：")
    alone = (
        plain and "\n" not in plain and len(plain) <= 20 and not re.search(r"[\s，。,]", plain) and not plain.isdigit()
    )
    return plain if alone else ""


def ways_back(answers: Answers) -> tuple[str, ...]:
    """Where a room can be found again, with the names and the day the consumer gave."""
    on, watched = answers.get("platform", {}), answers.get("when", {}).get("watched_on")
    platform = on.get("name") or on.get("other") or _("看直播的App")
    then = parse_date(watched) if isinstance(watched, str) and watched else None
    anchor = answers.get("anchor", {}).get("anchor", "")
    history = _("{platform} › 我的 › 观看历史，按{day}找") if then else _("{platform} › 我的 › 观看历史")
    return (
        history.format(platform=platform, day=day(then) if then else ""),
        _("打开订单详情，看“来自直播间”那一行"),
        _("搜主播名“{anchor}” › 主页 › 直播回放").format(anchor=anchor) if anchor else _("打开主播主页，看直播回放"),
        _("还是没有：不用急。平台有义务保存直播，我们会要求它提供。"),
    )
