"""Sealing a file as suspected, or as evidence: one press, and no way back (D-IV.A.2.c.5)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.evidence import custody
from upstander.evidence.models import File
from upstander.ops import events
from upstander.packs.current import current


@transaction.atomic
def seal(
    file_id: UUID, ground: str, actor: str, account_id: int | None = None, listed: int | None = None
) -> bool:
    """Seal a file; the database takes the desk's key with it. False where it was sealed already.

    From here on no page shows it and nothing but a hand-over gets it out. `listed`: the list that it matches.
    """
    now = clock.now()
    keep = now + timedelta(days=current().limits.evidence_days)
    values: dict[str, Any] = {"matched_list": listed} if listed is not None else {}
    who = {"sealed_by": account_id} if account_id is not None else {}
    sealed = File.objects.filter(id=file_id, state=File.State.QUARANTINED).update(
        state=File.State.SEALED, ground=ground, sealed_at=now, keep_until=keep, **values, **who
    )
    if not sealed:
        return False
    told: dict[str, Any] = {"list": listed} if listed is not None else {}
    custody.record(file_id, "sealed", actor, None, ground=str(ground), **told)
    [tip_id] = File.objects.filter(id=file_id).values_list("tip_id", flat=True)
    events.tell("evidence.sealed", tip_id=tip_id, file_id=file_id)
    return True
