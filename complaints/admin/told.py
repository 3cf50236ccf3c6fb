"""What people were told, for operators: which notices wait or failed, and trying those again. No address, no words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.operators import AnyModelAdmin, OperatorOnly
from complaints.flow.telling import try_again
from complaints.models import Notice


class NoticeAdmin(OperatorOnly, AnyModelAdmin):
    """The outbox to consumers: to look at, and to try again what failed."""

    list_display = ("kind", "to", "reference", "state", "attempts", "next_attempt_at", "done_at")
    list_filter = ("state", "kind")
    list_select_related = ("contact__complaint",)
    search_fields = ("contact__complaint__reference",)
    search_help_text = _("投诉编号")
    fields = readonly_fields = (
        *("kind", "to", "reference", "state", "attempts", "created_at", "next_attempt_at", "done_at"),
    )
    actions = ("again",)
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("投诉编号"), ordering="contact__complaint__reference")
    def reference(self, notice: Notice) -> str:
        return notice.contact.complaint.reference

    @admin.action(description=_("失败的再试一次"), permissions=["change"])
    def again(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        count = try_again([notice.pk for notice in chosen], at=timezone.now())
        words = ngettext("{n}条通知已重新排队。", "{n}条通知已重新排队。", count)
        self.message_user(request, words.format(n=count), messages.SUCCESS if count else messages.INFO)
