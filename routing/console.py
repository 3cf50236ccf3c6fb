"""``decide`` on the command line, by decide-contract.md: files in, answers out, and nothing half done.

0  every input was decided          2  at least one input is bad: nothing on standard output
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from routing.book import rulebook
from routing.engine.decisions import Decision, decide
from routing.engine.errors import BadInput, Problem
from routing.engine.facts import Language
from routing.engine.inquiry import read_inquiry
from routing.engine.strict_json import LARGEST, read_object
from routing.table import table

FAILED = 1
BAD_INPUT = 2
MOST_TOLD = 20  # problems of one file; whoever has more is told how many
DESCRIPTION = "Decide who answers: a table, or --json, or --jsonl. Bad input: exit 2, one line a problem."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="an input of the contract; - reads standard input")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="the output object")
    form.add_argument("--jsonl", action="store_true", help="one compact object a line, in the order given")
    parser.add_argument("--all", action="store_true", help="also the grounds that are not held or not in force")
    parser.add_argument("--lang", choices=("zh", "en"), help="the language of the table; else that of LANG")


def understands(argv: Sequence[str]) -> bool:
    """Whether these are options of the contract alone; the general ones of ``manage.py`` are Django's to read."""
    general = ("--version", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color", "--verbosity")
    return not any(each == "-v" or each.startswith(general) for each in argv)


def main(argv: Sequence[str]) -> int:
    """``manage.py decide …``. Returns the exit code; unusable options leave with 2 and a line on how it is used."""
    parser = argparse.ArgumentParser(prog="manage.py decide", description=DESCRIPTION)
    arguments(parser)
    options = vars(parser.parse_args(list(argv)))
    return at_terminal(options)


def at_terminal(options: Mapping[str, Any]) -> int:
    """Run on the streams of the process, in UTF-8 whatever the terminal says. Returns the exit code.

    A file name that is no text is shown with its bytes escaped; a stream that is closed or full is bad input or a
    failure told in one line, never a traceback.
    """
    stdin = io.BytesIO() if sys.stdin is None else sys.stdin.buffer
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = run(options, stdin=stdin, stdout=sys.stdout, stderr=sys.stderr, today=date.today())
        sys.stdout.flush()
    except OSError as problem:
        sys.stderr.write(f"output: {problem.strerror}\n")
        # What could not be written is dropped, or the interpreter would complain once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def run(
    options: Mapping[str, Any],
    *,
    stdin: BinaryIO,
    stdout: TextIO,
    stderr: TextIO,
    today: date,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Decide every file, or none. Returns the exit code."""
    book = rulebook()
    files: Sequence[str] = options["files"]
    decisions: list[Decision] = []
    bad = False
    for file in files:
        try:
            inquiry = read_inquiry(read_object(_bytes(file, stdin)), book, today=today)
            decisions.append(decide(book, inquiry, every_ground=bool(options["all"])))
        except BadInput as refused:
            bad = True
            named = f"{file}: " if len(files) > 1 else ""
            for problem in refused.problems[:MOST_TOLD]:
                stderr.write(f"{named}{problem}\n")
            if len(refused.problems) > MOST_TOLD:
                stderr.write(f"{named}and {len(refused.problems) - MOST_TOLD} more\n")
    if bad:
        return BAD_INPUT
    language = _language(options["lang"], environ)
    for place, decision in enumerate(decisions):
        if options["jsonl"]:
            stdout.write(json.dumps(decision.as_dict(), ensure_ascii=False, separators=(",", ":")) + "\n")
        elif options["json"]:
            stdout.write(json.dumps(decision.as_dict(), ensure_ascii=False, indent=2) + "\n")
        else:
            stdout.write(("\n" if place else "") + table(book, decision, language))
    return 0


def _bytes(file: str, stdin: BinaryIO) -> bytes:
    """At most one byte more than is allowed, which is enough to see that it is too much."""
    if file == "-":
        return stdin.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as problem:
        raise BadInput([Problem("input", problem.strerror or "nothing", "a file that can be read")]) from None
    except ValueError:  # a path with a zero byte in it
        raise BadInput([Problem("input", "no file name", "a file that can be read")]) from None


def _language(chosen: str | None, environ: Mapping[str, str]) -> Language:
    """The language asked for, else the one of the terminal; Chinese, our own, where it says neither."""
    named = chosen or environ.get("LC_ALL") or environ.get("LANG") or "zh"
    return "en" if named.lower().startswith("en") else "zh"
