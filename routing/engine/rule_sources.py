"""What a rule rests on: citations for everybody, those nobody has checked for officers, and days that may be shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from routing.engine.loading_rules import instrument_of
from routing.engine.readable import day_in_words
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.wording import Cited, Wording


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with the law it belongs to; ``spell`` says when, where that law is not there for the whole time."""

    cited: Cited
    instrument: str
    article: str
    spell: str

    @property
    def anchor(self) -> str:
        return article_anchor(self.article)


@dataclass(frozen=True, slots=True)
class OfficerWords:
    """For officers only: citations nobody has compared with the official text, contested points, remarks."""

    unverified: tuple[tuple[Source | None, str], ...]
    unchecked: tuple[Source, ...]
    contested: tuple[tuple[str, str, str], ...]  # D-id, title, text; the last two empty where the buyer is told nothing
    days: tuple[str, ...]  # first days that nobody has checked
    note: str
    officer_note: str

    @property
    def says_something(self) -> bool:
        return any((self.unverified, self.unchecked, self.contested, self.days, self.note, self.officer_note))


def sources_of(wording: Wording, rule: Rule, codes: Sequence[str]) -> tuple[Source, ...]:
    """The citations that everybody may see."""
    return tuple(_source(wording, rule, cited) for cited in wording.cites(codes, rule.unverified))


def _source(wording: Wording, rule: Rule, cited: Cited) -> Source:
    instrument = wording.rulebook.instruments[instrument_of(cited.code)]
    period, spell = instrument.in_force, ""
    if period.until is not None:
        spell = wording.say("spell.until", day=day_in_words(period.until, wording.lang))
    elif period.start > rule.in_force.start and "from" not in instrument.unverified:
        spell = wording.say("spell.from", day=day_in_words(period.start, wording.lang))
    return Source(cited, instrument.id, cited.code.rpartition(" ")[2], spell)


def officer_words(wording: Wording, rule: Rule) -> OfficerWords:
    """What only officers are shown of the rule."""
    lang, book = wording.lang, wording.rulebook
    days = [rule.in_force.start, *([rule.earlier[1]] if rule.earlier else [])]
    marks = []
    for mark in rule.unverified:
        cite = next((code for code in rule.cites if mark == code or mark.startswith(f"{code} ")), None)
        cited = None if cite is None else wording.cited(cite)
        marks.append((None if cited is None else _source(wording, rule, cited), mark))
    unchecked = [cited for code in rule.cites if wording.is_unchecked(code) and (cited := wording.cited(code))]
    return OfficerWords(
        unverified=tuple(marks),
        unchecked=tuple(_source(wording, rule, cited) for cited in unchecked),
        contested=tuple((id, _said_of(wording, id, "title"), _said_of(wording, id, "text")) for id in rule.contested),
        days=tuple(day_in_words(day, lang) for day in days if not begins_on_a_checked_day(book, rule, day)),
        note=rule.note,
        officer_note="" if rule.officer_note is None else rule.officer_note.in_(lang),
    )


def article_anchor(article: str) -> str:
    """Where the article stands on the page of its law: ``23(2)`` → ``a-23-2``."""
    return "-".join(["a", *re.findall(r"[0-9]+", article)])


def begins_on_a_checked_day(rulebook: Rulebook, rule: Rule, day: date) -> bool:
    """Whether the first day of a rule may be shown: not where it is that of a law whose own first day is unverified,
    nor where it comes before every cited law whose first day is known."""
    cited = [rulebook.instruments[instrument_of(code)] for code in rule.cites]
    if any("from" in each.unverified and each.in_force.start == day for each in cited):
        return False
    return any("from" not in each.unverified and each.in_force.start <= day for each in cited)


def begun(rulebook: Rulebook, rule: Rule, day: date) -> bool:
    """Whether the rule is in force on the day, if only for the cases that it reached earlier."""
    earlier = rule.earlier is not None and rule.earlier[1] <= day < rule.in_force.start
    return earlier or rule.in_force.covers(day)


def _said_of(wording: Wording, doubt: str, part: str) -> str:
    path = f"note.{doubt}.{part}"
    return wording.say(path) if wording.has(path) else ""
