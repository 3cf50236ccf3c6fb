"""Lint of the ways out: nothing calls another host but the one client, and nothing reaches the queue but its seam."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.test_imports import ROOT, SOURCES

CLIENTS = {
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "http.client",
    "urllib.request",
    "ftplib",
    "telnetlib",
    "websockets",
}
MAY = {
    "complaints/outbound.py": {"http.client"},
    "complaints/evidence/shelves/bucket.py": {"urllib3"},  # the errors of the storage's own client (boto3)
    "complaints/management/commands/demo.py": {"urllib.request"},  # asks its own port whether the site is up
}
QUEUE_CALLS = {"async_task", "async_iter", "async_chain", "schedule", "AsyncTask", "Chain", "Iter"}
SEAM = "complaints/jobs.py"


def _imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _called(tree: ast.AST) -> set[str]:
    return {
        ast.unparse(node.func).rpartition(".")[2] if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_only_the_one_client_calls_other_hosts() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        named = _imported(tree)
        ways = {client for client in CLIENTS if any(f"{each}.".startswith(f"{client}.") for each in named)}
        assert ways <= MAY.get(_name(path), set()), path
        assert "urlopen" not in _called(tree) or _name(path) in MAY, path


def test_only_the_seam_puts_tasks_into_the_queue() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        from_queue = {each for each in _imported(tree) if each.startswith("django_q.tasks")}
        if _name(path) != SEAM:
            assert not from_queue and "async_task" not in _called(tree), path
    seam = ast.parse((ROOT / SEAM).read_text("utf-8"))
    assert _imported(seam) & {f"django_q.tasks.{name}" for name in QUEUE_CALLS} == {"django_q.tasks.async_task"}
