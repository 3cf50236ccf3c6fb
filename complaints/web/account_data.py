"""One's own data: take it away, or delete the account. Both ask for the password again."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import PasswordForm
from complaints.flow import account, takeout
from complaints.models import Contact, Helper, Tally
from complaints.packs import NotPacked
from complaints.serving import hand_over
from complaints.web.account import person
from complaints.web.account_forms import DeleteForm
from complaints.web.case_forms import posted
from complaints.web.sign_up import account_page
from complaints.web.wrong_codes import hour_of


@sensitive_post_parameters("password")
@account_page
@login_required
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """The person's own data as a ZIP, made now and kept nowhere."""
    form = PasswordForm(request, posted(request))
    if not form.is_valid():
        return render(request, "account/data.html", {"form": form})
    now = timezone.now()
    try:
        _count(person(request).pk, now)
        packed = takeout.pack(person(request), at=now)
    except NotPacked as why:
        form.add_error(None, str(why))
        return render(request, "account/data.html", {"form": form}, status=why.status)
    name = f"whoanswers-{timezone.localdate(now):%Y%m%d}.zip"
    return hand_over(packed, name)


@sensitive_post_parameters("password")
@account_page
@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why; then the account is gone."""
    user = person(request)
    if account.works_here(user):
        raise Http404
    if not account.may_delete(user):
        messages.info(request, _("这个账号办过投诉，不能自己删除。需要删除，请联系运营人员。"))
        return redirect("complaints:account")
    form = DeleteForm(request, posted(request))
    if form.is_valid():
        account.delete(user, at=timezone.now())
        logout(request)
        messages.success(request, _("账号已删除。"))
        return redirect("complaints:home")
    mine = Contact.objects.filter(complaint__consumer=user).exclude(complaint__helper__account=user)
    ended = mine.filter(complaint__closed_at__isnull=False).count()
    helped = Helper.objects.filter(account=user).count()
    page = {"form": form, "ended": ended, "running": mine.count() - ended, "helped": helped}
    return render(request, "account/delete.html", page)


class _TooMany(NotPacked):
    status = HTTPStatus.TOO_MANY_REQUESTS


def _count(user_id: int, at: datetime) -> None:
    """Count one more export of this account. Raises NotPacked."""
    count = Tally.objects.count_up(f"export:{user_id}", window=hour_of(at))
    if count > settings.EXPORTS_PER_ACCOUNT_AN_HOUR:
        raise _TooMany(_("这一小时导出得够多了，过一小时再来。"))
