"""What a file shows, as boxes of a form: ``shows-12=seller_displayed-no``, and a marker that the boxes were there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.http import QueryDict

from complaints.models import Evidence
from complaints.provable import Point, likely, with_own


class Row(NamedTuple):
    """One box: the point, and whether it is ticked."""

    point: Point
    is_on: bool


def marker(piece_id: int) -> str:
    """The hidden field beside the boxes of a piece: without it a form has nothing to say about them."""
    return f"boxes-{piece_id}"


def ticked(sent: QueryDict, piece_id: int) -> list[str]:
    """The codes of the boxes that were ticked for a piece."""
    return sent.getlist(f"shows-{piece_id}")


def rows_of(piece: Evidence, points: Sequence[Point]) -> tuple[Row, ...]:
    """The boxes of a piece: what its kind is good for first; whatever it is said to show is always among them."""
    shown = piece.shown_by_owner
    first = set(likely(piece.kind, points))
    said = {point.fact: point.value for point in points if point.is_said}
    every = with_own(points, [*first, *shown], said)
    front = {*first, *shown}
    ordered = sorted(every, key=lambda point: point.shown not in front)
    return tuple(Row(point, point.shown in shown) for point in ordered)


def points_in(rows: Sequence[Row]) -> list[Point]:
    return [row.point for row in rows]
