"""The dashboard's drawings and tables: numbers with the addresses of the lists behind them, and ready coordinates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from complaints.admin import figures
from complaints.admin.access import name_of
from complaints.admin.board_scope import AGES, Board
from complaints.admin.board_words import AGE_WORDS, FATE_WORDS, KIND_WORDS, rule_title
from complaints.figures.words import CATEGORIES
from complaints.lifecycle import OPEN, State
from complaints.models import BoardTerm
from complaints.narrative import day
from routing import rulebook

REVIEWED_OFTEN = 5  # overrides of one rule, and
REVIEWED_SHARE = 10  # per cent of the cases in which it held: from there on the rule itself is to be looked at
MOST_RULES = 20
MOST_PLATFORMS = 30

Counts = Counter[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, and where its list is."""

    count: int
    address: str
    words: str = ""  # said to who does not see the place of the cell
    shade: int = 0  # 0 to 4


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is of, its numbers, and shares beside them (per cent, None of nothing)."""

    label: str
    cells: tuple[Cell, ...]
    shares: tuple[int | None, ...] = ()
    link: str = ""  # of the label
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of parts, drawn on 100: class, x, width; and the same in words."""

    label: str
    total: Cell
    parts: tuple[tuple[str, str, str], ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """Of one kind of deadline: a column a week, and the whole."""

    label: str
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    share: int | None


def part(counts: Counts, *wanted: Any) -> int:
    """The sum of the cells with these values; ``...`` stands for any."""
    return sum(
        count
        for keys, count in counts.items()
        if all(want is ... or want == key for want, key in zip(wanted, keys, strict=True))
    )


def share(some: int, of: int) -> int | None:
    """Per cent, rounded; None of nothing."""
    return round(100 * some / of) if of else None


def my_day(board: Board) -> list[tuple[Any, Cell, bool]]:
    """What waits for this officer today: label, number, and whether it is pressing."""
    names = (("my-today", _("今天到期"), False), ("my-late", _("已超期"), True))
    rest = (("my-messages", _("有新消息"), False), ("free", _("还没分派"), False))
    cells = [(label, Cell(board.count(name), board.address(name)), hot) for name, label, hot in (*names, *rest)]
    return [(label, cell, hot and cell.count > 0) for label, cell, hot in cells]


def in_hand(board: Board) -> tuple[list[Bar], list[Line]]:
    """Open cases by state and age."""
    counts = board.counts("hand")
    states = [state for state in State if state in OPEN and part(counts, state.value, ...)]
    most = max((part(counts, state.value, ...) for state in states), default=1)
    bars, lines = [], []
    for state in states:
        found = [(code, counts[state.value, code]) for code in AGES]
        total = Cell(part(counts, state.value, ...), board.address("hand", state=state.value))
        parts = [(f"h{place + 1}", count) for place, (_code, count) in enumerate(found)]
        spoken = _("，").join(f"{AGE_WORDS[code]} {count}" for code, count in found if count)
        bars.append(Bar(str(state.label), total, _drawn(parts, most), spoken))
        cells = [Cell(count, board.address("hand", state=state.value, age=code)) for code, count in found]
        lines.append(Line(str(state.label), (*cells, total)))
    sums = [Cell(part(counts, ..., code), board.address("hand", age=code)) for code in AGES]
    if lines:
        lines.append(Line(_("合计"), (*sums, Cell(sum(counts.values()), board.address("hand")))))
    return bars, lines


def deadlines_kept(board: Board) -> list[Weeks]:
    """Each kind of last day by week."""
    counts = board.counts("terms")
    return [_weeks(board, kind, counts) for kind in BoardTerm.Kind if part(counts, kind.value, ..., ...)]


def _weeks(board: Board, kind: BoardTerm.Kind, counts: Counts) -> Weeks:
    weeks = sorted({week for found, week, _fate in counts if found == kind})
    most = max(part(counts, kind.value, week, ...) for week in weeks)
    bars, lines = [], []
    for week in weeks:
        found = [(fate, counts[kind.value, week, fate]) for fate in FATE_WORDS]
        total = Cell(sum(count for _fate, count in found), board.address("terms", kind=kind.value, week=week))
        label = _week_label(week)
        parts = _drawn([(f"f-{fate}", count) for fate, count in found], most)
        spoken = _("，").join(f"{FATE_WORDS[fate]} {count}" for fate, count in found if count)
        bars.append(Bar(label, total, parts, spoken))
        lines.append(
            _term_line(board, label, found, kind=kind.value, week=week),
        )
    found = [(fate, part(counts, kind.value, ..., fate)) for fate in FATE_WORDS]
    whole = _term_line(board, _("合计"), found, kind=kind.value)
    return Weeks(str(KIND_WORDS[kind]), tuple(bars), (*lines, whole), whole.shares[0])


def _term_line(board: Board, label: str, found: Sequence[tuple[str, int]], **keys: Any) -> Line:
    cells = [Cell(count, board.address("terms", **keys, fate=fate)) for fate, count in found]
    told = dict(found)
    return Line(label, tuple(cells), (share(told["kept"], told["kept"] + told["missed"]),))


def _week_label(week: date) -> str:
    return f"{day(week)}–{day(week + timedelta(days=6))}"


def flow(board: Board) -> tuple[figures.Flow | None, list[Line], dict[str, str]]:
    """Categories and who is to be turned to first; its table; and the addresses of the nodes."""
    counts = board.counts("flow")
    drawn = figures.flow_from(counts, caption=_flow_caption)
    links = {code: board.address("flow", letter=code) for code in CATEGORIES}
    links |= {f"to-{end}": board.address("flow", first=end) for end in figures.ENDS}
    lines = [
        Line(
            mix.label,
            (
                *(Cell(n, board.address("flow", letter=mix.code, first=end)) for end, n in _by_end(mix)),
                Cell(mix.total, links[mix.code]),
            ),
        )
        for mix in (drawn.mixes if drawn else ())
    ]
    return drawn, lines, links


def _by_end(mix: figures.Mix) -> Iterable[tuple[str, int]]:
    return zip(figures.ENDS, mix.counts, strict=True)


def _flow_caption(total: int, most: str, totals: dict[str, int]) -> str:
    words = ngettext("一共{n}件，{most}最多。", "一共{n}件，{most}最多。", total)
    return words.format(n=total, most=most)


def ended(board: Board) -> tuple[list[str], list[Line]]:
    """How the cases of each category ended: heads of the columns, and lines."""
    counts = board.counts("ended")
    states = [state for state in State if part(counts, ..., state.value)]
    letters = sorted({letter for letter, _state in counts}, key=lambda one: -part(counts, one, ...))
    lines = [
        Line(
            str(CATEGORIES.get(letter, letter)),
            tuple(
                Cell(counts[letter, state.value], board.address("ended", letter=letter, state=state.value))
                for state in states
            ),
            (share(part(counts, letter, State.SETTLED.value), part(counts, letter, ...)),),
        )
        for letter in letters
    ]
    return [str(state.label) for state in states], lines


def hours(board: Board) -> tuple[figures.Heat | None, list[Line]]:
    """When complaints come: weekday by two hours."""
    counts = board.counts("heat")
    drawn = figures.heat_from(counts)
    lines = [
        Line(
            name,
            tuple(
                Cell(cell.count, board.address("heat", weekday=weekday, span=2 * place), shade=cell.shade)
                for place, cell in enumerate(cells)
            ),
        )
        for weekday, (name, cells) in enumerate(drawn.rows if drawn else ())
    ]
    return drawn, lines


def rules(board: Board) -> list[Line]:
    """Rules by how often officers put another verdict in their place; the others are left out."""
    counts = board.counts("rules")
    overridden = Counter({rule: n for (rule, is_overridden), n in counts.items() if is_overridden})
    version = rulebook().version
    known = {rule.id for rule in rulebook().rules}
    lines = []
    for rule, often in overridden.most_common(MOST_RULES):
        total = part(counts, rule, ...)
        cells = (
            Cell(often, board.address("rules", rule=rule, is_overridden=True)),
            Cell(total, board.address("rules", rule=rule)),
        )
        rate = share(often, total) if rule else None
        to_look_at = often >= REVIEWED_OFTEN and (rate or 0) >= REVIEWED_SHARE
        link = reverse("complaints:rule", args=[version, rule]) if rule in known else ""
        lines.append(Line(f"{rule} {rule_title(rule)}".strip(), cells, (rate,), link, to_look_at))
    return lines


def changed(board: Board) -> tuple[Cell, int | None]:
    """Cases whose decision changed after facts, and their share."""
    counts = board.counts("changed")
    turned = counts[(True,)]
    return Cell(turned, board.address("changed", is_changed=True)), share(turned, sum(counts.values()))


def load(board: Board) -> list[Line]:
    """Open cases of each officer, and how many of them are late."""
    counts = board.counts("load")
    people = User.objects.in_bulk([pk for pk, _late in counts if pk])
    officers = sorted({pk for pk, _late in counts}, key=lambda pk: -part(counts, pk, ...))
    return [
        Line(
            name_of(people.get(pk)) if pk else _("还没分派"),
            (
                Cell(part(counts, pk, ...), board.address("load", officer=pk)),
                Cell(counts[pk, True], board.address("load", officer=pk, is_late=True)),
            ),
        )
        for pk in officers
    ]


def platforms(board: Board) -> list[Line]:
    """How each platform answers: cases, in time, late, and no answer at all; the share in time of those due."""
    counts, answers = board.counts("platforms"), board.counts("answers")
    lines = []
    for (name,), total in counts.most_common(MOST_PLATFORMS):
        in_time, late = answers[name, "kept", True], answers[name, "missed", True]
        silent = answers[name, "missed", False]
        fates = (("kept", True, in_time), ("missed", True, late), ("missed", False, silent))
        cells = [Cell(n, board.address("answers", named=name, fate=fate, came=came)) for fate, came, n in fates]
        whole = Cell(total, board.address("platforms", named=name))
        lines.append(Line(name or _("没写平台"), (whole, *cells), (share(in_time, in_time + late + silent),)))
    return lines


def _drawn(parts: Sequence[tuple[str, int]], most: int) -> tuple[tuple[str, str, str], ...]:
    """Parts side by side, the largest bar 100 wide."""
    x, found = 0.0, []
    for kind, count in parts:
        if count:
            width = 100 * count / most
            found.append((kind, f"{x:.1f}", f"{max(width - 0.6, 0.6):.1f}"))
            x += width
    return tuple(found)
