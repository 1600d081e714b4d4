"""School years, and when a day counts in one. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Year:
    """The school year that begins in the calendar year `number`, in a month of the pack's."""

    number: int
    month: int

    @property
    def first(self) -> date:
        return date(self.number, self.month, 1)

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return date(self.number + 1, self.month, 1)

    @property
    def name(self) -> str:
        """As people write it: 2026-27."""
        return f"{self.number}-{(self.number + 1) % 100:02}"


def year_of(day: date, month: int) -> Year:
    """The school year that `day` lies in."""
    return Year(day.year if day.month >= month else day.year - 1, month)
