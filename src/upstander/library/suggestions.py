"""What people think should stand in the library: handed in at any origin, sealed to the desk, decided there (R-library).

Nothing that is suggested is shown to anybody but the staff who decide. What they take up becomes lines for the pack, which a
person adds to it: the library is data that is checked, and no page of it is written by strangers. The public process
loads this file: it knows no account (see `deciding`).
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from upstander import clock
from upstander.audit import services as audit
from upstander.library.models import Suggestion
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place, seal
from upstander.vault.keys import keyring

REASONS: Final = ("there_already", "not_fitting", "not_checked", "sells", "no_resource")
"""Why something is not taken up; the page says each in words."""

READERS_MOST: Final = 300
"""So many suggestions of readers wait at most: nobody fills the desk's queue by a script."""

WORDS, ENTRY = "library_suggestion.sealed_words", "library_suggestion.sealed_entry"


class CannotSuggest(Exception):
    """Too many suggestions of readers wait."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What somebody wrote."""

    title: str
    why: str
    address: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A suggestion with its words, as the staff read it."""

    row: Suggestion
    words: Suggested


@transaction.atomic
def suggest(press: UUID, origin: str, words: Suggested, account_id: int | None = None) -> None:
    """Keep a suggestion, sealed; the same press again keeps nothing. Of a reader the day alone is kept. Raises CannotSuggest."""
    if origin == Suggestion.Origin.PUBLIC:
        waiting = Suggestion.objects.filter(origin=origin, state=Suggestion.State.NEW).count()
        if waiting >= READERS_MOST:
            raise CannotSuggest
    key = vault.new_key()
    version, wrapped = vault.wrapped_for(press, key, "desk")
    row = Suggestion(
        id=press, day=clock.today(), origin=origin, account_id=account_id, key_version=version, wrapped=wrapped,
        sealed_words=seal(key, json.dumps(asdict(words)), place(WORDS, press)),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as why:  # (the same press: no second line in the record either, or a script fills that)
        if getattr(why.__cause__, "sqlstate", "") != "23505":
            raise
        return
    if account_id:  # (the record keeps the moment: of a reader the day alone is kept)
        audit.record(f"account:{account_id}", "library.suggested", "suggestion", press, origin=origin)


def mine(account_id: int, most: int = 20) -> list[Suggestion]:
    """What became of one's own suggestions, the latest first: days and states, for only the desk opens words."""
    found = Suggestion.objects.filter(account_id=account_id).order_by("-day", "-id")
    return list(found.only("id", "day", "origin", "account_id", "state", "reason")[:most])


def waiting() -> int:
    """How many nobody has decided."""
    return Suggestion.objects.filter(state=Suggestion.State.NEW).count()


def opened(rows: list[Suggestion]) -> list[Open]:
    """These with their words; the caller writes the audit entry. One that does not open has none."""
    return [Open(row, _read(row)) for row in rows]


def key_of(row: Suggestion) -> bytes:
    """The key of its words, at the desk; raises CannotOpen elsewhere."""
    return keyring().unwrap("desk", row.key_version, bytes(row.wrapped), vault.wrap_info(row.id, "desk"))


def _read(row: Suggestion) -> Suggested:
    try:
        said = json.loads(open_text(key_of(row), bytes(row.sealed_words), place(WORDS, row.id)))
    except CannotOpen:
        return Suggested("", "")
    return Suggested(**{field.name: str(said.get(field.name, "")) for field in fields(Suggested)})


def entry_of(row: Suggestion) -> dict[str, object]:
    """What the staff made of it for the pack; empty where nothing was."""
    if row.sealed_entry is None:
        return {}
    try:
        found: dict[str, object] = json.loads(open_text(key_of(row), bytes(row.sealed_entry), place(ENTRY, row.id)))
    except CannotOpen:
        return {}
    return found
