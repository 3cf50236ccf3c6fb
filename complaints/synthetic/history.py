"""As many invented cases as wanted: made in several processes, written by this one, piece by piece."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime

from django.db import transaction

from complaints import lawbooks
from complaints.models import Complaint, DecisionRecord, Request
from complaints.processes import begin_thinking
from complaints.synthetic.making import TABLES, Piece, make
from complaints.synthetic.pouring import place_of, pour, reserve
from complaints.synthetic.stage import Stage

PIECE = 250
"""Cases that are made together, and written in one transaction: what was written stays if the next piece fails."""

AHEAD = 2
"""Pieces a process may have waiting for it or for the writer."""


def fill(stage: Stage, count: int, *, workers: int, at: datetime) -> Iterator[int]:
    """Write that many cases (fewer where the stage wants ended ones only); after each piece, how many it held."""
    lawbooks.keep_current(at=at)
    sizes = [min(PIECE, count - start) for start in range(0, count, PIECE)]
    if workers == 1 or len(sizes) == 1:
        for size in sizes:
            yield _write(make(stage, _keys(size)))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, begin_thinking) as pool:
        waiting: deque[Future[Piece]] = deque()
        try:
            for size in sizes:
                waiting.append(pool.submit(make, stage, _keys(size)))
                if len(waiting) > AHEAD * workers:
                    yield _write(waiting.popleft().result())
            while waiting:
                yield _write(waiting.popleft().result())
        finally:
            pool.shutdown(cancel_futures=True)


@transaction.atomic
def _keys(count: int) -> list[tuple[int, int]]:
    return list(zip(reserve(Complaint, count), reserve(Request, count), strict=True))


@transaction.atomic
def _write(piece: Piece) -> int:
    """In the order of TABLES: a complaint and its decision name each other, which is checked when it commits."""
    if piece.cases:
        keys = reserve(DecisionRecord, piece.decisions)
        for named, column in ((Complaint, "decision_id"), (DecisionRecord, "id")):
            place = place_of(named, column)
            for row in piece.rows[named.__name__]:
                row[place] = keys[row[place]]
        for table in TABLES:
            pour(table, piece.rows[table.__name__])
    return piece.cases
