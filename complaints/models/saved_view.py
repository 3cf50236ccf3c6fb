"""A view of the queue that an officer comes back to, under a name of their own."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.actor import Actor


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """An officer's own views at the association they act for, and those shared there; an administrator, who reads
        no cases, has none."""
        reads = actor.duties - {Membership.Duty.ADMINISTRATOR}
        if actor.role != Role.OFFICER or actor.organisation is None or actor.user is None or not reads:
            return self.none()
        return self.filter(Q(owner=actor.user) | Q(is_shared=True), association=actor.organisation)


class SavedView(models.Model):
    """A name and the filters it stands for."""

    association = models.ForeignKey(Organisation, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("名称"), max_length=30)
    sealed_address = models.TextField(blank=True)  # what is searched for may name somebody
    is_shared = models.BooleanField(_("给全协会用"), default=False)
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("保存的视图")
        verbose_name_plural = _("保存的视图")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("association", "owner", "name", name="saved_view_named_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The query of the queue's address, without "?"."""
        return unseal(self.sealed_address, owner=self._owner) if self.sealed_address else ""

    def keep_address(self, query: str) -> None:
        self.sealed_address = seal(query, owner=self._owner) if query else ""

    @property
    def _owner(self) -> str:
        return f"view:{self.association_id}:{self.owner_id}:{self.saved_at.timestamp():.0f}"
