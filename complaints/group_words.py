"""What is said of a group: why cases look alike, what the law says of joint complaints and of rooms with many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import GroupAct
from complaints.narrative import inner, language, sum_words
from routing import rulebook
from routing.engine.wording import Cited, Wording

# law.md 6.1 “Joint complaint”, by the day of the group; law.md 3.9, the platform's duty where many complain.
JOINT = ("O121 12", "O20 11")
DUTY = "O117 20"


def joint_on(day: date) -> Cited | None:
    """The rule of the market regulators for joint complaints on that day: same dispute, same business, up to two
    representatives. An association follows its own rules and takes it as a model."""
    found = [code for code in JOINT if _is_in_force(code, day)]
    return _cited(found[0]) if found else None


def duty_codes(day: date) -> list[str]:
    """The platform's duty where complaints gather in a room, as codes; none before 2026-02-01."""
    return [DUTY] if _is_in_force(DUTY, day) else []


def duty_on(day: date) -> Cited | None:
    """The same as a reader sees it."""
    return _cited(DUTY) if duty_codes(day) else None


def why_words(why: Mapping[str, Any]) -> list[str]:
    """The matching parts as short phrases: ``同一个直播间``, ``6天内下的单``, ``商品：真丝衬衫``."""
    days = int(why.get("days", 0))
    parts = [_("同一个直播间") if why.get("by") == "room" else _("同一家店铺")]
    parts.append(ngettext("{n}天内下的单", "{n}天内下的单", days).format(n=days) if days else _("同一天下的单"))
    if goods := why.get("goods"):
        parts.append(_("商品：{goods}").format(goods=goods))
    if words := why.get("words"):
        parts.append(_("都说到：{words}").format(words=_("、").join(words)))
    return parts


def rule_words(act: GroupAct) -> str:
    """How much an offer to the group gives each: ``每件¥200``, ``各按实付的50%``; empty where no sum was named."""
    if act.rule == GroupAct.Rule.FIXED:
        return _("每件{sum}").format(sum=sum_words(act.amount))
    if act.rule == GroupAct.Rule.SHARE:
        return _("各按实付的{percent}%").format(percent=f"{act.percent:f}".rstrip("0").rstrip("."))
    return ""


def letter_to_platform(*, reference: str, room: str, count: int, day: date) -> str:
    """Words to hand to a platform without a system of its own: number, room, how many, its duty; nobody's data."""
    duty = duty_on(day)
    told = _("“{room}”有{n}件投诉说的是同一件事，协会合并处理，编号{reference}。").format(
        room=inner(room), n=count, reference=reference
    )
    if duty is None:
        return told
    return told + _("{gist}（{law}）。请一并查看、答复。").format(gist=duty.gist, law=duty.text)


def _is_in_force(code: str, day: date) -> bool:
    return rulebook().instruments[code.partition(" ")[0]].in_force.covers(day)


def _cited(code: str) -> Cited | None:
    found = Wording(rulebook(), language()).cites((code,))
    return found[0] if found else None
