"""What hangs on an entry of the register: names, accounts, contacts, and what it belongs together with."""

from __future__ import annotations

import json
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint, masked
from complaints.models.register import RegisterEntry


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
