"""Who filed a complaint for somebody else: kept apart like the buyer's own contact, sealed, written once."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import seal, unseal
from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange


class Helper(models.Model):
    """The person who fills in and sends a complaint in a buyer's name. ``Contact`` is the buyer's, this the helper's.

    Written once, with the complaint; it can only be erased, and its notices stopped. Officers see it, the parties never
    do.
    """

    class Relation(models.TextChoices):
        """What the helper is to the buyer."""

        CHILD = "child", _("子女")
        PARENT = "parent", _("父母（孩子已成年）")
        GUARDIAN = "guardian", _("监护人（买东西的是未成年人）")
        FAMILY = "family", _("其他家人")
        FRIEND = "friend", _("朋友或邻居")
        COMMUNITY = "community", _("社区工作者或志愿者")
        AGENT = "agent", _("律师或其他代理人")

    class Told(models.TextChoices):
        """Who gets the notices."""

        HELPER = "helper", _("告诉帮忙的人就行")
        BUYER = "buyer", _("直接告诉买东西的人")
        BOTH = "both", _("两个人都告诉")

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="helper")
    relation = models.CharField(_("和买家的关系"), max_length=16, choices=Relation.choices)
    told = models.CharField(_("进展告诉谁"), max_length=8, choices=Told.choices)
    sealed = models.TextField()
    # The helper's own account, where there is one: the complaint stands in it until the buyer takes it over.
    account = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    muted_at = models.DateTimeField(null=True, blank=True)  # no notices of this case to the helper since then

    class Meta:
        verbose_name = _("代办人")
        constraints = [
            models.CheckConstraint(
                condition=Q(relation__in=["child", "parent", "guardian", "family", "friend", "community", "agent"]),
                name="helper_relation_known",
            ),
            models.CheckConstraint(condition=Q(told__in=["helper", "buyer", "both"]), name="helper_told_known"),
        ]

    def __str__(self) -> str:
        return f"helper of {self.complaint_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange(f"the helper of {self.complaint_id} is written once")
        super().save(*args, **kwargs)

    @property
    def is_guardian(self) -> bool:
        return self.relation == self.Relation.GUARDIAN

    @property
    def tells_helper(self) -> bool:
        return self.told in {self.Told.HELPER, self.Told.BOTH}

    @property
    def tells_buyer(self) -> bool:
        return self.told in {self.Told.BUYER, self.Told.BOTH}

    def keep(self, *, name: str, phone: str, email: str) -> None:
        self.sealed = seal(json.dumps([name, phone, email]), owner=f"helper:{self.complaint_id}")

    def erase(self) -> None:
        """Take name, telephone and e-mail away; that there was a helper, and of which kind, stays."""
        self.keep(name="", phone="", email="")
        Helper.objects.filter(pk=self.pk).update(sealed=self.sealed)

    def reveal(self) -> dict[str, str]:
        """Name, telephone and e-mail in plain; the caller records why it looked."""
        name, phone, email = json.loads(unseal(self.sealed, owner=f"helper:{self.complaint_id}"))
        return {"name": name, "phone": phone, "email": email}

    def masked_name(self) -> str:
        """What ordinary pages of the desk show: ``陈*``."""
        name = self.reveal()["name"]
        return name[:1] + "*" if name else ""


def helper_of(complaint: Complaint) -> Helper | None:
    """Who filed it for the buyer; None where the buyer did it themselves."""
    return getattr(complaint, "helper", None)
