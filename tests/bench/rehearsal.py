"""A draft law rehearsed over many stored cases, on the database that is set."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from complaints.models import Complaint, DecisionRecord
from complaints.rehearsal import Findings, rehearse
from routing import decide, read_inquiry, rulebook
from routing.book import LAW
from tests.bench.decisions import inquiries
from tests.bench.measuring import Figure, seconds

BATCH = 2000
WORKERS = 2


def figures(cases: int) -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    filling = seconds(lambda: _fill(cases))
    yield Figure(f"({connection.vendor}: {cases:,} cases stored for it)", filling, "s")
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(shutil.copytree(LAW, Path(folder) / "draft"))
        rules = draft / "spc-oc.toml"
        marking = "not (seller_displayed and operator_disclaimed_sale) and (SW"
        rules.write_text(rules.read_text("utf-8").replace(marking, "not seller_displayed and (SW", 1), "utf-8")
        found: list[Findings] = []
        took = seconds(lambda: found.extend(each for _, _, each in rehearse(draft, workers=WORKERS)))
        bare = seconds(_only_read)
    yield Figure(f"rehearse, {WORKERS} processes ({found[-1].moved:,} move)", cases / took, "cases/s", cases / bare,
                 "reading the rows", "≥ 8,334")  # fmt: skip


def _only_read() -> None:
    for _ in DecisionRecord.objects.values_list("input", "complaint__verdicts").iterator(BATCH):
        pass


def _fill(count: int) -> None:
    """Cases whose facts vary round the known disputes: each fact of the dispute is kept, turned or forgotten."""
    chance = random.Random(42)
    patterns = [dict(each.read) for each in inquiries()]
    at = datetime(2026, 5, 1, tzinfo=UTC)
    first = (Complaint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        inputs = [_varied(chance.choice(patterns), chance) for _ in numbers]
        book = rulebook()
        decisions = [decide(book, read_inquiry(each, book, today=at.date())) for each in inputs]
        complaints = Complaint.objects.bulk_create(
            Complaint(
                pk=first + number,
                reference=f"BENCH-{first + number:09d}",
                receipt_hash=f"{first + number:064x}",
                filed_at=at + timedelta(seconds=number),
                purchased_on=decision.inquiry.purchase_date,
                goods="",
                story="",
                verdicts={party.value: answer.verdict.value for party, answer in decision.parties.items()},
            )
            for number, decision in zip(numbers, decisions, strict=True)
        )
        records = DecisionRecord.objects.bulk_create(
            DecisionRecord(
                complaint=complaint,
                number=1,
                because=DecisionRecord.Because.FILED,
                input=dict(decision.inquiry.read),
                output={},  # as large as the rest together, and not read
                digest=decision.digest,
                rulebook=book.digest,
                at=at,
            )
            for complaint, decision in zip(complaints, decisions, strict=True)
        )
        for complaint, record in zip(complaints, records, strict=True):
            complaint.decision = record
        Complaint.objects.bulk_update(complaints, ["decision"], batch_size=500)


def _varied(pattern: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    facts = {}
    for key, value in pattern["facts"].items():
        what = chance.random()
        if what < 0.85:
            facts[key] = value if what < 0.75 else not value
    return {**pattern, "facts": facts}
