"""A site of its own for tests that kill real processes: a database file and an environment nobody else touches."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

Environment = dict[str, str]


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy from: where the tests themselves stand on SQLite, it is there already."""
    if connection.vendor == "sqlite":
        tables: Path = request.getfixturevalue("empty_tables")
        return tables
    path = tmp_path_factory.mktemp("site") / "empty.sqlite3"
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=_environment(path), check=True)
    return path


@pytest.fixture
def site(db: None, migrated: Path, tmp_path: Path) -> Environment:
    """The environment of processes of a fresh site."""
    path = tmp_path / "app.sqlite3"
    path.write_bytes(migrated.read_bytes())
    return _environment(path)


def _environment(path: Path) -> Environment:
    return {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "DATA_DIR": str(path.parent), "LOG_LEVEL": "INFO"}
