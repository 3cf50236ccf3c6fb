"""Killed at any point of taking a file in: no row without bytes, nothing taken twice, and in the end it is stored."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.evidence.dying import POINTS


@pytest.fixture
def ground(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """The environment of processes on a database of their own: this one's on PostgreSQL, a copy of it on SQLite."""
    name = connection.settings_dict["NAME"]
    address = f"postgres://postgres@/{name}"
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        address = f"sqlite:///{tmp_path / 'app.sqlite3'}"
        with sqlite3.connect(tmp_path / "app.sqlite3") as copy:
            connection.connection.backup(copy)
    return {**os.environ, "DATABASE_URL": address, "DATA_DIR": str(tmp_path / "data")}


def test_a_file_survives_whoever_takes_it_in(ground: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.evidence.dying"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=ground, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    count = len(POINTS)
    assert found["killed"] == count

    after = found["after"]
    assert after["without bytes"] == []
    assert after["pieces"] == 1  # only the last one was committed
    assert after["starts"] == [0, 1, 1, 1, 1, 1, 1]  # nothing was begun that was not counted before

    swept = found["swept"]
    assert swept["states"] == ["stored"] * (count - 2)  # two of them never became a row
    assert swept["without bytes"] == []

    again = found["sent again"]
    assert (again["states"], again["pieces"]) == (["stored"] * count, count)
    assert (again["without bytes"], again["without row"], again["staged"]) == ([], 0, 0)
