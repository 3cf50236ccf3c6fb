"""A site of its own for tests with real processes: a database file and an environment nobody else touches."""

import os
from pathlib import Path

import pytest
from django.db import connection

Environment = dict[str, str]


@pytest.fixture
def site(db: None, empty_tables: Path, tmp_path: Path) -> Environment:
    """The environment of processes of a fresh site, on an SQLite file of its own: in another lane it would say the same
    again. What is killed on PostgreSQL is in tests/faults."""
    if connection.vendor != "sqlite":
        pytest.skip("its site stands on an SQLite file, whichever the lane")
    path = tmp_path / "app.sqlite3"
    path.write_bytes(empty_tables.read_bytes())
    return {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "DATA_DIR": str(path.parent), "LOG_LEVEL": "INFO"}
