"""The rules in a list: by party, by day, by word; what may be reported, the laws by level, and the versions kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from complaints.lawbooks import LawVersion, versions
from complaints.narrative import language
from complaints.web.rules_books import Change, changed_rules
from complaints.web.rules_law import LawLine, Shown, law_line, name_of, unchecked_articles
from complaints.web.rules_pages import ICONS, PARTIES, in_order
from routing import Language, Level, Rulebook, rulebook
from routing.engine.expressions import names_in
from routing.engine.facts import Text
from routing.engine.loading_rules import instrument_of
from routing.engine.readable import Clause, day_in_words, read_out
from routing.engine.rule_sources import begins_on_a_checked_day, begun
from routing.engine.rulebook import Instrument, Rule
from routing.engine.wording import Wording


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in one line. ``since`` is empty where nobody has checked the day; ``only_for`` limits it on that day.

    ``marks`` are for officers: day, unverified, contested. ``on`` is the day, where the rule reads differently by day.
    """

    id: str
    title: str
    form: str
    since: str
    until: str
    only_for: Clause | None
    marks: tuple[str, ...]
    on: str


@dataclass(frozen=True, slots=True)
class PartySection:
    """What one party must do."""

    party: str
    heading: str
    icon: str
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class ActLine:
    """A point of the Guiding Opinions that may be reported; ``is_unchecked`` ones reach officers only."""

    number: int
    title: str
    explain: str
    is_unchecked: bool


@dataclass(frozen=True, slots=True)
class LevelSection:
    """The laws of one level, and what a text of that level can and cannot do."""

    name: str
    explain: str
    lines: tuple[LawLine, ...]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A text that nothing here rests on, and why."""

    title: str
    number: Shown | None
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The list. ``waiting`` rules are not in force on that day; ``acts_waiting`` points are not checked yet."""

    book: Rulebook
    day: str
    sections: tuple[PartySection, ...]
    shown: int
    waiting: int
    acts: tuple[ActLine, ...]
    acts_waiting: int
    levels: tuple[LevelSection, ...]
    not_relied_on: tuple[TextLine, ...]
    versions: Sequence[LawVersion]
    changed: Sequence[Change]
    is_current: bool
    found_nothing: bool

    @property
    def current(self) -> str:
        return rulebook().version


def index_page(book: Rulebook, *, query: str, on: date, party: str, for_officer: bool) -> IndexPage:
    """The rules in force on the day, of one party or of all, in which every word of the query is found."""
    wording, words = Wording(book, language()), query.casefold().split()
    wanted = {"": tuple(PARTIES)}.get(party, (party,))
    told = _texts(book, wording.lang)
    hits = [rule for rule in book.rules if rule.party in wanted and _has_all(told[rule.id], words)]
    live = [rule for rule in hits if begun(book, rule, on)]
    sections = [
        PartySection(
            party,
            str(PARTIES[party]),
            ICONS.get(party, "shield"),
            tuple(_line(wording, rule, on, for_officer) for rule in rules),
        )
        for party, rules in in_order(live).items()
    ]
    every = list(_acts(wording))
    told_acts = [act for act in every if for_officer or not act.is_unchecked]
    acts = [] if party else [act for act in told_acts if _has_all(f"{act.title} {act.explain}".casefold(), words)]
    levels = () if party else tuple(_levels(wording, words, on, for_officer))
    return IndexPage(
        book=book,
        day=day_in_words(on, wording.lang),
        sections=tuple(sections),
        shown=sum(len(section.lines) for section in sections),
        waiting=len({rule.id for rule in hits} - {rule.id for rule in live}),
        acts=tuple(acts),
        acts_waiting=sum(act.is_unchecked for act in every),
        levels=levels,
        not_relied_on=() if party or words else tuple(_not_relied_on(wording, for_officer)),
        versions=versions(),
        changed=() if book is rulebook() else changed_rules(book, wording.lang),
        is_current=book is rulebook(),
        found_nothing=bool(words) and not hits and not acts and not levels,
    )


def _has_all(text: str, words: Iterable[str]) -> bool:
    return all(word in text for word in words)


