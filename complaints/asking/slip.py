"""A receipt as a picture to keep or to print: in the words of the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.narrative import language
from complaints.receipt_picture import draw


def slip_of(reference: str, code: str) -> bytes:
    """A PNG with the number, the code and its QR."""
    site = "WhoAnswers" if language() == "en" else "责在谁"
    host = settings.SITE_URL.partition("://")[2]
    foot = _("扫码查进度，或打开{host}填上回执码。有它就能看、能补、能撤回这件投诉，别发给别人。").format(host=host)
    return draw(
        site=site,
        reference=reference,
        code=code,
        link=address_with(code),
        words=(_("投诉编号"), _("回执码"), foot),
    )


def address_with(code: str) -> str:
    """Where the QR picture leads: the code stands behind the #, which no browser sends."""
    return f"{settings.SITE_URL}{reverse('complaints:track')}#{code}"
