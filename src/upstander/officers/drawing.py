"""Bars as SVG, beside a table that has the same (no script, no image). Pure.

Drawn 320 wide, so that a telephone shows the letters as large as they are.
"""

from dataclasses import dataclass
from typing import Final

from upstander.officers.printed import Section

WIDTH: Final = 320
_ROW, _BAR, _LONGEST = 38, 12, 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its words stand above it, its number beside them at the right."""

    label: str
    number: int
    y: int
    width: float

    @property
    def words_y(self) -> int:
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bars, how high it all is, and how high one is."""

    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    bar: int = _BAR


def bars(section: Section) -> Drawing | None:
    """A bar for each row that is shown and not nothing; None where there is none."""
    rows = [(row.label, row.times) for row in section.rows if row.times]
    if not rows:
        return None
    highest = max(n for _label, n in rows)
    found = tuple(
        Bar(
            label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…",
            n,
            i * _ROW + 20,
            round(WIDTH * n / highest, 2),
        )
        for i, (label, n) in enumerate(rows)
    )
    return Drawing(found, len(found) * _ROW)
