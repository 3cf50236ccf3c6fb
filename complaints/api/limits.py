"""How often one key may call, counted in the database so that every process counts the same."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import Organisation
from complaints.models import Tally

READS = 600  # a minute
WRITES = 60  # a minute
PRACTICE_MIB = 50  # an hour, of files in a place to practise: anybody may open one


class PerKey(BaseThrottle):
    """A window is one minute by the clock; reads and writes are counted apart."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        what, most = ("read", READS) if request.method in SAFE_METHODS else ("write", WRITES)
        window = timezone.now().replace(second=0, microsecond=0)
        self.what, self.most, self.until = what, most, window + timedelta(minutes=1)
        self.used = Tally.objects.count_up(f"api-{what}:{request.auth.pk}", window=window)
        request.limit = self  # type: ignore[attr-defined]  # the answer says what is left
        return self.used <= most

    what: str
    most: int
    used: int
    until: datetime

    def headers(self) -> dict[str, str]:
        """What is left, as draft-ietf-httpapi-ratelimit-headers-10 writes it."""
        left, seconds = max(0, self.most - self.used), math.ceil(self.wait())
        return {
            "RateLimit-Policy": f'"{self.what}";q={self.most};w=60',
            "RateLimit": f'"{self.what}";r={left};t={seconds}',
        }

    def wait(self) -> float:
        """Seconds until the next window."""
        return max(1.0, (self.until - timezone.now()).total_seconds())


def count_upload(organisation: Organisation, size: int, *, at: datetime) -> None:
    """Count so many bytes of a file against the organisation's hour, all its keys together. Raises Throttled."""
    window = at.replace(minute=0, second=0, microsecond=0)
    most = PRACTICE_MIB if organisation.is_sandbox else settings.UPLOAD_MIB_PER_KEY_AN_HOUR
    mebibytes = max(1, -(-size // (1 << 20)))
    if Tally.objects.count_up(f"upload-mib:organisation:{organisation.pk}", window=window, by=mebibytes) > most:
        raise Throttled((window + timedelta(hours=1) - at).total_seconds())
