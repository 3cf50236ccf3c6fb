"""The addresses of the register at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from complaints.admin import register_case, register_edit, register_list, register_merge, register_page


def register_paths(page: Callable[..., Any]) -> list[URLPattern]:
    """``page`` lets officers of an association in, and nobody else."""
    return [
        path("respondents/", page(register_list.listing), name="register"),
        path("respondents/new/", page(register_edit.new), name="register-new"),
        path("respondents/<int:pk>/", page(register_page.page), name="register-entry"),
        path("respondents/<int:pk>/change/", page(register_edit.change), name="register-change"),
        path("respondents/<int:pk>/add/<slug:what>/", page(register_edit.add), name="register-add"),
        path("respondents/<int:pk>/remove/", page(register_edit.take_away), name="register-remove"),
        path("respondents/<int:pk>/contact/", page(register_edit.reach), name="register-reach"),
        path("respondents/<int:pk>/merge/", page(register_merge.merge), name="register-merge"),
        path("respondents/<int:pk>/merge/<int:merge_id>/undo/", page(register_merge.undo), name="register-undo"),
        path("respondents/<int:pk>/split/", page(register_merge.split), name="register-split"),
        path("case/<str:reference>/register/<slug:party>/", page(register_case.party), name="case-register"),
    ]
