"""``manage.py mark_queue``: write anew, for every open case, the marks the queue is filtered by."""

from typing import Any

from django.core.management.base import BaseCommand

from complaints.flow.decisions import stand_again
from complaints.models import Complaint

CHUNK = 500


class Command(BaseCommand):
    help = "Write anew the marks of every open case that the queue is filtered by: once, after an update that adds one."

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Complaint.objects.open().order_by("pk").values_list("pk", flat=True)
        changed = sum(stand_again(pk) for pk in cases.iterator(CHUNK))
        self.stdout.write(f"{changed} cases are marked otherwise now.")
