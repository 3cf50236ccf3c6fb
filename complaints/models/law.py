"""The law files a decision was made by, word for word: an old decision can be replayed, and its law read."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.evidence import CannotChange


class LawText(models.Model):
    """One state of ``routing/law``: every file by its name. Immutable; kept from the first decision made by it."""

    digest = models.CharField(primary_key=True, max_length=71)  # sha256:…, as Rulebook.digest
    version = models.CharField(_("版本"), max_length=40, unique=True)  # as Rulebook.version
    ruleset = models.CharField(_("规则集"), max_length=80)
    files = models.JSONField()  # {"cpl.toml": "…"}
    at = models.DateTimeField(_("第一次用到"))

    class Meta:
        verbose_name = _("规则版本")
        verbose_name_plural = _("规则版本")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.version

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise CannotChange("a kept law is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise CannotChange("decisions rest on a kept law")
