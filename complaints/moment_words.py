"""Sentences heard in livestreams, told: where each stands, and a picture of each livestream with its moments."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from complaints.masking import masked
from complaints.models import Complaint, LiveMoment
from complaints.narrative import day

WIDE, EDGE = 320, 12  # of the picture's own units: its width, and what is left free at either end
CODE = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})")
STEPS = (300, 600, 900, 1800, 3600, 7200, 14400)  # seconds between two marks; at most six of them


@dataclass(frozen=True, slots=True)
class Place:
    """A piece that carries the sentence: its number in the case, and where inside it."""

    number: int
    kind: str
    position: str


@dataclass(frozen=True, slots=True)
class MomentLine:
    """One sentence as a page shows it; ``goods`` are those of the order where nothing else was said."""

    moment: LiveMoment
    number: int
    on: str
    code: str
    clock: str
    who: str
    sentence: str
    goods: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """A moment in the picture, at ``x``; ``level`` sets those apart that stand close together."""

    x: str
    y: int
    number: int


@dataclass(frozen=True, slots=True)
class Livestream:
    """One day: its moments as a line of time in coordinates of ``WIDE`` by 46, and those without a place in it."""

    on: str
    marks: tuple[tuple[str, str], ...]  # x, what it says
    dots: tuple[Dot, ...]
    lines: tuple[MomentLine, ...]


def code_of(text: str) -> str:
    """A place in a recording as ``01:23:45``, from ``1:23:45``, ``23:45`` or the same in full-width signs; empty for
    nothing. Raises ValueError for what is none."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not plain:
        return ""
    found = CODE.fullmatch(plain)
    if found is None or int(found[2]) > 59 or int(found[3]) > 59:
        raise ValueError(text)
    return f"{int(found[1] or 0):02d}:{int(found[2]):02d}:{found[3]}"


def seconds_of(code: str) -> int:
    hours, minutes, seconds = (int(part) for part in code.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def moments_told(
    moments: Iterable[LiveMoment], complaint: Complaint | None, *, numbers: Mapping[int, tuple[int, str]] | None = None
) -> list[MomentLine]:
    """As the person who wrote them, and the association, read them; ``numbers``: evidence → its number and kind."""
    return [_line(each, n, complaint, numbers or {}) for n, each in enumerate(moments, 1)]


def moments_for_others(moments: Iterable[LiveMoment], complaint: Complaint) -> list[MomentLine]:
    """As the other side reads them: numbers to call or pay to are hidden; no piece of evidence is named."""
    kept = (complaint.order_number, complaint.reference)
    return [
        MomentLine(
            moment=line.moment,
            number=line.number,
            on=line.on,
            code=line.code,
            clock=masked(line.clock, keep=kept),
            who=line.who,
            sentence=masked(line.sentence, keep=kept),
            goods=masked(line.goods, keep=kept),
        )
        for line in moments_told(moments, complaint)
    ]


def livestreams_of(lines: Sequence[MomentLine]) -> list[Livestream]:
    """Day by day, each with its picture; no picture where no place in the replay is known."""
    by_day: dict[date, list[MomentLine]] = {}
    for line in lines:
        by_day.setdefault(line.moment.on, []).append(line)
    return [_livestream(found) for _on, found in sorted(by_day.items())]


def _line(
    moment: LiveMoment, number: int, complaint: Complaint | None, numbers: Mapping[int, tuple[int, str]]
) -> MomentLine:
    places = [(numbers.get(place.evidence_id), place.position) for place in moment.places.all()]
    return MomentLine(
        moment=moment,
        number=number,
        on=day(moment.on),
        code=moment.code,
        clock=moment.clock,
        who=str(moment.get_by_display()),
        sentence=moment.sentence,
        goods=moment.goods or (complaint.goods if complaint else ""),
        places=tuple(sorted((Place(*known, at) for known, at in places if known), key=lambda each: each.number)),
    )


def _livestream(lines: Sequence[MomentLine]) -> Livestream:
    placed = [(seconds_of(line.code), line) for line in lines if line.code]
    last = max((at for at, _line in placed), default=0)
    step = next((each for each in STEPS if last / each <= 5), STEPS[-1])
    end = max(step, -(-last // step) * step)

    def x(at: int) -> float:
        return EDGE + at / end * (WIDE - 2 * EDGE)

    dots: list[Dot] = []
    before = [-1000.0, -1000.0]
    for at, line in placed:
        here = x(at)
        level = 0 if here - before[0] >= 18 else 1  # two that stand close share no spot
        before[level] = here
        dots.append(Dot(f"{here:.1f}", 12 if level == 0 else 34, line.number))
    marks = tuple((f"{x(at):.1f}", _clock(at)) for at in range(0, end + 1, step)) if placed else ()
    return Livestream(lines[0].on, marks, tuple(dots), tuple(lines))


def _clock(at: int) -> str:
    return f"{at // 3600}:{at % 3600 // 60:02d}"
