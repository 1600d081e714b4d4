"""Small drawings as SVG: columns over time, bars of shares. Each stands beside a table that has the same (no script, no image).

Drawn 320 wide, so that a telephone shows the letters as large as they are. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 320
_HEIGHT, _BASE, _TOP = 130, 108, 18
_ROW, _BAR = 40, 14
SHADES: Final = (0.85, 0.5, 0.22, 0.12, 0.06)
"""How dark the parts of a bar are, in their order; each also has an outline."""
_LONGEST = 40  # letters of a label that fit


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, and how dark it is."""

    x: float
    y: float
    width: float
    height: float
    shade: float = SHADES[0]


@dataclass(frozen=True, slots=True)
class Words:
    """Letters in the drawing; `anchor` as SVG has it."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: its size, its boxes, its words, and what it shows (its name for who does not see it)."""

    says: str
    height: int
    boxes: tuple[Box, ...]
    words: tuple[Words, ...]
    width: int = WIDTH


def columns(says: str, values: Sequence[tuple[str, int]]) -> Drawing | None:
    """A column for each value, from left to right; the first, the last and the highest are named. None where all are nothing."""
    highest = max((n for _label, n in values), default=0)
    if not highest:
        return None
    wide = WIDTH / len(values)
    boxes = [
        Box(round(i * wide + wide * 0.1, 2), round(_BASE - (_BASE - _TOP) * n / highest, 2), round(wide * 0.8, 2),
            round((_BASE - _TOP) * n / highest, 2))
        for i, (_label, n) in enumerate(values) if n
    ]  # fmt: skip
    most = max(range(len(values)), key=lambda i: values[i][1])
    at = min(max((most + 0.5) * wide, 12), WIDTH - 12)
    words = [Words(0, _HEIGHT - 5, values[0][0]), Words(round(at, 2), _TOP - 5, str(highest), "middle")]
    if len(values) > 1:
        words.append(Words(WIDTH, _HEIGHT - 5, values[-1][0], "end"))
    boxes.append(Box(0, _BASE, WIDTH, 1))
    return Drawing(says, _HEIGHT, tuple(boxes), tuple(words))


def shares(says: str, rows: Sequence[tuple[str, Sequence[int]]], of: Sequence[int] | None = None) -> Drawing | None:
    """A bar for each row, its parts as shares of their sum, or of `of`. Rows of nothing are left out; None where all are."""
    boxes: list[Box] = []
    words: list[Words] = []
    whole = list(of) if of is not None else [sum(parts) for _label, parts in rows]
    for (label, parts), sum_ in zip(rows, whole, strict=True):
        if sum_ <= 0:
            continue
        top, x = len(words) * _ROW, 0.0
        words.append(Words(0, top + 14, label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"))
        boxes.append(Box(0, top + 20, WIDTH, _BAR, 0))
        for part, shade in zip(parts, SHADES, strict=False):
            width = WIDTH * part / sum_
            if part:
                boxes.append(Box(round(x, 2), top + 20, round(width, 2), _BAR, shade))
            x += width
    return Drawing(says, len(words) * _ROW, tuple(boxes), tuple(words)) if words else None
