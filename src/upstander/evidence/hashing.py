"""The hashes of files: made once, in the sandboxed process, and sealed to the desk's key apart from the file's."""

import hashlib
import logging
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from upstander.evidence import content, custody, sandboxed
from upstander.evidence.models import File
from upstander.ops.logs import event
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

_log = logging.getLogger(__name__)


class Hashes(msgspec.Struct, frozen=True, omit_defaults=True):
    """In hexadecimal; PDQ in eight orientations, the picture's own first, with its quality. `fault`: why there is none."""

    size: int = 0
    sha256: str = ""
    md5: str = ""
    pdq: tuple[str, ...] = ()
    quality: int = 0
    fault: str = ""


def _info(file_id: UUID) -> bytes:
    return f"upstander/evidence-hashes/1|{file_id}".encode()


def compute(file: File, audience: str) -> Hashes:
    """Read a file and hash it; raises CannotOpen. One on which the process died has plain hashes, and says so."""
    key = content.key_of(file.id, audience)
    try:
        return msgspec.convert(sandboxed.hashes(file.kind, content.pieces(file, key)), Hashes)
    except sandboxed.Failed as error:
        fault = error.code
    except msgspec.ValidationError:  # whoever took the process over may have answered anything
        fault = "died"
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    for piece in content.pieces(file, key):  # bytes are only counted here, so that this process may do it
        sha256.update(piece)
        md5.update(piece)
    return Hashes(file.size, sha256.hexdigest(), md5.hexdigest(), fault=fault)


def of(file: File) -> Hashes | None:
    """The hashes of a file, at the desk; None while there are none."""
    if file.sealed_hashes is None or file.hash_version is None:
        return None
    raw = keyring().unwrap("desk", file.hash_version, file.sealed_hashes, _info(file.id))
    return msgspec.json.decode(raw, type=Hashes)


def next_unhashed(state: str) -> File | None:
    """A file of this state that has no hashes, the oldest first."""
    return File.objects.filter(sealed_hashes=None, state=state).order_by("id").first()


@transaction.atomic
def hash_one(state: str, audience: str, actor: str) -> tuple[File, Hashes] | None:
    """Hash the next file of a state; None where there is none that this process can open."""
    file = next_unhashed(state)
    if file is None:
        return None
    try:
        found = compute(file, audience)
    except CannotOpen:
        if not File.objects.filter(id=file.id, state=state).exists():
            return None  # it was sealed a moment ago: another process takes it
        event(_log, logging.ERROR, "evidence.unreadable", file=str(file.id))
        found = Hashes(fault="unreadable")  # said once; the next file does not wait for it
    return (file, found) if _keep(file, found, actor) else None


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
