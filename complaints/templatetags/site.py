"""The small drawings of the site as template tags: icons, thumbs, deadline rings, seals and verdict marks."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from math import pi
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints import narrative
from complaints.models.complaint import Party

register = template.Library()

# What the engine and the explanations call a verdict → the tone the stylesheets know.
TONES = {
    "responsible": "resp",
    "shared": "joint",
    "possible": "maybe",
    "not_responsible": "none",
    "merged": "none",
    "": "none",
}
GLYPHS = {"resp": "g-full", "solid": "g-full", "joint": "g-half", "maybe": "g-question", "none": "g-dashed"}
TRIO_MARKS = {"resp": "f", "joint": "h", "maybe": "q", "none": "n"}
SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([\d ]+)">(.*?)</symbol>', re.DOTALL)
ROUND = 2 * pi * 24  # the way round a ring, in units of its drawing
DUE_SOON, DUE_NOW = 3, 1  # days left from which a ring turns amber, then vermilion


def _drawings(name: str) -> dict[str, tuple[str, SafeString]]:
    """The drawings of one file in static/img: name → (view box, shapes). Our own: they may stand in a page."""
    found = SYMBOL.findall((Path(settings.BASE_DIR) / "static" / "img" / name).read_text(encoding="utf-8"))
    return {each: (box, mark_safe(shapes)) for each, box, shapes in found}


# They are drawn into the page: no request for a file of fifty when a page shows six, and none that could fail.
ICONS, THUMBS = _drawings("icons.svg"), _drawings("thumbs.svg")


@register.filter
def tone(verdict: str) -> str:
    """The stylesheet's word for a verdict or an explanation's tone: ``resp``, ``joint``, ``maybe`` or ``none``."""
    return TONES.get(verdict, verdict)


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """One drawing of img/icons.svg, hidden from screen readers unless ``label`` names it."""
    return _icon(name, classes, str(label))


@lru_cache(maxsize=512)  # a list shows the same few a hundred times
def _icon(name: str, classes: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    kind = "g" if name.startswith("g-") else "i"
    return format_html(
        '<svg class="{}" viewBox="{}" {} focusable="false">{}</svg>',
        f"{kind} {classes}".strip(),
        ICONS[name][0],
        spoken,
        ICONS[name][1],
    )


@register.simple_tag
def thumb(name: str, label: str = "") -> SafeString:
    """A drawn stand-in for evidence without a picture: order, label, chat, live or doc."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg viewBox="{}" {}>{}</svg>', THUMBS[name][0], spoken, THUMBS[name][1])


@register.simple_tag
def ring(days: int, total: int, tone: str = "auto", label: str = "", classes: str = "") -> SafeString:
    """What is left of a term, as a ring with the number inside; the sentence beside it is the caller's.

    ``auto`` turns amber at three days and vermilion at one; below zero it becomes a full disc that says how late.
    ``label`` is the unit in small print (default: days). Numbers also serve counts: ``{% ring 2 5 "ok" "/5" %}``.
    """
    return _ring(days, total, tone, str(label), classes, narrative.language())


@lru_cache(maxsize=1024)
def _ring(days: int, total: int, tone: str, label: str, classes: str, lang: str) -> SafeString:
    """In the language that is spoken now, which ``lang`` names."""
    if tone == "auto" and days < 0:
        late = (f"od {classes}".strip(), pgettext("ring", "超"), -days, pgettext("ring", "天"))
        return format_html('<span class="{}">{}<br>{}{}</span>', *late)
    if tone == "auto":
        tone = "urgent" if days <= DUE_NOW else "joint" if days <= DUE_SOON else "brand"
    part = max(0, min(100, round(100 * days / total))) if total else 0
    return format_html(
        '<span class="{}"><svg viewBox="0 0 56 56" aria-hidden="true" focusable="false">'
        '<circle class="t" cx="28" cy="28" r="24"/>{}</svg><b>{}<small>{}</small></b></span>',
        f"ring ring--{tone} {classes}".strip(),
        _arc(part),
        days,
        label or pgettext("ring", "天"),
    )


def _arc(part: int) -> SafeString:
    """Nothing at zero: a round cap would leave a dot."""
    if not part:
        return SafeString("")
    drawn = f"{part * ROUND / 100:.1f} {ROUND:.1f}"
    return format_html('<circle class="v" cx="28" cy="28" r="24" stroke-dasharray="{}"/>', drawn)


