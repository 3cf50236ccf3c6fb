"""A text as a QR picture: inline, so that it is fetched from nowhere and stored nowhere."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(text: str, *, title: str) -> SafeString:
    """The picture as SVG. ``title`` is read out in its place; it must be ours, not a visitor's."""
    drawn = segno.make(text, error="m").svg_inline(omitsize=True, border=1, dark="#171E26", title=title)
    return mark_safe(drawn)  # drawn by segno; the text is in it as squares only
