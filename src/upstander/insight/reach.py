"""Membership by regional office on a map of squares, drawn here: each office once, about where the pack says it lies (S-geo).

No outline of anybody's, no tile of a stranger's: who looks at what stays in the house. The same stands in a table beside it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from upstander.directory.models import Kind, Organisation
from upstander.gatherings import coverage
from upstander.gatherings.coverage import Region
from upstander.network import pack

SIDE, GAP = 96, 6  # of a square, and between two
ACROSS = 6  # squares in a row, where the pack says nothing
_NUMBER = re.compile(r"(?:^|:)region:([^:]+)$")


@dataclass(frozen=True, slots=True)
class Square:
    """An office on the map: `short` is what fits; `filled` how high it is filled, by the share of its schools with a member."""

    region: Region
    short: str
    x: int
    y: int
    filled: int

    @property
    def top(self) -> int:
        """Where the filling begins, from above."""
        return self.y + SIDE - self.filled


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing and the table beside it. `placed`: where the squares lie says where the offices do."""

    width: int
    height: int
    squares: tuple[Square, ...]
    regions: tuple[Region, ...]
    placed: bool

    @property
    def schools(self) -> int:
        return sum(one.schools for one in self.regions)

    @property
    def uncovered(self) -> int:
        return sum(one.uncovered for one in self.regions)


def reach() -> Map:
    """Who has nobody, by office: two statements whatever the number of schools and members."""
    regions = coverage.regions()
    numbers = _numbers()
    tiles = {tile.code: (tile.column, tile.row) for tile in pack.network().tiles}
    known = {one.id: tiles[numbers[one.id]] for one in regions if numbers.get(one.id) in tiles}
    rest = sorted((one for one in regions if one.id not in known), key=lambda one: one.name)
    across = max([min(ACROSS, max(len(rest), 1)), *(column + 1 for column, _row in known.values())])
    below = 1 + max((row for _column, row in known.values()), default=-1)
    places = known | {one.id: (n % across, below + n // across) for n, one in enumerate(rest)}
    squares = tuple(_square(one, numbers.get(one.id, ""), *places[one.id]) for one in regions)
    down = 1 + max((row for _column, row in places.values()), default=0)
    by_need = sorted(regions, key=lambda one: (-one.uncovered, one.name))
    return Map(across * (SIDE + GAP), down * (SIDE + GAP), squares, tuple(by_need), bool(known) and not rest)


def _numbers() -> dict[int, str]:
    """The offices' numbers in the directory's source."""
    rows: Sequence[tuple[int, str | None]] = list(
        Organisation.objects.filter(kind=Kind.REGION, retired_on=None).values_list("pk", "source_key")
    )
    return {id: found[1] for id, key in rows if (found := _NUMBER.search(key or ""))}


def _square(region: Region, number: str, column: int, row: int) -> Square:
    filled = math.floor(SIDE * (region.schools - region.uncovered) / region.schools) if region.schools else 0
    short = number or next(iter(re.findall(r"\d+", region.name)), region.name[:10])
    return Square(region, short, column * (SIDE + GAP), row * (SIDE + GAP), filled)
