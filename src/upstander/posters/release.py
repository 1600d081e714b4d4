"""What of the counts may be seen: no number from which one reporter could be known (R-privacy). Pure.

A count is shown for whole months that are over, together with the months before it, as soon as they make `FEWEST`. A month
belongs to one span, and a span that was shown never changes: so two looks at the page, a year apart or a minute before and
after a tip came, have no difference that is smaller than `FEWEST`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

FEWEST: Final = 5
"""Less than this is not shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """Months of which the number is shown: the first day of the first and of the last of them."""

    first: date
    last: date
    number: int


@dataclass(frozen=True, slots=True)
class Released:
    """What is shown of a placement: its spans, the latest first; `since`: the month from which it is "fewer than `FEWEST`"."""

    spans: tuple[Span, ...]
    since: date

    @property
    def number(self) -> int:
        """All that is shown, together."""
        return sum(span.number for span in self.spans)


def after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def released(counts: Mapping[date, int], made: date, today: date) -> Released:
    """What may be shown `today` of a placement that was made on this day; `counts` by the first day of a month."""
    month, first, number = month_of(made), month_of(made), 0
    spans: list[Span] = []
    while month < month_of(today):
        number += counts.get(month, 0)
        if number >= FEWEST:
            spans.append(Span(first, month, number))
            first, number = after(month), 0
        month = after(month)
    return Released(tuple(reversed(spans)), first)
