"""How fast entries are sealed and verified, for the bench: on a database of its own, for it leaves its entries there."""

import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from upstander import ids
from upstander.audit import services
from upstander.audit.sealing import Sealer
from upstander.audit.verify import verify


@dataclass(frozen=True)
class Measured:
    """Entries a second: written (one statement a thousand, so no measure of writers), sealed, verified."""

    entries: int
    written: float
    sealed: float
    verified: float


def measure(entries: int, heads: Path) -> Measured:
    """Write `entries`, seal and verify them, with heads going to the file `heads` as they do in earnest."""
    values = ",".join(["(%s,%s,%s,%s,%s,%s,%s,%s)"] * 1000)
    start = time.monotonic()
    for done in range(0, entries, 1000):
        rows = [
            services.row("account:1", "tip.viewed", "tip", ids.new_id(), field="status", rank=number)
            for number in range(done, done + 1000)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO audit_entry ({services.COLUMNS}) VALUES {values}",  # noqa: S608
                [value for row in rows for value in row],
            )
    written = time.monotonic()
    sealer = Sealer(Ed25519PrivateKey.from_private_bytes(services.held("sign")), [heads])
    if not sealer.take():
        raise RuntimeError("another sealer works on this database")
    while sealer.turn().more:
        pass
    sealed = time.monotonic()
    verify([heads])
    verified = time.monotonic()
    return Measured(
        entries, entries / (written - start), entries / (sealed - written), entries / (verified - sealed)
    )
