"""Transactions that the database may end so that another can go on: they are begun once more."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

P = ParamSpec("P")
R = TypeVar("R")


def once_more(work: Callable[P, R]) -> Callable[P, R]:
    """`work` in a transaction (within another: a savepoint), and all of it once more where it waited for somebody who waited
    for it: the desk and the relay come to the same rows from two sides, and the database lets one of them go on.

    Everything that `work` does must be undone with its transaction. A second deadlock is raised, as OperationalError.
    """

    @wraps(work)
    def either(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return work(*args, **kwargs)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
        with transaction.atomic():
            return work(*args, **kwargs)

    return either
