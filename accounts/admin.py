"""Stock pages for operators: organisations, their people and their keys. Which of them are shown, the desk decides."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import factors
from accounts.credentials import mint_api_key
from accounts.models import ApiKey, KeyChange, Membership, Organisation, User
from accounts.operators import AnyInline, AnyModelAdmin, AnyModelForm, OperatorOnly, shown_once
from accounts.proving import proved_first

ON_PROOF: Any = proved_first  # the stubs of method_decorator know no decorator that keeps its view's types


class MemberForm(AnyModelForm):
    """Duties as boxes to tick."""

    duties = MultipleChoiceField(
        label=_("岗位"),
        choices=[*Membership.Duty.choices, *Membership.Part.choices],
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=_("前五项用于消费者协会，后三项用于平台、商家和主播。没有岗位的人看不到案件。"),
    )


class MembersInline(OperatorOnly, AnyInline):
    """Whom a person acts for. A membership may be taken away: that is how an officer leaves the desk."""

    model = Membership
    form = MemberForm
    extra = 0
    autocomplete_fields = ("user", "organisation")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(Organisation)
@method_decorator(ON_PROOF, name="changeform_view")
class OrganisationAdmin(OperatorOnly, AnyModelAdmin):
    list_display = ("name_zh", "name_en", "kind", "region")
    list_filter = ("kind",)
    search_fields = ("name_zh", "name_en")
    change_form_template = "admin/organisation_form.html"
    inlines = (MembersInline,)


def without_at(name: str) -> str:
    """A name that holds an @ would look like the account of that address, which is another one."""
    if "@" in name:
        raise ValidationError(_("名字里不能有@：带@的留给用邮箱注册的人。换一个，例如拼音。"))
    return name


class NewPersonForm(AdminUserCreationForm):
    def clean_username(self) -> str:
        return without_at(str(super().clean_username()))


class PersonForm(UserChangeForm):
    def clean_username(self) -> str:
        """Names from before that hold an @ stay as they are."""
        name = str(self.cleaned_data["username"])
        return name if name == self.instance.username else without_at(name)


@admin.register(User)
@method_decorator(ON_PROOF, name="changeform_view")
@method_decorator(ON_PROOF, name="user_change_password")
@method_decorator(ON_PROOF, name="factors")
class PersonAdmin(OperatorOnly, UserAdmin):
    """People who sign in. Rights come from being staff of an organisation; groups and permissions are not used."""

    list_display = ("username", "last_name", "first_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("username", "first_name", "last_name")
    filter_horizontal = ()
    form, add_form = PersonForm, NewPersonForm
    readonly_fields = ("new_password", "second_step", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "new_password", "second_step")}),
        (_("个人信息"), {"fields": ("last_name", "first_name", "language")}),
        (_("权限"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("日期"), {"fields": ("last_login", "date_joined")}),
    )
    inlines = (MembersInline,)

    @admin.display(description=_("密码"))
    def new_password(self, person: User) -> str:
        """The way to a new one; nothing of the stored one is shown, not even masked."""
        if not person.pk:
            return ""
        address = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">{}</a>', address, _("设新密码"))

    @admin.display(description=_("第二步验证"))
    def second_step(self, person: User) -> str:
        """Whether there is one, and for who lost theirs the way to take it off."""
        if not person.pk or not factors.is_on(person):
            return str(_("没有设"))
        address = reverse("admin:accounts_user_factors", args=[person.pk])
        return format_html('{} · <a href="{}">{}</a>', _("已设"), address, _("手机丢了？关掉"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """The name of an account made by e-mail is made of its address, which is sealed under it."""
        return ("username", *self.readonly_fields) if obj and obj.sealed_email else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def get_urls(self) -> list[URLPattern]:
        lost = path("<int:pk>/factors/", self.admin_site.admin_view(self.factors), name="accounts_user_factors")
        return [lost, *super().get_urls()]

    def factors(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take all factors off, after a last look; it is on record who did. The person's sessions end."""
        person = self.get_object(request, str(pk))
        if person is None or not self.has_change_permission(request, person):
            raise Http404
        if request.method == "POST":
            factors.remove_all(person)
            self.log_change(request, person, str(_("关掉了第二步验证")))
            self.message_user(request, _("已关掉，这个人在各处都退出了登录。"), messages.SUCCESS)
            return redirect("admin:accounts_user_change", pk)
        page = {
            **self.admin_site.each_context(request),
            "title": _("关掉第二步验证"),
            "about": person,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/factors.html", page)


@admin.register(ApiKey)
@method_decorator(ON_PROOF, name="changeform_view")
@method_decorator(ON_PROOF, name="changelist_view")
class ApiKeyAdmin(OperatorOnly, AnyModelAdmin):
    """Keys of organisations' machines. The text of a key is shown once, on the page that answers its making."""

    list_display = ("label", "organisation", "public_id", "created_at", "expires_at", "revoked_at")
    list_filter = ("organisation",)
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "label", "expires_at")
    readonly_fields = ("public_id", "scopes", "networks", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return (*self.fields, *self.readonly_fields) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return ("organisation", *self.readonly_fields) if obj else ()

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm[ApiKey], change: bool) -> None:
        if not change:
            minted = mint_api_key()
            obj.public_id, obj.digest, obj.created_at = minted.public_id, minted.digest, timezone.now()
            request._minted = minted.text  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        if not change:
            obj.changes.create(what=KeyChange.What.MADE, by=f"user:{request.user.pk}", at=obj.created_at)

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The key itself, on a page that is not kept anywhere: no message, no session, no cookie holds it."""
        secret: str = request._minted  # type: ignore[attr-defined]
        back = "accounts_apikey_changelist"
        return shown_once(request, self, title=_("新的API密钥"), secret=secret, about=obj, back=back)

    @admin.action(description=_("撤销所选密钥"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        now, live = timezone.now(), list(chosen.filter(revoked_at=None))
        for key in live:
            key.changes.create(what=KeyChange.What.REVOKED, by=f"user:{request.user.pk}", at=now)
        count = ApiKey.objects.filter(pk__in=[key.pk for key in live]).update(revoked_at=now)
        words = ngettext("{n}把密钥已撤销，立即失效。", "{n}把密钥已撤销，立即失效。", count)
        self.message_user(request, words.format(n=count), messages.SUCCESS)
