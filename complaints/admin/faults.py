"""Stored files that are not what they were: for operators to see, first of all on the front of the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.operators import AnyModelAdmin, OperatorOnly


class FaultAdmin(OperatorOnly, AnyModelAdmin):
    """Found by the daily reading, ended by it once the file is right again. Nothing here is written by hand."""

    list_display = ("what", "found_at", "ended_at", "sha256")
    list_filter = ("what",)
    fields = readonly_fields = ("sha256", "what", "found_at", "ended_at")
    ordering = ("ended_at", "-found_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
