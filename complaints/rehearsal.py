"""A draft law rehearsed over the stored cases: whose verdict would move, and by which grounds. Nothing is changed."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, F, Max, Min, OuterRef

from complaints.models import DecisionRecord, Override
from complaints.processes import begin_reading
from routing import BadInput, Party, Rulebook, decide, read_inquiry, rulebook
from routing.engine.compiled import machine
from routing.engine.inquiry import Inquiry
from routing.engine.loading import load, read_folder
from routing.engine.vocabulary import FACING, Form

SPAN: Final = 1000
"""Decisions by primary key in one piece of work, which the machine reads in one run."""

SHOWN: Final = 20
"""References named for each way in which a verdict moves; the counts are of all."""

Move = tuple[str, str, str]
"""(party, verdict under the law of today, verdict under the draft)."""


@dataclass(slots=True)
class Findings:
    """What came of it. ``grounds``: how often a ground came (+) or went (-) where a verdict moved.

    ``unreadable`` counts what the draft no longer knows, by the first problem of the input.
    """

    cases: int = 0
    moved: int = 0
    moves: Counter[Move] = field(default_factory=Counter)
    grounds: dict[Move, Counter[str]] = field(default_factory=dict)
    examples: dict[Move, list[str]] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)

    def add(self, other: Findings) -> None:
        """Take in what another worker found."""
        self.cases += other.cases
        self.moved += other.moved
        self.moves += other.moves
        self.unreadable += other.unreadable
        for move, found in other.grounds.items():
            self.grounds.setdefault(move, Counter()).update(found)
        for move, references in other.examples.items():
            known = self.examples.setdefault(move, [])
            known += references[: SHOWN - len(known)]


def rehearse(law: Path, *, workers: int) -> Iterator[tuple[int, int, Findings]]:
    """Decide every stored case again under the law of the folder: after each piece (done, of how many, found so far).

    The latest decision of each case is compared; one that was made by an older law is first decided again by today's.
    Each worker has its own connection, which the database itself keeps from writing. Raises RulebookError.
    """
    files = read_folder(law)
    load(files)  # a broken draft is told before any process starts
    spans = _spans()
    found = Findings()
    context = multiprocessing.get_context("spawn")
    with (
        TemporaryDirectory() as snapshot,  # every worker reads the same draft, whoever goes on writing at it
        ProcessPoolExecutor(workers, context, begin_reading, (connection.settings_dict,)) as pool,
    ):
        for name, text in files.items():
            (Path(snapshot) / name).write_text(text, "utf-8")
        try:
            pieces = [pool.submit(_piece, snapshot, *span) for span in spans]
            for done, piece in enumerate(as_completed(pieces), 1):
                found.add(piece.result())
                yield done, len(spans), found
        finally:
            pool.shutdown(cancel_futures=True)


def _spans() -> Sequence[tuple[int, int]]:
    """Ranges of primary keys that hold all latest decisions."""
    ends = DecisionRecord.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    return [(start, min(start + SPAN - 1, ends["last"])) for start in range(ends["first"], ends["last"] + 1, SPAN)]


# ── In a worker ──────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _book(law: str) -> Rulebook:
    return load(read_folder(Path(law)))


def _piece(law: str, first: int, last: int) -> Findings:
    found = Findings()
    latest = DecisionRecord.objects.filter(
        pk__range=(first, last), complaint__decision_id=F("pk"), complaint__sandbox=None
    )
    columns = ("complaint__reference", "input", "rulebook", "complaint__verdicts", "is_overridden")
    latest = latest.annotate(is_overridden=Exists(Override.objects.filter(complaint=OuterRef("complaint"))))
    rows: list[tuple[str, dict[str, Any], dict[str, str]]] = []
    drafted: list[Inquiry] = []
    for reference, input_, digest, verdicts, is_overridden in latest.values_list(*columns).iterator(SPAN):
        found.cases += 1
        try:
            drafted.append(read_inquiry(input_, _book(law), today=date.min))
        except BadInput as problem:
            found.unreadable[str(problem.problems[0])] += 1
            continue
        stands = digest == rulebook().digest and not is_overridden  # the law is rehearsed, not what officers decided
        rows.append((reference, input_, verdicts if stands else _today(input_) or verdicts))
    for (reference, input_, before), after in zip(rows, _verdicts(_book(law), drafted), strict=True):
        if before != after:
            _note(found, law, reference, input_, before, after)
    return found


def _today(input_: Mapping[str, Any]) -> dict[str, str] | None:
    """The verdicts of a case that was decided by an older law, under the law of today; None where that one has
    forgotten a name it uses, so that what the case was told still stands.
    """
    try:
        return _verdicts(rulebook(), [read_inquiry(input_, rulebook(), today=date.min)])[0]
    except BadInput:
        return None


def _note(
    found: Findings,
    law: str,
    reference: str,
    input_: Mapping[str, Any],
    now: Mapping[str, str],
    then: Mapping[str, str],
) -> None:
    """Keep what moved, and by which grounds."""
    found.moved += 1
    after = _grounds(_book(law), input_)
    try:
        before = _grounds(rulebook(), input_)
    except BadInput:
        before = after  # today's law cannot name the grounds of so old a case any more
    for party in FACING:
        if now[party] == then[party]:
            continue
        move = (party.value, now[party], then[party])
        found.moves[move] += 1
        changed = before[party] ^ after[party]
        found.grounds.setdefault(move, Counter()).update(
            f"{'+' if ground in after[party] else '-'}{ground}" for ground in changed
        )
        examples = found.examples.setdefault(move, [])
        if len(examples) < SHOWN:
            examples.append(reference)


def _verdicts(book: Rulebook, inquiries: Sequence[Inquiry]) -> list[dict[str, str]]:
    many = machine(book).verdicts_of_many(inquiries)
    return [{party.value: verdict.value for party, verdict in each.items()} for each in many]


def _grounds(book: Rulebook, input_: Mapping[str, Any]) -> dict[Party, set[str]]:
    """The grounds that make the verdict of each facing party, as ``M01 held``."""
    decision = decide(book, read_inquiry(input_, book, today=date.min))
    return {
        party: {
            f"{ground.rule.name} {ground.status.value}"
            for ground in decision.grounds
            if ground.party is party and ground.form is not Form.DUTY
        }
        for party in FACING
    }
