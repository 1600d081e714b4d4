"""Passwords where a login reads no hash (the school's, the network's): the database says whether what was typed is right.

What the hash was made with (its salt, its cost) is handed out, the hash itself is not: the process computes, the database
compares (migrations 0013, 0015). At the network's a password that was right opens for a quarter of an hour the second factor
of an account that is kept elsewhere; nobody else's.
"""

import copy
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.db import connection, models

NOBODY: Final = 0  # the id of no account
HIDDEN: Final = "(kept by the database)"
_COSTS: Final = ("time_cost", "memory_cost", "parallelism")


def hidden() -> bool:
    """Whether this process's login may read no hash."""
    return settings.PROCESS in ("school", "network")


def apart() -> bool:
    """Whether it sees of second factors those of its own people alone."""
    return bool(settings.PROCESS == "network")


class Password(models.CharField):
    """The column of hashes. Where it is hidden it is never read: what stands there then says only whether there is one."""

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """The column as it is, or whether a password is set at all."""
        if not hidden():
            return sql, params
        mark = sql.replace('"password"', '"password_mark"')
        return f"CASE WHEN {mark} IS NULL THEN '!' ELSE '{HIDDEN}' END", params

    def get_prep_value(self, value: Any) -> Any:
        """Raises ValueError where what stands for a hash would be stored as one."""
        if value == HIDDEN:
            raise ValueError("this is no hash: it was hidden from this process")
        return super().get_prep_value(value)


def right(account_id: int, typed: str) -> bool:
    """Whether `typed` is this account's password; asked of the database by who reads no hash.

    Of NOBODY, and of who has no password, the same is asked and computed: how long it takes tells nobody who is a member.
    """
    frame = str(_ask("SELECT people_password_frame(%s)", account_id) or "") or _nobodys(get_hasher().algorithm)
    hasher = copy.copy(identify_hasher(frame))
    made_with = hasher.decode(frame)
    for name in _COSTS:
        if name in made_with:
            setattr(hasher, name, made_with[name])
    more = {"iterations": made_with["iterations"]} if "iterations" in made_with else {}
    asked = "SELECT people_password_proved(%s, %s)" if apart() else "SELECT people_password_is(%s, %s)"
    return bool(_ask(asked, account_id, hasher.encode(typed, made_with["salt"], **more)))


@lru_cache(maxsize=4)
def _nobodys(algorithm: str) -> str:
    """What a hash of today would be made with."""
    before, _mark, made = make_password("nobody", hasher=algorithm).rpartition("$")
    return f"{before}${'A' * len(made)}"


def kept_elsewhere(account_id: int) -> bool:
    """Whether this account is the staff's, or designated at a school, or ever was: what it signs in with is not changed at the
    network's origin."""
    return bool(_ask("SELECT people_kept_elsewhere(%s)", account_id))


def authenticator_at(account_id: int) -> int | None:
    """The id of an account's authenticator app, also where the network may not read it."""
    found = _ask("SELECT people_authenticator_at(%s)", account_id)
    return None if found is None else int(str(found))


def _ask(sql: str, *params: int | str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
        return row[0] if row else None
