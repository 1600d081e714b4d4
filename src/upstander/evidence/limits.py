"""How large, how many, for how long: the pack's numbers, in bytes and days."""

from typing import NamedTuple

from upstander.config import config
from upstander.packs.current import current

MEGABYTE = 1_000_000


class Limits(NamedTuple):
    """Bytes of one file, bytes and number of a tip's files."""

    file: int
    tip: int
    files: int


def limits() -> Limits:
    """The limits of the pack in force."""
    found = current().limits
    return Limits(found.file_megabytes * MEGABYTE, found.tip_megabytes * MEGABYTE, found.tip_files)


def room() -> int:
    """Bytes that may wait for a tip to take them over."""
    return config().upload_room_mb * MEGABYTE
