"""The sealer: links new entries into a signed chain every second, and sends each head out of the database.

Which entries are new needs no list. Every transaction below the horizon (the oldest one still open) is decided, so the rows
between the last seal's position and the horizon are exactly those to seal, whatever order they were committed in and whatever
numbers were lost to rollbacks: one range of the index (cluster, xid, id). See docs/decisions/0040.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from upstander.audit.chain import BATCH, GENESIS, LINK, MARK, ROW, Link, Row, head_message, leaf, link, merkle
from upstander.audit.heads import Head, HeadsFile, head_of
from upstander.audit.waiting import LATE, holder, unsealed
from upstander.ops.logs import event

logger = logging.getLogger(__name__)
LOCK = 0x5550_5345_414C  # "UPSEAL": whoever holds this advisory lock seals
_FULL_BATCHES = 20  # after so many, a turn ends so that the heart beats
_HEADS_AT_ONCE = 1000


@dataclass(frozen=True)
class State:
    """What the sealer says about itself (all numbers, for its heartbeat)."""

    sealed: int  # number of the last seal
    unsealed: int
    oldest_seconds: int
    heads_behind: int  # heads that the slowest file does not have yet
    heads_failed: int  # files that could not be written at the last try
    broken: int  # 1: the table does not end where we left it, or ends in a seal that is not ours
    holder_pid: int  # the process whose long transaction holds sealing back; 0: none
    more: int  # 1: a full turn's work is done and there is more


# Ends our own earlier process, if it is still there and holds the lock; the 64 bits of its number are two columns.
_END_OLD_LINE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity a WHERE pid = %s AND backend_start = %s AND usename = current_user
AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND locktype = 'advisory' AND granted AND classid = %s AND objid = %s)
"""


@dataclass(frozen=True)
class Line:
    """The server's end of a line of ours: its process, and since when."""

    pid: int
    since: datetime


class Overtaken(Exception):
    """Somebody else has added a seal, or holds the lock: begin again from what the table says now."""


