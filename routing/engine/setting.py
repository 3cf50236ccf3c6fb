"""What stands before any rule is read: the facts as given and filled, and what the dates alone decide."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from routing.engine.inquiry import Inquiry
from routing.engine.logic import Truth, disjunction
from routing.engine.names import Later, Predicate
from routing.engine.periods import after
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.vocabulary import When


def filled(rulebook: Rulebook, inquiry: Inquiry) -> list[Truth]:
    """The facts in order, as given and then filled from the category and the dates (law.md 4.2, 1 and 2).

    Implications are left to whoever reads the rules, since they depend on every fact.
    """
    truths: list[Truth] = [None] * len(rulebook.conditions)
    facts = rulebook.facts
    for key, value in inquiry.facts.items():
        truths[facts[key].index] = value
    if inquiry.category is None:
        return truths
    marks = rulebook.categories[inquiry.category].marks
    for mark, key in rulebook.fills.items():
        place = facts[key].index
        if truths[place] is None:
            truths[place] = marks.get(mark)
    for rule in rulebook.derived_by_date:
        place = facts[rule.fact].index
        if truths[place] is not None:
            continue
        day, start = inquiry.day(rule.date), inquiry.day(rule.within_months_of)
        if marks.get(rule.mark) is False:
            truths[place] = False
        elif marks.get(rule.mark) and day is not None and start is not None:
            truths[place] = day <= after(start, months=rule.months)
    return truths


def governing_day(inquiry: Inquiry, when: When) -> date:
    """The day that governs a rule or a citation (law.md 4.1, Dates)."""
    return inquiry.purchase_date if when is When.PURCHASE else inquiry.filed_date


def is_later(inquiry: Inquiry, later: Later) -> Truth:
    """Whether the period is over. Unknown without the dates; of several starts the later known one counts."""
    day = inquiry.day(later.date)
    starts = [start for name in later.than if (start := inquiry.day(name)) is not None]
    if day is None or not starts:
        return None
    return day > after(max(starts), years=later.years)


def by_dates(inquiry: Inquiry, predicate: Predicate) -> Truth:
    """A predicate that compares dates."""
    return disjunction(is_later(inquiry, later) for later in predicate.any_later)


def from_its_day(inquiry: Inquiry, rule: Rule) -> bool:
    """Whether the rule's own first day has come, and its last has not passed."""
    return rule.in_force.covers(governing_day(inquiry, rule.governed_by))


def from_an_earlier_day(inquiry: Inquiry, rule: Rule) -> bool:
    """Whether the earlier first day has come that the rule has for some cases."""
    return rule.earlier is not None and governing_day(inquiry, rule.governed_by) >= rule.earlier[1]


def in_time_of_d12(rulebook: Rulebook, inquiry: Inquiry, rule: Rule) -> bool:
    """Whether the rule may at least be possible for want of a transition clause (law.md 4.1, D12)."""
    return rule.d12 and governing_day(inquiry, rule.governed_by) >= rulebook.d12_from


def instruments_in_force(rulebook: Rulebook, inquiry: Inquiry) -> frozenset[str]:
    """The instruments whose citations are listed for this inquiry."""
    return _in_force(rulebook, inquiry.purchase_date, inquiry.filed_date)


@lru_cache(maxsize=4096)
def _in_force(rulebook: Rulebook, purchased: date, filed: date) -> frozenset[str]:
    """Complaints of one week share their days, so the answer is remembered."""
    return frozenset(
        each.id
        for each in rulebook.instruments.values()
        if each.in_force.covers(purchased if each.governed_by is When.PURCHASE else filed)
    )
