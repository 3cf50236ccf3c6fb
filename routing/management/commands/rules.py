"""``manage.py rules``: check the law files, list the rules of a day, show one rule."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.book import rulebook
from routing.engine.errors import RulebookError, nearest
from routing.engine.facts import Language
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.wording import Wording


class Command(BaseCommand):
    help = "rules check · rules list [--on DATE] · rules explain RULE"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("check", help="read every law file and say what is in it")
        listing = actions.add_parser("list", help="the rules in force on a day")
        listing.add_argument("--on", type=date.fromisoformat, default=None, metavar="DATE")
        explaining = actions.add_parser("explain", help="what a consumer reads of one rule")
        explaining.add_argument("rule")
        for each in (listing, explaining):
            each.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            book = rulebook()
        except RulebookError as broken:
            raise CommandError(str(broken)) from None
        if options["action"] == "check":
            self.stdout.write(_summary(book))
        elif options["action"] == "list":
            for rule in book.rules:
                if options["on"] is None or rule.in_force.covers(options["on"]):
                    self.stdout.write(_line(rule, options["lang"]))
        else:
            self.stdout.write(_explained(book, options["rule"], options["lang"]))


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
    return "\n\n".join(
        "\n".join(
            [
                _line(rule, lang),
                rule.reason.in_(lang),
                rule.possible.in_(lang),
                *(cited.text for cited in wording.cites(rule.cites, rule.unverified)),
                *([] if rule.officer_note is None else [rule.officer_note.in_(lang)]),
                f"routing/law/{rule.file}",
            ]
        )
        for rule in versions
    )
