"""The divisions of China down to the county (GB/T 2260), with the years each stood: found by code or by name.

A code is six digits (``330110``) or their beginning without the pairs of zeros (``33``, ``3301``): that short form is
what we store, since one code begins another exactly where one place lies in another. Where the table comes from and how
it is renewed: docs/places.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.regions import PROVINCES

TABLE = Path(__file__).parent / "data" / "divisions.csv"
CITY = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|林区|地区|省|市|盟|区|县|旗)$")


class NoDivision(ValueError):
    """What was given is no division, with a sentence that says what is."""


@dataclass(frozen=True, slots=True)
class Division:
    """One division under one name. ``since`` and ``until`` are years, None where unknown and where it still stands;
    the table knows no days, so in the year of a change both names hold."""

    code: str
    name_zh: str
    name_en: str  # of provinces and cities; empty for counties
    parent: str  # six digits; empty for a province
    since: int | None
    until: int | None

    @property
    def prefix(self) -> str:
        """The code as it is stored and compared: ``33``, ``3301`` or ``330110``."""
        return short(self.code)

    def stands(self, on: date) -> bool:
        return (self.since is None or self.since <= on.year) and (self.until is None or on.year <= self.until)

    def name(self, lang: str) -> str:
        """In ``zh`` or ``en``; the Chinese name where there is no other."""
        return (self.name_en or self.name_zh) if lang == "en" else self.name_zh


def short(code: str) -> str:
    """Without the pairs of zeros at its end: ``330100`` → ``3301``."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def read(text: str, *, on: date) -> Division:
    """The division a person means by a code, standing on that day. Raises NoDivision, saying what is wrong with it."""
    typed = text.strip()
    if not re.fullmatch(r"[0-9]{2}(?:[0-9]{2}){0,2}", typed):
        raise NoDivision(
            _("区划代码是2位、4位或6位数字，如33、3301、330110，现在是“{found}”。").format(found=typed[:20])
        )
    found = _by_code().get(typed.ljust(6, "0"), ())
    standing = next((each for each in found if each.stands(on)), None)
    if standing:
        return standing
    if found:
        last = found[-1]
        if last.until is not None and last.until < on.year:
            sentence = _("{code}是{name}，{year}年撤销或改了代码。换现在的代码。")
            raise NoDivision(sentence.format(code=typed, name=last.name_zh, year=last.until))
        raise NoDivision(_("{code}在那一天还没有设立。").format(code=typed))
    raise NoDivision(_("GB/T 2260里没有{code}这个代码，检查一下。").format(code=typed))


def find(code: str, *, on: date | None = None) -> Division | None:
    """By a code in either form; None for none. Without a day: as it stands now, else as it was last called."""
    found = _by_code().get(code.ljust(6, "0"), ()) if code else ()
    if on is not None:
        return next((each for each in found if each.stands(on)), None)
    return found[-1] if found else None


def children(code: str, *, on: date) -> list[Division]:
    """What lies directly in it on that day, in the order of the codes; the provinces for an empty code."""
    parent = code.ljust(6, "0") if code else ""
    return [each for each in _below().get(parent, ()) if each.stands(on)]


def path(code: str) -> list[Division]:
    """From the province down to the division itself; empty for no division. Each as it stands or stood last."""
    found: list[Division] = []
    here = find(code)
    while here is not None:
        found.append(here)
        here = find(here.parent) if here.parent else None
    return found[::-1]


def full_name(code: str, lang: str) -> str:
    """``浙江省杭州市余杭区``, ``余杭区, Hangzhou, Zhejiang``; the code itself where it is no division."""
    names = [each.name(lang) for each in path(code)]
    if not names:
        return code
    return ", ".join(names[::-1]) if lang == "en" else "".join(names)


def in_address(text: str, *, on: date) -> Division | None:
    """The deepest division an address as people write it begins with, on that day; None where it names none surely.

    Levels may be left out (``杭州余杭区文一西路``), and so may 省 and 市. A county by itself counts only where no other
    has its name: 朝阳区 alone is nowhere.
    """
    rest, here = re.sub(r"[\s,，·]", "", text.removeprefix("中国")), ""
    found: Division | None = None
    while True:
        step = _first_in(rest, here, on)
        if step is None:
            return found
        found, rest = step
        here = found.code


def _first_in(text: str, inside: str, on: date) -> tuple[Division, str] | None:
    """The division below ``inside`` that the text begins with, and what follows it. A longer name goes first."""
    hits: list[tuple[int, Division]] = []
    for first, places in _by_first().items():
        if not text.startswith(first):
            continue
        for each in places:
            if not each.stands(on) or not _lies_in(each, inside):
                continue
            taken = next((name for name in _called(each) if text.startswith(name)), "")
            if taken:
                hits.append((len(taken), each))
    if not hits:
        return None
    longest = max(length for length, _each in hits)
    best = [each for length, each in hits if length == longest]
    top = [each for each in best if len(each.prefix) == min(len(one.prefix) for one in best)]
    return (top[0], text[longest:]) if len(top) == 1 else None


def _lies_in(each: Division, inside: str) -> bool:
    return each.code != inside and (not inside or each.prefix.startswith(short(inside)))


@cache
def _called(each: Division) -> tuple[str, ...]:
    """How people write it: in full, and provinces and cities also without the last word."""
    bare = CITY.sub("", each.name_zh)
    is_county = len(each.prefix) == 6
    return (each.name_zh,) if is_county or len(bare) < 2 else (each.name_zh, bare)


@cache
def _table() -> tuple[Division, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Division(
                code=row["code"],
                name_zh=row["name"],
                name_en=row["english"] if row["parent"] else PROVINCES[row["code"][:2]][1],
                parent=row["parent"],
                since=int(row["valid_from"]) if row["valid_from"] else None,
                until=int(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )


@cache
def _by_code() -> Mapping[str, tuple[Division, ...]]:
    """Under each code the names it had, the oldest first and the one that stands last."""
    found: dict[str, list[Division]] = {}
    for each in sorted(_table(), key=lambda one: (one.until or 9999, one.since or 0)):
        found.setdefault(each.code, []).append(each)
    return {code: tuple(each) for code, each in found.items()}


@cache
def _below() -> Mapping[str, tuple[Division, ...]]:
    return _grouped((each.parent, each) for each in _table())


@cache
def _by_first() -> Mapping[str, tuple[Division, ...]]:
    return _grouped((each.name_zh[:1], each) for each in _table())


def _grouped(pairs: Iterable[tuple[str, Division]]) -> Mapping[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for key, each in pairs:
        found.setdefault(key, []).append(each)
    return {key: tuple(each) for key, each in found.items()}
