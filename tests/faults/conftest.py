"""Each test has a site of its own, on the database of the lane: its tables, its folder, its processes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import postgres
from tests.faults.house import House
from tests.faults.invariants import check_invariants
from tests.platform.receivers import Authority, an_authority

NUMBERS = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.fault)
            item.add_marker(pytest.mark.timeout(300))  # on a busy machine processes take long to start
            item.add_marker(
                pytest.mark.django_db
            )  # without one such test nobody makes the tables that sites begin with


@pytest.fixture(scope="session")
def own_postgres(empty_tables: Path) -> Iterator[postgres.Server]:
    """A server that only these tests use, so that it can be cut off; ``empty`` is its template of a fresh site."""
    with postgres.running(*postgres.COMMITS_HOLD) as one:
        sql(one, "postgres", "CREATE DATABASE empty")
        sql(one, "empty", f"\\i {empty_tables}")
        yield one
        one.cut_off()  # nothing of it is wanted: it need not put its files in order


def sql(server: postgres.Server, database: str, statement: str) -> None:
    command = [str(postgres.program("psql")), "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "-d", database]
    environment = {**os.environ, **server.environment()}
    subprocess.run(command, env=environment, check=True, input=statement, text=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def house(
    request: pytest.FixtureRequest, empty_tables: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """A fresh site; when the test is over, the invariants hold."""
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "LOG_LEVEL": "INFO",
        "DJANGO_SETTINGS_MODULE": "tests.faults.armed",
        "KILL_AT": str(tmp_path / "kill-at"),
    }
    if connection.vendor == "postgresql":
        server = request.getfixturevalue("own_postgres")
        name = f"site_{next(NUMBERS)}"
        sql(server, "postgres", f"CREATE DATABASE {name} TEMPLATE empty")
        environment |= server.environment(name)
        database = {"NAME": name, "HOST": str(server.home), "USER": "postgres", "CONN_MAX_AGE": 0}
    else:
        path = tmp_path / "app.sqlite3"
        path.write_bytes(empty_tables.read_bytes())
        environment |= {"DATABASE_URL": f"sqlite:///{path}"}
        database = {"NAME": str(path)}
    built = House(tmp_path, environment, database, django_db_blocker)
    yield built
    check_invariants(built)


@pytest.fixture(scope="session")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="session")
def authority(roots: Path) -> Authority:
    return an_authority(roots)
