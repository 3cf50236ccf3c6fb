"""Two transactions met, and the database made ours give way: all of it is undone, and it may be done again."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError

PAUSES = (0.05, 0.2, 0.5)  # seconds, a half shorter or longer by chance; then the caller is told to come back
CONFLICTS = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, a lock that was not had in time

P = ParamSpec("P")
R = TypeVar("R")


def tried_again(call: Callable[P, R]) -> Callable[P, R]:
    """Call it once more, three times at most, where it had to give way. It must begin from the tables each time, and
    must not be called inside a transaction."""

    @wraps(call)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        for pause in PAUSES:
            try:
                return call(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in CONFLICTS:
                    raise
                time.sleep(random.uniform(0.5, 1.5) * pause)  # apart from whoever we met
        return call(*args, **kwargs)

    return called
