"""What every test stands on: its own folder for evidence, quick passwords, Chinese unless it says otherwise."""

import gc
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from complaints import webhooks
from tests import postgres
from tests.cast import Cast, assemble
from tests.schemas import must_fit

ASKS_FOR_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}

# Migrations leave millions of small objects behind: to look for rings among them after every seven hundred, as Python
# does, takes a fifth of their time.
gc.set_threshold(100_000, 50, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "leave out the tests that ask for no database: it is barred to them, so they are the same on every one"
    parser.addoption("--with-database", action="store_true", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("with_database"):
        return
    kept = [item for item in items if _asks_for_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks_for_database(item)])
    items[:] = kept


def _asks_for_database(item: pytest.Item) -> bool:
    asked = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
    return item.get_closest_marker("django_db") is not None or not asked.isdisjoint(ASKS_FOR_DATABASE)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what is there now stays to the end


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The database of the tests; and a copy of what the migrations made, before any test writes into it: migrating
    once more, for sites with processes of their own, takes twenty seconds."""
    path = tmp_path_factory.mktemp("empty") / "tables"
    with django_db_blocker.unblock():
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            dump = [str(postgres.program("pg_dump")), "--no-owner", "--dbname", str(connection.settings_dict["NAME"])]
            with path.open("wb") as out:
                subprocess.run(dump, env=dict(os.environ), check=True, stdout=out)
        else:
            with closing(sqlite3.connect(path)) as copy:
                connection.connection.backup(copy)
    return path


@pytest.fixture(scope="session")
def empty_tables(django_db_setup: Path) -> Path:
    """A fresh site's database as the migrations leave it: an SQLite file, or the text of a PostgreSQL dump."""
    return django_db_setup


@pytest.fixture(autouse=True)
def own_ground(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "staging"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.FFMPEG = ""  # whether the machine has one or not
    settings.BUNDLE_DIR = tmp_path / "bundles"
    settings.ANCHOR_DIR = tmp_path / "anchors"
    settings.SMS_DIR = tmp_path / "sms"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False
    settings.OCR = "off"  # reading is slow; who tests it turns it on
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()  # what was worked out for the people of another test


@pytest.fixture(autouse=True)
def every_notice_fits_its_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test makes the site send is held against what we publish."""
    envelope = webhooks.envelope

    def checked(*args: Any, **named: Any) -> bytes:
        body = envelope(*args, **named)
        must_fit(body)
        return body

    monkeypatch.setattr(webhooks, "envelope", checked)


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The people and organisations of tests/cast.py, in the database."""
    return assemble()
