"""Verification: walk every seal and every entry once, in constant memory, and name what is not as it was written."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from upstander.audit import services
from upstander.audit.authentic import Authenticity
from upstander.audit.chain import BATCH, GENESIS, LINK, MARK, ROW, Link, Row, leaf, link, merkle
from upstander.audit.findings import Report
from upstander.audit.heads_check import HeadsCheck
from upstander.audit.waiting import LATE, holder

Progress = Callable[[str, int, int], None]  # step, done, of how many
_TABLES = ("audit_entry", "audit_seal")
_STRAYS = (
    f"SELECT {ROW}, CASE WHEN isfinite(at) THEN extract(epoch FROM now() - at)::bigint ELSE 0 END"  # noqa: S608
    " FROM audit_entry e WHERE NOT EXISTS"
    " (SELECT FROM (SELECT unnest(entries) AS sealed FROM audit_seal) s WHERE s.sealed = e.id)"
)


def verify(files: Sequence[Path], *, using: str = "default", progress: Progress | None = None) -> Report:
    """Check the whole record in the database `using` against the sealer's public key and the heads `files`.

    Raises ConfigError without the public key (secret `verify`), DatabaseError where the tables cannot be read. What else
    could not be checked is in the report. In an open transaction of the caller's, that one's snapshot is used.
    """
    report = Report()
    key = Ed25519PublicKey.from_public_bytes(services.held("verify"))
    checks = list(_heads(files, key, report))
    own_snapshot = not connections[using].in_atomic_block
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if own_snapshot:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL enable_nestloop = off")
        walk = _Walk(using, cursor, key, report, progress or (lambda *_: None))
        walk.seals(checks)
        walk.strays()
        walk.copies()
        walk.guards()
        walk.held_back()
    if report.seals and not checks:
        report.cannot(
            "whether seals were cut off the end of the chain: there is no heads file to compare with"
        )
    return report


def _heads(files: Sequence[Path], key: Ed25519PublicKey, report: Report) -> Iterator[HeadsCheck]:
    for path in files:
        try:
            yield HeadsCheck(path, key, report)
        except OSError as error:
            report.cannot(f"the heads in {path}: {error.strerror}")


class _Walk:
    def __init__(
        self, using: str, cursor: CursorWrapper, key: Ed25519PublicKey, report: Report, progress: Progress
    ) -> None:
        self.using, self.cursor, self.key, self.report, self.progress = using, cursor, key, report, progress
        self.voice = Authenticity(report)
        self.positions: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
        self.sealed_clusters: set[int] = set()
        self.oldest: tuple[int, int] | None = None  # (age in seconds, xid) of the oldest entry that waits

    # Seals, and the entries they hold

    def seals(self, checks: Sequence[HeadsCheck]) -> None:
        """Every seal in turn: its number, its place in the chain, its root, its signature, its head, its entries."""
        self.cursor.execute("SELECT coalesce(max(n), 0) FROM audit_seal")
        last, n, root = self.cursor.fetchone()[0], 0, GENESIS
        batch: list[tuple[Link, bool]] = []
        for values in self._stream(f"SELECT {LINK} FROM audit_seal ORDER BY n", size=20):  # noqa: S608
            self.report.seals += 1
            if values[0] is None:
                self.report.find("seal_changed", f"behind seal {n} stands a seal without a number")
                continue
            if values[0] > n + 1:
                span = f"seal {n + 1} is" if values[0] == n + 2 else f"seals {n + 1} to {values[0] - 1} are"
                self.report.find("seal_missing", f"{span} missing", seal=n + 1)
                root = b""
            try:
                seal = link(values)
            except ValueError:
                self.report.find(
                    "seal_changed", f"seal {values[0]} holds what no seal can hold", seal=values[0]
                )
                n, root = values[0], b""
                continue
            batch.append((seal, self._seal(seal, n, root)))
            for check in checks:
                check.seal(seal.n, seal.root)
            n, root = seal.n, seal.root
            if sum(len(one.entries) for one, _ in batch) >= BATCH:
                self._entries(batch)
                batch = []
                self.progress("seals", n, last)
        self._entries(batch)
        for check in checks:
            check.end()
        self.progress("seals", last, last)

    def _seal(self, seal: Link, n: int, root: bytes) -> bool:
        """Check one seal by itself and against the root before it (empty: unknown); True where it is genuine."""
        number = seal.n
        if number <= n:
            self.report.find("seal_changed", f"there is more than one seal {number}", seal=number)
        if root and seal.previous != root:
            self.report.find("seal_chain", f"seal {number} does not follow seal {n}", seal=number)
        if seal.root != seal.own_root():
            self.report.find(
                "seal_changed", f"seal {number} was changed: its root does not follow from it", seal=number
            )
            return False
        if not seal.genuine(self.key):
            self.report.find(
                "seal_signature", f"seal {number} does not carry the sealer's signature", seal=number
            )
            return False
        self.positions[seal.cluster] = (seal.horizon, seal.upto)
        self.sealed_clusters.add(seal.cluster)
        return True

    def _entries(self, batch: list[tuple[Link, bool]]) -> None:
        ids = [number for seal, _ in batch for number in seal.entries]
        self.cursor.execute(f"SELECT {ROW} FROM audit_entry WHERE id = ANY(%s::bigint[])", [ids])  # noqa: S608
        rows: dict[int, list[Row]] = defaultdict(list)
        for values in self.cursor.fetchall():
            rows[values[0]].append(Row(*values))
        for seal, genuine in batch:
            self._compare(seal, genuine, rows)

    def _compare(self, seal: Link, genuine: bool, rows: dict[int, list[Row]]) -> None:
        """The rows that are there against the seal that was made of them."""
        marks = {seal.marks[i : i + MARK] for i in range(0, len(seal.marks), MARK)}
        there: list[tuple[Row, bytes]] = []
        suspects, missing = [], []
        for number in seal.entries:
            found = [(row, leaf(row)) for row in rows.get(number, ())]
            found.sort(key=lambda pair: pair[1][:MARK] not in marks)
            there += found[:1]
            suspects += [row for row, hashed in found[:1] if hashed[:MARK] not in marks]
            missing += [] if found else [number]
            for row, _ in found[1:]:
                self.report.find(
                    "added", f"there is a second entry {row.id}, which no seal has", entry=row.id
                )
        self.report.entries += len(there)
        leaves = [hashed for _, hashed in there]
        if merkle(leaves) == seal.merkle_root:
            if b"".join(hashed[:MARK] for hashed in leaves) != seal.marks:
                self.report.find("seal_changed", f"the marks of seal {seal.n} were changed", seal=seal.n)
            for row, _ in there:
                self.voice.check(row, f"entry {row.id} (in seal {seal.n})", seal.n)
            return
        self._explain(seal, genuine, there, suspects, missing)

    def _explain(
        self,
        seal: Link,
        genuine: bool,
        there: list[tuple[Row, bytes]],
        suspects: list[Row],
        missing: list[int],
    ) -> None:
        """Why the entries of a seal do not give its Merkle root."""
        in_order = sorted(there, key=lambda pair: (pair[0].xid or 0, pair[0].id))
        doubtful = {row.id for row in suspects}
        sound = [hashed for row, hashed in in_order if row.id not in doubtful]
        if merkle(sound) == seal.merkle_root:  # the rows are well, the seal's list of them is not
            self.report.find(
                "reordered",
                f"the entries of seal {seal.n} were reordered, or others put among them",
                seal=seal.n,
            )
            return
        for number in missing:
            self.report.find("removed", f"entry {number} of seal {seal.n} is gone", entry=number, seal=seal.n)
        for row in suspects:
            kind = "moved" if self.voice.of(row) == "right" else "changed"
            what = "what it says is right" if kind == "moved" else "what it says is not what was written"
            text = f"entry {row.id} of seal {seal.n} was {kind}: {what}"
            self.report.find(kind, text, entry=row.id, seal=seal.n)
        if genuine and not missing and not suspects:
            text = f"an entry of seal {seal.n} was changed, and the seal's marks with it, so that it cannot be named"
            self.report.find("changed", text, seal=seal.n)

    # Entries outside of every seal

    def strays(self) -> None:
        """Entries that no seal has: they wait, or somebody put them there."""
        self.cursor.execute(
            "SELECT audit_cluster(), greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
            " coalesce(pg_current_xact_id_if_assigned()::text::bigint + 1, 0))"
        )
        here, ceiling = self.cursor.fetchone()
        self.progress("entries in no seal", 0, 1)
        for *values, age in self._stream(_STRAYS, size=1000):
            row = Row(*values)
            may_wait = row.cluster == here or (row.cluster is not None and here not in self.sealed_clusters)
            new = (row.xid or 0, row.id) >= self.positions[row.cluster]
            if may_wait and new and (row.cluster != here or row.xid < ceiling):
                self._waits(row, age or 0, here)
            else:
                text = f"entry {row.id} was added: no seal has it, though all of its time are sealed"
                self.report.find("added", text, entry=row.id)
            self.voice.check(row, f"entry {row.id} (in no seal)")
        self.progress("entries in no seal", 1, 1)

    def _waits(self, row: Row, age: int, here: int) -> None:
        self.report.waiting += 1
        if self.oldest is None or age > self.oldest[0]:
            self.oldest = (age, row.xid if row.cluster == here else 0)

    def copies(self) -> None:
        """A nonce is random and never repeats, so an entry with another's nonce is its copy."""
        self.progress("copies", 0, 1)
        query = "SELECT min(id), max(id), count(*) FROM audit_entry GROUP BY nonce HAVING count(*) > 1"
        for first, last, count in self._stream(query, size=1000):
            between = " and others" if count > 2 else ""
            text = f"entries {first} and {last}{between} are one entry copied: they carry the same nonce"
            self.report.find("copied", text, entry=last)
        self.progress("copies", 1, 1)

    def guards(self) -> None:
        """The triggers that refuse changes to everybody but the owner must stand, and be on."""
        self.cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgname = 'audit_guard' AND p.proname = 'audit_refuse' AND t.tgenabled IN ('O', 'A')"
            " AND t.tgrelid = ANY(%s::regclass[])",
            [list(_TABLES)],
        )
        for table in sorted(set(_TABLES) - {name for (name,) in self.cursor.fetchall()}):
            self.report.find("guard", f"the trigger that refuses changes to {table} is gone or off")

    def held_back(self) -> None:
        """Say who holds the sealer back, where entries have waited for long."""
        self.report.oldest_seconds = self.oldest[0] if self.oldest else 0
        if self.oldest is None or self.oldest[0] <= LATE:
            return
        self.cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        if self.oldest[1] < self.cursor.fetchone()[0]:
            self.report.held_by = "no transaction: it comes within a second, or the sealer does not run"
        else:
            found = holder(self.cursor)
            self.report.held_by = str(found) if found else "a transaction that has ended meanwhile"

    def _stream(self, query: str, size: int) -> Iterator[tuple[Any, ...]]:
        """The rows of `query` through a cursor on the server, `size` at a time."""
        with connections[self.using].chunked_cursor() as cursor:
            cursor.execute(query)
            while found := cursor.fetchmany(size):
                yield from found
