"""Words and files of this room, sealed under the key of a person's or a place's folder, each in its place."""

from uuid import UUID

from upstander.ids import new_id
from upstander.officers.models import Folder
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal

GONE = b""


def _folder(account_id: int | None, place_id: int | None) -> UUID:
    """The folder of an account or a place, made with its key where there is none."""
    whose: dict[str, object] = {"account_id": account_id, "place_id": place_id}
    made, new = Folder.objects.get_or_create(defaults={"id": new_id()}, **whose)
    if new:
        vault.store_key(made.id, vault.new_key(), ["school"])
    return made.id


def sealed(
    column: str,
    row: UUID,
    content: str | bytes,
    *,
    account_id: int | None = None,
    place_id: int | None = None,
) -> bytes:
    """`content` of a row's column, under the folder of an account or of a place."""
    holder = _folder(account_id, place_id)
    return seal(vault.content_key(holder, "school"), content, place(column, holder, row))


def opened(
    column: str,
    row: UUID,
    envelope: bytes | memoryview | None,
    *,
    account_id: int | None = None,
    place_id: int | None = None,
) -> bytes:
    """What was sealed; nothing where nothing was, or its key was destroyed."""
    whose: dict[str, object] = {"account_id": account_id, "place_id": place_id}
    holder = Folder.objects.filter(**whose).values_list("id", flat=True).first()
    if envelope is None or holder is None:
        return GONE
    try:
        return open_bytes(vault.content_key(holder, "school"), bytes(envelope), place(column, holder, row))
    except CannotOpen:
        return GONE
