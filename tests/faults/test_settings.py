"""The settings that the fault tests stand on, read as they are; others are refused as the site starts."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string
from django_q.models import Schedule

from complaints import jobs, outbound, tasks
from config.running import clusters, require_sound
from tests.faults.house import House

QUEUE: dict[str, Any] = settings.Q_CLUSTER
# How often each duty is repeated from the tables, whatever was lost: reliability is counted in these minutes.
MINUTES = {"sweep": 1, "heartbeat": 1, "notify": 1, "looks": 2, "clock": 5, "tend": 10, "anchor": 60}
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;",
    },
}


def test_the_queue_is_set_as_measured() -> None:
    assert QUEUE["orm"] == "default"
    assert {"redis", "sqs", "mongo", "broker_class"}.isdisjoint(QUEUE)
    for name, cluster in clusters(QUEUE).items():
        rounds = math.ceil((cluster["queue_limit"] + 1) / cluster["workers"]) + 1
        assert cluster["retry"] > cluster["timeout"] * rounds + 10, name
        found = [cluster[each] for each in ("bulk", "max_attempts", "ack_failures", "save_limit", "catch_up")]
        assert found == [1, 1, True, -1, False], name
        assert [cluster[each] for each in ("cached", "sync", "compress")] == [False, False, False], name
    assert [cluster["scheduler"] for cluster in clusters(QUEUE).values()] == [True, False]
    # A task ends by itself long before the queue would end it, and a single notice before that.
    assert tasks.DRAIN.total_seconds() + outbound.DEADLINE < QUEUE["timeout"]
    assert settings.WEBHOOK_LEASE.total_seconds() > outbound.DEADLINE * 2
    assert set(jobs.TASKS).isdisjoint(jobs.MEDIA_TASKS) and list(QUEUE["ALT_CLUSTERS"]) == [jobs.MEDIA]


@pytest.mark.django_db
def test_the_sweep_and_the_sign_of_life_come_each_minute_and_nothing_missed_comes_twice() -> None:
    each = {schedule.name: schedule for schedule in Schedule.objects.all()}
    found = {name: each[name].minutes for name in MINUTES}
    assert found == MINUTES
    assert {schedule.schedule_type for schedule in each.values()} == {Schedule.MINUTES}
    assert all(schedule.repeats == -1 and not schedule.args and not schedule.hook for schedule in each.values())
    assert all(callable(import_string(schedule.func)) for schedule in each.values())


def test_a_connection_has_the_pragmas_and_limits_of_the_settings(house: House) -> None:
    wanted: dict[str, object]
    if connection.vendor == "sqlite":
        ask = "PRAGMA {}"
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        wanted["journal_size_limit"] = 67108864
    else:
        ask = "SHOW {}"
        wanted = {"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s"}
        wanted["synchronous_commit"] = "on"
    with house.inside(), connection.cursor() as cursor:
        for name, value in wanted.items():
            cursor.execute(ask.format(name))
            assert cursor.fetchone() == (value,), name


@pytest.mark.parametrize(
    "change",
    [
        {"orm": None},
        {"redis": {"host": "127.0.0.1"}},
        {"broker_class": "x.Y"},
        {"workers": 1},
        {"retry": 190},
        {"queue_limit": 50},
        {"max_attempts": 3},
        {"ack_failures": False},
        {"bulk": 10},
        {"save_limit": 250},
        {"catch_up": True},
        {"scheduler": False},
        {"ALT_CLUSTERS": {"media": {**QUEUE["ALT_CLUSTERS"]["media"], "scheduler": True}}},
        {"ALT_CLUSTERS": {"media": {**QUEUE["ALT_CLUSTERS"]["media"], "retry": 730}}},
    ],
    ids=str,
)
def test_a_queue_that_would_lose_or_repeat_is_refused(change: dict[str, Any]) -> None:
    require_sound(QUEUE, SQLITE)
    with pytest.raises(ImproperlyConfigured):
        require_sound({**QUEUE, **change}, SQLITE)


@pytest.mark.parametrize("pragma", ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"])
def test_a_database_that_may_lose_what_was_committed_is_refused(pragma: str) -> None:
    weaker = SQLITE["OPTIONS"]["init_command"].replace(
        pragma, pragma.replace("FULL", "NORMAL").replace("WAL", "DELETE")
    )
    weaker = weaker.replace("=ON", "=OFF") if "ON" in pragma else weaker
    for options in ({**SQLITE["OPTIONS"], "init_command": weaker}, {"init_command": SQLITE["OPTIONS"]["init_command"]}):
        with pytest.raises(ImproperlyConfigured):
            require_sound(QUEUE, {**SQLITE, "OPTIONS": options})
    postgres: dict[str, Any]
    for postgres in ({"OPTIONS": {}}, {"OPTIONS": {"options": "-c statement_timeout=15000"}}):
        with pytest.raises(ImproperlyConfigured):
            require_sound(QUEUE, {"ENGINE": "django.db.backends.postgresql", "CONN_HEALTH_CHECKS": True, **postgres})


def test_a_site_with_one_worker_does_not_start() -> None:
    command = [sys.executable, "manage.py", "check"]
    environment = {**os.environ, "QUEUE_WORKERS": "1"}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Set QUEUE_WORKERS to 2 or more" in done.stderr
