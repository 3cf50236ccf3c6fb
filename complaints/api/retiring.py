"""How a part of the API is taken away: said a year before, in every answer that uses it (docs/api-changes.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.utils.http import http_date
from rest_framework.response import Response


@dataclass(frozen=True, slots=True)
class Retired:
    """What is deprecated since a day, and the day from which it may be gone."""

    since: date
    gone: date

    def tell(self, response: Response) -> Response:
        """Put ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594) and where to read about it on an answer."""
        response["Deprecation"] = f"@{_seconds(self.since)}"
        response["Sunset"] = http_date(_seconds(self.gone))
        response["Link"] = f'<{settings.SITE_URL}/developers/#changes>; rel="deprecation"; type="text/html"'
        return response


BEFORE = Retired(since=date(2026, 11, 22), gone=date(2027, 11, 22))  # ?before= of GET /cases; ?cursor= takes its place


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
