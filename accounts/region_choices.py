"""Where somebody lives, as a form asks it: the province, and deeper only where that decides on the association."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.divisions import children
from accounts.models import Organisation
from accounts.regions import PROVINCES, name_of

Choice = tuple[Any, Any]  # a code and its label; or the name of a province and the choices in it


def choices(lang: str, *, on: date) -> list[Choice]:
    """The provinces. One that has associations of cities or counties in it opens into its cities, and such a city into
    its counties; the last choice in each stands for the rest. Nothing is asked that decides nothing."""
    deciding = [each for each in Organisation.objects.associations().values_list("region", flat=True) if len(each) > 2]
    return [_province(code, deciding, lang, on) for code in PROVINCES]


def offered(code: str, among: Iterable[Choice]) -> str:
    """The longest beginning of a stored code that can be chosen now; empty where there is none."""
    codes = {value for value, label in flat(among)}
    return next((code[:length] for length in (6, 4, 2) if len(code) >= length and code[:length] in codes), "")


def flat(among: Iterable[Choice]) -> list[Choice]:
    """Without the groups."""
    return [one for value, label in among for one in (label if isinstance(label, list) else [(value, label)])]


def _province(code: str, deciding: list[str], lang: str, on: date) -> Choice:
    name = name_of(code, lang)
    if not any(each.startswith(code) for each in deciding):
        return code, name
    inside: list[Choice] = []
    for city in children(code, on=on):
        label = city.name(lang)
        counties = children(city.prefix, on=on) if _has_deeper(city.prefix, deciding) else []
        inside += [(county.prefix, _together(label, county.name(lang), lang)) for county in counties]
        rest = _("{place}其他区县").format(place=label) if counties else label
        inside.append((city.prefix, rest))
    return name, [*inside, (code, _("{place}其他地方，或者不清楚").format(place=name))]


def _has_deeper(city: str, deciding: list[str]) -> bool:
    return len(city) == 4 and any(each.startswith(city) and len(each) > 4 for each in deciding)


def _together(city: str, county: str, lang: str) -> str:
    return f"{city} {county}" if lang == "en" else f"{city}{county}"