def _line(wording: Wording, rule: Rule, on: date, for_officer: bool) -> RuleLine:
    book, lang = wording.rulebook, wording.lang
    early = rule.earlier is not None and on < rule.in_force.start
    start = rule.earlier[1] if rule.earlier is not None and early else rule.in_force.start
    checked = begins_on_a_checked_day(book, rule, start)
    marks = [("day", not checked), ("unverified", rule.unverified), ("contested", rule.contested)]
    return RuleLine(
        id=rule.id,
        title=rule.title.in_(lang),
        form=wording.say(f"form.{rule.form}.name"),
        since=day_in_words(start, lang) if checked or for_officer else "",
        until=day_in_words(rule.in_force.until, lang) if rule.in_force.until else "",
        only_for=read_out(wording, rule.earlier[0]) if rule.earlier is not None and early else None,
        marks=tuple(mark for mark, found in marks if found) if for_officer else (),
        on=on.isoformat() if len(book.rules_named(rule.id)) > 1 else "",
    )


def _acts(wording: Wording) -> Iterable[ActLine]:
    for act in wording.rulebook.acts:
        explain = "" if act.explain is None else act.explain.in_(wording.lang)
        unchecked = wording.is_unchecked(f"GO {act.number}")
        yield ActLine(act.number, act.title.in_(wording.lang), explain, unchecked)


def _levels(wording: Wording, words: Sequence[str], on: date, for_officer: bool) -> Iterable[LevelSection]:
    laws = wording.rulebook.instruments.values()
    for level in Level:
        found = [law for law in laws if law.level is level and _has_all(_law_text(wording, law), words)]
        if found:
            yield LevelSection(
                wording.say(f"level.{level.value}.name"),
                wording.say(f"level.{level.value}.explain"),
                tuple(law_line(law, on=on, for_officer=for_officer) for law in found),
            )


def _not_relied_on(wording: Wording, for_officer: bool) -> Iterable[TextLine]:
    for text in wording.rulebook.not_relied_on:
        hidden = text.unverified and not for_officer
        number = None if text.number is None else Shown("" if hidden else text.number, text.unverified, hidden)
        title, state, why = (each.in_(wording.lang) for each in (text.title, text.state, text.why))
        yield TextLine(title, number, state, why)


# ── What the search reads ────────────────────────────────────────────────────────────────────────────────────────────


def _languages(lang: Language) -> tuple[Language, ...]:
    """The page's own, and Chinese: the law is Chinese."""
    return ("zh",) if lang == "zh" else ("en", "zh")


def _law_text(wording: Wording, law: Instrument) -> str:
    """Names, number and lines of a law, without what is unverified or unchecked."""
    hidden = unchecked_articles(wording.rulebook, law)
    texts: list[Text] = [text for article, text in law.gists.items() if article.partition("(")[0] not in hidden]
    named = "title" not in law.unverified
    texts += [law.title, law.short] if named else []
    number = law.number or "" if "number" not in law.unverified else ""
    said = [text.in_(lang) for text in texts for lang in _languages(wording.lang)]
    return " ".join([law.id, number, *said]).casefold()


@lru_cache(maxsize=8)
def _texts(book: Rulebook, lang: Language) -> dict[str, str]:
    """All that the search reads of each rule: its words, the laws it rests on, and what people call its facts."""
    return {rule.id: " ".join(_said(book, rule, each) for each in _languages(lang)).casefold() for rule in book.rules}


def _said(book: Rulebook, rule: Rule, lang: Language) -> str:
    wording = Wording(book, lang)
    parts = [rule.id, rule.title.in_(lang), rule.reason.in_(lang), rule.possible.in_(lang)]
    for cited in wording.cites(rule.cites, rule.unverified):
        law = book.instruments[instrument_of(cited.code)]
        parts += [cited.text, cited.gist or "", name_of(law, lang, for_officer=False)]
    for key in dict.fromkeys([*names_in(rule.condition), *names_in(rule.raised_by)]):
        fact, called = book.facts.get(key), book.words.get(f"also_said.{key}")
        parts += [] if fact is None or fact.label is None else [fact.label.in_(lang)]
        parts += [] if called is None else [called.in_(lang)]
    return " ".join(parts)
