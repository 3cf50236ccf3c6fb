"""What is too few to be shown, and what else must not be shown so that the few cannot be found by subtraction."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

FEW = 30  # cases: a group below that is never shown by itself. Policy of the site (ux.md P8)

Key = TypeVar("Key", bound=Hashable)


def veil(cells: Mapping[Key, int], *, unlisted: Collection[Key] = ()) -> frozenset[Key]:
    """Which cells of a whole are not shown, where the whole itself is.

    A cell of one to 29 is hidden; an empty one is nobody's and may be seen. What is hidden can be had together, as the
    whole less all that is shown: so it always makes 30 or more, or nothing; while it does not, the smallest cell still
    shown is hidden too. ``unlisted`` cells, which nobody wants to show, are hidden from the start.

    Each whole must be split into cells only once: no two published tables may cross.
    """
    hidden = {key for key, count in cells.items() if 0 < count < FEW or (key in unlisted and count)}
    shown = sorted((key for key, count in cells.items() if count >= FEW and key not in hidden), key=lambda k: cells[k])
    for smallest in shown:
        if not hidden or sum(cells[key] for key in hidden) >= FEW:
            break
        hidden.add(smallest)
    return frozenset(hidden)


def share(part: int, whole: int) -> int | None:
    """Per cent, rounded; None where the whole is too small to be spoken of."""
    return round(100 * part / whole) if whole >= FEW else None
