"""Help (ux.md P10): an index, one page for each kind of evidence, finding the live room again, sending, trimming."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.asking.help_rooms import BY_SLUG as ROOM_BY_SLUG
from complaints.asking.help_rooms import CHECKED, OTHER, ROOMS
from complaints.asking.pages import BY_SLUG
from complaints.models import Evidence
from complaints.narrative import inner, language
from complaints.web.help_evidence import EVIDENCE
from complaints.web.help_words import CONTACT, TRIM, HowTo, Step
from routing.engine.readable import day_in_words


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What people ask most, and every page of help."""
    megabytes = {family: size >> 20 for family, size in settings.EVIDENCE_MAX_BYTES.items()}
    shown = {
        "kinds": [(kind, howto) for kind, howto in EVIDENCE.items()],
        "rooms": ROOMS,
        "limits": megabytes,
        "max_files": settings.EVIDENCE_MAX_FILES,
    }
    return render(request, "pages/help.html", shown)


@require_safe
def evidence(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of evidence: what it shows, how to take it, what must be in it and what need not."""
    if kind not in EVIDENCE:
        raise Http404
    others = [(each, howto) for each, howto in EVIDENCE.items() if each != kind]
    return _show(request, EVIDENCE[kind], kind=kind, others=others, is_live=kind == Evidence.Kind.LIVE)


@require_safe
def find_live_room(request: HttpRequest, platform: str = "") -> HttpResponse:
    """The four ways back to a live room; with the menu path of one platform where somebody has published it."""
    if platform and platform not in ROOM_BY_SLUG:
        raise Http404
    room = ROOM_BY_SLUG[platform or OTHER]
    path = " › ".join(str(each) for each in room.path)
    checked = day_in_words(CHECKED, language()) if path else ""
    history = _("点进去，再点“分享”，复制链接。")
    if path:
        history = _("{path}，按你看直播的那天找。").format(path=path)
    steps = (
        Step("history", _("看“观看历史”"), history),
        Step(
            "order",
            _("看订单里的“来自直播间”"),
            _("打开订单详情，往下翻，找“来自直播间”或“购买渠道”那一行，截一张图。"),
        ),
        Step("replay", _("搜主播名字，看回放"), _("进主播的主页，找“直播回放”。有的只留几天，找到先录屏。")),
        Step("remember", _("还是没有：把记得的写下来"), _("哪个平台、大概哪天几点、主播说了什么。")),
    )
    howto = HowTo(
        heading=_("找不到直播间了，怎么办"),
        lead=_("按下面的顺序找，多半第一步就能找到。"),
        steps=steps,
        stuck=_("直播内容平台依法至少要保存三年。投诉时选“我什么都没有了”，我们会要求平台提供。"),
    )
    if platform:
        howto = HowTo(_("{app}：找不到直播间了").format(app=inner(room.name)), howto.lead, steps, howto.stuck)
    return _show(request, howto, room=room, rooms=ROOMS, platform=platform, checked=checked)


@require_safe
def contact_merchant(request: HttpRequest) -> HttpResponse:
    """Where to send the words that were written for one."""
    return _show(request, CONTACT)


@require_safe
def trim_video(request: HttpRequest) -> HttpResponse:
    """How to cut a recording on a phone."""
    return _show(request, TRIM)


def _show(request: HttpRequest, howto: HowTo, **more: Any) -> HttpResponse:
    """The page of one how-to; opened from the form it leads back to the step one came from."""
    page = BY_SLUG.get(request.GET.get("from", ""))
    back = {"back_url": page.url, "back_step": page.step, "from_slug": page.slug} if page else {}
    return render(request, "help/howto.html", {"howto": howto, **back, **more})
