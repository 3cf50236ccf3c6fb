"""One rule as a page: its words, the cases that show it, its neighbours, the versions in which it reads differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.narrative import language
from complaints.web.rules_books import OtherReading, other_readings
from routing import Rulebook, rulebook
from routing.cases import Shows, rule_cases
from routing.disputes import disputes_that_show
from routing.engine.facts import Text
from routing.engine.readable import day_in_words
from routing.engine.rule_sources import OfficerWords, begins_on_a_checked_day, begun, officer_words
from routing.engine.rule_words import RuleWords, rule_words, statement
from routing.engine.rulebook import Rule
from routing.engine.wording import Wording

PARTIES: Final = {
    "anchor": gettext_lazy("主播要做到"),
    "seller": gettext_lazy("商家要做到"),
    "platform": gettext_lazy("平台要做到"),
    "producer": gettext_lazy("厂家要做到"),
    "mcn": gettext_lazy("机构要做到"),
    "presenter": gettext_lazy("主播本人要做到"),
}
"""The parties in the order of the pages, with the heading of what each must do."""

ICONS: Final = {"anchor": "mic", "seller": "shop", "platform": "layers", "presenter": "user", "mcn": "users"}

SHOWS: Final = {
    Shows.HOLDS: gettext_lazy("这样就成立"),
    Shows.FAILS: gettext_lazy("这样不成立"),
    Shows.WAITS: gettext_lazy("还没弄清，先判“可能”"),
    Shows.UNRAISED: gettext_lazy("没有人提起，先不算"),
    Shows.NOT_YET: gettext_lazy("当时这条还没生效"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case: ``lines`` are its days and sums, ``facts`` what is known in it."""

    title: str
    because: str
    source: str
    lines: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """Another version of the rule in time, within the same law. ``day`` picks it by ``?on=``."""

    day: str
    words: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """Everything the page says. ``officer`` is None for the public; cases belong to today's law only."""

    book: Rulebook
    words: RuleWords
    heading: str
    icon: str
    officer: OfficerWords | None
    awaiting: int
    cases: tuple[tuple[str, tuple[Case, ...]], ...]
    disputes: tuple[Case, ...]
    before: Rule | None
    after: Rule | None
    spells: tuple[Spell, ...]
    others: Sequence[OtherReading]
    is_current: bool
    lives_on: bool

    @property
    def current(self) -> str:
        return rulebook().version


def rule_page(book: Rulebook, id: str, *, on: date, for_officer: bool) -> RulePage:
    """The page of a rule that ``book`` has. Of its versions in time, the one in force on the day, else the last."""
    wording = Wording(book, language())
    versions = book.rules_named(id)
    rule = next((each for each in versions if begun(book, each, on)), versions[-1])
    words, officer = rule_words(wording, rule), officer_words(wording, rule)
    is_current = book.digest == rulebook().digest
    before, after = _neighbours(book, rule)
    return RulePage(
        book=book,
        words=words,
        heading=str(PARTIES[rule.party]),
        icon=ICONS.get(rule.party, "shield"),
        officer=officer if for_officer and officer.says_something else None,
        awaiting=len(officer.unchecked) + sum(source is not None for source, _mark in officer.unverified),
        cases=tuple(_cases(wording, rule, for_officer)) if is_current else (),
        disputes=tuple(_disputes(wording, id)) if is_current else (),
        before=before,
        after=after,
        spells=tuple(_spell(wording, each) for each in versions if each is not rule),
        others=other_readings(book, id),
        is_current=is_current,
        lives_on=bool(rulebook().rules_named(id)),
    )


def in_order(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules by party, in the order of the pages; parties without any are left out."""
    found: dict[str, list[Rule]] = {party: [] for party in PARTIES}
    for rule in rules:
        found[rule.party].append(rule)
    return {party: list({rule.id: rule for rule in each}.values()) for party, each in found.items() if each}


def _neighbours(book: Rulebook, rule: Rule) -> tuple[Rule | None, Rule | None]:
    beside = in_order(book.rules)[rule.party]
    place = [each.id for each in beside].index(rule.id)
    return (beside[place - 1] if place else None), (beside[place + 1] if place + 1 < len(beside) else None)


def _spell(wording: Wording, rule: Rule) -> Spell:
    start, until = rule.in_force.start, rule.in_force.until
    checked = begins_on_a_checked_day(wording.rulebook, rule, start)
    first = day_in_words(start, wording.lang) if checked else wording.say("governed.unchecked.name")
    last = day_in_words(until, wording.lang) if until else pgettext("until", "现在")
    return Spell(start.isoformat(), _("%(first)s至%(last)s") % {"first": first, "last": last})


def _cases(wording: Wording, rule: Rule, for_officer: bool) -> Iterable[tuple[str, tuple[Case, ...]]]:
    """By what they show. A case that turns on a first day nobody has checked is for officers."""
    days = [rule.in_force.start, *([rule.earlier[1]] if rule.earlier else [])]
    unsure = [day for day in days if not begins_on_a_checked_day(wording.rulebook, rule, day)]
    found = [
        each
        for each in rule_cases().get(rule.id, ())
        if for_officer or not any(date.fromisoformat(each.given["purchase_date"]) <= day for day in unsure)
    ]
    for shows, heading in SHOWS.items():
        told = tuple(_case(wording, each.title, each.given) for each in found if each.shows is shows)
        if told:
            yield str(heading), told


def _disputes(wording: Wording, id: str) -> Iterable[Case]:
    for dispute in disputes_that_show(id):
        yield _case(wording, dispute.title, dispute.given, dispute.because, dispute.source)


def _case(
    wording: Wording, title: Text, given: Mapping[str, Any], because: Text | None = None, source: Text | None = None
) -> Case:
    facts = (statement(wording, key, value) for key, value in given["facts"].items())
    return Case(
        title=title.in_(wording.lang),
        because="" if because is None else because.in_(wording.lang),
        source="" if source is None else source.in_(wording.lang),
        lines=tuple(_lines(wording, given)),
        facts=tuple(filter(None, facts)),
    )


def _lines(wording: Wording, given: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The days, the kind of goods, the sums, and who let its time run out."""
    for key, value in given.items():
        if wording.has(f"day.{key}"):
            yield wording.say(f"day.{key}"), day_in_words(date.fromisoformat(value), wording.lang)
    category = wording.rulebook.categories.get(given.get("category", ""))
    if category is not None:
        yield _("商品类别"), category.name.in_(wording.lang)
    for key, name in (("price", _("实付")), ("loss", _("另外的损失"))):
        if given.get(key):
            yield name, f"¥{given[key]}"
    if given.get("lapsed"):
        yield _("到期没有答复的"), wording.all_of([wording.party(each) for each in given["lapsed"]])
