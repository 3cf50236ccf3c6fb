"""The routing app: no models; it brings the law, its check and its commands."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from routing.checks import law_can_be_read


class RoutingConfig(AppConfig):
    """Registers the check that stops a site whose law is broken."""

    name = "routing"
    verbose_name = "责任判定"

    def ready(self) -> None:
        register(law_can_be_read)
