"""Which evidence helps this case most: from the answers, from what the law still lacks, and from what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.asking.forms_problem import CLAIMS
from complaints.asking.help_rooms import room_of
from complaints.asking.law import finding
from complaints.asking.route import Journey
from complaints.asking.ways_back import ways_back
from complaints.models import Evidence
from complaints.narrative import inner
from complaints.provable import NAMED
from routing import rulebook

Kind = Evidence.Kind
MOST_ITEMS = 5

ACCEPT = {Kind.LIVE: "video/*", Kind.TEST: "", Kind.CHAT: "image/*"}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. ``state``: has, want (the most important one that is missing) or open."""

    kind: str
    title: str
    why: str
    state: str
    accept: str
    steps: tuple[str, ...] = ()
    room: str = ""  # the page of help that tells how to find the live room again

    @property
    def is_optional(self) -> bool:
        return self.state == "open" and self.kind in {Kind.PLATFORM, Kind.TEST}


def checklist(journey: Journey, kinds_there: Iterable[str]) -> tuple[Item, ...]:
    """At most five items: those at hand first, then what would move the finding most."""
    there, weights = set(kinds_there), _weights(journey)
    wanted = sorted(_wanted(journey), key=lambda kind: -weights.get(kind, 0))[:MOST_ITEMS]
    absent = [kind for kind in wanted if kind not in there]
    ordered = [kind for kind in wanted if kind in there] + absent
    states = dict.fromkeys(there, "has") | dict.fromkeys(absent[:1], "want")
    words, platform = _words(journey), journey.answers.get("platform", {})
    return tuple(
        Item(
            kind=kind,
            title=words[kind][0],
            why=words[kind][1],
            state=states.get(kind, "open"),
            accept=ACCEPT.get(kind, "image/*"),
            steps=ways_back(journey.answers) if kind == Kind.LIVE and kind not in there else (),
            room=room_of(platform.get("name") or platform.get("other")) if kind == Kind.LIVE else "",
        )
        for kind in ordered
    )


def _wanted(journey: Journey) -> list[Kind]:
    """What a case like this needs, in the order in which people have it."""
    answers = journey.answers
    problems = set(answers.get("type", {}).get("problems", []))
    tried = set(answers.get("tried", {}).get("tried", []))
    hidden = answers.get("shown", {}).get("shown") in {"no", "unsure"}
    tests = {
        Kind.ORDER: True,
        Kind.GOODS: bool(problems & set("CDEF")),
        Kind.LIVE: bool(problems & CLAIMS) or hidden,
        Kind.CHAT: bool(tried & {"merchant", "anchor"}) or "B" in problems,
        Kind.PAYMENT: answers.get("payment", {}).get("payment") in {"person", "elsewhere"},
        Kind.PLATFORM: "platform" in tried or "A" in problems,
        Kind.TEST: bool(problems & set("EF")) or answers.get("safety", {}).get("hurt") in {"now", "seen"},
    }
    return [kind for kind, wanted in tests.items() if wanted]


def _weights(journey: Journey) -> dict[Kind, int]:
    """How much each kind could still settle. A fact that would change a verdict counts most; a claim or an unnamed
    seller hangs on the recording when the anchor denies it."""
    facts, weights = rulebook().facts, dict.fromkeys(Kind, 0)
    for missing in finding(journey.to_file(), today=journey.today, lang="zh").missing:
        for kind, words in NAMED.items():
            if any(word in facts[missing.fact].evidence.zh for word in words):
                weights[kind] += 1 if missing.answer is None else 5
    claims = set(journey.answers.get("type", {}).get("problems", [])) & CLAIMS
    weights[Kind.LIVE] += 40 if claims or journey.answers.get("shown", {}).get("shown") == "no" else 0
    weights[Kind.ORDER] += 30
    weights[Kind.PAYMENT] += 50 if journey.answers.get("payment", {}).get("payment") == "person" else 0
    weights[Kind.TEST] = 0  # nobody should pay for a test before the case asks for one
    return weights


def _words(journey: Journey) -> dict[Kind, tuple[str, str]]:
    claim = str(journey.answers.get("promise", {}).get("said", ""))[:20]
    live = _("能看出主播说过“{claim}”、有没有标明卖家。主播不认账的时候，全靠它。").format(claim=inner(claim))
    unnamed = _("能看出主播说过什么、有没有标明卖家。主播不认账的时候，全靠它。")
    refused = journey.answers.get("replies", {}).get("merchant") in {"refused", "passed-on", "stalled"}
    return {
        Kind.ORDER: (_("订单页截图"), _("能看到店铺名和实付金额")),
        Kind.GOODS: (_("商品和吊牌照片"), _("拍清成分、日期、厂名")),
        Kind.LIVE: (_("直播录屏或回放"), live if claim else unnamed),
        Kind.CHAT: (_("商家推脱你的聊天记录") if refused else _("聊天记录"), _("含日期，能看出怎么推的")),
        Kind.PAYMENT: (_("转账记录"), _("看得到收款人和时间")),
        Kind.PLATFORM: (_("平台客服的回复"), _("能说明平台知道这件事")),
        Kind.TEST: (_("检测或鉴定结果"), _("没有不用专门去做")),
    }
