"""What the desk shows to operators on every page."""

from django import template

from complaints.models import Fault

register = template.Library()


@register.simple_tag
def faults_standing() -> int:
    """How many stored files are not what they were."""
    return Fault.objects.filter(ended_at=None).count()
