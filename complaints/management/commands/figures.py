"""``manage.py figures``: publish the figures of today now, however long it takes (the queue does it by night)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.flow.publishing import publish_figures


class Command(BaseCommand):
    help = "Count the last twelve months and publish today's figures; what was published today already stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{publish_figures(timezone.now)} months published.")
