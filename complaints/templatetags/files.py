"""Why a file is held, or was not taken, in words; and whether others may see it."""

from django import template

from complaints.evidence.refusals import held_because, sentence_of
from complaints.models import Blob

register = template.Library()


@register.filter
def why_refused(blob: Blob) -> str:
    """What was found of a file that was not taken, and what to do."""
    return sentence_of(blob.report)


@register.filter
def why_held(blob: Blob) -> str:
    """Why a person has to look at a file; for officers, with the name the scanner gave."""
    found = str(blob.report.get("found", ""))
    return f"{held_because(blob.report.get('why', ''))}{f' {found}' if found else ''}"
