"""The fast evaluator: one run of the compiled rulebook reads the inquiry and every "what if" about it.

Lane 0 is the inquiry. Lane 1 is the same with nobody lapsed: what is held in lane 0 and not there is held by burden.
Two lanes for each fact suppose it true, and false; where the fact is known they repeat lane 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

from routing.engine.circuit import Program
from routing.engine.facts import Fact
from routing.engine.inquiry import Inquiry
from routing.engine.loading_facts import DATES
from routing.engine.logic import Truth
from routing.engine.reading import Reading, WhatIf, standing_of
from routing.engine.rulebook import Rulebook
from routing.engine.setting import by_dates, filled, is_later
from routing.engine.vocabulary import FACING, SELLER, Party, Status, Verdict
from routing.engine.wiring import wire as wired

BASE: Final = 1
UNLAPSED: Final = 2
_FIRST: Final = 2
_DAYS_REMEMBERED: Final = 4096

Supposition = tuple[int, bool, int]
"""(the place of a fact among the conditions, its supposed value, the lanes it is supposed in)."""

Wires = tuple[Sequence[int], Sequence[int]]
"""(responsible, may be responsible), each a mask of lanes for each of the facing parties."""


@lru_cache(maxsize=8)
def machine(rulebook: Rulebook) -> Machine:
    """The compiled rulebook; built once for each."""
    return Machine(rulebook)


class Machine:
    """A rulebook compiled for reading. Between readings it keeps nothing but which dates mean what."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        wiring = wired(rulebook)
        rules = range(len(rulebook.rules))
        self._moving = sorted(wiring.at_seller)
        self._roles = ("PRIVATE_SALE", "ROOM_IS_SELLER", "PLATFORM_SELLS")
        self._sections = (
            [wiring.held[i] for i in rules],
            [wiring.possible[i] for i in rules],
            [wiring.in_force[i] for i in rules],
            [wiring.capped[i] for i in rules],
            [true for true, _ in wiring.facts],
            [wiring.responsible[party] for party in FACING],
            [wiring.maybe[party] for party in FACING],
            [wiring.roles[role] for role in self._roles],
            [wiring.gates[gate.id] for gate in rulebook.gates],
            [wiring.at_seller[i] for i in self._moving],
            [true for true, _ in wiring.asides],
            [false for _, false in wiring.asides],
        )
        circuit = wiring.circuit
        self._program = circuit.compile([each for section in self._sections for each in section])
        ends = list(accumulate(len(section) for section in self._sections))
        self._slices = [slice(end - len(section), end) for end, section in zip(ends, self._sections, strict=True)]
        self._verdicts = circuit.compile([*self._sections[5], *self._sections[6]])
        self._inputs = circuit.inputs
        places = {name: place for place, name in enumerate(self._inputs)}
        self._facts = [
            (places.get(("true", fact.index)), places.get(("false", fact.index))) for fact in rulebook.conditions
        ]
        self._lapses = [(places[name], name[1]) for name in self._inputs if name[0] == "lapsed"]
        self._dated = [(places[name], name) for name in self._inputs if name[0] not in ("true", "false", "lapsed")]
        # Beyond one lane every unknown fact is supposed both ways, each in a lane of its own.
        self._supposed = [
            1 << (_FIRST + 2 * name[1] + (name[0] == "false")) if name[0] in ("true", "false") else 0
            for name in self._inputs
        ]
        self._nothing = [0] * len(self._inputs)
        self._seen_parties: dict[tuple[Party, tuple[int, ...]], tuple[Party, ...]] = {}
        self._seen_days: dict[tuple[date | None, ...], list[int]] = {}
        self._gates = {gate.id: gate for gate in rulebook.gates}
        self._duty = [rule.is_duty for rule in rulebook.rules]
        self._all = (1 << (_FIRST + 2 * len(rulebook.conditions))) - 1

    def verdicts(self, inquiry: Inquiry) -> dict[Party, Verdict]:
        """The three verdicts and nothing else."""
        found = self._run(self._verdicts, inquiry, lanes=1)
        return {party: _verdict(found[i], found[i + 3], BASE) for i, party in enumerate(FACING)}

    def verdicts_of_many(self, inquiries: Sequence[Inquiry]) -> list[dict[Party, Verdict]]:
        """The verdicts of each, read side by side in one run: a lane an inquiry. A thousand at a time is good."""
        given = self._nothing.copy()
        for lane, inquiry in enumerate(inquiries):
            bit = 1 << lane
            for place, truth in enumerate(filled(self.rulebook, inquiry)):
                if truth is not None and (input_ := self._facts[place][not truth]) is not None:
                    given[input_] |= bit
            for place, party in self._lapses:
                if party in inquiry.lapsed:
                    given[place] |= bit
            for place in self._in_time(inquiry):
                given[place] |= bit
        found = self._verdicts(given, (1 << len(inquiries)) - 1)
        return [
            {party: _verdict(found[i], found[i + len(FACING)], 1 << lane) for i, party in enumerate(FACING)}
            for lane in range(len(inquiries))
        ]

    def suppose(self, inquiry: Inquiry, suppositions: Iterable[Supposition], *, lanes: int) -> Wires:
        """The three verdicts under many suppositions at once: who is responsible, who may be, in which lanes.

        Each supposition gives one fact one value in the lanes of its mask, whatever the inquiry says of it; ``lanes``
        is the mask of all of them. Merchant, anchor, platform, in this order.
        """
        given = self._given(inquiry, self._nothing.copy(), lanes)
        for fact, value, mask in suppositions:
            for place, truth in zip(self._facts[fact], (True, False), strict=True):
                if place is not None:
                    given[place] = given[place] | mask if truth is value else given[place] & ~mask
        out = self._verdicts(given, lanes)
        return out[: len(FACING)], out[len(FACING) :]

    def read(self, inquiry: Inquiry) -> Reading:
        """The whole reading."""
        out = self._run(self._program, inquiry, lanes=self._all)
        held, possible, in_force, capped, true, responsible, maybe, roles, gates, moved, yes, no = (
            out[each] for each in self._slices
        )
        statuses = tuple(
            Status.HELD if h & BASE
            else Status.POSSIBLE if p & BASE
            else Status.NOT_HELD if f & BASE
            else Status.NOT_IN_FORCE
            for h, p, f in zip(held, possible, in_force, strict=True)
        )  # fmt: skip
        private, room, platform = (bool(wire & BASE) for wire in roles)
        standing = standing_of(private_sale=private, room_is_seller=room, platform_sells=platform)
        at_seller = tuple(place for place, wire in zip(self._moving, moved, strict=True) if wire & BASE)
        rulebook = self.rulebook
        given = filled(rulebook, inquiry)
        return Reading(
            rulebook=rulebook,
            truths=tuple(True if t & BASE else f for t, f in zip(true, given, strict=True)),
            statuses=statuses,
            parties=self._parties(standing.seller, at_seller),
            by_burden=frozenset(i for i, wire in enumerate(held) if wire & BASE and not wire & UNLAPSED),
            capped=frozenset(i for i, wire in enumerate(capped) if wire & BASE),
            standing=standing,
            gates=tuple(gate.id for gate, wire in zip(rulebook.gates, gates, strict=True) if wire & BASE),
            asides=tuple(True if t & BASE else False if f & BASE else None for t, f in zip(yes, no, strict=True)),
            verdicts={party: _verdict(responsible[i], maybe[i], BASE) for i, party in enumerate(FACING)},
            whatifs=self._whatifs(true, given, possible, responsible, maybe),
        )

    def _parties(self, seller: Party, at_seller: tuple[int, ...]) -> tuple[Party, ...]:
        """Under whom each rule stands. There are few ways to be who, so they are remembered."""
        known = self._seen_parties.get((seller, at_seller))
        if known is None:
            known = tuple(
                seller if place in at_seller or rule.party == SELLER else Party(rule.party)
                for place, rule in enumerate(self.rulebook.rules)
            )
            self._seen_parties[seller, at_seller] = known
        return known

    def _run(self, program: Program, inquiry: Inquiry, *, lanes: int) -> Any:
        return program(self._given(inquiry, (self._nothing if lanes == BASE else self._supposed).copy(), lanes), lanes)

    def _given(self, inquiry: Inquiry, given: list[int], lanes: int) -> list[int]:
        """The inputs as the inquiry sets them in all lanes; what it says nothing of stays as it is in ``given``."""
        for (true, false), truth in zip(self._facts, filled(self.rulebook, inquiry), strict=True):
            if truth is not None:
                if true is not None:
                    given[true] = lanes if truth else 0
                if false is not None:
                    given[false] = 0 if truth else lanes
        if inquiry.lapsed:
            for place, party in self._lapses:
                given[place] = lanes & ~UNLAPSED if party in inquiry.lapsed else 0
        for place in self._in_time(inquiry):
            given[place] = lanes
        return given

    def _in_time(self, inquiry: Inquiry) -> list[int]:
        """The inputs that the dates alone set. Complaints of one week share their days, so they are remembered."""
        days = tuple(inquiry.day(name) for name in DATES)
        if days not in self._seen_days:
            if len(self._seen_days) >= _DAYS_REMEMBERED:
                self._seen_days.clear()
            self._seen_days[days] = [place for place, name in self._dated if self._is_time(inquiry, name)]
        return self._seen_days[days]

    def _is_time(self, inquiry: Inquiry, name: tuple[Any, ...]) -> bool:
        match name:
            case ("from", day, date() as start):
                return _governing(inquiry, day) >= start
            case ("until", day, date() as end):
                return _governing(inquiry, day) <= end
            case ("later", predicate, value):
                return by_dates(inquiry, self.rulebook.predicates[predicate]) is value
            case ("over", gate):
                later = self._gates[gate].later_than
                return later is not None and is_later(inquiry, later) is True
        raise AssertionError(name)

    def _whatifs(
        self,
        true: Sequence[int],
        given: list[Truth],
        possible: Sequence[int],
        responsible: Sequence[int],
        maybe: Sequence[int],
    ) -> tuple[tuple[Fact, WhatIf, WhatIf], ...]:
        settles: Counter[int] = Counter()  # lane → how many possible grounds it settles
        for wire, duty in zip(possible, self._duty, strict=True):
            if wire & BASE and not duty:
                rest = self._all & ~wire
                while rest:
                    lane = rest & -rest
                    settles[lane] += 1
                    rest ^= lane
        changed = 0
        for wire in (*responsible, *maybe):
            changed |= ~wire if wire & BASE else wire

        def suppose(lane: int) -> WhatIf:
            return WhatIf(settles[lane], _changes(responsible, maybe, lane) if changed & lane else {})

        places = sorted({(lane.bit_length() - 1 - _FIRST) // 2 for lane in settles if lane >> _FIRST})
        return tuple(
            (self.rulebook.conditions[place], suppose(lane), suppose(lane << 1))
            for place in places
            if given[place] is None and not true[place] & BASE and (lane := 1 << (_FIRST + 2 * place))
        )


def _changes(responsible: Sequence[int], maybe: Sequence[int], lane: int) -> Mapping[Party, Verdict]:
    return {
        party: new
        for i, party in enumerate(FACING)
        if (new := _verdict(responsible[i], maybe[i], lane)) is not _verdict(responsible[i], maybe[i], BASE)
    }


def _verdict(responsible: int, maybe: int, lane: int) -> Verdict:
    if responsible & lane:
        return Verdict.RESPONSIBLE
    return Verdict.POSSIBLE if maybe & lane else Verdict.NOT_RESPONSIBLE


def _governing(inquiry: Inquiry, day: str) -> date:
    return inquiry.purchase_date if day == "purchase" else inquiry.filed_date
