"""The staff decide what people suggest: take it up as an entry for the pack, or thank and refuse (R-library)."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.library.models import Suggestion
from upstander.library.suggestions import ENTRY, REASONS, key_of
from upstander.people import access
from upstander.people.models import Role
from upstander.vault.envelope import place, seal

STAFF: Final = (Role.SIO, Role.PROGRAMME_ADMIN)
"""Who decides what stands in the library."""


class CannotDecide(Exception):
    """It was decided meanwhile, or is none of theirs."""


def take(suggestion_id: UUID, account_id: int, entry: Mapping[str, object]) -> None:
    """It becomes an entry for the pack, in the staff's words. Raises CannotDecide."""
    row = _decide(suggestion_id, account_id)
    row.sealed_entry = seal(key_of(row), json.dumps(dict(entry)), place(ENTRY, row.id))
    _settled(row, account_id, Suggestion.State.TAKEN, "")


def refuse(suggestion_id: UUID, account_id: int, reason: str) -> None:
    """It is not taken up; whoever suggested it and was signed in reads the reason, a code of REASONS. Raises CannotDecide."""
    if reason not in REASONS:
        raise CannotDecide
    _settled(_decide(suggestion_id, account_id), account_id, Suggestion.State.REFUSED, reason)


def _decide(suggestion_id: UUID, account_id: int) -> Suggestion:
    row = Suggestion.objects.filter(pk=suggestion_id, state=Suggestion.State.NEW).first()
    if row is None or not access.holds(account_id, *STAFF):
        raise CannotDecide
    return row


@transaction.atomic
def _settled(row: Suggestion, account_id: int, state: str, reason: str) -> None:
    waiting = Suggestion.objects.filter(pk=row.pk, state=Suggestion.State.NEW)
    if not waiting.update(
        state=state, reason=reason, sealed_entry=row.sealed_entry, decided_at=clock.now(), decided_by=account_id
    ):  # fmt: skip
        raise CannotDecide
    audit.record(f"account:{account_id}", f"library.{state}", "suggestion", row.pk, reason=reason)
