"""School years: from one day of the calendar to the day before it in the next. Days are those on the wall; no clock is read."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Year:
    """A school year, both ends included. `number` is the calendar year in which it begins."""

    number: int
    first: date
    last: date

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return self.last + timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    def day(self, month: int, day: int) -> date:
        """The one day of this year with this month and day; 29 February is not asked for."""
        found = date(self.number, month, day)
        return found if found >= self.first else found.replace(year=self.number + 1)

    @property
    def words(self) -> str:
        """As people write it: 2026-27."""
        return f"{self.number}-{(self.number + 1) % 100:02}"


def year_starting(number: int, begins: tuple[int, int]) -> Year:
    """The school year that begins in the calendar year `number`; `begins` is (month, day)."""
    first = date(number, *begins)
    return Year(number, first, date(number + 1, *begins) - timedelta(days=1))


def year_of(day: date, begins: tuple[int, int]) -> Year:
    """The school year in which a day lies."""
    return year_starting(day.year if day >= date(day.year, *begins) else day.year - 1, begins)
