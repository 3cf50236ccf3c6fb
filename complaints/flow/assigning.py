"""Who of a business's people works on which of its cases. Inside the business only: no timeline, no notice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from complaints import permissions
from complaints.models import Actor, Assignment, Complaint

MOST = 200  # cases at once


class CannotAssign(Exception):
    """What stands against it, in a sentence; nothing has changed."""


@transaction.atomic
def assign(references: Collection[str], to: User | None, *, actor: Actor, at: datetime) -> int:
    """Give cases to a colleague who answers, or to nobody; each goes to one person. Cases of others are passed over.
    Returns how many it were. Raises CannotAssign."""
    organisation = actor.organisation
    if organisation is None or not permissions.may_speak(actor):
        raise CannotAssign(_("投诉由负责答复的同事分派。"))
    if len(references) > MOST:
        raise CannotAssign(_("一次最多分派{n}件，分几次来。").format(n=MOST))
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # nobody is taken away meanwhile
    if to is not None and to not in answering_members(organisation):
        raise CannotAssign(_("只能分派给负责答复的同事。重新选一位。"))
    cases = list(Complaint.objects.visible_to(actor).filter(reference__in=references).values_list("pk", flat=True))
    Assignment.objects.filter(organisation=organisation, complaint__in=cases).delete()
    if to is not None:
        given = [Assignment(complaint_id=pk, organisation=organisation, user=to, at=at) for pk in cases]
        Assignment.objects.bulk_create(given)
    return len(cases)


def assigned_to(complaint: Complaint, actor: Actor) -> User | None:
    """Who of the actor's business works on the case."""
    found = Assignment.objects.filter(complaint=complaint, organisation=actor.organisation).select_related("user")
    return next((each.user for each in found), None)


def answering_members(organisation: Organisation) -> list[User]:
    """Everybody cases can be given to."""
    found = Membership.objects.filter(organisation=organisation, user__is_active=True).select_related("user")
    return [each.user for each in found.order_by("pk") if Membership.Part.ANSWERING in each.duties]
