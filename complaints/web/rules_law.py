"""One law as a page: what it is, since when, what came before and after it, and which rules rest on which article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from complaints.narrative import language
from routing import Rulebook
from routing.engine.facts import Language
from routing.engine.loading_rules import instrument_of
from routing.engine.readable import day_in_words
from routing.engine.rule_sources import article_anchor
from routing.engine.rulebook import Detail, Instrument, Rule
from routing.engine.wording import Wording


@dataclass(frozen=True, slots=True)
class Shown:
    """A detail of a law. The public reads "not yet checked" in place of an unverified value; officers see it marked."""

    value: str
    is_unverified: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class LawLine:
    """A law in a list. ``state`` on the day asked for: now, later or over."""

    id: str
    name: str
    since: Shown
    until: str
    state: str


@dataclass(frozen=True, slots=True)
class Moved:
    """An article that a revision moved."""

    was: str
    now: str
    about: str


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in use, with our own line on it. ``mark`` is why only officers see it."""

    text: str
    anchor: str
    gist: str
    rules: tuple[Rule, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class LawPage:
    """Everything the page says. ``awaiting`` counts the articles that nobody has checked yet."""

    zh: Shown
    en: Shown
    name: str
    number: Shown | None
    issuer: str
    level: str
    level_explain: str
    since: Shown
    until: str
    state: str
    replaces: Shown | None
    governed: str
    governed_explain: str
    governed_unverified: bool
    before: tuple[LawLine, ...]
    after: tuple[LawLine, ...]
    moved: tuple[Moved, ...]
    articles: tuple[ArticleLine, ...]
    awaiting: int
    runs_complaints: tuple[tuple[str, str], ...]


def law_page(book: Rulebook, id: str, *, on: date, for_officer: bool) -> LawPage:
    """The page of a law that ``book`` has, as it stands on the day."""
    wording, law = Wording(book, language()), book.instruments[id]
    lang = wording.lang
    articles = list(_articles(wording, law))
    awaiting = sum(bool(each.mark) for each in articles)
    governed = "unchecked" if "gate" in law.unverified and not for_officer else law.governed_by.value
    after = [each for each in book.instruments.values() if id in each.supersedes]
    movers = [each for each in (law, *after) if each.renumbers]
    return LawPage(
        zh=_shown(law, "title", law.title.zh, for_officer),
        en=_shown(law, "title", law.title.en, for_officer),
        name=name_of(law, lang, for_officer=for_officer),
        number=None if law.number is None else _shown(law, "number", law.number, for_officer),
        issuer="" if law.issuer is None else law.issuer.in_(lang),
        level=wording.say(f"level.{law.level.value}.name"),
        level_explain=wording.say(f"level.{law.level.value}.explain"),
        since=_since(law, lang, for_officer),
        until=_until(law, lang),
        state=_state(law, on),
        replaces=None if law.replaces is None else _shown(law, "replaces", law.replaces.in_(lang), for_officer),
        governed=wording.say(f"governed.{governed}.name"),
        governed_explain=wording.say(f"governed.{governed}.explain"),
        governed_unverified="gate" in law.unverified and for_officer,
        before=tuple(law_line(book.instruments[each], on=on, for_officer=for_officer) for each in law.supersedes),
        after=tuple(law_line(each, on=on, for_officer=for_officer) for each in after),
        moved=tuple(Moved(each.was, each.now, each.about.in_(lang)) for one in movers for each in one.renumbers),
        articles=tuple(each for each in articles if for_officer or not each.mark),
        awaiting=awaiting,
        runs_complaints=tuple(
            (day_in_words(each.period.start, lang), day_in_words(each.period.until, lang) if each.period.until else "")
            for each in book.procedure.periods
            if each.rules == id
        ),
    )


def law_line(law: Instrument, *, on: date, for_officer: bool) -> LawLine:
    """The law in one line."""
    lang = language()
    return LawLine(
        id=law.id,
        name=name_of(law, lang, for_officer=for_officer),
        since=_since(law, lang, for_officer),
        until=_until(law, lang),
        state=_state(law, on),
    )


def name_of(law: Instrument, lang: Language, *, for_officer: bool) -> str:
    """What the law is called. Where its name is unverified, the public reads its number, or its id."""
    if "title" not in law.unverified or for_officer:
        return law.title.in_(lang)
    return law.number if law.number and "number" not in law.unverified else law.id


def unchecked_articles(book: Rulebook, law: Instrument) -> dict[str, str]:
    """Every number of the law that must not be shown as law yet, with why: the mark of the rules that cite it."""
    found = dict.fromkeys(law.unchecked, "")
    for rule in book.rules:
        for mark in rule.unverified:
            for code in rule.cites:
                if instrument_of(code) == law.id and (mark == code or mark.startswith(f"{code} ")):
                    found[_number(code)] = mark
    return found


def _shown(law: Instrument, detail: Detail, value: str, for_officer: bool) -> Shown:
    unverified = detail in law.unverified
    hidden = unverified and not for_officer
    return Shown("" if hidden else value, unverified, hidden)


def _since(law: Instrument, lang: Language, for_officer: bool) -> Shown:
    """Its first day; where nobody knows it, there is nothing to show to officers either."""
    if law.begins is None:
        return Shown("", is_unverified=True, is_hidden=True)
    return _shown(law, "from", day_in_words(law.begins, lang), for_officer)


def _until(law: Instrument, lang: Language) -> str:
    return "" if law.in_force.until is None else day_in_words(law.in_force.until, lang)


def _state(law: Instrument, on: date) -> str:
    if law.in_force.covers(on):
        return "now"
    return "later" if on < law.in_force.start else "over"


def _number(code: str) -> str:
    return code.rpartition(" ")[2].partition("(")[0]


def _citations(book: Rulebook) -> Iterable[tuple[str, Rule | None]]:
    """Whatever cites an article, with the rule that rests on it: rules, their burdens, remedies and excuses."""
    for rule in book.rules:
        yield from ((code, rule) for code in rule.cites)
        for id in rule.burdens:
            yield from ((code.strip(), rule) for code in book.burdens[id].basis.split(";"))
    for remedy in book.remedies.values():
        yield from ((code, None) for code, _when in remedy.cites)
    for excuse in book.excuses:
        yield from ((code, None) for code in excuse.basis)


def _articles(wording: Wording, law: Instrument) -> Iterable[ArticleLine]:
    """Every article with a line of ours or a citation on it, in the order of the law."""
    book = wording.rulebook
    marks = unchecked_articles(book, law)
    rules: dict[str, dict[str, Rule]] = {article: {} for article in law.gists}
    for code, rule in _citations(book):
        if instrument_of(code) == law.id:
            found = rules.setdefault(code.rpartition(" ")[2], {})
            found |= {rule.id: rule} if rule else {}
    for article in sorted(rules, key=lambda each: [int(part) for part in re.findall(r"[0-9]+", each)]):
        cited = wording.cited(f"{law.id} {article}")
        number = _number(article)
        yield ArticleLine(
            text="" if cited is None else cited.text,
            anchor=article_anchor(article),
            gist=law.gists[article].in_(wording.lang) if article in law.gists else "",
            rules=tuple(rules[article].values()),
            mark=(marks[number] or number) if number in marks else "",
        )
