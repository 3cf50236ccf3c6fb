"""What the look into a file found, beside the file: pages, length, what one should know about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from complaints.evidence.looks import leaves_of, length_of, warnings_of
from complaints.models import Blob

register = template.Library()


@register.inclusion_tag("components/file_facts.html")
def file_facts(blob: Blob) -> dict[str, Any]:
    """How many pages it has and how long it lasts, as small words after its size."""
    return {"leaves": leaves_of(blob), "length": length_of(blob)}


@register.inclusion_tag("components/file_warnings.html")
def file_warnings(blob: Blob) -> dict[str, Any]:
    """What one should know about it before believing its picture, in plain sentences."""
    return {"warnings": warnings_of(blob)}


@register.inclusion_tag("components/file_camera.html")
def file_camera(blob: Blob) -> dict[str, Any]:
    """What the camera wrote into the original: for officers. Never a place, only whether there is one."""
    report = blob.report
    return {
        "taken_at": datetime.fromisoformat(report["taken_at"]) if report.get("taken_at") else None,
        "software": report.get("software", ""),
        "has_gps": bool(report.get("has_gps")),
    }
