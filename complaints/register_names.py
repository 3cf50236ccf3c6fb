"""Names of parties as they are compared: how they are written does not matter, what they say does. Pure."""

from __future__ import annotations

import unicodedata

LONGEST = 240  # of a normal form: of 120 characters some become several
BLOCK = 2  # characters at the beginning that names must share to be compared at all

# What is said of a shop or room rather than being its name: without it two names are alike, but not the same.
TAILS = (
    *("官方旗舰店", "旗舰店", "专卖店", "专营店", "官方店", "直营店", "官方直播间", "的直播间", "直播间", "官方号"),
    *("股份有限公司", "有限责任公司", "有限公司", "官方", "店铺", "小店", "店"),
    *("officialstore", "flagshipstore", "officialshop", "livestream", "liveroom", "official", "store", "shop", "live"),
)
HEADS = ("官方", "official")


def normal(name: str) -> str:
    """The name without width, case, spaces and punctuation (NFKC, case-folded); empty for what has no letters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LNM")
    return kept if len(kept) <= LONGEST else ""


def core(name: str) -> str:
    """The normal form without what only says that it is a shop, a room or official; at least two characters stay."""
    left = normal(name)
    while True:
        cut = next((left.removesuffix(tail) for tail in TAILS if left.endswith(tail)), left)
        cut = next((cut.removeprefix(head) for head in HEADS if cut.startswith(head)), cut)
        if cut == left or len(cut) < BLOCK:
            return left
        left = cut


def block(name: str) -> str:
    """What names are sorted by before they are compared: the beginning of the core."""
    return core(name)[:BLOCK]
