"""The chain of custody: what happened to a file, when, by whom. A row is added in the transaction of what it records."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from upstander import clock
from upstander.audit import services as audit
from upstander.evidence.models import CustodyEvent, File
from upstander.ids import new_id
from upstander.vault.envelope import Sealed
from upstander.vault.keys import keyring


def _info(row: UUID) -> bytes:
    return f"upstander/evidence-words/1|{row}".encode()


def sealed_words(row: UUID, words: dict[str, str]) -> tuple[int, bytes]:
    """What a person typed about a file, sealed to the desk for one row; with the key's version."""
    return keyring().wrap("desk", msgspec.json.encode(words), _info(row))


def opened_words(row: UUID, version: int, sealed: Sealed) -> dict[str, str]:
    """What `sealed_words` sealed; raises CannotOpen."""
    return msgspec.json.decode(keyring().unwrap("desk", version, sealed, _info(row)), type=dict[str, str])


def record(file_id: UUID, act: str, actor: str, words: dict[str, str] | None = None, **detail: Any) -> None:
    """Add a link to a file's chain, and the entry of the audit. `words` are sealed; `detail` is codes and numbers."""
    row = new_id()
    version, sealed = sealed_words(row, words) if words else (None, None)
    CustodyEvent.objects.bulk_create(
        [
            CustodyEvent(
                id=row, file_id=file_id, at=clock.now(), act=act, actor=actor, detail=detail,
                sealed_words=sealed, words_version=version,
            )
        ]
    )  # fmt: skip
    audit.record(actor, f"evidence.{act}", "file", file_id, **detail)


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain as it is shown, with the words opened."""

    event: CustodyEvent
    words: dict[str, str]


def chain(file: File) -> list[Link]:
    """The chain of a file, in order; at the desk."""
    return [
        Link(
            e,
            opened_words(e.id, e.words_version, e.sealed_words) if e.sealed_words and e.words_version else {},
        )
        for e in CustodyEvent.objects.filter(file=file).order_by("at", "id")
    ]
