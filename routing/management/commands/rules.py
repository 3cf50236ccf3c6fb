"""``manage.py rules``: check the law files, list the rules of a day, show one rule, compare two laws."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.book import LAW, rulebook
from routing.cases import rule_cases
from routing.comparison import Difference, between_days, differences
from routing.engine.errors import RulebookError, nearest
from routing.engine.facts import Language
from routing.engine.loading import load, read_folder
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.wording import Wording

CURRENT = "current"


class Command(BaseCommand):
    help = "rules check [DIR] · rules list [--on DATE] · rules explain RULE · rules diff A B"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        checking = actions.add_parser("check", help="read every law file and say what is in it")
        checking.add_argument("law", nargs="?", default=CURRENT, metavar="DIR", help="another folder, a draft")
        listing = actions.add_parser("list", help="the rules in force on a day")
        listing.add_argument("--on", type=date.fromisoformat, default=None, metavar="DATE")
        explaining = actions.add_parser("explain", help="what a consumer reads of one rule")
        explaining.add_argument("rule")
        for each in (listing, explaining):
            each.add_argument("--lang", choices=("zh", "en"), default="zh")
        comparing = actions.add_parser(
            "diff", help="what differs between two folders of law files, or between two days of the law of today"
        )
        for name in ("before", "after"):
            comparing.add_argument(name, help=f"a folder, or {CURRENT}; or YYYY-MM-DD for both")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in self._lines(options):
                self.stdout.write(line)
        except RulebookError as broken:
            raise CommandError(str(broken)) from None

    def _lines(self, options: Mapping[str, Any]) -> Iterator[str]:
        match options["action"]:
            case "check":
                yield _summary(load(_files(options["law"])))
            case "list":
                for rule in rulebook().rules:
                    if options["on"] is None or rule.in_force.covers(options["on"]):
                        yield _line(rule, options["lang"])
            case "explain":
                yield _explained(rulebook(), options["rule"], options["lang"])
            case "diff":
                yield from _diff(options["before"], options["after"])


def _files(name: str) -> dict[str, str]:
    folder = LAW if name == CURRENT else Path(name)
    if not folder.is_dir():
        raise CommandError(f"{name}: found no such folder; allowed: a folder of law files, or {CURRENT}")
    return read_folder(folder)


def _summary(book: Rulebook) -> str:
    return (
        f"{book.id}  {book.digest}\n"
        f"{len(book.instruments)} instruments, {len(book.rules)} rules, {len(book.conditions)} facts: in order"
    )


def _line(rule: Rule, lang: Language) -> str:
    period = f"{rule.in_force.start} – {rule.in_force.until or ''}"
    return f"{rule.id:<14} {rule.party:<9} {rule.form.value:<13} {period:<25} {rule.title.in_(lang)}"


def _explained(book: Rulebook, id: str, lang: Language) -> str:
    versions = book.rules_named(id)
    if not versions:
        close = nearest(id, [rule.id for rule in book.rules])
        raise CommandError(f"no such rule {id!r}" + (f"; did you mean {close}?" if close else ""))
    wording = Wording(book, lang)
    cases = [f"  {case.shows}: {case.title.in_(lang)}" for case in rule_cases().get(id, ())]
    return "\n\n".join(
        "\n".join(
            [
                _line(rule, lang),
                rule.reason.in_(lang),
                rule.possible.in_(lang),
                *(cited.text for cited in wording.cites(rule.cites, rule.unverified)),
                *([] if rule.officer_note is None else [rule.officer_note.in_(lang)]),
                *cases,
                f"routing/law/{rule.file}  routing/cases/{id}.toml",
            ]
        )
        for rule in versions
    )


def _diff(before: str, after: str) -> Iterator[str]:
    days = [_day(each) for each in (before, after)]
    match days:
        case [date() as first, date() as second]:
            found = between_days(rulebook(), first, second)
        case [None, None]:
            laws = [_files(each) for each in (before, after)]
            for law in laws:
                load(law)
            found = differences(*laws)
        case _:
            raise CommandError("found a day and a folder; allowed: two days, or two folders")
    if not found:
        yield "no difference"
    place = ""
    for each in found:
        if each.key and each.place != place:
            yield f"~ {each.place}"
        place = each.place
        yield from _difference(each)


def _difference(each: Difference) -> Iterator[str]:
    if each.key:
        yield f"    {each.key}"
        if each.before is not None:
            yield f"      - {each.before}"
        if each.after is not None:
            yield f"      + {each.after}"
    else:
        yield f"{'+' if each.before is None else '-'} {each.place}"


def _day(text: str) -> date | None:
    """The day that ``YYYY-MM-DD`` names; other spellings of a day may be names of folders."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text}: found no day of the calendar; allowed: YYYY-MM-DD") from None
