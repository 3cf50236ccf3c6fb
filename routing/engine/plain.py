"""The plain evaluator: section 4 of law.md read line by line, with nothing clever in it.

It is the reference: the compiled evaluator may be faster, and must never differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from routing.engine.expressions import Expression, evaluate
from routing.engine.facts import Fact
from routing.engine.inquiry import Inquiry
from routing.engine.logic import Truth
from routing.engine.names import Burden
from routing.engine.reading import Reading, Standing, WhatIf, standing_of
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.setting import (
    by_dates,
    filled,
    from_an_earlier_day,
    from_its_day,
    in_time_of_d12,
    is_later,
)
from routing.engine.vocabulary import FACING, SELLER, Party, SellerWrong, Status, Verdict


def read_plainly(rulebook: Rulebook, inquiry: Inquiry, *, suppose: bool = True) -> Reading:
    """The whole reading, by trying each supposition in turn; without them where ``suppose`` is false."""
    plain = Plain(rulebook, inquiry)
    unlapsed = Plain(rulebook, replace(inquiry, lapsed=frozenset()))
    held = Status.HELD
    return Reading(
        rulebook=rulebook,
        truths=tuple(plain.truths),
        statuses=tuple(plain.statuses),
        parties=tuple(plain.party(rule) for rule in rulebook.rules),
        by_burden=frozenset(
            i for i, status in enumerate(plain.statuses) if status is held and unlapsed.statuses[i] is not held
        ),
        capped=frozenset(i for i, rule in enumerate(rulebook.rules) if plain.capped(rule)),
        standing=plain.standing,
        gates=tuple(gate.id for gate in rulebook.gates if plain.bites(gate.id)),
        asides=tuple(plain.truth(expression) for expression in rulebook.asides),
        verdicts=plain.verdicts,
        whatifs=_whatifs(rulebook, inquiry, plain) if suppose else (),
    )


class Plain:
    """One inquiry under one supposition: its facts, roles, statuses and verdicts."""

    def __init__(self, rulebook: Rulebook, inquiry: Inquiry) -> None:
        self.rulebook = rulebook
        self.inquiry = inquiry
        self.truths = self._derived()
        self._sellers_wrong: Truth = None
        self.standing = self._standing()
        self._lapsed = self._lapses()
        self.statuses = self._statuses()
        self.verdicts = {party: self._verdict(party) for party in FACING}

    # ---- names

    def fact(self, key: str) -> Truth:
        return self.truths[self.rulebook.facts[key].index]

    def truth(self, expression: Expression, own: Mapping[str, Truth] | None = None) -> Truth:
        """The truth of a condition; ``own`` are facts as a burden reads them in one rule."""
        return evaluate(expression, lambda name: self.named(name, own or {}))

    def named(self, name: str, own: Mapping[str, Truth]) -> Truth:
        if name in own:
            return own[name]
        if name in self.rulebook.facts:
            return self.fact(name)
        if name == "SW":
            return self._sellers_wrong
        if name in self.rulebook.roles:
            return self.role(name)
        predicate = self.rulebook.predicates[name]
        if predicate.any_later:
            return by_dates(self.inquiry, predicate)
        day = self.inquiry.purchase_date
        for start, until, expression in predicate.by_date:
            if (start is None or start <= day) and (until is None or day <= until):
                return self.truth(expression, own)
        return None

    def role(self, name: str) -> bool:
        """A role is true only where it is known (4.6)."""
        role = self.rulebook.roles[name]
        if role.any_role:
            return any(self.role(part) for part in role.any_role)
        if role.lapsed is not None:
            return role.lapsed in self._lapsed
        return (
            all(self.fact(key) is True for key in role.is_true)
            and all(self.fact(key) is False for key in role.is_false)
            and not any(self.fact(key) is True for key in role.not_true)
        )

    # ---- 4.2 derivation, 4.6 who is who, 4.3 lapses

    def _derived(self) -> list[Truth]:
        truths = filled(self.rulebook, self.inquiry)
        place = {fact.key: fact.index for fact in self.rulebook.conditions}
        for implication in self.rulebook.implications:
            other = implication.and_not_true
            if truths[place[implication.premise]] and not (other is not None and truths[place[other]]):
                for key in implication.then:
                    if truths[place[key]] is None:
                        truths[place[key]] = True
        return truths

    def _standing(self) -> Standing:
        return standing_of(
            private_sale=self.role("PRIVATE_SALE"),
            room_is_seller=self.role("ROOM_IS_SELLER"),
            platform_sells=self.role("PLATFORM_SELLS"),
        )

    def _lapses(self) -> frozenset[str]:
        """Who counts as lapsed: where two roles are one business, the lapse of either counts."""
        merged = self.standing.merged
        business = {party: merged.get(party, party) for party in FACING}
        silent = {business[party] for party in self.inquiry.lapsed}
        lapsed: set[str] = {party for party in FACING if business[party] in silent}
        if self.standing.seller in lapsed:
            lapsed.add(SELLER)
        return frozenset(lapsed)

    # ---- 4.4 gates, 4.1 status

    def bites(self, id: str) -> bool:
        gate = next(gate for gate in self.rulebook.gates if gate.id == id)
        if gate.later_than is not None:
            return is_later(self.inquiry, gate.later_than) is True
        return self.truth(gate.bites) is True and self.truth(gate.unless) is not True

    def _taken_away(self, rule: Rule) -> bool:
        for gate in self.rulebook.gates:
            if gate.keeps is None or not self.bites(gate.id) or (gate.spares_duties and rule.is_duty):
                continue
            if gate.keeps not in rule.stays or self.truth(gate.keeps_if) is not True:
                return True
        return False

    def _in_force_fully(self, rule: Rule) -> bool:
        if from_its_day(self.inquiry, rule):
            return True
        return (
            rule.earlier is not None and self.truth(rule.earlier[0]) is True and from_an_earlier_day(self.inquiry, rule)
        )

    def capped(self, rule: Rule) -> bool:
        return not self._in_force_fully(rule) and in_time_of_d12(self.rulebook, self.inquiry, rule)

    def _statuses(self) -> list[Status]:
        """Rules that count as a seller's wrong come first; SW is read from them, then the others (4.5)."""
        found: dict[int, Status] = {}
        open_wrong = False
        rules = self.rulebook.rules
        for i, rule in enumerate(rules):
            if rule.seller_wrong is not SellerWrong.NEVER:
                found[i], condition = self._status(rule)
                unheard = condition is None and found[i] is Status.NOT_HELD and not self._defeated(rule)
                counts = unheard and rule.seller_wrong is SellerWrong.COUNTS
                open_wrong = open_wrong or found[i] is Status.POSSIBLE or counts
        held = Status.HELD in found.values()
        self._sellers_wrong = True if held else None if open_wrong else False
        for i, rule in enumerate(rules):
            if i not in found:
                found[i], _ = self._status(rule)
        return [found[i] for i in range(len(rules))]

    def _status(self, rule: Rule) -> tuple[Status, Truth]:
        """The first line of 4.1 that fits, and the truth of the condition."""
        condition = self.truth(rule.condition, self._as_burdened(rule))
        if not self._in_force_fully(rule) and not self.capped(rule):
            return Status.NOT_IN_FORCE, condition
        if self._defeated(rule) or condition is False:
            return Status.NOT_HELD, condition
        if condition is None:
            raised = self.truth(rule.raised_by) is True
            return (Status.POSSIBLE if raised else Status.NOT_HELD), condition
        return (Status.POSSIBLE if self.capped(rule) else Status.HELD), condition

    def _defeated(self, rule: Rule) -> bool:
        excluded = rule.excluded_when is not None and self.role(rule.excluded_when)
        return self._taken_away(rule) or excluded or self.truth(rule.unless) is True

    def _as_burdened(self, rule: Rule) -> dict[str, Truth]:
        own: dict[str, Truth] = {}
        for id in rule.burdens:
            burden = self.rulebook.burdens[id]
            for key, reads in burden.reads.items():
                if self.fact(key) is None and own.get(key) is None and self._burden_bites(burden, key):
                    own[key] = reads
        return own

    def _burden_bites(self, burden: Burden, key: str) -> bool:
        if key in burden.without_lapse and self.truth(burden.without_lapse[key]) is True:
            return True
        lapsed = any(party in self._lapsed for party in burden.carried_by)
        return lapsed and (key not in burden.only_if or self.truth(burden.only_if[key]) is True)

    # ---- 4.6 where a ground stands, 4.8 verdicts

    def party(self, rule: Rule) -> Party:
        """The party under which the rule stands."""
        if rule.party == SELLER:
            return self.standing.seller
        if rule.party == Party.ANCHOR and not rule.self_stays and self._speaks_for_seller(rule):
            return self.standing.seller
        return Party(rule.party)

    def _speaks_for_seller(self, rule: Rule) -> bool:
        return self.role("SELF") or self.truth(rule.seller_when) is True

    def _verdict(self, party: Party) -> Verdict:
        if party in self.standing.merged:
            return Verdict.NOT_RESPONSIBLE
        statuses = {
            self.statuses[i]
            for i, rule in enumerate(self.rulebook.rules)
            if not rule.is_duty and self.party(rule) is party
        }
        if Status.HELD in statuses:
            return Verdict.RESPONSIBLE
        return Verdict.POSSIBLE if Status.POSSIBLE in statuses else Verdict.NOT_RESPONSIBLE


def _whatifs(rulebook: Rulebook, inquiry: Inquiry, base: Plain) -> tuple[tuple[Fact, WhatIf, WhatIf], ...]:
    found = []
    for fact in rulebook.conditions:
        if base.truths[fact.index] is None:
            true, false = (_whatif(rulebook, inquiry, base, fact, value) for value in (True, False))
            if true.settles or false.settles:
                found.append((fact, true, false))
    return tuple(found)


def _whatif(rulebook: Rulebook, inquiry: Inquiry, base: Plain, fact: Fact, value: bool) -> WhatIf:
    supposed = Plain(rulebook, replace(inquiry, facts={**inquiry.facts, fact.key: value}))
    return WhatIf(
        settles=sum(
            before is Status.POSSIBLE and after is not Status.POSSIBLE and not rule.is_duty
            for rule, before, after in zip(rulebook.rules, base.statuses, supposed.statuses, strict=True)
        ),
        verdicts={
            party: supposed.verdicts[party] for party in FACING if supposed.verdicts[party] is not base.verdicts[party]
        },
    )