class Sealer:
    """One sealer over the database `using`, signing with `key`, writing heads to `files`. `take` comes first."""

    def __init__(self, key: Ed25519PrivateKey, files: Sequence[Path], using: str = "default") -> None:
        self.key, self.public = key, key.public_key()
        self.files = [HeadsFile(path, self.public) for path in files]
        self.using = using
        self.got_on: Callable[[], None] = lambda: None  # called after each step, however many there are to do
        self.broken = False
        self.failed: set[Path] = set()
        self.n, self.root = 0, GENESIS
        self.cluster = 0
        self.position = (0, 0)
        self.locked = False
        self.lock_of: Line | None = None  # under whose lock we work

    # Beginning

    def take(self) -> bool:
        """Become the sealer, if no other is; then find where the chain ends. False while another one holds the lock."""
        with connections[self.using].cursor() as cursor:
            # a sealer on a host that died must not hold the lock for hours
            cursor.execute(
                "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
            )
            if not self._hold(cursor):
                return False
        self._find_end()
        self._carry_over()
        return True

    def _hold(self, cursor: CursorWrapper) -> bool:
        """Whether the lock is ours: this line's, or that of an earlier line of ours which lives on at the server's end only.

        A line is cut because nothing came over it; its process there may not have heard of that, or stand still. It is told to
        end; until then nobody else can have the lock, and we work under it and ask again each turn. Two at once could not fork
        the chain either: seals are numbered, and the number is unique.
        """
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s), pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()",
            [LOCK],
        )
        got, *this = cursor.fetchone()
        if got:
            self.locked, self.lock_of = True, Line(*this)
            return True
        if self.lock_of is None:
            return False
        cursor.execute(_END_OLD_LINE, [self.lock_of.pid, self.lock_of.since, *divmod(LOCK, 2**32)])
        return cursor.fetchone() is not None

    def let_go(self) -> None:
        """Give up the connection and with it the lock."""
        self.locked = False
        connections[self.using].close()

    def _find_end(self) -> None:
        """The highest head that we ever signed, from the table and from the files: the chain goes on from there.

        Where seals were removed from the table (or an old backup was restored), the gap in the numbers stays to be seen.
        """
        newest = next(self._links(), None)
        genuine = next((seal for seal in self._links() if seal.genuine(self.public)), None)
        known = [head_of(genuine)] if genuine else []
        known += [head for file in self.files if (head := self._last(file))]
        last = max(known, key=lambda head: head.n, default=None)
        highest = self._highest()
        self.n, self.root = (max(last.n, highest), last.root) if last else (highest, GENESIS)
        self.broken = (
            newest != genuine or self.n != highest or bool(last and genuine and last.root != genuine.root)
        )
        if self.broken:
            event(logger, logging.ERROR, "audit.chain_broken", table=highest, known=self.n)
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT audit_cluster()")
            self.cluster = cursor.fetchone()[0]
        self.position = self._position_of(self.cluster)

    def _last(self, file: HeadsFile) -> Head | None:
        try:
            return file.last()
        except OSError as error:
            event(logger, logging.ERROR, "audit.heads_unreadable", errno=error.errno)
            return None

    def _highest(self) -> int:
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT coalesce(max(n), 0) FROM audit_seal")
            return int(cursor.fetchone()[0])

    def _links(self, cluster: int | None = None) -> Iterator[Link]:
        """Seals from the newest back, those of one cluster or all, as many as the caller takes; unreadable ones left out."""
        below, page = 2**63 - 1, 10
        while True:
            with connections[self.using].cursor() as cursor:
                cursor.execute(
                    f"SELECT {LINK} FROM audit_seal WHERE n < %s AND (%s::bigint IS NULL OR cluster = %s)"  # noqa: S608
                    " ORDER BY n DESC LIMIT %s",
                    [below, cluster, cluster, page],
                )
                found = cursor.fetchall()
            for values in found:
                with suppress(ValueError):
                    yield link(values)
            if len(found) < page:
                return
            below = found[-1][0]
            self.got_on()

    def _position_of(self, cluster: int) -> tuple[int, int]:
        """Up to where this cluster's entries are sealed, by the last seal that is surely ours."""
        last = next((seal for seal in self._links(cluster) if seal.genuine(self.public)), None)
        return (last.horizon, last.upto) if last else (0, 0)

    def _carry_over(self) -> None:
        """Seal what an earlier cluster left unsealed (this is a restored dump): its transactions are all decided."""
        for cluster in self._earlier_clusters():
            position, count = self._position_of(cluster), 0
            while batch := self._seal(cluster, position):
                position, count = (batch.horizon, batch.upto), count + len(batch.entries)
            if count:
                event(logger, logging.WARNING, "audit.carried_over", entries=count)

    def _earlier_clusters(self) -> list[int]:
        """The clusters that entries came from, but for the present one: a hop of the index each, not a scan."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE hop(cluster) AS (SELECT min(cluster) FROM audit_entry UNION ALL SELECT"
                " (SELECT min(cluster) FROM audit_entry e WHERE e.cluster > hop.cluster) FROM hop WHERE cluster IS NOT NULL)"
                " SELECT cluster FROM hop WHERE cluster IS NOT NULL AND cluster <> %s",
                [self.cluster],
            )
            return [cluster for (cluster,) in cursor.fetchall()]

    # Every second

    def turn(self) -> State:
        """Seal what can be sealed, write the heads, and say how things stand. Raises Overtaken where the lock is another's."""
        if not self.locked:
            with connections[self.using].cursor() as cursor:
                if not self._hold(cursor):
                    raise Overtaken("another sealer holds the lock")
        full = 0
        while full < _FULL_BATCHES:
            batch = self._seal(self.cluster, self.position)
            if batch:
                self.position = (batch.horizon, batch.upto)
            if not batch or not batch.upto:
                break
            full += 1
        behind = self._write_heads()
        return self._state(behind, more=full == _FULL_BATCHES)

    def _seal(self, cluster: int, position: tuple[int, int]) -> Link | None:
        """One seal over the next entries of `cluster` behind `position`; None where there are none."""
        with transaction.atomic(self.using), connections[self.using].cursor() as cursor:
            cursor.execute(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
            )  # horizon and rows from one snapshot
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, timestamptz_send(statement_timestamp()),"
                " statement_timestamp(), (SELECT coalesce(max(n), 0) FROM audit_seal)"
            )
            horizon, at, when, highest = cursor.fetchone()
            self._compare(highest)
            ceiling = horizon if cluster == self.cluster else 2**63 - 1
            cursor.execute(
                f"SELECT {ROW} FROM audit_entry WHERE cluster = %s AND (xid, id) >= (%s, %s) AND xid < %s"  # noqa: S608
                f" ORDER BY cluster, xid, id LIMIT {BATCH}",
                [cluster, *position, ceiling],
            )
            rows = [Row(*values) for values in cursor.fetchall()]
            if not rows:
                return None
            done = len(rows) < BATCH and cluster == self.cluster
            reached = (horizon, 0) if done else (rows[-1].xid, rows[-1].id + 1)
            made = self._link(rows, bytes(at), cluster, reached)
            cursor.execute(
                "INSERT INTO audit_seal (n, at, entries, marks, merkle_root, previous, root, signature, horizon, upto,"
                " cluster) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [made.n, when, made.entries, made.marks, made.merkle_root, made.previous, made.root, made.signature,
                 made.horizon, made.upto, made.cluster],
            )  # fmt: skip
        self.n, self.root = made.n, made.root
        self.got_on()
        return made

    def _compare(self, highest: int) -> None:
        """What the table ends with must be what we wrote last; where seals are gone, the numbers go on and show it."""
        if highest > self.n:
            raise Overtaken(f"seal {highest} is not of this sealer")
        if highest < self.n and not self.broken:
            self.broken = True
            event(logger, logging.ERROR, "audit.chain_broken", table=highest, known=self.n)

    def _link(self, rows: list[Row], at: bytes, cluster: int, reached: tuple[int, int]) -> Link:
        leaves = [leaf(row) for row in rows]
        marks, ids = b"".join(one[:MARK] for one in leaves), [row.id for row in rows]
        draft = Link(self.n + 1, at, ids, marks, merkle(leaves), self.root, b"", b"", *reached, cluster)
        root = draft.own_root()
        return replace(draft, root=root, signature=self.key.sign(head_message(draft.n, at, root)))

    # Heads and heartbeat

    def _write_heads(self) -> int:
        """Bring every heads file up to the last seal; how many heads the slowest one lacks. A failure is tried again."""
        behind = 0
        for file in self.files:
            try:
                if not file.path.exists():
                    file.append([])  # so that a place that cannot be written is known before the first seal
                while heads := self._heads_after(last.n if (last := file.last()) else 0):
                    file.append(heads)
                    self.got_on()
                if file.path in self.failed:
                    self.failed.discard(file.path)
                    event(logger, logging.WARNING, "audit.heads_written_again")
            except OSError as error:
                if file.path not in self.failed:
                    self.failed.add(file.path)
                    event(logger, logging.ERROR, "audit.heads_not_written", errno=error.errno)
                last = self._last(file)
                behind = max(behind, self.n - (last.n if last else 0))
        return behind

    def _heads_after(self, n: int) -> list[Head]:
        """The next heads of the table after `n`: only those that we signed."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                "SELECT n, timestamptz_send(at), root, signature FROM audit_seal WHERE n > %s ORDER BY n LIMIT %s",
                [n, _HEADS_AT_ONCE],
            )
            found = [
                Head(n, bytes(at), bytes(root), bytes(signature))
                for n, at, root, signature in cursor.fetchall()
            ]
        ours = [head for head in found if head.signed_by(self.public)]
        if len(ours) < len(found) and not self.broken:
            self.broken = True
            event(logger, logging.ERROR, "audit.chain_broken", table=found[-1].n, known=self.n)
        if found and not ours:
            return self._heads_after(found[-1].n)
        return ours

    def _state(self, behind: int, more: bool) -> State:
        with connections[self.using].cursor() as cursor:
            count, seconds = unsealed(cursor, self.cluster, self.position)
            held = holder(cursor) if seconds > LATE else None
        return State(
            sealed=self.n, unsealed=count, oldest_seconds=seconds, heads_behind=behind, heads_failed=len(self.failed),
            broken=int(self.broken), holder_pid=(held.pid or -1) if held else 0, more=int(more),
        )  # fmt: skip
