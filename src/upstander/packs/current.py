"""The pack in force in this process. Its folder, where used packs are kept, and the clock come from above: this room reads no
configuration and no clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from upstander.packs.model import Pack
    from upstander.packs.versions import Versions


@dataclass
class _Source:
    """Where packs come from."""

    path: Path | None = None
    kept: Path | None = None
    now: Callable[[], datetime] | None = None
    found: Versions | None = field(default=None, repr=False)


_source = _Source()


def use(path: Path, now: Callable[[], datetime], kept: Path | None = None) -> None:
    """Say where the pack lies, what time it is, and where copies of used packs are; called once at start.

    The pack is loaded when first asked for.
    """
    _source.path, _source.now, _source.kept, _source.found = path, now, kept, None
    used.cache_clear()


def current() -> Pack:
    """The version in force now; raises PackError where none can be used, RuntimeError where `use` was not called."""
    found = all_versions()
    if len(found.packs) == 1:
        return found.packs[0]  # whatever the hour: this is asked for hundreds of times a page
    assert _source.now is not None, "all_versions() has seen that `use` was called"
    return found.in_force(_source.now())


def all_versions() -> Versions:
    """Every version that this process can use, loaded once; raises as `current` does."""
    if _source.path is None:
        raise RuntimeError("no pack: call upstander.packs.current.use() when the process starts")
    if _source.found is None:
        from upstander.packs.kept import in_use  # not every command that starts needs a pack

        _source.found = in_use(_source.path, _source.kept)
    return _source.found


def afresh() -> Versions:
    """Every version that lies in the folder now, also those that came, and without those that went, since this process began:
    to look at one before it is adopted. Raises PackError where none is whole, RuntimeError as `current` does."""
    if _source.path is None:
        raise RuntimeError("no pack: call upstander.packs.current.use() when the process starts")
    from upstander.packs.versions import versions

    return versions(_source.path)


@lru_cache(maxsize=16)
def used(digest: str) -> Pack | None:
    """The pack of this digest, of today's versions or of those that were used once; None where nobody has it any more."""
    from upstander.packs.kept import kept

    known = all_versions().named(digest)
    return known or (kept(digest, _source.kept) if _source.kept else None)
