"""What people typed about a place, sealed under the place's own key: a row's words lie in one envelope."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec
from django.db import models

from upstander import clock
from upstander.ids import new_id
from upstander.preparedness.models import Binder
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_bytes, place, seal

AUDIENCE = "school"
Words = dict[str, object]
"""Field to what was typed: texts, and lists of texts or of tables of texts."""


def binder(place_id: int) -> Binder:
    """The folder of a place; made with a key of its own when something is first put in."""
    if found := Binder.objects.filter(place=place_id).first():
        return found
    made = Binder(id=new_id(), place_id=place_id, made_at=clock.now())
    Binder.objects.bulk_create([made], ignore_conflicts=True)
    found = Binder.objects.get(place=place_id)
    if found.pk == made.pk:
        vault.store_key(made.pk, vault.new_key(), [AUDIENCE])
    return found


def keys(place_ids: Iterable[int]) -> dict[int, tuple[UUID, bytes]]:
    """The holder and key of each of these places that has a folder; two queries."""
    holders = dict(Binder.objects.filter(place__in=set(place_ids)).values_list("pk", "place_id"))
    opened = vault.content_keys(holders, AUDIENCE) if holders else {}
    return {place_id: (holder, opened[holder]) for holder, place_id in holders.items() if holder in opened}


def sealed(place_id: int, row: models.Model, words: Mapping[str, object], column: str = "sealed_words") -> bytes:
    """The words of a row that is to be kept; empty ones are left out."""
    folder = binder(place_id)
    said = {name: value for name, value in words.items() if value}
    key = vault.content_key(folder.pk, AUDIENCE)
    return seal(key, msgspec.json.encode(said), _where(folder.pk, row, column))


def sealed_bytes(place_id: int, row: models.Model, content: bytes, column: str) -> bytes:
    """A file of a place, sealed."""
    folder = binder(place_id)
    return seal(vault.content_key(folder.pk, AUDIENCE), content, _where(folder.pk, row, column))


def opened(row: models.Model, place_id: int, known: Mapping[int, tuple[UUID, bytes]], column: str = "sealed_words") -> Words:
    """The words of a row; none where its key is gone: the row says that there was something."""
    envelope = getattr(row, column)
    if envelope is None or place_id not in known:
        return {}
    holder, key = known[place_id]
    try:
        found: Words = msgspec.json.decode(open_bytes(key, envelope, _where(holder, row, column)), type=dict[str, object])
    except (CannotOpen, msgspec.MsgspecError):
        return {}
    return found


def opened_bytes(row: models.Model, place_id: int, column: str) -> bytes:
    """A file of a place; raises CannotOpen."""
    known = keys([place_id])
    if place_id not in known:
        raise CannotOpen("there is no key for this any more")
    holder, key = known[place_id]
    return open_bytes(key, getattr(row, column), _where(holder, row, column))


def text(words: Mapping[str, object], name: str) -> str:
    """A text of these words; empty where there is none."""
    found = words.get(name, "")
    return found if isinstance(found, str) else ""


def table(words: Mapping[str, object], name: str) -> list[dict[str, str]]:
    """A table of these words: its rows by name of the column."""
    found = words.get(name)
    rows = found if isinstance(found, list) else []
    return [{str(k): str(v) for k, v in row.items()} for row in rows if isinstance(row, dict)]


def _where(holder: UUID, row: models.Model, column: str) -> bytes:
    return place(f"{row._meta.db_table}.{column}", holder, str(row.pk))
