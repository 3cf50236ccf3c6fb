"""``python -m tests.bench [decisions|evidence|bad-input|rehearsal|search|delivery|queue|inbox]`` (``make bench``).

``BENCH_CASES`` is how many stored cases are rehearsed, or searched (20,000); ``BENCH_SIZES`` at how many the queue is
measured ("10000 100000 1000000"), into docs/queue-figures.md. Rehearsal, search and delivery (``BENCH_NOTICES``,
``BENCH_DUE``, ``BENCH_WORKERS``: tests/bench/delivery.py) run on SQLite and on PostgreSQL from the package index, each
in a place of its own that is gone afterwards; the queue and the portal's list (inbox) on PostgreSQL only.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from typing import Final

import django

from tests.postgres import LASTING, is_available, server

PARTS: Final = ("decisions", "rehearsal", "evidence", "bad-input", "search", "delivery")
ON_BOTH: Final = ("rehearsal", "search", "delivery")  # PostgreSQL, too
ON_POSTGRES: Final = ("queue", "inbox")  # long, and only there: named outright, never among "all"


def main(words: list[str]) -> None:
    unknown = [word for word in words if word not in (*PARTS, *ON_POSTGRES, "--here")]
    if unknown:
        sys.exit(f"found {unknown[0]}; allowed: {', '.join((*PARTS, *ON_POSTGRES))}")
    parts = [word for word in words if word in (*PARTS, *ON_POSTGRES)] or list(PARTS)
    if "--here" in words:
        return _here(parts)
    print(f"{platform.python_version()} on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            own = {**os.environ, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
            own.pop("DATABASE_URL", None)
            if part not in ON_POSTGRES:
                subprocess.run([sys.executable, "-m", "tests.bench", part, "--here"], env=own, check=True)
            if part in (*ON_BOTH, *ON_POSTGRES) and is_available():
                with server(*(LASTING if part == "delivery" else ())) as postgres:
                    subprocess.run(
                        [sys.executable, "-m", "tests.bench", part, "--here"], env=own | postgres, check=True
                    )


def _here(parts: list[str]) -> None:
    """Measure in this process, on the database that is set."""
    django.setup()
    # What follows needs Django's applications, so it is imported now.
    from tests.bench import bad_input, decisions, delivery, evidence, inbox, queue, rehearsal, search
    from tests.bench.measuring import shown

    for part in parts:
        if part == "decisions":
            shown("Decisions, one core, the whole rulebook", decisions.figures())
        elif part == "evidence":
            shown("Evidence taken in", evidence.figures())
        elif part == "bad-input":
            bad_input.main()
        elif part == "delivery":
            shown("Notices on their way", delivery.figures())
        elif part == "search":
            shown("Search at the desk", search.figures(int(os.environ.get("BENCH_CASES", "20000"))))
        elif part == "queue":
            queue.main()
        elif part == "inbox":
            inbox.main()
        else:
            shown("Rehearsal of a draft law", rehearsal.figures(int(os.environ.get("BENCH_CASES", "20000"))))


if __name__ == "__main__":
    main(sys.argv[1:])
