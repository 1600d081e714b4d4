"""Words sealed under the key of a holder (a student's file, a case, a team), each in place, for the school's process alone."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal

AUDIENCE = "school"
Keys = Mapping[UUID, bytes]
Words = dict[str, str]


def new_holder(holder: UUID) -> None:
    """A key of its own for what is now made."""
    vault.store_key(holder, vault.new_key(), [AUDIENCE])


def keys(holders: Iterable[UUID]) -> Keys:
    """The keys of these; who has none any more is absent. One query."""
    wanted = set(holders)
    return vault.content_keys(wanted, AUDIENCE) if wanted else {}


def sealed(holder: UUID, column: str, row: UUID, words: Mapping[str, str]) -> bytes:
    """Words of a row (empty ones are left out); `column` is written "table.column". Raises CannotOpen where the key is gone."""
    said = {name: value for name, value in words.items() if value}
    return seal(vault.content_key(holder, AUDIENCE), msgspec.json.encode(said), place(column, holder, row))


def opened(known: Keys, holder: UUID, column: str, row: UUID, envelope: bytes | memoryview | None) -> Words:
    """What was sealed; nothing where nothing was, or its key is gone."""
    if envelope is None or holder not in known:
        return {}
    try:
        return msgspec.json.decode(open_bytes(known[holder], bytes(envelope), place(column, holder, row)), type=Words)
    except (CannotOpen, msgspec.MsgspecError):
        return {}
