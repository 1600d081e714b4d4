"""The pack in force in this process. The path comes from above; this room reads no configuration."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from upstander.packs.model import Pack

_path: list[Path] = []


def use(path: Path) -> None:
    """Say where the pack lies; called once at start. It is loaded when first asked for."""
    _path[:] = [path]
    current.cache_clear()


@lru_cache(maxsize=1)
def current() -> Pack:
    """The pack in force; raises PackError where it is broken, RuntimeError where `use` was not called."""
    if not _path:
        raise RuntimeError("no pack: call upstander.packs.current.use() when the process starts")
    from upstander.packs.loader import load  # not every command that starts needs a pack

    return load(_path[0])
