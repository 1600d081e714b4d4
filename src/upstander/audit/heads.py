"""The heads of the chain outside the database: one signed JSON line a seal, which nobody can take back from there.

A database shows what it holds, not what it held: seals cut off its end are missed only by somebody who has their heads.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from upstander.audit.chain import Link, moment, signed, stamp

LOCAL = "audit-heads.jsonl"  # in the data folder, always
_TAIL = 64 * 1024  # bytes read from the end of a file to find its last head


@dataclass(frozen=True)
class Head:
    """Number, stamped moment, root and signature of one seal."""

    n: int
    at: bytes
    root: bytes
    signature: bytes

    def line(self) -> str:
        """The line that stands for this head in a file, without its end."""
        what = {
            "n": self.n,
            "at": moment(self.at),
            "root": self.root.hex(),
            "signature": self.signature.hex(),
        }
        return json.dumps(what, separators=(",", ":"))

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the sealer signed this head as it stands here."""
        return signed(key, self.n, self.at, self.root, self.signature)


def head_of(link: Link) -> Head:
    """The head of a seal."""
    return Head(link.n, link.at, link.root, link.signature)


def parse(line: str) -> Head:
    """A head from its line; raises ValueError where it is none."""
    try:
        raw = json.loads(line)
        at = datetime.fromisoformat(raw["at"]).astimezone(UTC)
        head = Head(int(raw["n"]), stamp(at), bytes.fromhex(raw["root"]), bytes.fromhex(raw["signature"]))
        if not 0 < head.n < 2**63:
            raise ValueError("n")
    except (KeyError, TypeError, OverflowError, RecursionError):
        raise ValueError("not a head") from None
    return head


class HeadsFile:
    """A file to which heads are only appended, each safely on disk before the next turn."""

    def __init__(self, path: Path, key: Ed25519PublicKey) -> None:
        self.path, self.key = path, key
        self._size = (
            -1
        )  # as we left it; any other size means that somebody was here, or that a write broke off
        self._last: Head | None = None

    def last(self) -> Head | None:
        """The head with the highest number that the sealer signed, among the last lines; raises OSError."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                if size == self._size:
                    return self._last
                file.seek(max(0, size - _TAIL))
                lines = file.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            size, lines = 0, []
        self._size = size
        self._last = max(self._ours(lines), key=lambda head: head.n, default=None)
        return self._last

    def _ours(self, lines: list[str]) -> Iterator[Head]:
        for line in lines:
            try:
                head = parse(line)
            except ValueError:
                continue
            if head.signed_by(self.key):
                yield head

    def append(self, heads: list[Head]) -> None:
        """Write `heads` behind the last line and wait until they are on disk; raises OSError, then `last` looks anew."""
        self._size = -1
        data = "".join(f"{head.line()}\n" for head in heads).encode()
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            size = os.lseek(file, 0, os.SEEK_END)
            if size and os.pread(file, 1, size - 1) != b"\n":  # a write that broke off: its line ends here
                data = b"\n" + data
            while data:
                data = data[os.write(file, data) :]
            os.fsync(file)
            end = os.lseek(file, 0, os.SEEK_END)
        finally:
            os.close(file)
        if not size:
            self._sync_folder()
        if heads:
            self._size, self._last = end, heads[-1]

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path: Path, size: int) -> Iterator[tuple[int, Head | None]]:
    """The first `size` bytes of a heads file as (line number, head), None for a line that is no head; raises OSError."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            size -= len(line)
            if size < 0:
                return
            if not line.strip():
                continue
            try:
                yield number, parse(line.decode(errors="replace"))
            except ValueError:
                yield number, None
