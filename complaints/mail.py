"""A letter by e-mail, as text and as simple HTML, from the two templates of one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language


def send(to: str, subject: str, template: str, told: Mapping[str, Any], *, headers: Mapping[str, str] = {}) -> None:
    """Render ``mail/<template>.txt`` and ``.html`` in the active language and hand them over. Raises OSError.

    The subject is shown on locked screens and kept by every server on the way: the caller puts nothing personal there.
    """
    context = {**told, "site_url": settings.SITE_URL, "mail_lang": "en" if get_language() == "en" else "zh-CN"}
    letter = EmailMultiAlternatives(
        subject, render_to_string(f"mail/{template}.txt", context), to=[to], headers=dict(headers)
    )
    letter.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    letter.send()
