"""The register of parties: platforms, shops, rooms, presenters, agencies and companies, shared by all associations."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.evidence import CannotChange


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """Every association reads the whole register: a company is the same everywhere. Nobody else sees any of it."""
        if actor.role == Role.OFFICER and actor.organisation and actor.duties - {Membership.Duty.ADMINISTRATOR}:
            return self.all()
        return self.none()

    def standing(self) -> Self:
        """Those that were not merged into another one."""
        return self.filter(root=None)


class RegisterEntry(models.Model):
    """One business (or one face of it) that consumers complain about. Merged ones stay, and point at the one that
    stands for them; what hung on them goes on hanging on them, so that a merge can be undone to the letter."""

    class Kind(models.TextChoices):
        PLATFORM = "platform", _("平台")
        SHOP = "shop", pgettext_lazy("register", "店铺")
        ROOM = "room", pgettext_lazy("register", "直播间")
        PRESENTER = "presenter", pgettext_lazy("register", "主播")
        AGENCY = "agency", pgettext_lazy("register", "主播的机构（MCN）")
        COMPANY = "company", pgettext_lazy("register", "公司或个体户")

    # Of these one code is one entry; shops, rooms and presenters may share that of whoever runs them.
    OWN_CODE = (Kind.PLATFORM, Kind.AGENCY, Kind.COMPANY)
    # Known by a name on a platform: the same name on another one is somebody else until shown.
    ON_PLATFORM = (Kind.SHOP, Kind.ROOM, Kind.PRESENTER)

    kind = models.CharField(_("类型"), max_length=16, choices=Kind.choices)
    name_zh = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名"), max_length=120, blank=True)
    registered_name = models.CharField(_("登记名称"), max_length=120, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)
    licence = models.CharField(_("许可证号"), max_length=64, blank=True)
    region = models.CharField(pgettext_lazy("register", "所在地区"), max_length=12, blank=True)  # digits of GB/T 2260
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("已接入的机构")
    )
    version = models.PositiveIntegerField(default=0)  # rises with each change: the optimistic lock of every form
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_here")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members")  # where that ends
    made_by = models.CharField(max_length=64)  # Actor.label
    made_at = models.DateTimeField()

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("主体")
        verbose_name_plural = _("主体登记")
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None, root=None) | Q(merged_into__isnull=False, root__isnull=False),
                name="register_merged_has_a_root",
            ),
            models.UniqueConstraint(
                "credit_code",
                name="register_code_once",
                condition=Q(root=None, kind__in=["platform", "agency", "company"]) & ~Q(credit_code=""),
            ),
            models.UniqueConstraint(
                "organisation", name="register_organisation_once", condition=Q(root=None, organisation__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["name_zh", "id"], name="register_by_name", condition=Q(root=None)),
            models.Index(fields=["kind", "name_zh", "id"], name="register_by_kind", condition=Q(root=None)),
        ]

    def __str__(self) -> str:
        return self.name_zh

    def name(self, lang: str) -> str:
        return (self.name_en or self.name_zh) if lang == "en" else self.name_zh

    @property
    def head(self) -> RegisterEntry:
        """The entry that stands for this one: itself, unless it was merged."""
        return self.root or self

    @property
    def family(self) -> list[int]:
        """The keys of this entry and of all that were merged into it."""
        return [self.pk, *self.members.values_list("pk", flat=True)]


class OnlyAddedChanges(models.QuerySet["RegisterChange"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise CannotChange("changes of the register are only added")

    def delete(self) -> NoReturn:
        raise CannotChange("changes of the register are only added")


class RegisterChange(models.Model):
    """Who changed what of an entry, with the old value. Written once; the database refuses to change or delete it.

    ``body`` holds names of businesses and keys of rows: nothing of a person, and nothing of a case.
    """

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="changes")
    what = models.CharField(max_length=32)
    body = models.JSONField(default=dict)
    actor = models.CharField(max_length=64)  # Actor.label: a code, never a name
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = OnlyAddedChanges.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entry", "-id"], name="register_history")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("changes of the register are only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("changes of the register are only added")


class RegisterMerge(models.Model):
    """That ``gone`` was found to be ``kept``: which values of ``kept`` that changed, and whether it was undone."""

    kept = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="merges_away")
    changed = models.JSONField(default=dict)  # field of kept → [before, after]
    moved = models.PositiveIntegerField()  # respondents that came along
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    undone_by = models.CharField(max_length=64, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("gone", name="register_merged_once", condition=Q(undone_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
