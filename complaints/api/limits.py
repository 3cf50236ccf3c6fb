"""How often one key may call, counted in the database so that every process counts the same."""

from datetime import datetime, timedelta

from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from complaints.models import Tally

READS = 600  # a minute
WRITES = 60  # a minute


class PerKey(BaseThrottle):
    """A window is one minute by the clock; reads and writes are counted apart."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        what, most = ("read", READS) if request.method in SAFE_METHODS else ("write", WRITES)
        window = timezone.now().replace(second=0, microsecond=0)
        self.until = window + timedelta(minutes=1)
        return Tally.objects.count_up(f"api-{what}:{request.auth.pk}", window=window) <= most

    until: datetime

    def wait(self) -> float:
        """Seconds until the next window."""
        return max(1.0, (self.until - timezone.now()).total_seconds())
