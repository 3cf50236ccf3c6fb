"""How moments, days, amounts and addresses are written in every answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from complaints.deadlines import is_settled
from complaints.models import Complaint


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def until(due_on: date | None) -> dict[str, Any]:
    """A last day; ``due_provisional`` where the calendar of its year is not out: it is not before that day."""
    return {"due_on": day(due_on), "due_provisional": due_on is not None and not is_settled(due_on)}


def day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def amount(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"


def case_href(complaint: Complaint) -> str:
    return f"{settings.SITE_URL}/api/v1/cases/{complaint.reference}"


def language() -> Any:
    return "en" if (get_language() or "").startswith("en") else "zh"
