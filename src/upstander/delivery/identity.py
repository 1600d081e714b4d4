"""The relay's name, which no two living relays share.

A relay that was killed has leases left. Its successor may free them at once, without waiting for them to
run out, if it is certain that the holder is dead: the name is bound to a file whose lock the kernel drops
with the process.
"""

import fcntl
import hashlib
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

_SLOTS = 64


@dataclass
class Identity:
    """`name`: 32 characters. `file`: the locked file, to be held open while the process lives; None where
    the folder cannot be written: then the name is new each time, and a predecessor's leases simply run out.
    """

    name: str
    file: int | None = None


def take(folder: Path) -> Identity:
    """The first free name of this machine under `folder`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for slot in range(_SLOTS):
            file = os.open(folder / f"relay-{slot}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            return Identity(_name(file), file)
    except OSError:
        pass
    return Identity(secrets.token_hex(16))


def _name(file: int) -> str:
    """From random bytes kept in the file and the host's name, so that a copied folder makes another name
    elsewhere.
    """
    seed = os.pread(file, 64, 0)
    if len(seed) < 32:
        seed = secrets.token_bytes(32)
        os.pwrite(file, seed, 0)
        os.fsync(file)
    return hashlib.sha256(seed + socket.gethostname().encode()).hexdigest()[:32]
