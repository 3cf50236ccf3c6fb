"""Several at once, each in a thread with a connection of its own: only where the database takes several writers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections


def together(*acts: Callable[[], object], refused: tuple[type[Exception], ...]) -> list[Exception | None]:
    """What each of them met, all begun at the same time: None, or one of these refusals. Any other error is left to
    the thread, which pytest reports."""
    found: list[Exception | None] = []
    line = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        line.wait()
        try:
            act()
            found.append(None)
        except refused as refusal:
            found.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
