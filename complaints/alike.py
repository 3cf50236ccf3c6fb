"""Whether two cases of one room tell of one matter, and by which words; pure, and told in words, never as a score."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from accounts.sealing import keyed_hash

GOODS_ALIKE, STORY_ALIKE = 0.6, 0.42  # either is enough
GOODS_NEAR, STORY_NEAR = 0.34, 0.16  # or both of these
IN_MOST = 0.6  # of the cases say it: a word in common
LONGEST_WORD, MOST_WORDS = 6, 4
# No word of a thing begins or ends with one of these: they join words, and are cut off.
JOINING = frozenset(
    "的了是在我你他她它们一这那说着不就都还也和有到看写给要把被让会能没很再又才上下里去来后前时个件套次吗呢吧啊"
)
SEPARATE = re.compile(r"[^\w]+|_+|\d+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[a-z]{4,}")
ROOM_SUFFIX = re.compile(r"(?:官方)?(?:的)?(?:直播间|直播室|live\s*room)$")
# What people say of any purchase; a word in common tells something only beyond these.
USUAL = (
    *("直播间", "直播", "主播", "买了", "下单", "收到", "商家", "客服", "平台", "店铺", "退货", "退款", "不给", "结果"),
    *("发现", "一个", "一套", "一件", "没有", "现在", "说是", "说的", "就是", "的时候", "这个", "他们", "我在", "里买"),
)


@dataclass(frozen=True)
class Told:
    """What is compared of one case: the goods and the story as the consumer wrote them."""

    goods: str
    story: str

    @cached_property
    def goods_pairs(self) -> frozenset[str]:
        return pairs_of(self.goods)

    @cached_property
    def story_pairs(self) -> frozenset[str]:
        return pairs_of(self.story) - _USUAL_PAIRS


def plain(text: str) -> str:
    """Small letters, full-width ones made plain, without spaces and marks."""
    return SEPARATE.sub("", unicodedata.normalize("NFKC", text).casefold())


def room_name(name: str) -> str:
    """A room or shop as it is compared: as ``plain``, but a number stays and “的直播间” goes."""
    tidy = re.sub(r"[^\w]+", "", ROOM_SUFFIX.sub("", unicodedata.normalize("NFKC", name).casefold().strip()))
    return tidy.removesuffix("直播间")


def key_of(kind: str, platform: str, name: str) -> str:
    """The digest by which cases of one platform and room (or shop) are found; empty where no name is known."""
    tidy = room_name(name)
    return keyed_hash(f"alike:{kind}:{room_name(platform)}:{tidy}")[:32] if tidy else ""


def pairs_of(text: str) -> frozenset[str]:
    """Every two neighbouring characters, which needs no dictionary of Chinese words."""
    tidy = plain(text)
    return frozenset(tidy[place : place + 2] for place in range(len(tidy) - 1)) or frozenset({tidy} - {""})


_USUAL_PAIRS = frozenset(pair for word in USUAL for pair in pairs_of(word))


def are_alike(one: Told, other: Told) -> bool:
    """Of two cases of one room within the window: whether goods or story, or something of both, agree."""
    goods = _held(one.goods_pairs, other.goods_pairs)
    if goods >= GOODS_ALIKE:
        return True
    story = _shared(one.story_pairs, other.story_pairs)
    return story >= STORY_ALIKE or (goods >= GOODS_NEAR and story >= STORY_NEAR)


def is_other_goods(goods: str, usual: str) -> bool:
    """Whether a case is about other goods than the rest: a reason to look, not to leave it out."""
    return _held(pairs_of(goods), pairs_of(usual)) < GOODS_NEAR


def common_goods(told: Sequence[Told]) -> str:
    """The goods as most say it: the name that has most in common with the others; the shorter where two do."""
    names = Counter(each.goods.strip() for each in told)
    return max(names, key=lambda name: (sum(_held(pairs_of(name), one.goods_pairs) for one in told), -len(name)))


def common_words(told: Sequence[Told], *, room: str = "") -> list[str]:
    """Words that most of the stories share beside the goods and the room, what most wrote first.

    Only Chinese and Latin letters, so that no number of anybody's is among them, and no word that fewer than three
    wrote."""
    enough = max(3, round(len(told) * IN_MOST))
    counted: Counter[str] = Counter()
    for each in told:
        counted.update(set(_words(each.story)))
    shared = [word for word, count in counted.items() if count >= enough and not _is_usual(word)]
    kept: list[str] = []
    known = (common_goods(told), room_name(room))
    for word in sorted(shared, key=lambda word: (-counted[word], -len(word), word)):
        if not any(_overlap(word, other) for other in (*known, *kept)):
            kept.append(word)
    return kept[:MOST_WORDS]


def _words(text: str) -> Iterable[str]:
    for run in SEPARATE.split(unicodedata.normalize("NFKC", text).casefold()):
        if CHINESE.search(run):
            for size in range(2, LONGEST_WORD + 1):
                for place in range(len(run) - size + 1):
                    if run[place] not in JOINING and run[place + size - 1] not in JOINING:
                        yield run[place : place + size]
        elif LATIN.fullmatch(run):
            yield run


def _is_usual(word: str) -> bool:
    """Whether nothing is left of it once the usual words are taken out."""
    left = word
    for usual in USUAL:
        left = left.replace(usual, "")
    return len(left) < 2


def _overlap(word: str, other: str) -> bool:
    return bool(pairs_of(word) & pairs_of(other))


def _held(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the shorter is in the longer (overlap coefficient): names of goods are long in one mouth only."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """What both have, of what the shorter and the longer have on average (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
