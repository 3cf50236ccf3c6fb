"""Finding one piece of a case by its number in the file, as every page and paper counts them."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404
from django.shortcuts import get_object_or_404

from complaints.admin.panels import Exhibit, exhibits_of
from complaints.models import Complaint
from complaints.models.actor import Actor


def exhibits_for(actor: Actor, reference: str) -> tuple[Complaint, list[Exhibit]]:
    """The evidence of a case that the officer sees, in its order; else 404."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor), reference=reference)
    return complaint, exhibits_of(complaint)


def pick(exhibits: Sequence[Exhibit], number: int) -> Exhibit:
    """The piece with this number; else 404."""
    if not 1 <= number <= len(exhibits):
        raise Http404
    return exhibits[number - 1]
