"""Decisions: how many a second, and what that is beside the plain reading of the same law."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from routing import Inquiry, decide, read_inquiry, rulebook
from routing.book import LAW
from routing.engine.compiled import machine
from routing.engine.decisions import decide_by
from routing.engine.loading import load, read_folder
from routing.engine.plain import Plain, read_plainly
from routing.engine.turning import turns
from tests.bench.measuring import Figure, rate, seconds

ROOT = Path(__file__).resolve().parents[2]
BATCH = 1000


def inquiries() -> list[Inquiry]:
    """The 40 whole disputes of routing/cases: what real questions look like."""
    files = sorted((LAW.parent / "cases" / "disputes").glob("*.toml"))
    cases: list[dict[str, Any]] = [case for file in files for case in tomllib.loads(file.read_text("utf-8")).values()]
    given = ({**case["given"], "facts": case["facts"]} for case in cases)
    return [read_inquiry(each, rulebook(), today=date.today()) for each in given]


def done(work: Iterable[object]) -> None:
    """All of it, and nothing kept."""
    deque(work, maxlen=0)


def figures() -> Iterator[Figure]:
    book = rulebook()
    found = inquiries()
    many = (found * (BATCH // len(found) + 1))[:BATCH]
    engine = machine(book)
    plain = rate(lambda: done(Plain(book, each).verdicts for each in found), pieces=len(found))
    traced = rate(lambda: decide_by(lambda each: read_plainly(book, each), book, found[0]).digest, pieces=1)
    yield Figure(
        "verdicts, one at a time",
        rate(lambda: done(engine.verdicts(each) for each in many), pieces=BATCH),
        "/s",
        plain,
        "plain reading",
        "≥ 30,000",
    )
    yield Figure(
        "verdicts, a thousand side by side",
        rate(lambda: engine.verdicts_of_many(many), pieces=BATCH),
        "/s",
        plain,
        "plain reading",
        "≥ 30,000",
    )
    yield Figure(
        "decisions: trace, citations, missing, remedies",
        rate(lambda: done(decide(book, each) for each in many), pieces=BATCH),
        "/s",
        traced,
        "plain reading",
        "≥ 5,000",
    )
    yield Figure(
        "the same, written out and sealed",
        rate(lambda: done(decide(book, each).as_dict() for each in many), pieces=BATCH),
        "/s",
        traced,
        "plain reading",
    )
    few = found[:5]
    turning = 1000 / rate(lambda: done(turns(book, each) for each in few), pieces=len(few))
    yield Figure("what would change it, up to three facts", turning, "ms")
    files = read_folder(LAW)
    parsing = median(seconds(lambda: [tomllib.loads(text) for text in files.values()]) for _ in range(5))
    yield Figure(
        "load and check all law files",
        median(seconds(lambda: load(read_folder(LAW))) for _ in range(5)),
        "s",
        parsing,
        "only parsing them",
        "≤ 0.3",
    )
    yield from _cold(found[0])


def _cold(inquiry: Inquiry) -> Iterator[Figure]:
    """The command as a person starts it, beside an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "in.json"
        file.write_text(json.dumps(inquiry.read), "utf-8")
        bare = [sys.executable, "-c", "pass"]
        command = [sys.executable, "manage.py", "decide", str(file), "--json"]

        def took(words: list[str]) -> float:
            return median(
                seconds(lambda: subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, check=True))
                for _ in range(7)
            )

        yield Figure("the command decide, cold, one file", took(command), "s", took(bare), "bare python", "≤ 0.6")
