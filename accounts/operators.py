"""What all stock pages of the operators share: who may open them, and how a new secret is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.response import TemplateResponse

if TYPE_CHECKING:  # the stubs make these classes generic; at run time they take no parameter
    AnyModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    AnyInline: TypeAlias = admin.TabularInline[Any, Any]
    AnyModelForm: TypeAlias = ModelForm[Any]
else:
    AnyModelAdmin = admin.ModelAdmin
    AnyInline = admin.TabularInline
    AnyModelForm = ModelForm


class OperatorOnly:
    """Superusers look and change; nobody deletes: what has happened keeps the rows it speaks of."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def shown_once(
    request: HttpRequest, page: AnyModelAdmin, *, title: Any, secret: str, about: Model, back: str
) -> TemplateResponse:
    """A secret just made, in plain, this once; like every page of the desk it is not to be stored."""
    context = {
        **page.admin_site.each_context(request),
        "title": title,
        "secret": secret,
        "about": about,
        "opts": page.opts,
        "back": f"{page.admin_site.name}:{back}",
    }
    return TemplateResponse(request, "admin/secret_once.html", context)
