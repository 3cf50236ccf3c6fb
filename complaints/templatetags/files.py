"""Why a file is held, or was not taken, in words; and whether others may see it."""

from django import template
from django.utils.translation import gettext as _

from complaints.evidence.refusals import LOCKED, held_because, sentence_of
from complaints.models import Blob

register = template.Library()


@register.filter
def why_refused(blob: Blob) -> str:
    """What was found of a file that was not taken, and what to do."""
    return sentence_of(blob.report)


@register.filter
def held_to_owner(blob: Blob) -> str:
    """What whoever handed a file in should know while a person has to look at it."""
    if blob.report.get("why") == LOCKED:
        return sentence_of({**blob.report, "problem": LOCKED})
    return _("自动检查没能查完，工作人员会看。不用再传，在那之前它不给别人看。")


@register.filter
def why_held(blob: Blob) -> str:
    """Why a person has to look at a file; for officers, with the name the scanner gave."""
    found = str(blob.report.get("found", ""))
    return f"{held_because(blob.report.get('why', ''))}{f' {found}' if found else ''}"
