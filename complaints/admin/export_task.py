"""DOOR for the queue: makes an export. It stands at the desk because only the desk reads the queue's filters."""

from django.http import QueryDict
from django.utils import timezone

from complaints.admin.listing import Filters, found_among
from complaints.deadlines import local_day
from complaints.flow import exporting
from complaints.models import Actor, Complaint, Export
from complaints.models.complaint import ComplaintQuerySet


def export(pk: int) -> None:
    """Make an export that was asked for."""
    exporting.make(pk, timezone.now, chosen)


def chosen(row: Export, actor: Actor) -> ComplaintQuerySet:
    """What the queue showed on the day it was asked for, of what the officer sees now."""
    assert actor.user is not None  # exports are asked for by people
    filters = Filters.read(QueryDict(row.filters))
    return found_among(Complaint.objects.visible_to(actor), filters, on=local_day(row.asked_at), me=actor.user)
