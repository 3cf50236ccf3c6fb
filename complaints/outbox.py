"""The statements of the outbox that run for every notice: written out, so that many take few round trips.

The same text for SQLite and PostgreSQL; where a row can be locked, it is. Call them inside a transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Endpoint
from complaints.models import Delivery, Pace

# What PostgreSQL has counted may be of a quiet hour, or of nothing. Then a table looks empty, every index of it looks
# alike, and to read all ten thousand looks as good as to take the first. So the planner is left one way only. This
# turns sorting off: deliveries come along delivery_in_turn, which alone has their order. In the statements below the
# zeros keep it from the index of a line's whole history; delivery_due asks for settled_at, of which they say nothing;
# and they join nothing: single values, asked for by key, leave no way but the index of that key.
IN_TURN = "SELECT set_config('enable_sort', 'off', true), set_config('enable_incremental_sort', 'off', true)"

# Lines in use with something due, the breaker closed and a place free; the longest untouched first. ``slow``: whether
# it fails or drags. A closed breaker that opened leaves room for one probe.
LINES = """
SELECT e.id, (e.failures_in_row >= %(failing)s OR COALESCE(p.slow, 0) NOT IN ({one_at_most})) AS slow
FROM accounts_endpoint e LEFT JOIN complaints_pace p ON p.endpoint_id = e.id
WHERE e.state = 'active' AND (e.closed_until IS NULL OR e.closed_until <= %(at)s)
  AND (%(share)s > 0 OR NOT (e.failures_in_row >= %(failing)s OR COALESCE(p.slow, 0) NOT IN ({one_at_most})))
  AND (SELECT d.id FROM complaints_delivery d
       WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.next_attempt_at <= %(at)s
       ORDER BY d.next_attempt_at, d.id LIMIT 1) IS NOT NULL
  AND (SELECT COUNT(*) FROM complaints_delivery d WHERE d.endpoint_id + 0 = e.id AND d.state = 'leased')
      < CASE WHEN e.closed_until IS NULL THEN e.max_in_flight ELSE 1 END
ORDER BY e.last_claimed_at IS NOT NULL, e.last_claimed_at, e.id LIMIT %(limit)s {lock_lines}
"""

# A notice that was never tried waits for an older one of its case on the same line: for each, the few events of its
# case are looked at. Rows need no lock: who writes to them locked the line.
CLAIM = """
WITH c AS MATERIALIZED (
  SELECT d.id FROM complaints_delivery d
  WHERE d.endpoint_id = %(line)s AND d.state = 'pending' AND d.next_attempt_at <= %(at)s
    AND (d.attempts > 0 OR d.event_id IS NULL OR (
      SELECT w.id FROM complaints_event w
      WHERE w.complaint_id = (SELECT v.complaint_id FROM complaints_event v WHERE v.id = d.event_id)
        AND (SELECT o.id FROM complaints_delivery o
             WHERE o.event_id = w.id AND o.endpoint_id + 0 = %(line)s AND o.id + 0 < d.id
               AND o.state NOT IN ('done', 'dead', 'parked') AND o.created_at > %(ordered)s LIMIT 1) IS NOT NULL
      LIMIT 1) IS NULL)
  ORDER BY d.next_attempt_at, d.id LIMIT %(room)s)
UPDATE complaints_delivery SET state = 'leased', leased_until = %(until)s, fence = fence + 1,
  attempts = attempts + CASE WHEN trigger = 'manual' AND attempts > 0 THEN 0 ELSE 1 END
WHERE id {among} AND state NOT IN ('leased', 'done', 'dead', 'parked')
RETURNING {columns}
"""

IN_FLIGHT = """
SELECT endpoint_id, COUNT(*) FROM complaints_delivery
WHERE state = 'leased' AND endpoint_id + 0 IN ({places}) GROUP BY endpoint_id
"""

ILL = """
SELECT e.id FROM accounts_endpoint e LEFT JOIN complaints_pace p ON p.endpoint_id = e.id
WHERE e.id IN ({places}) AND (e.failures_in_row > 0 OR e.failing_since IS NOT NULL OR e.closed_until IS NOT NULL
  OR e.told_failing > 0 OR COALESCE(p.slow, 0) > 0)
"""

DONE = """
UPDATE complaints_delivery SET state = 'done', leased_until = NULL, done_at = %s, settled_at = %s
WHERE state = 'leased' AND id IN ({places}) AND fence = CASE id {fences} END RETURNING id
"""

BEGIN = """
INSERT INTO complaints_attempt (delivery_id, number, fence, trigger, started_at, outcome, error, reply, tls)
VALUES {rows}
"""

END = """
UPDATE complaints_attempt SET outcome = %s, status = %s, error = %s, reply = %s, address = %s, tls = %s,
  duration_ms = %s, finished_at = %s
