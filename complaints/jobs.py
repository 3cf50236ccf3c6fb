"""The seam to the queue: ring a doorbell. Nothing else in the house knows django-q.

The database row is the promise; a ring only makes it come sooner. A lost ring costs at most a minute: the sweep
(tasks.sweep, each minute) repeats every duty from the tables.
"""

from collections.abc import Callable
from functools import partial, update_wrapper

from django.db import connection, transaction
from django_q.tasks import async_task

TASKS = {
    "deliver": "complaints.tasks.deliver",
    "heartbeat": "complaints.tasks.heartbeat",
    "sweep": "complaints.tasks.sweep",
    "clock": "complaints.tasks.clock",
    "notify": "complaints.tasks.notify",
    "looks": "complaints.tasks.looks",
    "stamp": "complaints.tasks.stamp",
    "alike": "complaints.tasks.alike",
    "conform": "complaints.tasks.conform",
    "send_sheet": "complaints.tasks.send_sheet",
}
# What opens files of strangers, or takes minutes, runs in a cluster of its own: what it breaks there stops no notice.
MEDIA = "media"
MEDIA_TASKS = {
    "look": "complaints.tasks.look",
    "read": "complaints.tasks.read",
    "mask": "complaints.tasks.mask",
    "bundle": "complaints.tasks.bundle",
    "export": "complaints.admin.export_task.export",  # at the desk's door: only it can read the queue's filters
    "heartbeat_media": "complaints.tasks.heartbeat_media",
}


def ring(name: str, *ids: int) -> None:
    """Enqueue a task by name, with primary keys only, once the transaction has committed; the same ring once.

    A queue that cannot be reached is logged and does no harm: the sweep finds the row.
    """
    if name in MEDIA_TASKS:
        call = partial(async_task, MEDIA_TASKS[name], *ids, cluster=MEDIA)
    else:
        call = partial(async_task, TASKS[name], *ids)
    update_wrapper(call, async_task)  # a partial has no name, which Django asks for when it writes that a call failed
    if not any(_is_same(call, entry[1]) for entry in connection.run_on_commit):
        transaction.on_commit(call, robust=True)


def _is_same(call: "partial[object]", waiting: Callable[[], object]) -> bool:
    return isinstance(waiting, partial) and (waiting.func, waiting.args) == (call.func, call.args)
