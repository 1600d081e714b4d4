"""The state as a map of squares, a regional office each, about where the pack says it lies: what is overdue.

Drawn by hand as SVG, asked of nobody; the same stands in the table beside it.
"""

import re
from collections.abc import Iterable
from html import escape

from upstander.directory.models import Kind, Organisation
from upstander.packs.current import current
from upstander.preparedness.rollup import Region

SIDE, GAP, ACROSS = 96, 6, 6
_NUMBER = re.compile(r"(?:^|:)region:([^:]+)$")


def squares(regions: Iterable[Region]) -> str:
    """The map as an SVG document."""
    rows = Organisation.objects.filter(kind=Kind.REGION, retired_on=None).values_list("pk", "source_key")
    numbers = {pk: hit[1] for pk, key in rows if (hit := _NUMBER.search(key or ""))}
    network = current().network
    tiles = {tile.code: (tile.column, tile.row) for tile in network.tiles} if network else {}
    found = list(regions)
    known = {one.id: tiles[numbers[one.id]] for one in found if one.id and numbers.get(one.id) in tiles}
    across = max([ACROSS, *(column + 1 for column, _row in known.values())])
    below = 1 + max((row for _column, row in known.values()), default=-1)
    rest = [one for one in found if one.id not in known]
    places = known | {one.id: (n % across, below + n // across) for n, one in enumerate(rest)}
    down = 1 + max((row for _column, row in places.values()), default=0)
    drawn = "".join(_square(one, numbers.get(one.id or 0, ""), *places[one.id]) for one in found)
    size = f'viewBox="-2 -2 {across * (SIDE + GAP)} {down * (SIDE + GAP)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">{drawn}</svg>\n'


def _square(one: Region, number: str, column: int, row: int) -> str:
    x, y = column * (SIDE + GAP), row * (SIDE + GAP)
    filled = SIDE * one.with_overdue // one.buildings if one.buildings else 0
    short = escape(number or next(iter(re.findall(r"\d+", one.name)), one.name[:10]))
    return (
        f"<g><title>{escape(one.name)}</title>"
        f'<rect x="{x}" y="{y + SIDE - filled}" width="{SIDE}" height="{filled}" fill="#b50909" fill-opacity="0.25"/>'
        f'<rect x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" rx="3" fill="none" stroke="#1b1b1b" stroke-width="1.5"/>'
        f'<text x="{x + 7}" y="{y + 20}" font-size="16">{short}</text>'
        f'<text x="{x + SIDE // 2}" y="{y + 66}" font-size="32" font-weight="700" text-anchor="middle">{one.with_overdue}</text>'
        f'<text x="{x + SIDE // 2}" y="{y + 87}" font-size="14" text-anchor="middle">/ {one.buildings}</text></g>'
    )