@register.simple_tag
def seal(words: str, classes: str = "") -> SafeString:
    """A seal in vermilion: Chinese in two rows, Latin a word a row. Decoration: the same words stand in the text."""
    words = str(words)
    latin = words.isascii()
    lines = words.split() if latin else list(filter(None, (words[: len(words) // 2], words[len(words) // 2 :])))
    longest = max(map(len, lines), default=1)
    kind = "seal--latin" if latin else "seal--1" if longest == 1 else ""
    size = min(16.0, 96 / longest) if latin else 37 if kind else 30  # of 96; Latin capitals are about 0.7 wide
    step = size * 1.15 if latin or kind else 32
    first = 48 - step * (len(lines) - 1) / 2 + size * 0.36
    rows = ((f"{first + step * n:g}", line) for n, line in enumerate(lines))
    return format_html(
        '<svg class="{}" viewBox="0 0 96 96" aria-hidden="true" focusable="false">'
        '<rect x="5" y="5" width="86" height="86" rx="12" fill="none" stroke="currentColor" stroke-width="4"/>'
        '<rect x="11.5" y="11.5" width="73" height="73" rx="7" fill="none" stroke="currentColor" stroke-width="1.2"/>'
        '<g font-size="{}" text-anchor="middle">{}</g></svg>',
        " ".join(filter(None, ("seal", kind, classes))),
        f"{size:g}",
        format_html_join("", '<text x="48" y="{}">{}</text>', rows),
    )


@register.inclusion_tag("components/verdict_tag.html")
def verdict_tag(tone: str, text: str, classes: str = "") -> dict[str, Any]:
    """A verdict or status in a pill: glyph and word. ``solid`` is the strong form of ``resp``."""
    tone = TONES.get(tone, tone)
    return {"tone": tone, "text": text, "glyph": GLYPHS.get(tone, ""), "classes": classes}


@register.simple_tag
def trio(verdicts: Mapping[str, str]) -> SafeString:
    """The three verdicts as three letters for list rows, spoken as one sentence. ``verdicts``: party → verdict."""
    return _trio(tuple(tone(verdicts.get(party, "")) for party in Party), narrative.language())


@lru_cache(maxsize=256)
def _trio(tones: tuple[str, ...], lang: str) -> SafeString:
    """Of the merchant, the anchor and the platform, in the language that is spoken now, which ``lang`` names."""
    words = {"resp": _("应负责"), "joint": _("也可以找它"), "maybe": _("可能要负责"), "none": _("暂不负责")}
    letters = {
        Party.MERCHANT: pgettext("letter", "商"),
        Party.ANCHOR: pgettext("letter", "主"),
        Party.PLATFORM: pgettext("letter", "平"),
    }
    found = dict(zip(Party, tones, strict=True))
    spoken = _("，").join(
        _("%(party)s%(verdict)s") % {"party": party.label, "verdict": words[each]} for party, each in found.items()
    )
    marks = [(letters[party], TRIO_MARKS[each]) for party, each in found.items()]
    return mark_safe(render_to_string("components/trio.html", {"spoken": spoken, "marks": marks}))


@register.inclusion_tag("components/segments.html")
def segments(step: int, total: int) -> dict[str, Any]:
    """The bar above a question: steps done, the one at hand, those to come. The line above it says it in words."""
    return {"marks": ["d" if n < step else "c" if n == step else "" for n in range(1, total + 1)]}


@register.filter
def day(value: date | None) -> str:
    """A day as people say it: ``4月17日``; nothing for none."""
    return narrative.day(value) if value else ""


@register.filter
def moment(value: datetime) -> str:
    """A day and the time of day: ``4月17日20:31``."""
    return narrative.moment(value)


@register.filter
def inner(words: object) -> str:
    """Words that the template puts between quotation marks: their own become single ones."""
    return narrative.inner(words)


@register.filter
def first_line(label: object) -> str:
    """What stands before the line break in a choice's label: the choice itself."""
    return str(label).partition("\n")[0]


@register.filter
def other_lines(label: object) -> str:
    """What stands after the line break in a choice's label: the sentence that explains it."""
    return str(label).partition("\n")[2]


@register.simple_tag
def shown_in(rows: Iterable[Any]) -> str:
    """What a file shows, as one line: the statements of the ticked boxes, or that nothing was said yet."""
    said = [row.point.statement for row in rows if row.is_on]
    return _("；").join(said) or _("还没说（可不填）")


@register.simple_tag
def draw(name: str) -> SafeString:
    """A drawing of the help pages (templates/help/draw), in the tokens of the site and the reader's language."""
    return mark_safe(render_to_string(f"help/draw/{name}.html"))  # our own template, no values in it
