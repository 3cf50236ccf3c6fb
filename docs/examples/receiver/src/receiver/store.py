"""What was received, in SQLite: each notice once, and of each case the newest version that was told."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, event TEXT NOT NULL, type TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS seen_event ON seen (event);
CREATE TABLE IF NOT EXISTS cases (
    reference TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, to_fetch INTEGER NOT NULL DEFAULT 1,
    tries INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL DEFAULT 0, body TEXT, answered INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS feed (cursor INTEGER PRIMARY KEY, day TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """One connection behind a lock: enough for a receiver whose answers take milliseconds."""

    def __init__(self, path: str) -> None:
        self.lock = threading.Lock()
        self.line = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.line.execute("PRAGMA journal_mode = WAL")
        self.line.execute("PRAGMA synchronous = FULL")  # a 2xx is a promise: it must outlive the power cord
        self.line.executescript(TABLES)

    def take(self, message_id: str, message: dict[str, Any]) -> bool:
        """Keep a notice and its effect, or neither. False for a twin: it has had its effect already."""
        with self.lock:
            self.line.execute("BEGIN IMMEDIATE")
            try:
                is_new = self._keep(message_id, message)
                self._count("taken" if is_new else "twins")
                self.line.execute("COMMIT")
            except BaseException:
                self.line.execute("ROLLBACK")
                raise
        return is_new

    def has_event(self, event_id: str) -> bool:
        """Whether a notice of this event has arrived, by whatever way."""
        with self.lock:
            return self.line.execute("SELECT 1 FROM seen WHERE event = ?", [event_id]).fetchone() is not None

    def list_event(self, cursor: int, day: str, line: str) -> None:
        """Keep what a notice adds to the checksum of its day: its id and the SHA-256 of its body."""
        with self.lock:
            self.line.execute("INSERT OR IGNORE INTO feed VALUES (?, ?, ?)", [cursor, day, line])

    def checksum(self, day: str) -> str:
        """Of the notices of a day in the order of the feed, as the site counts it."""
        with self.lock:
            lines = self.line.execute("SELECT line FROM feed WHERE day = ? ORDER BY cursor", [day]).fetchall()
        whole = "".join(each[0] + "\n" for each in lines)
        return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"

    def refuse(self) -> None:
        """Count one that was not signed as it should be."""
        with self.lock:
            self._count("refused")

    def next_case(self) -> str | None:
        """A case that is to be fetched now."""
        wanted = "SELECT reference FROM cases WHERE to_fetch = 1 AND next_try <= ? ORDER BY next_try LIMIT 1"
        with self.lock:
            found = self.line.execute(wanted, [time.time()]).fetchone()
        return str(found[0]) if found else None

    def keep_case(self, reference: str, body: dict[str, Any], *, answered: bool) -> None:
        """What was fetched; a notice that came meanwhile with a newer version has it fetched again."""
        with self.lock:
            self.line.execute(
                "UPDATE cases SET body = ?, answered = max(answered, ?), tries = 0, "
                "to_fetch = CASE WHEN version > ? THEN 1 ELSE 0 END, next_try = ? WHERE reference = ?",
                [json.dumps(body), answered, body["version"], time.time() + 1, reference],
            )

    def later(self, reference: str, *, most: int, wait: int = 0) -> None:
        """It did not work: again after 2, 4, 8… seconds, or the ``wait`` that was asked for, ``most`` times."""
        with self.lock:
            self.line.execute(
                "UPDATE cases SET tries = tries + 1, next_try = ? + CASE WHEN ? THEN ? ELSE 2 << min(tries, 9) END, "
                "to_fetch = CASE WHEN tries + 1 >= ? THEN 0 ELSE 1 END WHERE reference = ?",
                [time.time(), wait, wait, most, reference],
            )

    def is_answered(self, reference: str) -> bool:
        with self.lock:
            found = self.line.execute("SELECT answered FROM cases WHERE reference = ?", [reference]).fetchone()
        return bool(found and found[0])

    def is_sent(self, reference: str, *, now: bool | None = None) -> bool:
        """Whether an answer is on its way: kept before it is sent, for nobody knows whether it will be heard of."""
        with self.lock:
            if now is not None:
                self.line.execute("UPDATE cases SET sent = ? WHERE reference = ?", [now, reference])
            found = self.line.execute("SELECT sent FROM cases WHERE reference = ?", [reference]).fetchone()
        return bool(found and found[0])

    def mark(self, name: str, value: str = "") -> str:
        """Keep a value under a name, or read it."""
        with self.lock:
            if value:
                self.line.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", [name, value])
            found = self.line.execute("SELECT value FROM marks WHERE name = ?", [name]).fetchone()
        return str(found[0]) if found else ""

    def summary(self) -> dict[str, Any]:
        """For the page: counts, and the newest notices and cases."""
        with self.lock:
            counts = dict(self.line.execute("SELECT name, n FROM counts").fetchall())
            last = self.line.execute("SELECT id, type FROM seen ORDER BY at DESC LIMIT 20").fetchall()
            cases = self.line.execute(
                "SELECT reference, version, state, to_fetch, answered FROM cases ORDER BY rowid DESC LIMIT 20"
            ).fetchall()
        return {
            "taken": counts.get("taken", 0),
            "twins": counts.get("twins", 0),
            "refused": counts.get("refused", 0),
            "last": [{"id": each[0], "type": each[1]} for each in last],
            "cases": [
                {"reference": a, "version": b, "state": c, "fetched": not d, "answered": bool(e)}
                for a, b, c, d, e in cases
            ],
        }

    def _keep(self, message_id: str, message: dict[str, Any]) -> bool:
        row = [message_id, str(message.get("event_id", "")), str(message.get("type", "")), time.time()]
        if not self.line.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", row).rowcount:
            return False
        data = message.get("data")
        told = data if isinstance(data, dict) else {}
        reference, version = told.get("case"), told.get("case_version")
        # Order is not promised: the newest version counts. What is waited for stays waited for, whatever is told.
        if isinstance(reference, str) and isinstance(version, int):
            self.line.execute(
                "INSERT INTO cases (reference, version, state) VALUES (?, ?, ?) ON CONFLICT (reference) DO UPDATE SET "
                "version = excluded.version, state = excluded.state, to_fetch = 1, tries = 0 "
                "WHERE excluded.version > cases.version",
                [reference, version, str(told.get("state", ""))],
            )
        return True

    def _count(self, name: str) -> None:
        self.line.execute("INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1", [name])
