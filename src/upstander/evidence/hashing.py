"""The hashes of files: made once, in the sandboxed process, and sealed to the desk's key apart from the file's."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db import transaction

from upstander.evidence import content, custody, sandboxed
from upstander.evidence.models import File
from upstander.ops.logs import event
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

_log = logging.getLogger(__name__)


def _hexadecimal(length: int) -> msgspec.Meta:
    return msgspec.Meta(pattern=rf"^([0-9a-f]{{{length}}})?\Z")


class Hashes(msgspec.Struct, frozen=True, omit_defaults=True):
    """In hexadecimal; PDQ in eight orientations, the picture's own first, with its quality. `fault`: why there is none."""

    size: int = 0
    sha256: Annotated[str, _hexadecimal(64)] = ""
    md5: Annotated[str, _hexadecimal(32)] = ""
    pdq: Annotated[tuple[Annotated[str, _hexadecimal(64)], ...], msgspec.Meta(max_length=8)] = ()
    quality: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    fault: Literal["", "too_large", "bomb", "damaged", "died", "unreadable"] = ""


_behind: set[UUID] = set()
"""Files whose turn came to nothing in this process: the others go first."""


def _info(file_id: UUID) -> bytes:
    return f"upstander/evidence-hashes/1|{file_id}".encode()


def compute(file: File, audience: str) -> Hashes:
    """Read a file and hash it; raises CannotOpen. One on which the process died has plain hashes, and says so."""
    key = content.key_of(file.id, audience)
    own = _Plain()
    try:
        found = msgspec.convert(sandboxed.hashes(file.kind, own.passing(content.pieces(file, key))), Hashes)
    except sandboxed.Failed as error:
        fault = error.code
    except msgspec.ValidationError:  # whoever took the process over may have answered anything
        fault = "died"
    else:
        if (found.size, found.sha256, found.md5) == own.said():
            return found
        fault = "died"  # it read another file than it was given, or says so
    own = _Plain()
    for _piece in own.passing(content.pieces(file, key)):
        continue
    size, sha256, md5 = own.said()
    return msgspec.convert({"size": size, "sha256": sha256, "md5": md5, "fault": fault}, Hashes)


class _Plain:
    """The plain hashes of what passes: bytes are only counted here, so that this process may do it."""

    def __init__(self) -> None:
        self._size, self._sha256, self._md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)

    def passing(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, counted."""
        for piece in pieces:
            self._size += len(piece)
            self._sha256.update(piece)
            self._md5.update(piece)
            yield piece

    def said(self) -> tuple[int, str, str]:
        """Size, SHA-256 and MD5 of what has passed."""
        return self._size, self._sha256.hexdigest(), self._md5.hexdigest()


def of(file: File) -> Hashes | None:
    """The hashes of a file, at the desk; None while there are none."""
    if file.sealed_hashes is None or file.hash_version is None:
        return None
    raw = keyring().unwrap("desk", file.hash_version, file.sealed_hashes, _info(file.id))
    return msgspec.json.decode(raw, type=Hashes)


def next_unhashed(state: str) -> File | None:
    """A file of this state that has no hashes, the oldest first; one whose turn came to nothing waits for all others."""
    waiting = File.objects.filter(sealed_hashes=None, state=state).order_by("id")
    file = waiting.exclude(id__in=_behind).first()
    if file is None and _behind:
        _behind.clear()
        file = waiting.first()
    return file


def hash_one(state: str, audience: str, actor: str) -> tuple[File, Hashes] | None:
    """Hash the next file of a state; None where there is none that this process can open.

    No transaction is open while the file is read: that may take a minute, and the database ends one that idles for so long.
    """
    file = next_unhashed(state)
    if file is None:
        return None
    _behind.add(file.id)
    try:
        found = compute(file, audience)
    except CannotOpen:
        if not File.objects.filter(id=file.id, state=state).exists():
            return None  # it was sealed a moment ago: another process takes it
        event(_log, logging.ERROR, "evidence.unreadable", file=str(file.id))
        found = Hashes(fault="unreadable")  # said once; the next file does not wait for it
    kept = _keep(file, found, actor)
    _behind.discard(file.id)
    return (file, found) if kept else None


@transaction.atomic
def _keep(file: File, found: Hashes, actor: str) -> bool:
    """Write the hashes; False where they are there already, or the file changed hands meanwhile."""
    version, sealed = keyring().wrap("desk", msgspec.json.encode(found), _info(file.id))
    kept = File.objects.filter(id=file.id, sealed_hashes=None, state=file.state).update(
        sealed_hashes=sealed, hash_version=version
    )
    if kept:
        told: dict[str, Any] = {"pdq": bool(found.pdq)} | ({"fault": found.fault} if found.fault else {})
        custody.record(file.id, "hashed", actor, {"sha256": found.sha256, "md5": found.md5}, **told)
    return bool(kept)
