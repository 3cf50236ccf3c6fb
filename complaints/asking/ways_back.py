"""How to find a live room again."""

from __future__ import annotations

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from complaints.narrative import day, inner
from complaints.statement import Answers


def ways_back(answers: Answers) -> tuple[str, ...]:
    """Where a room can be found again, with the names and the day the consumer gave."""
    on, watched = answers.get("platform", {}), answers.get("when", {}).get("watched_on")
    platform = on.get("name") or on.get("other") or _("看直播的App")
    then = parse_date(watched) if isinstance(watched, str) and watched else None
    anchor = answers.get("anchor", {}).get("anchor", "")
    by_name = _("搜主播名“{anchor}” › 主页 › 直播回放").format(anchor=inner(anchor))
    history = _("{platform} › 我的 › 观看历史，按{day}找") if then else _("{platform} › 我的 › 观看历史")
    return (
        history.format(platform=platform, day=day(then) if then else ""),
        _("打开订单详情，看“来自直播间”那一行"),
        by_name if anchor else _("打开主播主页，看直播回放"),
        _("还是没有：不用急。平台有义务保存直播，我们会要求它提供。"),
    )
