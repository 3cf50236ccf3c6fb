"""The report of a run: for programs, and for the page that is printed; in the reader's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.conformance.ended import Result
from complaints.conformance.step_words import CONNECT, ERRORS, SEEN, UNCONNECTED, WORDS
from complaints.conformance.steps import STEPS
from complaints.models import ConformanceRun


def head_of(run: ConformanceRun) -> dict[str, Any]:
    """A run in one line."""
    return {
        "id": run.pk,
        "endpoint": run.endpoint.code,
        "url": run.endpoint.url,
        "state": run.state,
        "asked_at": run.asked_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "steps": len(STEPS),
        "done": len(run.steps),
        **{each.value: run.count(each) for each in Result},
        "href": f"{settings.SITE_URL}/api/v1/sandbox/conformance/{run.pk}",
    }


def report_of(run: ConformanceRun) -> dict[str, Any]:
    """A run with all its steps."""
    return {**head_of(run), "results": lines_of(run)}


def lines_of(run: ConformanceRun) -> list[dict[str, Any]]:
    """Each step that is done: what was sent, expected, and came; where it failed, what to do."""
    found = []
    for number, step in enumerate(run.steps, 1):
        words = WORDS[step["step"]]
        found.append(
            {
                "number": number,
                "step": step["step"],
                "result": step["result"],
                "name": str(words.name),
                "sent": str(words.sent),
                "expected": str(words.expected),
                "came": _came(step),
                "status": step["status"],
                "ms": step["ms"],
                "remedy": _remedy(step),
            }
        )
    return found


def _remedy(step: dict[str, Any]) -> str:
    """What to do: where it failed, and how an address that was stopped is used again."""
    if step["result"] == Result.FAILED and step["error"] in UNCONNECTED:
        return str(CONNECT)
    words = WORDS["back" if step["error"] == "stopped" else step["step"]]
    return str(words.remedy) if step["result"] == Result.FAILED or step["error"] == "stopped" else ""


def _came(step: dict[str, Any]) -> str:
    """What came, for people."""
    error, status = step["error"], step["status"]
    if error in SEEN:
        return _("{status}：{words}").format(status=status, words=SEEN[error]) if status else str(SEEN[error])
    if status is not None:
        return _("{status}，{ms}毫秒").format(status=status, ms=step["ms"])
    if error.startswith("answers-"):
        return _("{n}份答复").format(n=error.removeprefix("answers-"))
    if error:
        return str(ERRORS.get(error, error))
    return _("最慢{ms}毫秒").format(ms=step["ms"])
