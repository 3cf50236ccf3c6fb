"""A broken law file stops ``manage.py check``, naming file and rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from routing.book import rulebook
from routing.engine.errors import RulebookError


def law_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error for the first thing in the law files that cannot be understood."""
    try:
        rulebook()
    except RulebookError as broken:
        return [Error(str(broken), hint="routing/law/" + broken.file, id="routing.E001")]
    return []
