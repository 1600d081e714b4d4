"""Copies of every pack that has been used, by digest: what judged a tip can be asked again, and what was in force stays in
force where its folder has been broken since.
"""

import shutil
from pathlib import Path

from upstander.packs.errors import PackError
from upstander.packs.loader import contents, load
from upstander.packs.model import Pack
from upstander.packs.versions import Versions, folders, versions

_IN_USE = "in-use"


def keep(path: Path, into: Path) -> Versions:
    """The versions of the pack in `path`, each copied to the folder `into` as the one in use.

    Where none of them is whole, those that were in use before, with all that is wrong in `refused`. Raises PackError
    where there were none either.
    """
    try:
        found = versions(path)
    except PackError as error:
        before = _in_use(into)
        if not before:
            raise
        return Versions(before, error.problems)
    digests = [pack.digest for pack in found.packs]
    for folder in folders(path):
        _copy(folder, into, digests)
    _write(into / _IN_USE, "".join(f"{digest}\n" for digest in digests).encode())
    return found


def kept(digest: str, folder: Path) -> Pack | None:
    """The pack of this digest that was used once; None where no whole copy is there."""
    try:
        pack = load(folder / digest)
    except PackError:
        return None
    return pack if pack.digest == digest else None


def in_use(path: Path, folder: Path | None) -> Versions:
    """The versions of the pack in `path`; where none is whole, those that were in use before. Raises PackError."""
    try:
        return versions(path)
    except PackError as error:
        before = _in_use(folder) if folder else ()
        if not before:
            raise
        return Versions(before, error.problems)


def _in_use(folder: Path) -> tuple[Pack, ...]:
    try:
        digests = (folder / _IN_USE).read_text().split()
    except OSError:
        return ()
    return tuple(pack for digest in digests if (pack := kept(digest, folder)))


def _copy(folder: Path, into: Path, digests: list[str]) -> None:
    """Copy the files of one version under its digest, whole or not at all."""
    try:
        digest = load(folder).digest
    except PackError:
        return
    if digest not in digests or (into / digest).exists():
        return
    spare = into / f".{digest}"
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir(parents=True)
    for name, (_, data) in contents(folder, []).items():
        (spare / f"{name}.toml").write_bytes(data)
    spare.rename(into / digest)


def _write(file: Path, data: bytes) -> None:
    spare = file.with_suffix(".new")
    spare.write_bytes(data)
    spare.replace(file)
