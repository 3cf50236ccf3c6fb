"""What an officer sets for their own desk: single keys, and up to when they have looked."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.admin.access import frame_of, way_back
from complaints.admin.listing import EPOCH, MICROSECOND
from complaints.flow import desk
from complaints.models.actor import Actor
from complaints.posting import post_only


def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The single keys of the queue, and whether this person wants them (WCAG 2.1.4)."""
    if request.method != "POST":
        return render(request, "admin/keys.html", {**frame_of(actor), "me": actor.user})
    on = request.POST.get("single_keys") == "on"
    desk.switch_keys(on, actor=actor)
    messages.success(request, _("单个按键已打开。") if on else _("单个按键已关掉，按钮和链接照常用。"))
    return redirect(way_back(request, reverse("admin:queue-keys")))


@post_only("admin:queue")
def seen(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The officer has looked: what was filed before their page was made is new no longer."""
    text = request.POST.get("since", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    looked: datetime = min(EPOCH + int(text) * MICROSECOND, timezone.now())
    desk.mark_seen(actor, up_to=looked)
    messages.success(request, _("记下了。以后提交的才算新来的。"))
    return redirect(f"{reverse('admin:queue')}?view=new")
