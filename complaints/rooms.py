"""Read a live room out of whatever was pasted. No network, nothing is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


def called(text: str) -> str:
    """What the room is called in a sentence: its name, else its number, else the text as typed. Empty where a link is
    all there is; the whole text stays with the statement."""
    room = room_from(text)
    return room.name or room.number or ("" if room.link else " ".join(text.split()))
