"""Last days and their reasons in words, zh or en: a rendering of the steps, never a second count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from routing.engine.counting import SATURDAY
from routing.engine.deadlines import Due, Kind, Step, Waiting
from routing.engine.limits import Limit, Since, Unit
from routing.engine.wording import Cited, Wording

SayDay = Callable[[date], str]
"""How a day is written: ``6月8日``, ``8 June``."""


class DeadlineWords:
    """The words of a rulebook for its limits, in one language. Days are written by the caller's own way."""

    def __init__(self, wording: Wording, say_day: SayDay) -> None:
        self.wording = wording
        self.say_day = say_day

    def title(self, limit: Limit) -> str:
        return limit.title.in_(self.wording.lang)

    def owner(self, limit: Limit) -> str:
        """Whose step it is, as a line begins with it."""
        return self.wording.say(f"limit.owner.{limit.owner}")

    def event(self, since: Since) -> str:
        """What fits after ``那天`` or ``the day``."""
        return self.wording.say(f"limit.since.{since}")

    def length(self, count: int, unit: Unit) -> str:
        """``7个工作日``, ``7 working days``."""
        return self.wording.say(f"limit.length.{unit}", count)

    def when(self, found: Due | Waiting, *, length: int | None = None) -> str:
        """The day itself, in as few words as are true: a day, "not before" a day, how much is left, or from when."""
        say = self.wording.say
        lasting = found.term.length if length is None else length
        if isinstance(found, Waiting):
            told = "" if lasting is None else self.length(lasting, found.term.unit)
            return say("limit.day.waiting", event=self.event(found.limit.since), length=told)
        if found.last is None:
            return say("limit.day.standing", length=self.length(found.left, found.term.unit))
        return say(f"limit.day.{'not_before' if found.provisional else 'exact'}", day=self.say_day(found.last))

    def why_not_exact(self, found: Due | Waiting) -> str:
        """Why no more than "not before" can be said; empty where the day is exact."""
        if isinstance(found, Waiting) or not found.provisional or found.last is None:
            return ""
        return self.wording.say("limit.day.why_not_before", year=found.last.year)

    def steps(self, due: Due) -> tuple[str, ...]:
        """Why this day: one sentence a step."""
        return tuple(self._step(step) for step in due.steps)

    def begins_again(self, limit: Limit) -> str:
        """What makes the limit begin again, or that nothing does; empty where the law says neither."""
        if limit.runs_on:
            return self.wording.say("limit.runs_on")
        if not limit.interrupted_by:
            return ""
        events = self.wording.say("limit.or").join(
            self.wording.say(f"limit.again.{since}") for since in limit.interrupted_by
        )
        return self.wording.say("limit.begins_again", events=events)

    def basis(self, found: Due | Waiting) -> tuple[Cited, ...]:
        """The articles a reader may see, the length first; an unread one is shown to nobody."""
        limit = found.limit
        codes = [*found.term.basis, *limit.interruption, *limit.runs_on, *(limit.warn.basis if limit.warn else ())]
        return self.wording.cites(tuple(dict.fromkeys(codes)), limit.unverified)

    def _step(self, step: Step) -> str:
        kind = step.kind
        names: dict[str, object] = {}
        for name, day in (("day", step.day), ("until", step.until)):
            if day is not None:
                names[name] = self.say_day(day)
        if step.since is not None:
            names["event"] = self.event(step.since)
        if step.other is not None:
            names["other"] = self.event(step.other)
        if step.stop is not None:
            names["stop"] = self.wording.say(f"limit.stop.{step.stop}")
        if step.unit is not None:
            names["length"] = self.length(step.count, step.unit)
        if kind is Kind.HORIZON and step.day is not None:
            names["year"] = step.day.year
        if kind is Kind.MAKE_UP and step.day is not None:
            weekday = "saturday" if step.day.weekday() == SATURDAY else "sunday"
            names["weekday"] = self.wording.say(f"limit.weekday.{weekday}")
        path = "holiday_one" if kind is Kind.HOLIDAY and step.count == 1 else kind.value
        return self.wording.say(f"limit.step.{path}", step.count, **names)
