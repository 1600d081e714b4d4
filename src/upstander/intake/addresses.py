"""How a reporter may be reached: sealed to the relay and to the custodians; the desk cannot open it (decisions 2)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.intake.submission import Contact
from upstander.packs.current import current
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

_NONE = {"kinds": None, "relay_version": 0, "relay": None, "custodian_version": 0, "custodian": None}


def _info(tip_id: UUID, audience: str) -> bytes:
    return f"upstander/address/1|{audience}|{tip_id}".encode()


def sealed(tip_id: UUID, contact: Contact) -> dict[str, Any]:
    """The values of the address row under the names of `store.TIP`; empty ones where nothing was left."""
    kinds = contact.kinds()
    if not kinds:
        return dict(_NONE)
    data, ring = msgspec.json.encode(contact), keyring()
    relay_version, relay = ring.wrap("relay", data, _info(tip_id, "relay"))
    custodian_version, custodian = ring.wrap("custodian", data, _info(tip_id, "custodian"))
    return {
        "kinds": kinds,
        "relay_version": relay_version,
        "relay": relay,
        "custodian_version": custodian_version,
        "custodian": custodian,
    }


def open_for_relay(tip_id: UUID) -> Contact:
    """The reporter's address, in the relay's process; raises CannotOpen where there is none (any more) or elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relay_version, sealed_relay FROM vault_reporter_address WHERE holder = %s", [tip_id]
        )
        row = cursor.fetchone()
    if row is None or row[1] is None:
        raise CannotOpen("the relay holds no address for this tip")
    return msgspec.json.decode(
        keyring().unwrap("relay", row[0], row[1], _info(tip_id, "relay")), type=Contact
    )


@transaction.atomic
def purge(limit: int = 500) -> int:
    """Remove the relay's copy of up to `limit` addresses whose dialogue closed longer ago than the pack's `address_days`.

    How many went; as many as `limit`: there may be more.
    """
    before = clock.now() - timedelta(days=current().limits.address_days)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_reporter_address SET sealed_relay = NULL WHERE holder IN (SELECT a.holder"
            " FROM vault_reporter_address a JOIN intake_tip t ON t.id = a.holder"
            " WHERE a.sealed_relay IS NOT NULL AND t.closed_at < %s LIMIT %s) RETURNING holder",
            [before, limit],
        )
        gone = [row[0] for row in cursor.fetchall()]
    for tip_id in gone:
        audit.record("system:worker", "intake.address_removed", "tip", tip_id)
    return len(gone)
