"""For each ground of a decision: what it takes, what of it is shown by which piece, what is only said, what is open.

A rendering of the stored decision and of the conditions of the law; nothing is decided here but suppositions: what
would become of the verdicts if a fact that nobody has shown were doubtful, or an open one were shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.models import DecisionRecord, Evidence
from complaints.models.assertion import Speaker
from complaints.narrative import fact_statement, heading_name, language
from complaints.rulings import Ruling, ruling_on
from routing import BadInput, Rulebook, read_inquiry, rulebook
from routing.engine.cards import PartyCard, Reason, rule_of
from routing.engine.compiled import machine
from routing.engine.expressions import And, Constant, Expression, Name, Not, Or, evaluate
from routing.engine.reading import Reading
from routing.engine.wording import Wording

SHOWN, FOUND, SAID, DISPUTED, OPEN, READ = "shown", "found", "said", "disputed", "open", "read"
GAPS = frozenset({SAID, DISPUTED, OPEN})
MOST_OPEN = 4  # alternatives of one ground that are still open; a longer list is not read

Needed = tuple[str, bool]  # a fact, and which way


@dataclass(frozen=True, slots=True)
class Element:
    """Something a ground takes. ``pieces`` are the numbers of those that show it; ``hint`` is what would.

    ``state``: shown by a piece; found (by an officer, admitted, or it follows from the goods); only said; disputed;
    open; or read against a party that let its time run out. ``moves`` counts the verdicts that hang on it.
    ``is_yours``: the consumer can show it. ``is_one_of``: one of several would do.
    """

    fact: str
    value: bool
    statement: str
    state: str
    pieces: tuple[int, ...]
    hint: str
    moves: int
    is_yours: bool
    is_one_of: bool

    @property
    def is_gap(self) -> bool:
        return self.state in GAPS


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of one party, held or possible, with what it takes: the gaps first, the most decisive of them first."""

    id: str
    party: str
    tone: str
    title: str
    is_held: bool
    elements: tuple[Element, ...]

    @property
    def gaps(self) -> int:
        return sum(each.is_gap for each in self.elements)

    @property
    def moves(self) -> int:
        """How many verdicts hang on the most decisive gap."""
        return max((each.moves for each in self.elements if each.is_gap), default=0)


def grounds_of(record: DecisionRecord, pieces: Sequence[Evidence]) -> list[Ground]:
    """The grounds that face the consumer, those first whose gaps would move most, then held before possible.

    ``pieces`` are those of the dispute as the pages number them, each with its ``showings``.
    """
    ruling = ruling_on(record)
    told = ruling.told(language())
    weigher = _Weigher(record, ruling)
    shown = _shown(record, pieces)
    found = [
        _ground(card, reason, held, record, weigher, shown)
        for card in told.parties
        if not card.merged_into
        for reasons, held in ((card.reasons, True), (card.open, False))
        for reason in reasons
    ]
    grounds = [each for each in found if each and each.elements]
    return sorted(grounds, key=lambda each: (-each.moves, not each.is_held, each.gaps))


def _ground(
    card: PartyCard,
    reason: Reason,
    held: bool,
    record: DecisionRecord,
    weigher: _Weigher,
    shown: Mapping[Needed, tuple[int, ...]],
) -> Ground | None:
    given = next((each for each in record.output["grounds"] if _is(each, reason, card)), None)
    rule = rule_of(Wording(rulebook(), language()), given) if given else None
    if rule is None:
        return None
    needed = weigher.needed(rule.condition)
    elements = [_element(each, one_of, record, weigher, shown) for each, one_of in needed.items()]
    told = [each for each in elements if each is not None]
    loose = [each for each in told if each.state == OPEN and each.is_one_of]
    kept = sorted(loose, key=lambda each: -each.moves)[:MOST_OPEN]
    told = [each for each in told if each not in loose or each in kept]
    told.sort(key=lambda each: (not each.is_gap, -each.moves, each.state != OPEN))
    return Ground(reason.ground, heading_name(card.party), card.tone, reason.title, held, tuple(told))


def _is(given: Mapping[str, Any], reason: Reason, card: PartyCard) -> bool:
    return bool(given["id"] == reason.ground and given["party"] == card.party)


def _element(
    needed: Needed, one_of: bool, record: DecisionRecord, weigher: _Weigher, shown: Mapping[Needed, tuple[int, ...]]
) -> Element | None:
    fact, value = needed
    known, source = rulebook().facts[fact], record.sources.get(fact, {})
    truth = weigher.truth(fact)
    if known.yes is None or truth is (not value):
        return None
    is_yours = "consumer" in known.who and known.consumer_askable and not known.officer and known.group != "derived"
    if truth is None and one_of and is_yours and known.group == "wrong" and fact not in record.sources:
        return None  # nobody has complained of that: it is no gap of what was said
    pieces = shown.get(needed, ())
    if fact in record.disputed:
        state = DISPUTED
    elif truth is None:
        state = OPEN
    elif pieces:
        state = SHOWN
    elif source.get("how") in {"finding", "admission"} or not source:
        state = FOUND
    else:
        state = SAID if Speaker.CONSUMER.value in source.get("by", []) else FOUND
    hint = known.evidence.in_(language()) if state in GAPS else ""
    moves = weigher.moves(fact) if state in GAPS else 0
    return Element(fact, value, fact_statement(fact, value), state, pieces, hint, moves, is_yours, one_of)


