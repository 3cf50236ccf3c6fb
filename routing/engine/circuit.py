"""Boolean circuits over whole numbers, compiled to one straight run of Python.

A wire carries one bit a *lane*; a lane is one supposition about the facts. ``&`` and ``|`` work on every lane at
once, so the whole rulebook is read for hundreds of suppositions in the time of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

Wire = int
OFF: Final[Wire] = 0
ON: Final[Wire] = 1

Program = Callable[[Sequence[int], int], Sequence[int]]
"""(the inputs, all lanes set) → the outputs asked for, in order."""


class Circuit:
    """Gates built bottom-up. Equal gates are one gate, and what constants decide is decided at once."""

    def __init__(self) -> None:
        self._gates: list[tuple[str, tuple[Any, ...]]] = [("off", ()), ("on", ())]
        self._wires: dict[tuple[str, tuple[Any, ...]], Wire] = {}
        self.inputs: list[Any] = []

    def input(self, name: Any) -> Wire:
        """The wire of an input; one for each name."""
        gate = ("in", (name,))
        if gate not in self._wires:
            self.inputs.append(name)
        return self._wire(gate)

    def inverse(self, wire: Wire) -> Wire:
        if wire in (OFF, ON):
            return ON - wire
        kind, parts = self._gates[wire]
        return parts[0] if kind == "not" else self._wire(("not", (wire,)))

    def all_of(self, wires: Iterable[Wire]) -> Wire:
        return self._joined("and", wires, neutral=ON, decisive=OFF)

    def any_of(self, wires: Iterable[Wire]) -> Wire:
        return self._joined("or", wires, neutral=OFF, decisive=ON)

    def compile(self, outputs: Sequence[Wire]) -> Program:
        """A program for these outputs; gates that none of them needs are left out."""
        return _compiled(self._gates, self.inputs, outputs)

    def _joined(self, kind: str, wires: Iterable[Wire], *, neutral: Wire, decisive: Wire) -> Wire:
        parts: set[Wire] = set()
        for wire in wires:
            gate, inner = self._gates[wire]
            parts.update(inner if gate == kind else (wire,))
        parts.discard(neutral)
        if decisive in parts or any(self.inverse(part) in parts for part in list(parts)):
            return decisive
        if len(parts) < 2:
            return parts.pop() if parts else neutral
        return self._wire((kind, tuple(sorted(parts))))

    def _wire(self, gate: tuple[str, tuple[Any, ...]]) -> Wire:
        if gate not in self._wires:
            self._gates.append(gate)
            self._wires[gate] = len(self._gates) - 1
        return self._wires[gate]


def _compiled(gates: Sequence[tuple[str, tuple[Any, ...]]], inputs: Sequence[Any], outputs: Sequence[Wire]) -> Program:
    uses = _uses(gates, outputs)
    place = {name: index for index, name in enumerate(inputs)}
    written: dict[Wire, str] = {OFF: "0", ON: "ALL"}
    lines = []
    for wire in sorted(uses):
        kind, parts = gates[wire]
        if kind in ("off", "on"):
            continue
        text = f"I[{place[parts[0]]}]" if kind == "in" else _written(kind, [written[part] for part in parts])
        # A gate used once stands inside the gate that uses it; the source of all this is our own grammar.
        if uses[wire] == 1 and kind != "in":
            written[wire] = f"({text})"
        else:
            written[wire] = f"w{wire}"
            lines.append(f"    w{wire} = {text}")
    result = ", ".join(written[wire] for wire in outputs)
    source = "\n".join(["def program(I, ALL):", *lines, f"    return ({result},)"])
    scope: dict[str, Any] = {}
    exec(compile(source, "<rulebook>", "exec"), scope)
    program: Program = scope["program"]
    return program


def _written(kind: str, parts: list[str]) -> str:
    if kind == "not":
        return f"ALL ^ {parts[0]}"
    return (" & " if kind == "and" else " | ").join(parts)


def _uses(gates: Sequence[tuple[str, tuple[Any, ...]]], outputs: Sequence[Wire]) -> Counter[Wire]:
    """How often each gate is used by what the outputs need."""
    uses: Counter[Wire] = Counter(outputs)
    open_wires = list(uses)
    seen = set(open_wires)
    while open_wires:
        kind, parts = gates[open_wires.pop()]
        if kind in ("and", "or", "not"):
            uses.update(parts)
            fresh = [part for part in parts if part not in seen]
            seen.update(fresh)
            open_wires += fresh
    return uses
