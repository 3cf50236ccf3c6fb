"""Templates for what an association writes: in both languages, in versions that are only added."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from complaints.lifecycle import Role
from complaints.models.actor import Actor


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those that came with the site, the national association's, and those of the officer's own."""
        if actor.role != Role.OFFICER or actor.organisation is None:
            return self.none()
        return self.filter(Q(association=None) | Q(association__region="") | Q(association=actor.organisation))

    def owned_by(self, actor: Actor) -> Self:
        """Those of the officer's own association: the only ones it may change."""
        return self.visible_to(actor).filter(association=actor.organisation)

    def in_use(self) -> Self:
        return self.filter(retired_at=None)


class Template(models.Model):
    """Words for one occasion. What it says stands in its newest version; ``association`` is None for those that came
    with the site."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("写给消费者的消息")
        ASK = "ask", _("要材料")
        LETTER = "letter", _("信")
        SMS = "sms", _("短信")

    association = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="templates", verbose_name=_("协会")
    )
    kind = models.CharField(_("用在哪里"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("模板")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "kind", "name"], name="template_named_once", condition=Q(retired_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def called(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name

    @property
    def newest(self) -> TemplateVersion:
        return self.versions.latest("number")


class TemplateVersion(models.Model):
    """What a template said from a day on. Rows are only added."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    zh = models.TextField()
    en = models.TextField()
    by = models.CharField(max_length=64)  # Actor.label: a code, never a name
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("模板版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_once")]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"

    def words(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh
