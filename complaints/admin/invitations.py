"""An officer lets a party in that has no system of its own: the code is shown once, with words to send it by."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import permissions
from complaints.admin.access import frame_of
from complaints.flow.inviting import invite, withdraw_invitation
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Party
from complaints.models.actor import Actor
from complaints.narrative import day, party_name


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, actor: Actor, reference: str, party: str) -> HttpResponse:
    """What an invitation does, and on POST the code itself; or the one given is taken back."""
    permissions.require(actor, "invite")
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    if party not in Party.values:
        raise Http404
    respondent = get_object_or_404(complaint.respondents, party=party)
    context = {**frame_of(actor), "case": complaint, "respondent": respondent, "who": party_name(party)}
    if request.method != "POST":
        last, now = respondent.invitations.order_by("-pk").first(), timezone.now()
        is_good = respondent.invitations.good(now).exists()
        return render(request, "admin/invitation.html", {**context, "last": last, "is_good": is_good})
    try:
        if "withdraw" in request.POST:
            withdraw_invitation(complaint, party=Party(party), actor=actor, at=timezone.now())
            messages.success(request, _("入口码已收回，打不开这件投诉了。"))
            return redirect("admin:case-invite", reference, party)
        code = invite(complaint, party=Party(party), actor=actor, at=timezone.now())
    except (CannotAct, IllegalMove) as refusal:
        return render(request, "admin/invitation.html", {**context, "refusal": str(refusal)}, status=409)
    return render(
        request,
        "admin/invitation.html",
        {**context, "code": code, "groups": code.split("-"), "words": _words(complaint, code)},
    )


def _words(complaint: Complaint, code: str) -> str:
    """What to send: the entrance, the code behind the #, which browsers send to nobody, and by when."""
    link = f"{settings.SITE_URL}{reverse('complaints:portal')}#{code}"
    until = day(timezone.localdate() + settings.INVITATION_LIFETIME)
    return _(
        "有一件消费者投诉请贵方答复，编号{reference}。打开{link}，或在页面上填上入口码{code}。{until}前有效。"
    ).format(reference=complaint.reference, link=link, code=code, until=until)
