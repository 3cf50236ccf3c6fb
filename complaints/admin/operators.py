"""Stock pages for operators: the addresses notices are sent to, and the outbox."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Endpoint
from accounts.operators import AnyInline, AnyModelAdmin, OperatorOnly, shown_once
from complaints.admin.access import actor_of
from complaints.flow import lines
from complaints.flow.delivery import CannotResend, replay
from complaints.flow.line_rules import CannotChangeLine, room_for_one_more
from complaints.models import Attempt, Delivery
from complaints.notice_types import label_of
from complaints.outbound import Blocked, check_url


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label=_("地址"), max_length=2048, help_text=_("以https://开头的公网地址，例如https://hooks.example.com/in")
    )

    def clean_url(self) -> str:
        try:
            return check_url(self.cleaned_data["url"])
        except Blocked as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        house = said.get("organisation") or (self.instance.organisation if self.instance.pk else None)
        if house and "url" in self.changed_data and "url" in said:
            try:
                room_for_one_more(house, said["url"], instead_of=self.instance if self.instance.pk else None)
            except CannotChangeLine as refusal:
                self.add_error("url", str(refusal))
        return said


class EndpointAdmin(OperatorOnly, AnyModelAdmin):
    """Where an organisation takes notices. Signing secrets are sealed; a new one is shown once, when it is made."""

    form = EndpointForm
    list_display = ("organisation", "url", "state", "failures_in_row", "closed_until")
    list_filter = ("state", "organisation")
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "url")
    standing = ("state", "failures_in_row", "failing_since", "closed_until", "old_secret_until", "created_at")
    actions = ("pause", "use_again")
    change_form_template = "admin/endpoint_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        """Those not taken away: nothing can be changed of the others, and their log is on the pages of the log."""
        return Endpoint.objects.standing()

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        return (*self.fields, *self.standing) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        return ("organisation", *self.standing) if obj else ()

    def get_urls(self) -> list[URLPattern]:
        rotate = path("<int:pk>/rotate/", self.admin_site.admin_view(self.rotate), name="accounts_endpoint_rotate")
        return [rotate, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Endpoint, form: ModelForm[Endpoint], change: bool) -> None:
        """A new address is to be verified before it is used, and so is another URL of one."""
        actor, now = actor_of(request), timezone.now()
        if change:
            wanted, obj.url = obj.url, form.initial["url"]
            lines.change_url(obj, wanted, actor=actor, at=now)
            return
        made, secret = lines.add_line(obj.organisation, url=obj.url, actor=actor, at=now)
        obj.pk = made.pk
        request._minted = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None) -> HttpResponse:
        secret: str = request._minted  # type: ignore[attr-defined]
        return self._shown(request, obj, secret)

    def rotate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new signing secret; for a day the old one signs beside it, so that the receiver can change over."""
        endpoint = self.get_object(request, str(pk))
        if endpoint is None or not self.has_change_permission(request, endpoint):
            raise Http404
        if request.method != "POST":
            return redirect("admin:accounts_endpoint_change", pk)
        try:
            secret = lines.rotate_secret(endpoint, actor=actor_of(request), at=timezone.now())
        except CannotChangeLine as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:accounts_endpoint_change", pk)
        self.log_change(request, endpoint, str(_("换了签名密钥")))
        return self._shown(request, endpoint, secret)

    def _shown(self, request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
        return shown_once(
            request, self, title=_("新的签名密钥"), secret=secret, about=endpoint, back="accounts_endpoint_changelist"
        )

    @admin.action(description=_("暂停所选地址"), permissions=["change"])
    def pause(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        active = chosen.filter(state=Endpoint.State.ACTIVE, removed_at=None)
        count = len([lines.pause(one, actor=actor_of(request), at=timezone.now()) for one in active])
        words = ngettext("{n}个地址已暂停，给它们的通知先搁置。", "{n}个地址已暂停，给它们的通知先搁置。", count)
        self.message_user(request, words.format(n=count), messages.SUCCESS)

    @admin.action(description=_("恢复所选地址，补发搁置的通知"), permissions=["change"])
    def use_again(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        sent = 0
        for endpoint in chosen:
            try:
                sent += lines.resume(endpoint, actor=actor_of(request), at=timezone.now())
            except CannotChangeLine as refusal:
                self.message_user(request, f"{endpoint.url} {refusal}", messages.WARNING)
        words = ngettext("已恢复，{n}条搁置的通知马上补发。", "已恢复，{n}条搁置的通知马上补发。", sent)
        self.message_user(request, words.format(n=sent), messages.SUCCESS)


class AttemptsInline(OperatorOnly, AnyInline):
    model = Attempt
    fields = readonly_fields = ("number", "started_at", "finished_at", "outcome", "status", "error")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeliveryAdmin(OperatorOnly, AnyModelAdmin):
    """The outbox: to look at, and to send again. Bodies carry numbers and codes only."""

    list_display = ("notice", "endpoint", "state", "attempts", "next_attempt_at", "done_at")
    list_filter = ("state", "type", "endpoint")
    list_select_related = ("endpoint__organisation",)
    search_fields = ("message_id", "event__complaint__reference")
    search_help_text = _("投诉编号，或者webhook-id")
    fields = readonly_fields = (
        *("notice", "endpoint", "message_id", "state", "attempts"),
        *("created_at", "next_attempt_at", "done_at", "content"),
    )
    inlines = (AttemptsInline,)
    actions = ("resend",)
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("通知"), ordering="type")
    def notice(self, delivery: Delivery) -> str:
        return f"{label_of(delivery.type)} {delivery.type}"

    @admin.display(description=_("内容"))
    def content(self, delivery: Delivery) -> str:
        return json.dumps(json.loads(bytes(delivery.body) or b"null"), ensure_ascii=False, indent=1)

    @admin.action(description=_("重发所选通知"), permissions=["change"])
    def resend(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        sent = 0
        for delivery in chosen:
            try:
                replay(delivery, at=timezone.now())
                sent += 1
            except CannotResend as refusal:
                self.message_user(request, f"{delivery.message_id} {refusal}", messages.WARNING)
        words = ngettext("{n}条通知已重新排队。", "{n}条通知已重新排队。", sent)
        self.message_user(request, words.format(n=sent), messages.SUCCESS if sent else messages.INFO)
