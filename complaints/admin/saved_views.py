"""Views of the queue under names: kept from what is shown, renamed, shared, and removed after a question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints import permissions
from complaints.admin.access import frame_of, name_of
from complaints.admin.listing import Filters
from complaints.flow import desk
from complaints.models import SavedView
from complaints.models.actor import Actor
from complaints.posting import post_only


class ViewForm(forms.Form):
    """A name, and whether the whole association may use it."""

    name = forms.CharField(
        label=gettext_lazy("视图名称"),
        max_length=30,
        error_messages={
            "required": gettext_lazy("给这个视图起个名字。"),
            "max_length": gettext_lazy("名字最多%(limit_value)d字，现在有%(show_value)d字。"),
        },
    )
    is_shared = forms.BooleanField(label=gettext_lazy("全协会都能用"), required=False)
    use_required_attribute = False


def kept_by(actor: Actor) -> list[tuple[SavedView, Filters]]:
    """The views this officer has, their own and those shared, with what each asks for."""
    return [(view, Filters.read(QueryDict(view.address))) for view in SavedView.objects.visible_to(actor)]


@require_safe
def saved_views(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All views with a name; ``?remove=<key>`` asks before one is removed."""
    return _page(request, actor, asked=request.GET.get("remove", ""))


@post_only("admin:queue-views")
def save(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep what the list shows under a name."""
    form = ViewForm(request.POST)
    address = Filters.read(QueryDict(request.POST.get("address", "").lstrip("?"))).address().lstrip("?")
    back = f"{reverse('admin:queue')}?{address}"
    if not form.is_valid():
        messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(back)
    try:
        view = desk.save_view(**form.cleaned_data, address=address, actor=actor, at=timezone.now())
    except desk.CannotSave as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已存为“{name}”，在列表上方。").format(name=view.name))
    return redirect(back)


@post_only("admin:queue-views")
def change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Another name, or shared or not; ``remove`` removes it, after the page has asked."""
    view = get_object_or_404(SavedView.objects.visible_to(actor), pk=pk)
    try:
        if "remove" in request.POST:
            desk.remove_view(view, actor=actor)
            messages.success(request, _("“{name}”删掉了，案件没有变。").format(name=view.name))
            return redirect("admin:queue-views")
        form = ViewForm(request.POST, prefix=str(pk))
        if not form.is_valid():
            return _page(request, actor, bound=form, at=pk)
        desk.change_view(view, **form.cleaned_data, actor=actor)
    except desk.CannotSave as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("保存了。"))
    return redirect("admin:queue-views")


def _page(
    request: HttpRequest, actor: Actor, *, asked: str = "", bound: ViewForm | None = None, at: int = 0
) -> HttpResponse:
    entries: list[dict[str, Any]] = []
    for view in SavedView.objects.visible_to(actor).select_related("owner"):
        kept = {"name": view.name, "is_shared": view.is_shared}
        form = bound if bound and view.pk == at else ViewForm(initial=kept, prefix=str(view.pk))
        if not permissions.may(actor, "share-view"):
            form.fields["is_shared"].disabled = True
        entries.append(
            {
                "view": view,
                "owner": name_of(view.owner),
                "is_own": view.owner_id == (actor.user.pk if actor.user else None),
                "form": form if desk.may_change(view, actor) else None,
                "is_asked": asked == str(view.pk),
            }
        )
    context = {**frame_of(actor), "entries": entries}
    return render(request, "admin/saved_views.html", context, status=422 if bound else 200)
