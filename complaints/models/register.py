"""The register of parties: platforms, shops, rooms, presenters, agencies and companies, shared by all associations."""

from __future__ import annotations

import json
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint, masked
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


class Part(models.Model):
    """What hangs on an entry. It is added and taken away, never rewritten."""

    added_by = models.CharField(max_length=64)  # Actor.label
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class PartQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Not taken away."""
        return self.filter(removed_at=None)


class RegisterAlias(Part):
    """A name the entry is known by, on one platform or anywhere; the current names are among them."""

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="aliases")
    text = models.CharField(_("名称"), max_length=120)
    platform = models.ForeignKey(RegisterEntry, models.PROTECT, null=True, blank=True, related_name="+")
    is_registered = models.BooleanField(default=False)  # the name in the business register, which is unique there
    norm = models.CharField(max_length=240)  # complaints.register_names
    core = models.CharField(max_length=240)
    block = models.CharField(max_length=2)

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "entry", "norm", name="register_alias_once", condition=Q(platform=None, removed_at=None)
            ),
            models.UniqueConstraint(
                "entry",
                "norm",
                "platform",
                name="register_alias_once_a_platform",
                condition=Q(platform__isnull=False, removed_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["norm"], name="register_alias_same"),
            models.Index(fields=["core"], name="register_alias_core"),
            models.Index(fields=["block"], name="register_alias_block"),
        ]

    def __str__(self) -> str:
        return self.text


class RegisterAccount(Part):
    """An account on a platform, by its number or handle there."""

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="accounts")
    platform = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="+")
    number = models.CharField(_("账号"), max_length=80)
    link = models.URLField(_("链接"), max_length=500, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["number"], name="register_account_number")]

    def __str__(self) -> str:
        return self.number


class RegisterContact(Part):
    """How to reach a business. Sealed at rest; a person's is shown for a reason that goes on record."""

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="contacts")
    label = models.CharField(_("是什么"), max_length=40)  # of the business: “客服电话”; never a person's name
    is_personal = models.BooleanField(_("是个人的"), default=False)
    sealed = models.TextField()

    objects = PartQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label

    def keep(self, *, who: str, address: str) -> None:
        """Seal a person's name (empty for none) and a telephone number or e-mail address; the caller saves."""
        self.sealed = seal(json.dumps([who, address]), owner=self._owner)

    def reveal(self) -> dict[str, str]:
        """In plain; of a person's the caller records why it looked."""
        who, address = json.loads(unseal(self.sealed, owner=self._owner))
        return {"who": who, "address": address}

    def shown(self) -> dict[str, str]:
        """What the page shows: a business's whole, a person's covered."""
        plain = self.reveal()
        if not self.is_personal:
            return plain
        return {"who": plain["who"][:1] + "*" if plain["who"] else "", "address": masked(plain["address"]) or "****"}

    @property
    def _owner(self) -> str:
        return f"register-contact:{self.pk}"


class RegisterLink(Part):
    """That two entries belong together, in which way, since when, and how we know."""

    class Kind(models.TextChoices):
        OPERATED = "operated", _("经营者是")
        BELONGS = "belongs", _("属于")
        WORKS = "works", _("签约在")
        PRESENTS = "presents", _("在这里直播")
        SAME = "same", pgettext_lazy("register", "是一家")

    class Source(models.TextChoices):
        OFFICER = "officer", _("工作人员查到的")
        CASE = "case", _("一件投诉里的材料")
        PLATFORM = "platform", _("平台的答复")

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="links")
    other = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="links_here")
    kind = models.CharField(_("关系"), max_length=16, choices=Kind.choices)
    from_on = models.DateField(_("从哪天起"), null=True, blank=True)
    until_on = models.DateField(_("到哪天为止"), null=True, blank=True)
    source = models.CharField(_("怎么知道的"), max_length=16, choices=Source.choices)
    complaint = models.ForeignKey(Complaint, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(entry=F("other")), name="register_link_of_two"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="register_link_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind} {self.other_id}"


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
