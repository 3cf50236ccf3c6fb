"""``manage.py recount_days``: count the days of every open case anew, after the calendar package was updated."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.flow.clock import recount
from complaints.models import Complaint

CHUNK = 500


class Command(BaseCommand):
    help = "Count the days of every open case anew: once a year, when chinesecalendar knows the new year."

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Complaint.objects.open().order_by("pk").values_list("pk", flat=True)
        moved = sum(recount(pk, at=timezone.now()) for pk in cases.iterator(CHUNK))
        self.stdout.write(f"{moved} cases have another last day now.")
