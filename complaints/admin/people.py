"""The people of an association and their duties: looked after by its administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import factors
from accounts.models import DutyChange, Membership
from complaints import permissions
from complaints.admin.access import frame_of, name_of
from complaints.flow import staffing
from complaints.flow.staffing import CannotStaff
from complaints.models import Complaint
from complaints.models.actor import Actor

LATEST = 50  # changes shown
MAY_DO = {
    Membership.Duty.INTAKE: gettext_lazy("看案件、分案、要材料、受理或者不予受理"),
    Membership.Duty.MEDIATOR: gettext_lazy("登记受理能做的，加上认定事实、改判、调解、结案"),
    Membership.Duty.LEAD: gettext_lazy("调解能做的，加上移送、重开、留存和删除证据"),
    Membership.Duty.AUDITOR: gettext_lazy("什么都能看，什么都不能改；能看查看记录"),
    Membership.Duty.ADMINISTRATOR: gettext_lazy("管人和岗位；只有这一个岗位时看不到案件"),
}
NO_NAME = gettext_lazy("写上登录名，例如姓名的拼音。")
ODD_NAME = gettext_lazy("登录名只能用字母、数字和.+-_，例如姓名的拼音。")


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the list."""

    member: Membership
    name: str
    duties: list[Any]
    has_factor: bool
    open_cases: int
    is_me: bool


class DutiesForm(forms.Form):
    duties = forms.MultipleChoiceField(
        label=gettext_lazy("岗位"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(duty.value, f"{duty.label}\n{words}") for duty, words in MAY_DO.items()],
        error_messages={
            "required": gettext_lazy("至少选一个岗位。不在这里工作了，用“移出工作台”。"),
            "invalid_choice": gettext_lazy("没有这个岗位，重新选。"),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["duties"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(duty.value, f"{duty.label}\n{words}") for duty, words in MAY_DO.items()]  # in this language


class NewColleagueForm(DutiesForm):
    family = forms.CharField(
        label=pgettext_lazy("person", "姓"), max_length=40, error_messages={"required": gettext_lazy("写上姓。")}
    )
    given = forms.CharField(
        label=pgettext_lazy("person", "名"), max_length=40, error_messages={"required": gettext_lazy("写上名。")}
    )
    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        help_text=gettext_lazy("用来登录，以后不能改，例如姓名的拼音。"),
        validators=[UnicodeUsernameValidator(message=ODD_NAME)],
        error_messages={"required": NO_NAME},
    )
    field_order = ("family", "given", "username", "duties")

    def clean_username(self) -> str:
        """A name that holds an @ would look like the account of that address, which is another one."""
        name = str(self.cleaned_data["username"])
        if "@" in name:
            raise forms.ValidationError(ODD_NAME)
        return name


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody at the desk; the form takes in somebody new, whose first password the answer shows once."""
    permissions.require(actor, "people")
    form = NewColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            member, password = staffing.take_in(**form.cleaned_data, actor=actor, at=timezone.now())
            shown = {"colleague": name_of(member.user), "username": member.user.username, "password": password}
            return render(request, "admin/people_new.html", {**frame_of(actor), **shown})
        except CannotStaff as refusal:
            form.add_error(None, str(refusal))
    changes = DutyChange.objects.filter(organisation=actor.organisation).select_related("user", "by")[:LATEST]
    context = {
        **frame_of(actor),
        "colleagues": _colleagues(actor),
        "changes": [
            (change, name_of(change.user), name_of(change.by), _labels(change.before), _labels(change.after))
            for change in changes
        ],
        "form": form,
    }
    return render(request, "admin/people.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One colleague's duties; or they leave the desk."""
    permissions.require(actor, "people")
    members = Membership.objects.filter(organisation=actor.organisation).select_related("user")
    member = get_object_or_404(members, pk=pk)
    form = DutiesForm(request.POST if request.method == "POST" else None, initial={"duties": member.duties})
    leaves = request.POST.get("do") == "let-go"
    if request.method == "POST" and (leaves or form.is_valid()):
        try:
            said = _let_go(member, actor) if leaves else _change(member, form.cleaned_data["duties"], actor)
            messages.success(request, said)
            return redirect("admin:people")
        except CannotStaff as refusal:
            form.full_clean()
            form.add_error(None, str(refusal))
    context = {
        **frame_of(actor),
        "member": member,
        "colleague": name_of(member.user),
        "open_cases": _open_cases(member),
        "is_me": member.user == actor.user,
        "form": form,
    }
    return render(request, "admin/person.html", context, status=422 if form.errors else 200)


def _change(member: Membership, duties: list[str], actor: Actor) -> str:
    staffing.change_duties(member, duties, actor=actor, at=timezone.now())
    return _("已改好，{name}下一次打开页面就按新的岗位。").format(name=name_of(member.user))


def _let_go(member: Membership, actor: Actor) -> str:
    count = staffing.let_go(member, actor=actor, at=timezone.now())
    said = _("{name}已移出工作台，在各处都退出了登录。").format(name=name_of(member.user))
    if not count:
        return said
    return said + ngettext("手上的{n}件退回了待分派。", "手上的{n}件退回了待分派。", count).format(n=count)


def _colleagues(actor: Actor) -> list[Colleague]:
    members = Membership.objects.filter(organisation=actor.organisation).select_related("user").order_by("pk")
    return [
        Colleague(
            member=member,
            name=name_of(member.user),
            duties=_labels(member.duties),
            has_factor=factors.is_on(member.user),
            open_cases=_open_cases(member),
            is_me=member.user == actor.user,
        )
        for member in members
    ]


def _open_cases(member: Membership) -> int:
    return Complaint.objects.open().filter(officer=member.user, association=member.organisation).count()


def _labels(codes: list[str]) -> list[Any]:
    return [duty.label for duty in Membership.Duty if duty in codes]
