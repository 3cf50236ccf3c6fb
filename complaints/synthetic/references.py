"""Complaint numbers of invented cases: made of their primary key, so that no two are alike however often one seeds."""

from __future__ import annotations

from datetime import date

from complaints.references import checked_reference

SPACE = 32**5  # of the five characters that numbers have on a crowded day
STRIDE = 14_142_135  # odd, so that multiples of it meet every number of the space once


def reference_of(pk: int, day: date) -> str:
    """``ZZ-YYMMDD-XXXXXX``: every 33 million keys the five characters come again, then on another day."""
    return checked_reference(day, pk * STRIDE % SPACE)
