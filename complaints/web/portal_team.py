"""The portal's people: who is a member of the business, with which parts; managers invite, change and take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import factors
from accounts.models import DutyChange, MemberInvitation, Membership
from accounts.proving import proved_first
from complaints.flow import members
from complaints.flow.members import CannotChangeMember, Invited
from complaints.models import Actor, Assignment
from complaints.narrative import language
from complaints.posting import post_only
from complaints.web.case_forms import posted
from complaints.web.portal_members import house_of, member_name, member_page, wrong_part
from complaints.web.sign_up import send_to

LATEST = 30  # changes shown
Part = Membership.Part
MAY_DO = {
    Part.ANSWERING: gettext_lazy("看投诉、答复、提交证明、提方案、分派"),
    Part.ENGINEER: gettext_lazy("管接口密钥和webhook，看不到投诉"),
    Part.MANAGER: gettext_lazy("邀请和移出同事、改分工、管密钥，看不到投诉"),
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the list."""

    member: Membership
    name: str
    parts: list[Any]
    has_factor: bool
    is_me: bool


class PartsForm(forms.Form):
    """What a colleague is there for."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("分工"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(part.value, f"{part.label}\n{words}") for part, words in MAY_DO.items()],
        error_messages={
            "required": gettext_lazy("至少选一项分工。不在这里工作了，用“移出机构”。"),
            "invalid_choice": gettext_lazy("没有这项分工，重新选。"),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(part.value, f"{part.label}\n{words}") for part, words in MAY_DO.items()]  # in this language


class InviteForm(PartsForm):
    """Whom to invite."""

    whom = forms.CharField(
        label=gettext_lazy("邮箱或登录名"),
        max_length=150,
        help_text=gettext_lazy("写邮箱，邀请发到邮箱里；写登录名，会给你一个链接，由你转交。"),
        error_messages={
            "required": gettext_lazy("写上同事的邮箱或登录名。"),
            "max_length": gettext_lazy("最多%(limit_value)d个字符，现在有%(show_value)d个。"),
        },
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    field_order = ("whom", "parts")


@member_page()
@require_http_methods(["GET", "HEAD", "POST"])
@proved_first
@sensitive_variables("made")
def team(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody of the business; a manager's POST invites one more. A link for a user name is shown once."""
    if request.method == "POST" and Part.MANAGER not in actor.duties:
        return wrong_part(request, actor, (Part.MANAGER,))
    form = InviteForm(posted(request)) if Part.MANAGER in actor.duties else None
    if form is not None and form.is_valid():
        assert actor.organisation is not None and actor.user is not None
        try:
            made = members.invite_member(
                actor.organisation, **form.cleaned_data, by=actor.user, actor=actor, at=timezone.now()
            )
            return _invited(request, actor, made)
        except CannotChangeMember as refusal:
            form.add_error(refusal.field or None, str(refusal))
    page = {**house_of(actor), **_people(actor), "form": form}
    return render(request, "portal/team.html", page, status=422 if form and form.errors else 200)


def _invited(request: HttpRequest, actor: Actor, made: Invited) -> HttpResponse:
    """By letter, or on a page that is not kept anywhere."""
    link = settings.SITE_URL + reverse("complaints:portal-join", args=[made.code])
    if not made.goes_by_letter:
        page = {**house_of(actor), "link": link, "whom": made.invitation.whom, "until": made.invitation.ends_at}
        return render(request, "portal/invited.html", page)
    house = made.invitation.organisation.name(language())
    trouble = send_to(made.invitation.whom, _("责在谁：加入机构的邀请"), "member", {"link": link, "house": house})
    if trouble:
        members.withdraw_invitation(made.invitation, actor=actor, at=timezone.now())
        messages.error(request, trouble)
    else:
        messages.success(request, _("邀请发到邮箱了，7天内有效，只能用一次。"))
    return redirect("complaints:portal-team")


@member_page(Part.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@proved_first
def person(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One colleague's parts; or they are taken away."""
    found = Membership.objects.filter(organisation=actor.organisation).select_related("user")
    member = get_object_or_404(found, pk=pk)
    form = PartsForm(posted(request), initial={"parts": member.duties})
    leaves = request.POST.get("do") == "remove"
    if request.method == "POST" and (leaves or form.is_valid()):
        try:
            messages.success(request, _take_away(member, actor) if leaves else _change(member, form, actor))
            return redirect("complaints:portal-sign-in" if member.user == actor.user else "complaints:portal-team")
        except Membership.DoesNotExist:
            return redirect("complaints:portal-team")
        except CannotChangeMember as refusal:
            form.full_clean()
            form.add_error(refusal.field or None, str(refusal))
    page = {
        **house_of(actor),
        "member": member,
        "colleague": member_name(member.user),
        "open_cases": Assignment.objects.filter(organisation=actor.organisation, user=member.user).count(),
        "is_me": member.user == actor.user,
        "knows_keys": Part.ENGINEER in member.duties or Part.MANAGER in member.duties,
        "form": form,
    }
    return render(request, "portal/member.html", page, status=422 if form.errors else 200)


@member_page(Part.MANAGER)
@post_only("complaints:portal-team")
def withdraw(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An invitation opens nothing any more."""
    wanted = request.POST.get("invitation", "")
    found = MemberInvitation.objects.filter(organisation=actor.organisation)
    invitation = get_object_or_404(found, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0)
    try:
        members.withdraw_invitation(invitation, actor=actor, at=timezone.now())
        messages.success(request, _("邀请收回了，打不开了。"))
    except CannotChangeMember as refusal:
        messages.error(request, str(refusal))
    return redirect("complaints:portal-team")


def _change(member: Membership, form: PartsForm, actor: Actor) -> str:
    members.change_parts(member, form.cleaned_data["parts"], actor=actor, at=timezone.now())
    return _("已改好，{name}下一次打开页面就按新的分工。").format(name=member_name(member.user))


def _take_away(member: Membership, actor: Actor) -> str:
    name = member_name(member.user)
    count = members.remove_member(member, actor=actor, at=timezone.now())
    said = _("{name}已移出机构，在各处都退出了登录。").format(name=name)
    if not count:
        return said
    return said + ngettext("手上的{n}件等着重新分派。", "手上的{n}件等着重新分派。", count).format(n=count)


def _people(actor: Actor) -> dict[str, Any]:
    found = Membership.objects.filter(organisation=actor.organisation).select_related("user").order_by("pk")
    colleagues = [
        Colleague(
            member=member,
            name=member_name(member.user),
            parts=_labels(member.duties),
            has_factor=factors.is_on(member.user),
            is_me=member.user == actor.user,
        )
        for member in found
    ]
    if Part.MANAGER not in actor.duties:
        return {"colleagues": colleagues}
    changes = DutyChange.objects.filter(organisation=actor.organisation).select_related("user", "by")[:LATEST]
    waiting = MemberInvitation.objects.open(timezone.now()).filter(organisation=actor.organisation)
    return {
        "colleagues": colleagues,
        "may_manage": True,
        "invitations": [(each, _labels(each.duties)) for each in waiting.order_by("-pk")],
        "changes": [
            (each, member_name(each.user), member_name(each.by), _labels(each.before), _labels(each.after))
            for each in changes
        ],
    }


def _labels(codes: list[str]) -> list[Any]:
    return [part.label for part in Part if part in codes]
