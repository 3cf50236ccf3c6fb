"""Lines of the log name the page, never its address: an address may hold a link's token or a complaint's number."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the settings name this module: nothing of Django is loaded with it
    from django.http import HttpRequest


def page_of(request: HttpRequest) -> str:
    """The name of the view that was asked for."""
    match = request.resolver_match
    return match.view_name if match else "no page of ours"


class WithoutAddresses(logging.Filter):
    """Django's own lines about a request ("Not Found: /…") say the page instead of the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", "")
        if request is not None and path and isinstance(record.args, tuple):
            # Django 5.2 escapes what it logs (django.utils.log.log_response).
            addresses = {path, path.encode("unicode_escape").decode("ascii")}
            record.args = tuple(page_of(request) if arg in addresses else arg for arg in record.args)
        return True
