"""How a figure is taken, and how it is shown: always beside what the machine does without us."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``reference`` is the bare work of the same run, ``goal`` as goals.md has it."""

    work: str
    value: float
    unit: str
    reference: float | None = None
    beside: str = ""
    goal: str = ""

    def line(self) -> str:
        ratio = ""
        if self.reference:
            ratio = f"{self.value / self.reference:8.2f} × {self.beside} ({_plain(self.reference)})"
        return f"{self.work:<48} {_plain(self.value):>10} {self.unit:<8} {self.goal:<10} {ratio}".rstrip()


def rate(work: Callable[[], object], *, pieces: int) -> float:
    """Pieces of work a second: the median of some rounds after one to warm up. ``work`` does ``pieces`` of them."""
    work()
    return median(pieces / seconds(work) for _ in range(ROUNDS))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def shown(title: str, figures: Iterable[Figure]) -> None:
    print(f"\n{title}")
    for figure in figures:
        print("  " + figure.line(), flush=True)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
