"""Two readings of the law side by side: whose verdict moved, which grounds came and went, what else would turn it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from complaints.admin.listing import yuan
from complaints.admin.whatif_moves import Moves, law_day, moves_of, standing_of
from complaints.admin.whatif_sides import Side, clashes_of
from complaints.narrative import heading_name, language, verdict_word
from routing import what_would_change
from routing.engine.cards import PartyCard
from routing.engine.explanations import RemedyLine
from routing.engine.loading_rules import instrument_of
from routing.engine.rulebook import Instrument
from routing.engine.vocabulary import BEHIND, FACING

TURNS = 3  # ways to turn one verdict that are looked for, and shown before the fold
TOGETHER = 2  # facts in one way: three would take the engine over a tenth of a second, at every change


@dataclass(frozen=True, slots=True)
class Said:
    """What one side says of a party: the verdict in a word, the sentence under it."""

    word: str
    tone: str
    sub: str = ""
    by_burden: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """A party with its word on either side; ``before`` is None where nothing is compared."""

    name: str
    before: Said | None
    after: Said

    @property
    def has_moved(self) -> bool:
        return self.before is not None and self.before.word != self.after.word


@dataclass(frozen=True, slots=True)
class Way:
    """A way to turn a verdict: the sentence, and the facts as the form takes them."""

    text: str
    apply: str


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to turn the verdict of one party."""

    name: str
    first: tuple[Way, ...]
    more: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What the page shows of a supposition. ``left_out``: what its law does not know; ``clashes``: what cannot be."""

    now: Side | None
    then: Side
    stands: tuple[Stand, ...]
    moves: tuple[Moves, ...]
    sums: tuple[tuple[str, str, str], ...]  # remedy, before, after
    gates: tuple[tuple[str, bool], ...]  # sentence, whether it came
    laws: tuple[tuple[str, str], ...]  # instrument, what the days make of it: those that this case leans on
    far_laws: tuple[tuple[str, str], ...]  # the others
    ways: tuple[Ways, ...]
    left_out: tuple[str, ...]
    clashes: tuple[tuple[str, str], ...]

    @property
    def moved(self) -> list[Stand]:
        return [stand for stand in self.stands if stand.has_moved]

    @property
    def is_other(self) -> bool:
        """Whether anything but a sum is supposed that is not so now."""
        if self.now is None:
            return False
        before, after = ({**side.input, "price": None, "loss": None} for side in (self.now, self.then))
        return before != after or self.now.book.digest != self.then.book.digest


def compare(now: Side | None, then: Side, *, left_out: Sequence[str] = ()) -> Result:
    """Everything the page shows; with nothing to compare to, only the supposition itself."""
    near, far = _laws(now, then) if now else ((), ())
    return Result(
        now=now,
        then=then,
        stands=tuple(_stands(now, then)),
        moves=tuple(moves_of(now, then)),
        sums=tuple(_sums(now, then)),
        gates=tuple(_gates(now, then)),
        laws=tuple(near),
        far_laws=tuple(far),
        ways=tuple(_ways(then)),
        left_out=tuple(left_out),
        clashes=tuple(clashes_of(then)),
    )


def _stands(now: Side | None, then: Side) -> Iterable[Stand]:
    """The three that face the consumer, then those behind them whom either side names."""
    before, after = now.cards if now else {}, then.cards
    for party in (*FACING, *(each for each in BEHIND if each in before or each in after)):
        yield Stand(heading_name(party), _said(before.get(party)) if now else None, _said(after.get(party)))


def _said(card: PartyCard | None) -> Said:
    """A party behind the three that a side does not name is not responsible there."""
    if card is None:
        return Said(verdict_word("not_responsible"), "none")
    return Said(card.word, card.tone, card.sub, card.by_burden)


def _sums(now: Side | None, then: Side) -> Iterable[tuple[str, str, str]]:
    before = {line.code: line for line in now.told.remedies} if now else {}
    after = {line.code: line for line in then.told.remedies}
    for code, line in {**after, **before}.items():
        was, is_ = _sum(before.get(code)), _sum(after.get(code))
        if was != is_:
            yield line.name, was, is_


def _sum(line: RemedyLine | None) -> str:
    if line is None:
        return _("没有")
    amount = yuan(Decimal(line.amount)) if line.amount else ""
    return " · ".join(filter(None, (amount, _("、").join(line.against), line.certainty)))


def _gates(now: Side | None, then: Side) -> Iterable[tuple[str, bool]]:
    before = dict(zip(now.output["gates"], now.told.gates, strict=True)) if now else {}
    after = dict(zip(then.output["gates"], then.told.gates, strict=True))
    yield from ((text, True) for gate, text in after.items() if gate not in before)
    yield from ((text, False) for gate, text in before.items() if gate not in after)


def _laws(now: Side, then: Side) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The instruments that only one of the two days knows: those a ground of either side cites, and the others."""
    grounds = (ground for side in (now, then) for ground in side.grounds.values() if standing_of(ground))
    cited = {instrument_of(cite) for ground in grounds for cite in ground.rule.cites}
    near: list[tuple[str, str]] = []
    far: list[tuple[str, str]] = []
    for side, ids in ((then, then.in_force - now.in_force), (now, now.in_force - then.in_force)):
        for id in sorted(ids):
            (near if id in cited else far).append(_law(side.book.instruments[id], stands=side is then))
    return near, far


def _law(instrument: Instrument, *, stands: bool) -> tuple[str, str]:
    name, period = instrument.short.in_(language()), instrument.in_force
    told = _("{date}起施行").format(date=law_day(period.start))
    if period.until is not None:
        told = _("{date}起施行，到{until}为止").format(date=law_day(period.start), until=law_day(period.until))
    words = _("假设的日子有它") if stands else _("假设的日子没有它")
    return f"《{name}》" if language() == "zh" else name, f"{told}{_('，')}{words}"


def _ways(then: Side) -> Iterable[Ways]:
    found = what_would_change(then.book, then.input, language(), enough=TURNS, most_facts=TOGETHER)
    for party in FACING:
        ways = tuple(
            Way(
                change.text, " ".join(f"{fact}={'yes' if value else 'no'}" for fact, value, _said, _was in change.facts)
            )
            for change in found.get(party, ())
        )
        if ways:
            yield Ways(heading_name(party), ways[:TURNS], ways[TURNS:])