WHERE delivery_id = %s AND fence = %s
"""

# In the order of the model: from_db() needs it so.
COLUMNS = ("id", "event_id", "endpoint_id", "message_id", "type", "body", "trigger", "attempts", "fence")
ONE_AT_MOST = (0, *(1 << place for place in range(Pace.OF)))  # of a line's last attempts was slow
FAILING = 2  # failures in a row that make a line slow


def in_turn() -> None:
    """To be called before what follows, once a transaction: statements take the first rows along an index, whatever the
    planner believes. Nothing to do for SQLite, which plans by the indexes alone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(IN_TURN)


def lines_to_serve(limit: int, *, share: int, at: datetime) -> list[tuple[int, bool]]:
    """Lines with something due and whether each is slow, in turn, locked where possible; none that is slow where they
    have no share."""
    lock = "FOR NO KEY UPDATE OF e SKIP LOCKED" if _locks() else ""
    text = LINES.format(one_at_most=", ".join(map(str, ONE_AT_MOST)), lock_lines=lock)
    with connection.cursor() as cursor:
        cursor.execute(text, {"failing": FAILING, "at": _moment(at), "share": share, "limit": limit})
        return [(pk, bool(slow)) for pk, slow in cursor.fetchall()]


def in_flight(lines: Sequence[int]) -> dict[int, int]:
    """How many notices each of these lines has on their way."""
    if not lines:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(IN_FLIGHT.format(places=_places(lines)), list(lines))
        return dict(cursor.fetchall())


def lease(line: Endpoint, room: int, *, ordered: datetime, at: datetime) -> list[Delivery]:
    """Take up to ``room`` due notices of a line that is locked, the oldest first; each is counted before it is sent."""
    until = at + settings.WEBHOOK_LEASE
    told = {"line": line.pk, "at": _moment(at), "ordered": _moment(ordered), "until": _moment(until), "room": room}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(columns=", ".join(COLUMNS), among=_among("c")), told)
        rows = [Delivery.from_db(connection.alias, COLUMNS, row) for row in cursor.fetchall()]
    for row in rows:
        row.endpoint, row.state, row.leased_until = line, Delivery.State.LEASED, until
    return sorted(rows, key=lambda row: row.pk)


def begin(rows: Sequence[Delivery], *, at: datetime) -> None:
    """Put an attempt of each on record and note that something was taken from their lines."""
    one = "(%s, %s, %s, %s, %s, 'started', '', '', '')"
    told = [value for row in rows for value in (row.pk, row.fence, row.fence, row.trigger, _moment(at))]
    lines = sorted({row.endpoint_id for row in rows})
    touch = f"UPDATE accounts_endpoint SET last_claimed_at = %s WHERE id IN ({_places(lines)})"
    with connection.cursor() as cursor:
        cursor.execute(BEGIN.format(rows=", ".join([one] * len(rows))), told)
        cursor.execute(touch, [_moment(at), *lines])


def ill(lines: Sequence[int]) -> set[int]:
    """Those of the lines that a success changes something of."""
    if not lines:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(ILL.format(places=_places(lines)), list(lines))
        return {pk for (pk,) in cursor.fetchall()}


def note_done(rows: Sequence[Delivery], *, at: datetime) -> set[int]:
    """Mark these as arrived, where nobody took them over; returns those that were still ours."""
    if not rows:
        return set()
    keys = [row.pk for row in rows]
    text = DONE.format(places=_places(keys), fences=" ".join(["WHEN %s THEN %s"] * len(rows)))
    with connection.cursor() as cursor:
        cursor.execute(text, [_moment(at), _moment(at), *keys, *(one for row in rows for one in (row.pk, row.fence))])
        return {pk for (pk,) in cursor.fetchall()}


def note_attempts(rows: Sequence[tuple[Delivery, Sequence[Any]]], *, at: datetime) -> None:
    """Write how attempts ended: outcome, status, error, reply, address, TLS version, milliseconds."""
    told = [(*columns, _moment(at), row.pk, row.fence) for row, columns in rows]
    with connection.cursor() as cursor:
        cursor.executemany(END, told)


def has_lost_leases(at: datetime) -> bool:
    """Whether a lease ran out."""
    with connection.cursor() as cursor:
        text = "SELECT 1 FROM complaints_delivery WHERE state = 'leased' AND leased_until < %s LIMIT 1"
        cursor.execute(text, [_moment(at)])
        return cursor.fetchone() is not None


def _among(found: str) -> str:
    """That a key is among those found, without a join where the planner would look for ways to make one."""
    return (
        f"= ANY(ARRAY(SELECT id FROM {found}))" if connection.vendor == "postgresql" else f"IN (SELECT id FROM {found})"
    )


def _locks() -> bool:
    return connection.features.has_select_for_update_skip_locked


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _moment(at: datetime) -> Any:
    """A moment as this database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)
