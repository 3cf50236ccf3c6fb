"""Behind the link of an invitation: somebody becomes a member of a business, by the account it names."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import MemberInvitation, User
from accounts.names import masked
from accounts.signing_in import after_password
from complaints.flow import members
from complaints.flow.members import CannotChangeMember
from complaints.narrative import language
from complaints.web.account_forms import NewPasswordForm
from complaints.web.case_forms import posted
from complaints.web.portal_members import HOUSE, Part, not_kept
from complaints.web.portal_session import let_out
from complaints.web.wrong_codes import silent


@sensitive_post_parameters("password")
@not_kept
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """What one is invited to; the POST accepts it. To look at it uses nothing up: mail programs look, too."""
    invitation = members.invitation_of(code, at=timezone.now())
    if invitation is None:
        return silent(render(request, "portal/join_old.html", status=HTTPStatus.GONE))
    if isinstance(request.user, User):
        return silent(_as_oneself(request, invitation, code, request.user))
    if members.has_account(invitation):
        return silent(render(request, "portal/join.html", {**_told(invitation), "next": request.path}))
    return silent(_anew(request, invitation, code))


def _as_oneself(request: HttpRequest, invitation: MemberInvitation, code: str, user: User) -> HttpResponse:
    """With the account that is signed in, where it is the one the invitation names."""
    page = {**_told(invitation), "is_mine": user.username == invitation.username, "is_in": True, "refused": []}
    if request.method == "POST":
        try:
            member = members.accept(code, user=user, at=timezone.now())
        except CannotChangeMember as refusal:
            page["refused"] = [str(refusal)]
        else:
            let_out(request)
            request.session[HOUSE] = member.organisation_id
            return redirect("complaints:portal-sign-in")
    return render(request, "portal/join.html", page)


def _anew(request: HttpRequest, invitation: MemberInvitation, code: str) -> HttpResponse:
    """With a new account: its password is set here, and a second factor is asked for next."""
    form = NewPasswordForm(posted(request))
    if form.is_valid():
        password, at = form.cleaned_data["password"], timezone.now()
        try:
            user = members.accept_anew(code, password=password, language=language(), at=at)
        except CannotChangeMember as refusal:
            form.add_error(None, str(refusal))
        else:
            return after_password(request, user, wanted=reverse("complaints:portal-sign-in"), at=at)
    return render(request, "portal/join.html", {**_told(invitation), "form": form})


def _told(invitation: MemberInvitation) -> dict[str, object]:
    whom = invitation.whom
    return {
        "house": invitation.organisation.name(language()),
        "whom": masked(whom) if "@" in whom else whom,
        "parts": [part.label for part in Part if part in invitation.duties],
    }
