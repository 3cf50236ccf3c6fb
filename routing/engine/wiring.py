"""Rulebook → circuit: section 4 of law.md, in its own order, as gates over "known true" and "known false".

A value is a pair of wires, one for known true and one for known false; neither set is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from routing.engine.circuit import OFF, ON, Circuit, Wire
from routing.engine.expressions import And, Constant, Expression, Name, Not, Or
from routing.engine.names import Burden, Gate
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.vocabulary import FACING, SELLER, Party, SellerWrong

Value = tuple[Wire, Wire]
UNKNOWN: Final[Value] = (OFF, OFF)


@dataclass(slots=True)
class Wiring:
    """The wires of everything a reading needs; mappings by rule go by place in ``rulebook.rules``."""

    circuit: Circuit
    facts: list[Value]
    roles: dict[str, Wire] = field(default_factory=dict)
    gates: dict[str, Wire] = field(default_factory=dict)
    in_force: dict[int, Wire] = field(default_factory=dict)
    capped: dict[int, Wire] = field(default_factory=dict)
    held: dict[int, Wire] = field(default_factory=dict)
    possible: dict[int, Wire] = field(default_factory=dict)
    at_seller: dict[int, Wire] = field(default_factory=dict)
    asides: list[Value] = field(default_factory=list)
    responsible: dict[Party, Wire] = field(default_factory=dict)
    maybe: dict[Party, Wire] = field(default_factory=dict)


def wire(rulebook: Rulebook) -> Wiring:
    """Lay the wires of the whole rulebook."""
    return _Layer(rulebook).lay()


class _Layer:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.c = Circuit()
        count = len(rulebook.conditions)
        self.w = Wiring(self.c, [(self.c.input(("true", i)), self.c.input(("false", i))) for i in range(count)])
        self.shared: dict[str, Value] = {}
        self.lapsed: dict[str, Wire] = {}

    def lay(self) -> Wiring:
        self._imply()
        self._give_roles()
        self._hear_lapses()
        self._set_gates()
        counting = [i for i, rule in enumerate(self.rulebook.rules) if rule.seller_wrong is not SellerWrong.NEVER]
        unraised = {i: self._lay_rule(i) for i in counting}
        self.shared["SW"] = self._sellers_wrong(unraised)
        for i, rule in enumerate(self.rulebook.rules):
            if rule.seller_wrong is SellerWrong.NEVER:
                self._lay_rule(i)
        self.w.asides = [self.value(expression) for expression in self.rulebook.asides]
        self._sum_up(self.w.held, self.w.responsible)
        self._sum_up(self.w.possible, self.w.maybe)
        for party in FACING:
            self.w.maybe[party] = self._but_not(self.w.maybe[party], self.w.responsible[party])
        return self.w

    # ---- values

    def value(self, expression: Expression, own: Mapping[str, Value] | None = None) -> Value:
        """The value of a condition; ``own`` are facts as a burden reads them in one rule."""
        c = self.c
        match expression:
            case Constant(truth):
                return UNKNOWN if truth is None else (ON, OFF) if truth else (OFF, ON)
            case Name(name):
                return self._named(name, own)
            case Not(part):
                true, false = self.value(part, own)
                return false, true
            case And(parts):
                values = [self.value(part, own) for part in parts]
                return c.all_of(v[0] for v in values), c.any_of(v[1] for v in values)
            case Or(parts):
                values = [self.value(part, own) for part in parts]
                return c.any_of(v[0] for v in values), c.all_of(v[1] for v in values)

    def _named(self, name: str, own: Mapping[str, Value] | None) -> Value:
        if own and name in own:
            return own[name]
        fact = self.rulebook.facts.get(name)
        if fact is not None:
            return self.w.facts[fact.index]
        predicate = self.rulebook.predicates.get(name)
        if predicate is None:
            return self.shared[name]
        if not own and name in self.shared:
            return self.shared[name]
        if predicate.any_later:
            value = self.c.input(("later", name, True)), self.c.input(("later", name, False))
        else:
            value = OFF, OFF
            for start, until, expression in predicate.by_date:
                now = self._within(start, until)
                true, false = self.value(expression, own)
                value = (
                    self.c.any_of((value[0], self.c.all_of((now, true)))),
                    self.c.any_of((value[1], self.c.all_of((now, false)))),
                )
        if not own:
            self.shared[name] = value
        return value

    def _within(self, start: Any, until: Any) -> Wire:
        wires = []
        if start is not None:
            wires.append(self.c.input(("from", "purchase", start)))
        if until is not None:
            wires.append(self.c.input(("until", "purchase", until)))
        return self.c.all_of(wires)

    def _but_not(self, wire: Wire, *others: Wire) -> Wire:
        return self.c.all_of((wire, *(self.c.inverse(other) for other in others)))

    # ---- who is who

    def _imply(self) -> None:
        """4.2, 3: implications fill what is unknown, in their order."""
        facts, values = self.rulebook.facts, self.w.facts
        for implication in self.rulebook.implications:
            bite = values[facts[implication.premise].index][0]
            if implication.and_not_true is not None:
                bite = self._but_not(bite, values[facts[implication.and_not_true].index][0])
            for key in implication.then:
                true, false = values[facts[key].index]
                values[facts[key].index] = self.c.any_of((true, self._but_not(bite, false))), false

    def _give_roles(self) -> None:
        """4.6: two-valued, and tested after derivation."""
        for role in self.rulebook.roles.values():
            if role.name == "SW" or role.lapsed is not None:
                continue
            if role.any_role:
                wire = self.c.any_of(self.w.roles[name] for name in role.any_role)
            else:
                wires = [self._fact(key)[0] for key in role.is_true] + [self._fact(key)[1] for key in role.is_false]
                wires += [self.c.inverse(self._fact(key)[0]) for key in role.not_true]
                wire = self.c.all_of(wires)
            self._give_role(role.name, wire)

    def _give_role(self, name: str, wire: Wire) -> None:
        self.w.roles[name] = wire
        self.shared[name] = wire, self.c.inverse(wire)

    def _fact(self, key: str) -> Value:
        return self.w.facts[self.rulebook.facts[key].index]

    def _hear_lapses(self) -> None:
        """4.3: where two roles are one business, the lapse of either counts."""
        c, roles = self.c, self.w.roles
        merchant, anchor, platform = (c.input(("lapsed", party)) for party in FACING)
        one_room = c.any_of((roles["PRIVATE_SALE"], roles["ROOM_IS_SELLER"]))
        platform_room = c.all_of((roles["PLATFORM_SELLS"], roles["ROOM_IS_SELLER"]))
        sells = roles["PLATFORM_SELLS"]
        both, either = c.all_of, c.any_of
        lapsed: dict[str, Wire] = {
            Party.MERCHANT: either((merchant, both((sells, platform)), both((one_room, anchor)))),
            Party.ANCHOR: either((anchor, both((one_room, merchant)), both((platform_room, platform)))),
            Party.PLATFORM: either((platform, both((sells, merchant)), both((platform_room, anchor)))),
        }
        # Whoever plays the seller is one business with the merchant's card, so the merchant's lapse is the seller's.
        self.lapsed = {SELLER: lapsed[Party.MERCHANT], **lapsed}
        for role in self.rulebook.roles.values():
            if role.lapsed is not None:
                self._give_role(role.name, lapsed[role.lapsed])

    def _set_gates(self) -> None:
        for gate in self.rulebook.gates:
            if gate.later_than is not None:
                self.w.gates[gate.id] = self.c.input(("over", gate.id))
            else:
                self.w.gates[gate.id] = self._but_not(self.value(gate.bites)[0], self.value(gate.unless)[0])

    # ---- rules

    def _lay_rule(self, place: int) -> Wire:
        """Status of one rule (4.1). Returns "unknown, and not raised", which a seller's wrong may still count."""
        c, rule = self.c, self.rulebook.rules[place]
        own = self._as_burdened(rule)
        true, false = self.value(rule.condition, own)
        in_force, capped = self._dates(rule)
        falls = [self._taken_by(gate, rule) for gate in self.rulebook.gates if gate.keeps is not None]
        if rule.excluded_when is not None:
            falls.append(self.w.roles[rule.excluded_when])
        alive = self._but_not(in_force, *falls, self.value(rule.unless)[0])
        unknown = self._but_not(alive, true, false)
        raised = self.value(rule.raised_by)[0]
        established = c.all_of((alive, true))
        self.w.in_force[place] = in_force
        self.w.capped[place] = capped
        self.w.held[place] = self._but_not(established, capped)
        self.w.possible[place] = c.any_of((c.all_of((established, capped)), c.all_of((unknown, raised))))
        if rule.party == SELLER:
            self.w.at_seller[place] = ON
        elif rule.party == Party.ANCHOR and not rule.self_stays:
            self.w.at_seller[place] = c.any_of((self.w.roles["SELF"], self.value(rule.seller_when)[0]))
        return self._but_not(unknown, raised)

    def _dates(self, rule: Rule) -> tuple[Wire, Wire]:
        """In force at all, and capped by D12."""
        c, day = self.c, "purchase" if rule.governed_by == "purchase" else "filed"
        begun = [c.input(("from", day, rule.in_force.start))]
        if rule.earlier is not None:
            begun.append(c.all_of((self.value(rule.earlier[0])[0], c.input(("from", day, rule.earlier[1])))))
        fully = c.any_of(begun)
        ever = c.any_of((fully, c.input(("from", day, self.rulebook.d12_from)))) if rule.d12 else fully
        if rule.in_force.until is not None:
            ever = c.all_of((ever, c.input(("until", day, rule.in_force.until))))
        return ever, self._but_not(ever, fully)

    def _taken_by(self, gate: Gate, rule: Rule) -> Wire:
        """4.4: whether K1 or K2 takes the rule away."""
        if gate.spares_duties and rule.is_duty:
            return OFF
        bites = self.w.gates[gate.id]
        return self._but_not(bites, self.value(gate.keeps_if)[0]) if gate.keeps in rule.stays else bites

    def _as_burdened(self, rule: Rule) -> dict[str, Value]:
        """4.3: the facts as the burdens of this rule read them while they are unknown."""
        own: dict[str, Value] = {}
        for id in rule.burdens:
            burden = self.rulebook.burdens[id]
            for key, reads in burden.reads.items():
                true, false = own.get(key) or self._fact(key)
                read = self._but_not(self._bites(burden, key), true, false)
                own[key] = (self.c.any_of((true, read)), false) if reads else (true, self.c.any_of((false, read)))
        return own

    def _bites(self, burden: Burden, key: str) -> Wire:
        lapse = self.c.any_of(self.lapsed[party] for party in burden.carried_by)
        if key in burden.only_if:
            lapse = self.c.all_of((lapse, self.value(burden.only_if[key])[0]))
        marked = self.value(burden.without_lapse[key])[0] if key in burden.without_lapse else OFF
        return self.c.any_of((lapse, marked))

    def _sellers_wrong(self, unraised: Mapping[int, Wire]) -> Value:
        """4.5: held is true; possible, and unknown but not raised, are unknown; else false."""
        true = self.c.any_of(self.w.held[i] for i in unraised)
        open_ = [self.w.possible[i] for i in unraised]
        open_ += [w for i, w in unraised.items() if self.rulebook.rules[i].seller_wrong is SellerWrong.COUNTS]
        return true, self._but_not(self.c.inverse(true), self.c.any_of(open_))

    # ---- verdicts

    def _sum_up(self, wires: Mapping[int, Wire], into: dict[Party, Wire]) -> None:
        """4.6 and 4.8: under whom the grounds that are no duties stand, and so whose verdict they make."""
        c, roles = self.c, self.w.roles
        seller, room, venue = [], [], []
        for place, rule in enumerate(self.rulebook.rules):
            if rule.is_duty:
                continue
            wire, moved = wires[place], self.w.at_seller.get(place, OFF)
            if rule.party in (SELLER, Party.ANCHOR):
                seller.append(c.all_of((wire, moved)))
            if rule.party == Party.ANCHOR:
                room.append(self._but_not(wire, moved))
            if rule.party == Party.PLATFORM:
                venue.append(wire)
        sold = c.any_of(seller)
        sells, private = roles["PLATFORM_SELLS"], roles["PRIVATE_SALE"]
        into[Party.MERCHANT] = self._but_not(sold, sells, private)
        in_own_name = self._but_not(c.any_of(room), roles["ROOM_IS_SELLER"])
        into[Party.ANCHOR] = c.any_of((in_own_name, c.all_of((sold, private))))
        into[Party.PLATFORM] = c.any_of((c.any_of(venue), c.all_of((sold, sells))))
