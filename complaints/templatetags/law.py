"""Links from a citation to the page of its law."""

from django import template
from django.urls import reverse

from routing import rulebook
from routing.engine.loading_rules import instrument_of
from routing.engine.rule_sources import article_anchor

register = template.Library()


@register.simple_tag
def law_url(code: str) -> str:
    """``CPL 23(2)`` → the article on the page of the law; empty where today's rulebook does not know the law."""
    instrument = instrument_of(code)
    if instrument not in rulebook().instruments:
        return ""
    return f"{reverse('complaints:rules-law', args=[instrument])}#{article_anchor(code.rpartition(' ')[2])}"
