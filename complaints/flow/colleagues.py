"""Several people of one business at one case: nobody speaks over what a colleague has just said without knowing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.flow.responses import CannotAnswer
from complaints.models import Complaint, Respondent


def answered_mark(respondent: Respondent) -> str:
    """When the party last answered, as a form carries it; empty where it has not."""
    return respondent.answered_at.isoformat() if respondent.answered_at else ""


@contextmanager
def as_seen(complaint: Complaint, respondent: Respondent, mark: str | None) -> Iterator[None]:
    """Hold the case while its party answers, where it stands as the form saw it. ``mark`` is what the form carries;
    None for a form that carries none, which is not asked. Raises CannotAnswer; nothing has changed then."""
    with transaction.atomic():
        if mark is not None:
            Complaint.objects.locked(complaint.pk)
            if answered_mark(Respondent.objects.get(pk=respondent.pk)) != mark:
                raise CannotAnswer(
                    _("你填的时候，同事已经替这一方答复了，你的还没有发出。看过同事的答复，仍要改就再发一次。")
                )
        yield
