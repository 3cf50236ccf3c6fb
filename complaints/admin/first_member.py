"""An operator invites the first manager of a business; that person invites everybody else."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.models import Membership, Organisation, User
from accounts.proving import proved_first
from complaints import mail
from complaints.flow.members import CannotChangeMember, Invited, invite_member
from complaints.narrative import language

Part = Membership.Part


class FirstMemberForm(forms.Form):
    whom = forms.CharField(
        label=gettext_lazy("邮箱或登录名"),
        max_length=150,
        error_messages={"required": gettext_lazy("写上邮箱或登录名。")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@proved_first
@sensitive_variables("made", "link")
def invite_first(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager who answers, too: with one person a business can begin. The link is shown once, or goes by letter."""
    if not isinstance(request.user, User) or not request.user.is_superuser:
        raise Http404
    businesses = Organisation.objects.exclude(kind__in=[Organisation.Kind.ASSOCIATION, Organisation.Kind.PRACTICE])
    organisation = get_object_or_404(businesses, pk=pk)
    form = FirstMemberForm(request.POST if request.method == "POST" else None)
    page = {**site.each_context(request), "title": _("邀请账号管理"), "about": organisation, "form": form}
    if form.is_valid():
        given, at = {"whom": form.cleaned_data["whom"], "parts": [Part.MANAGER, Part.ANSWERING]}, timezone.now()
        try:
            made = invite_member(organisation, **given, by=request.user, actor=None, at=at)
        except CannotChangeMember as refusal:
            form.add_error("whom", str(refusal))
        else:
            link = settings.SITE_URL + reverse("complaints:portal-join", args=[made.code])
            if not made.goes_by_letter:
                return render(request, "admin/organisation_invite.html", {**page, "link": link})
            _send(request, made, link)
            return redirect("admin:accounts_organisation_change", pk)
    return render(request, "admin/organisation_invite.html", page)


def _send(request: HttpRequest, made: Invited, link: str) -> None:
    told = {"link": link, "house": made.invitation.organisation.name(language())}
    try:
        mail.send(made.invitation.whom, _("责在谁：加入机构的邀请"), "member", told)
    except (OSError, ValueError):
        messages.error(request, _("信没有发出去，不是你的错。过几分钟再试一次。"))
    else:
        messages.success(request, _("邀请发到邮箱了，7天内有效，只能用一次。"))
