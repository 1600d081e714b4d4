"""What is not sealed yet, how old it is, and which transaction it waits for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.backends.utils import CursorWrapper

LATE = 10  # seconds: rows that wait longer are worth a word


@dataclass(frozen=True)
class Holder:
    """The oldest transaction that has written something: nothing that came after it can be sealed before it ends.

    `since` is None where the login may not see that; `pid` is None for a prepared transaction, whose name is in `name`.
    """

    pid: int | None
    name: str
    login: str
    since: datetime | None
    state: str

    def __str__(self) -> str:
        who = f"process {self.pid}" if self.pid else "a prepared transaction"
        since = (
            f"since {self.since:%Y-%m-%d %H:%M:%S %Z}" if self.since else "since when this login may not see"
        )
        return f"{who} ({self.name or 'no application name'}, login {self.login}, {self.state or 'state unknown'}), {since}"


def holder(cursor: CursorWrapper) -> Holder | None:
    """Who holds the horizon now; None where no other transaction has written anything."""
    cursor.execute(
        "SELECT pid, application_name, usename, xact_start, state FROM ("
        " SELECT pid, application_name, usename, xact_start, state, backend_xid AS xid FROM pg_stat_activity"
        " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() UNION ALL"
        " SELECT NULL, gid, owner, prepared, 'prepared', transaction FROM pg_prepared_xacts) open"
        " ORDER BY age(xid) DESC LIMIT 1"
    )
    found = cursor.fetchone()
    return Holder(found[0], found[1] or "", found[2] or "?", found[3], found[4] or "") if found else None


def unsealed(
    cursor: CursorWrapper, cluster: int, position: tuple[int, int], limit: int = 100_000
) -> tuple[int, int]:
    """How many entries of `cluster` wait behind `position` (counted up to `limit`), and the age of the oldest in seconds."""
    cursor.execute(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(at) FILTER (WHERE isfinite(at))), 0)::bigint"
        " FROM (SELECT at FROM audit_entry WHERE cluster = %s AND (xid, id) >= (%s, %s)"
        " ORDER BY cluster, xid, id LIMIT %s) waiting",
        [cluster, *position, limit],
    )
    count, seconds = cursor.fetchone()
    return count, max(0, seconds)
