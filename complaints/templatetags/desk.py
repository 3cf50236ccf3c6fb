"""What the desk shows to operators on every page."""

from collections.abc import Mapping

from django import template

from complaints.models import Fault

register = template.Library()


@register.simple_tag
def faults_standing() -> int:
    """How many stored files are not what they were."""
    return Fault.objects.filter(ended_at=None).count()


@register.filter
def of(links: Mapping[str, str], code: str) -> str:
    """The address of one category in the flow."""
    return links.get(code, "")


@register.filter
def of_end(links: Mapping[str, str], code: str) -> str:
    """The address of one end of the flow."""
    return links.get(f"to-{code}", "")
