"""The settings that the promises stand on: what of them must hold, whatever an operator or a later change says."""

import math
import sqlite3
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SPARE_SECONDS = 10
OTHER_BROKERS = ("redis", "django_redis", "sqs", "iron_mq", "mongo", "disque_nodes", "broker_class")
OURS = {"bulk": 1, "max_attempts": 1, "ack_failures": True, "save_limit": -1, "catch_up": False}
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
OLDEST_SQLITE = (3, 35)  # has RETURNING


def require_sound(queue: Mapping[str, Any], database: Mapping[str, Any]) -> None:
    """Raises ImproperlyConfigured, with a sentence, for a queue that would lose or repeat tasks and for a database that
    may lose what it said was committed."""
    problem = _queue(queue) or _database(database)
    if problem:
        raise ImproperlyConfigured(problem)


def least_retry(cluster: Mapping[str, Any]) -> int:
    """Seconds after which a task may be given to somebody else at the earliest: its lease runs while it waits inside
    the cluster, behind as many others as fit there."""
    rounds = math.ceil((cluster["queue_limit"] + 1) / cluster["workers"]) + 1
    return int(cluster["timeout"] * rounds + SPARE_SECONDS)


def clusters(queue: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every cluster by its name, with what it takes over from the first."""
    first = {name: value for name, value in queue.items() if name != "ALT_CLUSTERS"}
    others = {name: {**first, **own} for name, own in queue.get("ALT_CLUSTERS", {}).items()}
    return {str(queue["name"]): first, **others}


def _queue(queue: Mapping[str, Any]) -> str:
    if queue.get("orm") != "default" or any(name in queue for name in OTHER_BROKERS):
        return "The queue stands in the database of the site: a ring commits with its row, and no broker forgets it."
    for name, cluster in clusters(queue).items():
        if odd := [key for key, wanted in OURS.items() if cluster.get(key) != wanted]:
            return f"Q_CLUSTER {name}: {odd[0]} is {cluster.get(odd[0])!r}; it has to be {OURS[odd[0]]!r}."
        if cluster["retry"] <= (least := least_retry(cluster)):
            return (
                f"Q_CLUSTER {name}: with {cluster['workers']} workers retry has to be above {least} seconds and is "
                f"{cluster['retry']}, so tasks would be run twice. Set QUEUE_WORKERS to 2 or more."
            )
    if sum(bool(cluster.get("scheduler", True)) for cluster in clusters(queue).values()) != 1:
        return "Q_CLUSTER: the clock of the house runs in one cluster; the others have scheduler=False."
    return ""


def _database(database: Mapping[str, Any]) -> str:
    options = database.get("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        said = options.get("init_command", "").replace(" ", "")
        if options.get("transaction_mode") != "IMMEDIATE" or any(f"PRAGMA{each};" not in said for each in PRAGMAS):
            return f"SQLite: transactions begin IMMEDIATE, with {', '.join(PRAGMAS)}; else writes fail or are lost."
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            return f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed."
    elif any(f"-c {each}=" not in options.get("options", "") for each in LIMITS) or not database["CONN_HEALTH_CHECKS"]:
        return f"PostgreSQL: {', '.join(LIMITS)} and CONN_HEALTH_CHECKS are set; else one that hangs holds up all."
    return ""
