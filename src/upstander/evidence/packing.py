"""Making a package: the file and a manifest in a tar archive, encrypted in the age format while it is read. In `custody` only."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pyrage
from django.db import transaction

from upstander import clock
from upstander.evidence import content, custody, getting_on
from upstander.evidence.adopting import NAME
from upstander.evidence.handing import CannotHandOver, passphrase_info, recipient_of
from upstander.evidence.models import File, HandOver, PackagePart
from upstander.vault.envelope import CannotOpen, open_text, place
from upstander.vault.keys import keyring

ACTOR = "system:custody"
PART = 1_000_000  # bytes of a package in one row
_READ_ME = (
    "This package holds a file that a reporter sent to a school-safety tip line, as it came, and manifest.json with its hashes.\n"
    "It was opened by nobody on the way. Compare the SHA-256 of the file with the manifest and with the record you were given.\n"
)


class _Stream(io.RawIOBase):
    """What a generator gives, to be read."""

    def __init__(self, given: Iterator[bytes]) -> None:
        self._given, self._rest = given, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._given, b"")
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n


class _Parts(io.RawIOBase):
    """Writes what it gets as rows of a package, and keeps size and hash of the whole."""

    def __init__(self, order: HandOver) -> None:
        self.order, self.size, self.n = order, 0, 0
        self.sha256 = hashlib.sha256()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.sha256.update(part)
        self.size += len(part)
        self._waiting += part
        while len(self._waiting) >= PART:
            self._row(bytes(self._waiting[:PART]))
            del self._waiting[:PART]
        return len(part)

    def end(self) -> None:
        """Write what is left."""
        if self._waiting:
            self._row(bytes(self._waiting))
            self._waiting = bytearray()

    def _row(self, body: bytes) -> None:
        PackagePart.objects.bulk_create([PackagePart(hand_over_id=self.order.id, n=self.n, body=body)])
        getting_on.got_on()
        self.n += 1


def _manifest(file: File, order: HandOver, key: bytes, sha256: str, md5: str) -> bytes:
    known = {
        "hand_over": order.receipt, "tip": file.tip_number, "file": str(file.id), "kind": file.kind, "bytes": file.size,
        "sha256": sha256, "md5": md5, "name_given_by_reporter": open_text(key, file.sealed_name, place(NAME, file.id)),
        "received_at": file.received_at.astimezone(UTC).isoformat(), "sealed_because": file.ground,
        "sealed_at": file.sealed_at.astimezone(UTC).isoformat() if file.sealed_at else None,
        "packed_at": clock.now().isoformat(), "custody": [
            {"at": e.at.astimezone(UTC).isoformat(), "act": e.act, "by": e.actor} for e in file.custody.order_by("at", "id")
        ],
    }  # fmt: skip
    return json.dumps(known, indent=1, ensure_ascii=False).encode()


def _header(name: str, size: int) -> bytes:
    told = tarfile.TarInfo(name)
    told.size, told.mtime, told.mode = size, int(clock.now().timestamp()), 0o600
    return told.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return b"\0" * (-size % 512)


def archive(file: File, order: HandOver, key: bytes, told: dict[str, str]) -> Iterator[bytes]:
    """The bytes of the tar archive; the file in it is hashed on the way (into `told`), and the manifest follows it."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    yield _header("README.txt", len(_READ_ME)) + _READ_ME.encode() + _padding(len(_READ_ME))
    yield _header(f"{order.receipt}.{file.kind}", file.size)
    for piece in content.pieces(file, key):
        sha256.update(piece)
        md5.update(piece)
        size += len(piece)
        yield piece
    if size != file.size:
        raise CannotOpen("the file has not the size that it came with")
    told["sha256"] = sha256.hexdigest()
    yield _padding(size)
    manifest = _manifest(file, order, key, sha256.hexdigest(), md5.hexdigest())
    yield _header("manifest.json", len(manifest)) + manifest + _padding(len(manifest)) + b"\0" * 1024


@transaction.atomic
def pack_next() -> bool:
    """Pack the next order; False where there is none. One that cannot be packed says why and waits for a custodian."""
    waiting = HandOver.objects.filter(packed_at=None, withdrawn_at=None, failed="").order_by("ordered_at")
    order = waiting.select_related("file").first()
    if order is None:
        return False
    try:
        with transaction.atomic():
            _pack(order, order.file)
    except (CannotOpen, CannotHandOver, pyrage.EncryptError, ValueError) as error:
        code = "recipient" if isinstance(error, CannotHandOver) else "unreadable"
        HandOver.objects.filter(id=order.id).update(failed=code, sealed_passphrase=None)
        custody.record(order.file_id, "not_packed", ACTOR, receipt=order.receipt, why=code)
    return True


def _pack(order: HandOver, file: File) -> None:
    key = content.key_of(file.id, "evidence")
    told: dict[str, str] = {}
    out, tar = _Parts(order), _Stream(archive(file, order, key, told))
    if order.recipient:
        pyrage.encrypt_io(io.BufferedReader(tar), out, [recipient_of(order.recipient)])
    else:
        version, sealed = order.passphrase_version or 0, bytes(order.sealed_passphrase or b"")
        phrase = keyring().unwrap("evidence", version, sealed, passphrase_info(order.id)).decode()
        out.write(pyrage.passphrase.encrypt(io.BufferedReader(tar).read(), phrase))
    out.end()
    digest = out.sha256.hexdigest()
    HandOver.objects.filter(id=order.id).update(
        packed_at=clock.now(), package_size=out.size, package_sha256=digest, sealed_passphrase=None
    )
    custody.record(
        file.id, "packed", ACTOR, told, receipt=order.receipt, bytes=out.size, package_sha256=digest
    )