def _shown(record: DecisionRecord, pieces: Sequence[Evidence]) -> dict[Needed, tuple[int, ...]]:
    """Which pieces show what: as their owners say, and as the decision counted them."""
    found: dict[Needed, set[int]] = {}
    numbers = {piece.pk: number for number, piece in enumerate(pieces, 1)}
    for number, piece in enumerate(pieces, 1):
        for row in piece.showings.all():
            if row.ended_at is None:
                found.setdefault((row.fact, row.value), set()).add(number)
    for fact, source in record.sources.items():
        value = record.input.get("facts", {}).get(fact)
        if value is not None:
            there = {numbers[pk] for pk in source.get("evidence", []) if pk in numbers}
            found.setdefault((fact, value), set()).update(there)
    return {needed: tuple(sorted(there)) for needed, there in found.items() if there}


class _Weigher:
    """The law read upon one decision, and upon the same with one fact otherwise."""

    def __init__(self, record: DecisionRecord, ruling: Ruling) -> None:
        self._book: Rulebook = rulebook()
        self._input = record.input
        self._day = record.at.date()
        self._settled = frozenset(ruling.overrides)
        self._reading = self._read(record.input.get("facts", {}))
        self._moves: dict[str, int] = {}
        self._asked = {each["fact"]: each["would_change"] for each in ruling.output["missing"]}

    def truth(self, name: str) -> bool | None:
        """What a fact or predicate is worth; a role, which no piece of evidence shows, is unknown here."""
        fact = self._book.facts.get(name)
        if fact is not None:
            return self._reading.truths[fact.index] if self._reading and fact.index >= 0 else None
        meaning = self._meaning(name)
        return None if meaning is None else evaluate(meaning, self.truth)

    def moves(self, fact: str) -> int:
        """How many verdicts would change: an open fact if it were known, a known one if it were not."""
        if fact not in self._moves:  # several grounds take the same fact
            self._moves[fact] = self._moved_by(fact)
        return self._moves[fact]

    def _moved_by(self, fact: str) -> int:
        if fact in self._asked:
            return len(self._asked[fact])
        facts = dict(self._input.get("facts", {}))
        if fact not in facts or self._reading is None:
            return 0
        del facts[fact]
        then = self._read(facts)
        if then is None:
            return 0
        now = self._reading.verdicts
        return sum(then.verdicts[party] is not now[party] for party in now if party not in self._settled)

    def needed(self, condition: Expression) -> dict[Needed, bool]:
        """What a condition takes as things stand, in reading order; whether one of several would do."""
        found: dict[Needed, bool] = {}
        for needed, one_of in self._walk(condition, True, False):
            found[needed] = found.get(needed, True) and one_of
        return found

    def _walk(self, expression: Expression, wanted: bool, one_of: bool) -> Iterator[tuple[Needed, bool]]:
        match expression:
            case Name(name) if name in self._book.facts:
                yield (name, wanted), one_of
            case Name(name):
                if meaning := self._meaning(name):
                    yield from self._walk(meaning, wanted, one_of)
            case Not(part):
                yield from self._walk(part, not wanted, one_of)
            case And(parts) | Or(parts) if isinstance(expression, And) is wanted:
                for part in parts:
                    yield from self._walk(part, wanted, one_of)
            case And(parts) | Or(parts):
                yield from self._any(parts, wanted)

    def _any(self, parts: Iterable[Expression], wanted: bool) -> Iterator[tuple[Needed, bool]]:
        """Of alternatives those that hold; where none does, those that still may."""
        truths = [(part, evaluate(part, self.truth)) for part in parts]
        holding = [part for part, truth in truths if truth is wanted]
        for part in holding or [part for part, truth in truths if truth is None and not isinstance(part, Constant)]:
            yield from self._walk(part, wanted, not holding)

    def _meaning(self, name: str) -> Expression | None:
        predicate = self._book.predicates.get(name)
        if predicate is None:
            return None
        day = date.fromisoformat(self._input["purchase_date"])
        fits = (part for start, until, part in predicate.by_date if (start or day) <= day <= (until or day))
        return next(fits, None)

    def _read(self, facts: Mapping[str, bool]) -> Reading | None:
        try:
            inquiry = read_inquiry({**self._input, "facts": dict(facts)}, self._book, today=self._day)
        except BadInput:
            return None
        return machine(self._book).read(inquiry)
