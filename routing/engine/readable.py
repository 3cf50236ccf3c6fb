"""A condition of the law read out: the same tree of all, any and not, in plain words instead of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from routing.engine.expressions import And, Constant, Expression, Name, Not, Or
from routing.engine.facts import Language
from routing.engine.names import Later, Predicate, Role
from routing.engine.wording import Wording

Kind = Literal["fact", "named", "group", "constant"]

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """A limb of a condition. ``text`` is what is said of it, ``head`` how its ``parts`` hang together.

    A fact says its own statement and carries its key in ``fact``; a named clause says the name of a predicate or role
    and opens into what that means; a group has a head only; a constant is always, never or unsettled.
    """

    kind: Kind
    text: str = ""
    head: str = ""
    parts: tuple[Clause, ...] = ()
    fact: str = ""
    name: str = ""

    def facts(self) -> Iterator[str]:
        """The key of every fact that is mentioned, in reading order, repeats included."""
        if self.fact:
            yield self.fact
        for part in self.parts:
            yield from part.facts()


def read_out(wording: Wording, condition: Expression) -> Clause:
    """The condition in words. Negations go down to the facts, which have a statement for either value.

    A negated name stays whole, under "not this": what it stands for is opened below it.
    """
    return _Reader(wording).clause(condition, wanted=True)


def day_in_words(day: date, lang: Language) -> str:
    """``2026年2月1日``, ``1 February 2026``."""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


class _Reader:
    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.book = wording.rulebook

    def clause(self, expression: Expression, *, wanted: bool) -> Clause:
        """The expression, or its opposite where it is not ``wanted``."""
        match expression:
            case Constant(value):
                path = "unknown" if value is None else "always" if value is wanted else "never"
                return Clause("constant", self.wording.say(f"clause.{path}"))
            case Not(part):
                return self.clause(part, wanted=not wanted)
            case Name(name):
                return self._name(name, wanted)
            case And(parts):
                return self._joined("all" if wanted else "any", parts, wanted)
            case Or(parts):
                return self._joined("any" if wanted else "all", parts, wanted)

    def _joined(self, how: Literal["all", "any"], parts: tuple[Expression, ...], wanted: bool) -> Clause:
        unsettled = [part for part in parts if part == Constant(None)]
        others = [part for part in parts if part not in unsettled]
        if unsettled and others:
            # "unknown and …" can never be more than unknown; "unknown or …" is settled by the rest alone.
            path = "at_most" if how == "all" else "settled_only"
            return self._under(self.wording.say(f"clause.{path}"), self._group(how, others, wanted))
        return self._group(how, parts, wanted)

    def _group(
        self, how: Literal["all", "any"], parts: tuple[Expression, ...] | list[Expression], wanted: bool
    ) -> Clause:
        head = self.wording.say(f"clause.{how}")
        found: list[Clause] = []
        for part in parts:
            clause = self.clause(part, wanted=wanted)
            same = clause.kind == "group" and clause.head == head
            found += clause.parts if same else [clause]
        return found[0] if len(found) == 1 else Clause("group", head=head, parts=tuple(found))

    def _under(self, text: str, clause: Clause, name: str = "") -> Clause:
        """The clause opened under a text of its own."""
        if clause.kind == "group":
            return Clause("named", text, clause.head, clause.parts, name=name)
        return Clause("named", text, parts=(clause,), name=name)

    def _name(self, name: str, wanted: bool) -> Clause:
        fact = self.book.facts.get(name)
        if fact is not None:
            text = fact.yes if wanted else fact.no
            return Clause("fact", "" if text is None else text.in_(self.wording.lang), fact=name)
        opened = self._opened(name)
        return opened if wanted else Clause("group", head=self.wording.say("clause.not"), parts=(opened,))

    def _opened(self, name: str) -> Clause:
        """A predicate or a role under its own name, with what it means."""
        predicate, role = self.book.predicates.get(name), self.book.roles.get(name)
        if predicate is not None:
            return self._under(self.wording.say(f"predicate.{name}.name"), self._meaning(predicate), name)
        text = self.wording.say(f"role.{name}.name")
        meaning = None if role is None else self._role(role)
        return Clause("named", text, name=name) if meaning is None else self._under(text, meaning, name)

    def _meaning(self, predicate: Predicate) -> Clause:
        if predicate.any_later:
            spans = tuple(Clause("constant", self._later(later)) for later in predicate.any_later)
            return spans[0] if len(spans) == 1 else Clause("group", head=self.wording.say("clause.any"), parts=spans)
        dated = [
            self._dated(start, until, self.clause(expression, wanted=True))
            for start, until, expression in predicate.by_date
        ]
        return dated[0] if len(dated) == 1 else Clause("group", parts=tuple(dated))

    def _dated(self, start: date | None, until: date | None, clause: Clause) -> Clause:
        if start is None and until is None:
            return clause
        path = "until" if start is None else "from" if until is None else "between"
        first, last = start or until, until
        said = {
            "day": day_in_words(first, self.wording.lang) if first else "",
            "until": day_in_words(last, self.wording.lang) if last else "",
        }
        return self._under(self.wording.say(f"clause.{path}", **said), clause)

    def _later(self, later: Later) -> str:
        starts = [self.wording.say(f"day.{name}") for name in later.than]
        start = starts[0] if len(starts) == 1 else self.wording.say("clause.latest", days=self.wording.all_of(starts))
        return self.wording.say("clause.later", later.years, day=self.wording.say(f"day.{later.date}"), start=start)

    def _role(self, role: Role) -> Clause | None:
        """What a role stands on; None where it is read from something else than facts."""
        if role.any_role:
            return self._group("any", tuple(Name(name) for name in role.any_role), True)
        parts = [
            *(self._name(key, True) for key in role.is_true),
            *(self._name(key, False) for key in role.is_false),
            *(self._unless_found(key) for key in role.not_true),
        ]
        if len(parts) < 2:
            return parts[0] if parts else None
        return Clause("group", head=self.wording.say("clause.all"), parts=tuple(parts))

    def _unless_found(self, key: str) -> Clause:
        yes = self.book.facts[key].yes
        statement = "" if yes is None else yes.in_(self.wording.lang)
        return Clause("fact", self.wording.say("clause.not_found", statement=statement), fact=key)
