"""A map without a map: places of incidents on a net of latitudes and longitudes, drawn here, asked of nobody."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from upstander.register.queries import Row

WIDTH, MOST_HEIGHT, MARGIN = 720, 540, 40
_STEPS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30)
_LINES = 8  # about so many on the longer side
_LEAST = 0.5  # degrees: a single place has something around it


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the drawing, with all that is known there."""

    x: float
    y: float
    radius: float
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the net, with its name."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: its size, its net, its places."""

    width: int
    height: int
    lines: tuple[Line, ...]
    points: tuple[Point, ...]


def chart(rows: Sequence[Row]) -> Chart | None:
    """A drawing of those that have a place; None where none has. In the middle a mile is as long to the east as to the north."""
    placed: dict[tuple[Decimal, Decimal], list[Row]] = {}
    for row in rows:
        if row.version.latitude is not None and row.version.longitude is not None:
            placed.setdefault((row.version.latitude, row.version.longitude), []).append(row)
    if not placed:
        return None
    south, north = _around(float(lat) for lat, _ in placed)
    west, east = _around(float(lon) for _, lon in placed)
    squeeze = max(math.cos(math.radians((south + north) / 2)), 0.1)
    scale = min(
        (WIDTH - 2 * MARGIN) / ((east - west) * squeeze), (MOST_HEIGHT - 2 * MARGIN) / (north - south)
    )
    height = round((north - south) * scale) + 2 * MARGIN

    def x(longitude: float) -> float:
        return round(MARGIN + (longitude - west) * squeeze * scale, 1)

    def y(latitude: float) -> float:
        return round(height - MARGIN - (latitude - south) * scale, 1)

    step = next((s for s in _STEPS if max(north - south, east - west) / s <= _LINES), _STEPS[-1])
    lines = [Line(x(d), y(north), x(d), y(south), _degrees(d, "E", "W")) for d in _net(west, east, step)]
    lines += [Line(x(west), y(d), x(east), y(d), _degrees(d, "N", "S")) for d in _net(south, north, step)]
    points = [
        Point(x(float(lon)), y(float(lat)), round(5 + 2 * math.sqrt(len(there) - 1), 1), tuple(there))
        for (lat, lon), there in sorted(placed.items())
    ]
    return Chart(WIDTH, height, tuple(lines), tuple(points))


def _around(values: Iterable[float]) -> tuple[float, float]:
    listed = list(values)
    low, high = min(listed), max(listed)
    more = max((high - low) * 0.05, (_LEAST - (high - low)) / 2)
    return low - more, high + more


def _net(low: float, high: float, step: float) -> list[float]:
    first = math.ceil(low / step)
    return [round(n * step, 4) for n in range(first, math.floor(high / step) + 1)]


def _degrees(value: float, more: str, less: str) -> str:
    return f"{abs(value):g}° {more if value >= 0 else less}"
